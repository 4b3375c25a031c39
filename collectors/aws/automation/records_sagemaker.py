"""SageMaker notebook instances, and Studio users with the role that their apps run with.

Input: ``sagemaker`` answers. Output: workloads.
Not handled: which apps run (a user who may sign in starts one); private spaces; tags, which need a call each.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.automation.joined import filled, items_of, own_arn
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsWorkload, WorkloadKind

__all__ = ["read_sagemaker"]

_RUNNING = {"InService": True, "Stopped": False, "Failed": False, "Deleting": False}
"""https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html (read 2026-11)"""
_PREFIX = "sagemaker."


def read_sagemaker(reading: Reading, account: str) -> Iterator[AwsWorkload]:
    """Yield notebook instances and Studio user profiles of one account."""
    yield from _notebooks(reading, account)
    yield from _studio_users(reading, account)


def _notebooks(reading: Reading, account: str) -> Iterator[AwsWorkload]:
    operation = _PREFIX + "describe_notebook_instance"
    seen = set()
    for region, _, answer in reading.answers(operation, account):
        try:
            notebook = _notebook(answer, region, described=True)
        except FieldError as error:
            reading.gap(operation, account, region, str(error))
            continue
        seen.add(notebook.arn)
        yield notebook
    listing = _PREFIX + "list_notebook_instances"
    for notebook in reading.each(
        listing, account, "NotebookInstances", lambda item, region, _: _notebook(item, region, described=False)
    ):
        if notebook.arn not in seen:
            yield notebook


def _notebook(item: Fields, region: str, *, described: bool) -> AwsWorkload:
    arn = item.arn("NotebookInstanceArn")
    status, root = item.text("NotebookInstanceStatus"), item.text("RootAccess")
    return AwsWorkload(
        arn=arn,
        name=item.text("NotebookInstanceName") or arn.rpartition("/")[2],
        kind=WorkloadKind.SAGEMAKER_NOTEBOOK,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=item.text("RoleArn"),
        role_known=described,
        running=_RUNNING.get(status),
        exec_enabled=root == "Enabled" if root else None,
        settings=filled(
            NotebookInstanceStatus=status,
            RootAccess=root,
            DirectInternetAccess=item.text("DirectInternetAccess"),
            NotebookInstanceLifecycleConfigName=item.text("NotebookInstanceLifecycleConfigName"),
            DefaultCodeRepository=item.text("DefaultCodeRepository"),
        ),
    )


def _studio_users(reading: Reading, account: str) -> Iterator[AwsWorkload]:
    domains = {
        (region, answer.text("DomainId")): answer
        for region, _, answer in reading.answers(_PREFIX + "describe_domain", account)
    }
    operation = _PREFIX + "describe_user_profile"
    seen = set()
    for region, _, answer in reading.answers(operation, account):
        key = region, answer.text("DomainId"), answer.text("UserProfileName")
        try:
            yield _studio_user(answer, account, region, domains.get(key[:2]), described=True)
        except FieldError as error:
            reading.gap(operation, account, region, str(error))
        seen.add(key)
    for region, item in items_of(reading, _PREFIX + "list_user_profiles", account, "UserProfiles"):
        key = region, item.text("DomainId"), item.text("UserProfileName")
        if all(key[1:]) and key not in seen:
            yield _studio_user(item, account, region, domains.get(key[:2]), described=False)


def _studio_user(item: Fields, account: str, region: str, domain: Fields | None, *, described: bool) -> AwsWorkload:
    name, domain_id = item.required("UserProfileName"), item.required("DomainId")
    arn = item.text("UserProfileArn") or own_arn("sagemaker", region, account, f"user-profile/{domain_id}/{name}")
    own = item.inner("UserSettings").text("ExecutionRole")
    default = domain.inner("DefaultUserSettings").text("ExecutionRole") if domain else ""
    shared = domain.inner("DefaultSpaceSettings").text("ExecutionRole") if domain else ""
    # A profile that was not described may have a role of its own, which then takes the place of the domain's.
    role = own or (default if described else "")
    return AwsWorkload(
        arn=arn,
        name=name,
        kind=WorkloadKind.SAGEMAKER_STUDIO_APP,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=role,
        role_known=bool(role),
        further_role_arns=(shared,) if shared and shared != role else (),
        settings=filled(
            DomainId=domain_id,
            Status=item.text("Status"),
            AuthMode=domain.text("AuthMode") if domain else "",
        ),
    )
