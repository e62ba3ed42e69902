# SPDX-License-Identifier: Apache-2.0
"""Step Functions: state machines and the roles that they act as."""

from collections.abc import Iterator

from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
_LISTED = "AWS::StepFunctions::StateMachineArn"

_CALLS = (
    Call(
        service="stepfunctions",
        operation="ListStateMachines",
        kind=_LISTED,
        scope=Scope.REGION,
        action="states:ListStateMachines",
        items="stateMachines",
        id="item.stateMachineArn",
    ),
    Call(
        service="stepfunctions",
        operation="DescribeStateMachine",
        kind=STATE_MACHINE,
        scope=Scope.REGION,
        action="states:DescribeStateMachine",
        each=_LISTED,
        parameters={"stateMachineArn": "parent_id"},
        id="parent_id",
        absent=("StateMachineDoesNotExist",),
        # A definition is code, and may carry credentials in its parameters.
        secrets=("definition",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: a state machine calls services as its role.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    """
    yield from rows(records, STATE_MACHINE, _state_machine)


def _state_machine(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "name"),
        role=text(body, "roleArn"),
        running=text(body, "status") != "DELETING",
    )


SERVICE = Service(name="Step Functions", calls=_CALLS, normalise=normalise)
