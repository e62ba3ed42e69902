# SPDX-License-Identifier: Apache-2.0
"""CloudFormation: stacks, stack sets, and the roles that they create things as."""

from collections.abc import Iterator

from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, tags, text
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

STACK = "AWS::CloudFormation::Stack"
STACK_SET = "AWS::CloudFormation::StackSet"
_SUMMARY = "AWS::CloudFormation::StackSetSummary"

_CALLS = (
    Call(
        service="cloudformation",
        operation="DescribeStacks",
        kind=STACK,
        scope=Scope.REGION,
        items="Stacks",
        id="item.StackId",
        secrets=("Parameters[].ParameterValue", "Outputs[].OutputValue"),
    ),
    Call(
        service="cloudformation",
        operation="ListStackSets",
        kind=_SUMMARY,
        scope=Scope.REGION,
        parameters={"Status": "'ACTIVE'"},
        items="Summaries",
        id="item.StackSetId",
    ),
    Call(
        service="cloudformation",
        operation="DescribeStackSet",
        kind=STACK_SET,
        scope=Scope.REGION,
        each=_SUMMARY,
        parameters={"StackSetName": "parent.StackSetName"},
        items="[StackSet]",
        id="item.StackSetARN",
        absent=("StackSetNotFoundException",),
        secrets=("Parameters[].ParameterValue", "TemplateBody"),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: who updates a stack acts as its service role, who updates a stack set of
    its own acts as its administration role, which takes the execution role in each account.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    """
    yield from rows(records, STACK, _stack)
    yield from rows(records, STACK_SET, _stack_set)


def _stack(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "StackName"),
        role=text(body, "RoleARN"),
        running=text(body, "StackStatus") not in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS"),
        tags=tags(body, "Tags"),
        related={"parent": text(body, "ParentId")},
    )


def _stack_set(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "StackSetName"),
        role=text(body, "AdministrationRoleARN"),
        running=text(body, "Status") == "ACTIVE",
        tags=tags(body, "Tags"),
        related={
            "execution-role-name": text(body, "ExecutionRoleName"),
            "permission-model": text(body, "PermissionModel"),
        },
    )


SERVICE = Service(name="CloudFormation", calls=_CALLS, normalise=normalise)
