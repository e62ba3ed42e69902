# SPDX-License-Identifier: Apache-2.0
"""CloudFormation: stacks and stack sets, and the roles that they make things as.

What a template makes is not read: where it changes, that is told.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSet.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep
from bartizan.sources.terraform.types.whole import token
from bartizan.sources.terraform.value import hidden

_STACK = "AWS::CloudFormation::Stack"
_SET, _SUMMARY = "AWS::CloudFormation::StackSet", "AWS::CloudFormation::StackSetSummary"
_CONTENT = ("template_body", "template_url", "parameters")
_SECRETS = ("Parameters[].ParameterValue", "TemplateBody")

_kind = functools.partial(Kind, service="cloudformation")
_keep = functools.partial(keep, service="cloudformation")


def _stack_id(thing: Thing) -> str:
    path = f"stack/{thing.name()}/{token(thing)}"
    return thing.arn("cloudformation", path, attribute="id")


def _parameters(thing: Thing) -> list[Json]:
    return [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in thing.variables("parameters").items()
    ]


def _changed(thing: Thing) -> None:
    """Tell that a template changes, or what it is given.

    Raises:
        UntoldError: it does.
    """
    for name in _CONTENT:
        value = thing.values.get(name)
        if value != thing.before.get(name) or any(hidden(value)):
            raise UntoldError("template_body")


def _stack(thing: Thing, draft: Draft) -> None:
    arn = _stack_id(thing)
    body: Body = {
        "StackId": arn,
        "StackName": thing.name(),
        "RoleARN": thing.text("iam_role_arn"),
        "StackStatus": "CREATE_COMPLETE",
        "Parameters": _parameters(thing),
        "Tags": thing.tags(),
    }
    _keep(thing, draft, _STACK, arn, body=redact(body, _SECRETS, key=draft.key))
    _changed(thing)


def _no_stack(thing: Thing, draft: Draft) -> None:
    """Take a stack away. What it made goes as well, and is not read.

    Raises:
        UntoldError: always.
    """
    draft.drop(_STACK, _stack_id(thing))
    raise UntoldError("template_body")


def _set_names(thing: Thing) -> Mapping[str, str]:
    return {"arn": _set_arn(thing), "id": thing.name()}


def _set_arn(thing: Thing) -> str:
    return thing.arn("cloudformation", f"stackset/{thing.name()}:{token(thing)}")


def _set(thing: Thing, draft: Draft) -> None:
    """Put a stack set, which makes nothing before it has instances.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    """
    arn, name = _set_arn(thing), thing.name()
    held = draft.peek(_SET, arn)
    own = thing.text("permission_model") != "SERVICE_MANAGED"
    default = "AWSCloudFormationStackSet{}Role"
    role = thing.text("administration_role_arn")
    if own and not role and "administration_role_arn" not in thing.gaps:
        role = thing.place.arn("iam", f"role/{default.format('Administration')}")
    execution = thing.text("execution_role_name") if thing.said("execution_role_name") else ""
    body: Body = {
        "StackSetName": name,
        "StackSetId": arn.rpartition("/")[2],
        "StackSetARN": arn,
        "Status": "ACTIVE",
        "PermissionModel": "SELF_MANAGED" if own else "SERVICE_MANAGED",
        "AdministrationRoleARN": role,
        "ExecutionRoleName": execution or (default.format("Execution") if own else ""),
        "Parameters": _parameters(thing),
        "TemplateBody": thing.aside("template_body"),
        "Tags": thing.tags(),
    }
    told = {member: body[member] for member in ("StackSetName", "StackSetId", "Status")}
    _keep(thing, draft, _SUMMARY, str(body["StackSetId"]), body=told)
    _keep(thing, draft, _SET, arn, body=redact(body, _SECRETS, key=draft.key))
    if held:
        _changed(thing)


def _no_set(thing: Thing, draft: Draft) -> None:
    arn = _set_arn(thing)
    draft.drop(_SUMMARY, arn.rpartition("/")[2])
    draft.drop(_SET, arn)


KINDS = (
    _kind(type="aws_cloudformation_stack", put=_stack, take=_no_stack, record=_STACK),
    _kind(
        type="aws_cloudformation_stack_set",
        put=_set,
        take=_no_set,
        record=_SET,
        names=_set_names,
    ),
)
