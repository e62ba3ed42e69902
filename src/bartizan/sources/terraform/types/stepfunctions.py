# SPDX-License-Identifier: Apache-2.0
"""Step Functions: state machines and the roles that they act as.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
"""

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.whole import Whole


def _machine(thing: Thing, _draft: Draft) -> Body:
    return {
        "name": thing.name(),
        "roleArn": thing.text("role_arn"),
        "status": "ACTIVE",
        "definition": thing.aside("definition"),
    }


_MACHINE = Whole(
    type="aws_sfn_state_machine",
    service="states",
    record="AWS::StepFunctions::StateMachine",
    resource="stateMachine:{name}",
    body=_machine,
    member="stateMachineArn",
    id="arn",
    listing="AWS::StepFunctions::StateMachineArn",
    listed=("stateMachineArn", "name"),
    secrets=("definition",),
)

KINDS = (_MACHINE.kind(),)
