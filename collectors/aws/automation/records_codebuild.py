"""CodeBuild projects, and the webhooks that start them.

Input: ``codebuild`` answers. Output: workloads and triggers.
Not handled: overrides of single builds, projects that other accounts share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.aws.automation.joined import filled, items_of, own_arn, variables_of_pairs
from collectors.aws.automation.kept import INLINE, keep_projects
from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsTrigger, AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call

__all__ = ["read_codebuild"]

_LISTING, _DETAILS, _CREDENTIALS = (
    "codebuild.list_projects",
    "codebuild.batch_get_projects",
    "codebuild.list_source_credentials",
)


def read_codebuild(reading: Reading, account: str) -> Iterator[AwsWorkload | AwsTrigger]:
    """Yield the projects of one account and their webhooks."""
    credentials = _credentials(reading, account)

    def build(item: Fields, region: str, _call: Call) -> tuple[AwsWorkload, AwsTrigger | None]:
        project = _project(item, region, credentials)
        return project, _webhook(item, project)

    seen = set()
    for project, webhook in reading.each(_DETAILS, account, "projects", build):
        seen.add((project.region, project.name))
        yield project
        if webhook is not None:
            yield webhook
    gone = {
        (region, name)
        for region, _, answer in reading.answers(_DETAILS, account)
        for name in answer.texts("projectsNotFound")
    }
    for region, _, answer in reading.answers(_LISTING, account):
        for name in answer.texts("projects"):
            if (region, name) not in seen | gone:
                arn = own_arn("codebuild", region, account, f"project/{name}")
                yield AwsWorkload(
                    arn, name, WorkloadKind.CODEBUILD_PROJECT, account, region, answer.ref, role_known=False
                )


def _credentials(reading: Reading, account: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return what is told of stored source credentials, by region and source provider."""
    found = {}
    for region, item in items_of(reading, _CREDENTIALS, account, "sourceCredentialsInfos"):
        found[region, item.text("serverType")] = filled(
            sourceCredential=item.text("arn"),
            sourceCredentialAuthType=item.text("authType"),
            sourceCredentialResource=item.text("resource"),
        )
    return found


def _project(item: Fields, region: str, credentials: Mapping[tuple[str, str], Mapping[str, str]]) -> AwsWorkload:
    arn = item.arn("arn")
    where = arn_region(arn) or region
    source, environment = item.inner("source"), item.inner("environment")
    variables = variables_of_pairs(environment.items("environmentVariables"), "name", "value")
    settings = filled(
        sourceType=source.text("type"),
        sourceLocation=source.text("location"),
        sourceAuthType=source.inner("auth").text("type"),
        sourceAuthResource=source.inner("auth").text("resource"),
        secondarySourceLocations=tuple(each.text("location") for each in item.items("secondarySources")),
        buildspec=_buildspec(source),
        image=environment.text("image"),
        projectVisibility=item.text("projectVisibility"),
        encryptionKey=item.text("encryptionKey"),
        batchServiceRole=item.inner("buildBatchConfig").text("serviceRole"),
    )
    return AwsWorkload(
        arn=arn,
        name=item.text("name") or arn.partition("project/")[2],
        kind=WorkloadKind.CODEBUILD_PROJECT,
        account=arn_account(arn),
        region=where,
        ref=item.ref,
        role_arn=item.text("serviceRole"),
        # The service uses this one to show the results of public builds:
        # https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html (read 2026-11).
        service_role_arn=item.text("resourceAccessRole"),
        privileged=environment.flag("privilegedMode"),
        environment_names=variables.names,
        environment_ids=variables.ids,
        environment_secrets=variables.secrets,
        environment_kinds=variables.kinds,
        environment_hints=variables.hints,
        settings={**settings, **credentials.get((where, source.text("type")), {})},
        tags=item.tags("tags", "key", "value"),
        tags_known=True,
    )


def _buildspec(source: Fields) -> str:
    """Return the place of a build specification, or that the project holds it itself."""
    kept = keep_projects({"projects": [{"source": source.body}]})
    return INLINE if kept["projects"][0]["source"].get("buildspec") == INLINE else source.text("buildspec")


def _webhook(item: Fields, project: AwsWorkload) -> AwsTrigger | None:
    webhook = item.inner("webhook")
    if not webhook.body:
        return None
    status = webhook.text("status")
    return AwsTrigger(
        id=f"{project.arn}#webhook",
        kind="webhook",
        account=project.account,
        region=project.region,
        target_arn=project.arn,
        ref=webhook.ref,
        enabled=status in ("", "ACTIVE"),
    )
