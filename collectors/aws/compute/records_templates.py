"""Launch templates and launch configurations: which instance profile they carry, and whether they have user data.

Input: ``ec2`` and ``autoscaling`` answers. Output: ``Templates`` of one account; records.
Not handled: template versions other than the default and the latest; the content of user data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region, partition_of
from collectors.aws.workload_types import AwsLaunchTemplate
from collectors.evidence.evidence import Call

__all__ = ["StartFacts", "Templates", "read_templates"]

_TEMPLATES, _VERSIONS = "ec2.describe_launch_templates", "ec2.describe_launch_template_versions"
_CONFIGURATIONS = "autoscaling.describe_launch_configurations"
_DEFAULT, _LATEST = "$Default", "$Latest"


@dataclass(frozen=True, slots=True)
class StartFacts:
    """What an instance starts with."""

    profile: str
    """Instance profile ARN or name; empty for none."""
    has_user_data: bool


@dataclass(frozen=True, slots=True)
class Templates:
    """What the evidence of one account says of launch templates and configurations."""

    records: tuple[AwsLaunchTemplate, ...]
    versions: Mapping[tuple[str, str], StartFacts]
    """Keyed by template id or name, and version: a number, ``$Default`` or ``$Latest``."""
    configurations: Mapping[tuple[str, str], StartFacts]
    """Keyed by region and name."""

    def version(self, template: str, version: str) -> StartFacts | None:
        """Return what a template's version holds; ``None`` when that was not seen. No version means the default."""
        return self.versions.get((template, version or _DEFAULT))


def read_templates(reading: Reading, account: str) -> Templates:
    """Return one account's launch templates and configurations."""
    versions = dict(_versions(reading, account))
    records = [
        *reading.each(_TEMPLATES, account, "LaunchTemplates", lambda i, r, _: _template(i, r, account, versions)),
        *reading.each(_CONFIGURATIONS, account, "LaunchConfigurations", _configuration),
    ]
    configurations = {
        (record.region, record.name): StartFacts(record.profile_arn, record.has_user_data is True)
        for record in records
        if record.launch_configuration
    }
    return Templates(tuple(records), versions, configurations)


def _versions(reading: Reading, account: str) -> Iterator[tuple[tuple[str, str], StartFacts]]:
    newest: dict[str, tuple[int, StartFacts]] = {}
    for _, call, answer in reading.answers(_VERSIONS, account):
        for item in answer.items("LaunchTemplateVersions"):
            data, number = item.inner("LaunchTemplateData"), item.number("VersionNumber") or 0
            profile = data.inner("IamInstanceProfile")
            facts = StartFacts(profile.text("Arn") or profile.text("Name"), bool(data.text("UserData")))
            for template in filter(None, (item.text("LaunchTemplateId"), item.text("LaunchTemplateName"))):
                yield (template, str(number)), facts
                if item.flag("DefaultVersion"):
                    yield (template, _DEFAULT), facts
                if _LATEST in (call.request.get("Versions") or (_LATEST,)) and number >= newest.get(template, (0,))[0]:
                    newest[template] = number, facts
    for template, (_, facts) in newest.items():
        yield (template, _LATEST), facts


def _template(
    item: Fields, region: str, account: str, versions: Mapping[tuple[str, str], StartFacts]
) -> AwsLaunchTemplate:
    template = item.required("LaunchTemplateId")
    default = versions.get((template, _DEFAULT))
    return AwsLaunchTemplate(
        arn=f"arn:{partition_of(region)}:ec2:{region}:{account}:launch-template/{template}",
        id=template,
        name=item.text("LaunchTemplateName"),
        account=account,
        region=region,
        ref=item.ref,
        profile_arn=default.profile if default else "",
        default_version=str(item.number("DefaultVersionNumber") or ""),
        latest_version=str(item.number("LatestVersionNumber") or ""),
        has_user_data=default.has_user_data if default else None,
        tags=item.tags(),
    )


def _configuration(item: Fields, region: str, _call: Call) -> AwsLaunchTemplate:
    arn, name = item.arn("LaunchConfigurationARN"), item.required("LaunchConfigurationName")
    return AwsLaunchTemplate(
        arn=arn,
        id=name,
        name=name,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        profile_arn=item.text("IamInstanceProfile"),
        has_user_data=bool(item.text("UserData")),
        launch_configuration=True,
    )
