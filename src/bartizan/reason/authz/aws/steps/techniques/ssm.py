# SPDX-License-Identifier: Apache-2.0
"""Techniques over hosts that Systems Manager manages."""

from bartizan.model.step import Condition
from bartizan.reason.authz.aws.steps.over import managed_instances
from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing

_KIND = "AWS::EC2::Instance"
_AGENT = Condition(text="the Systems Manager agent runs there", key="assume:ssm-agent", effort=0)

TECHNIQUES = (
    changing(
        "ssm-start-session",
        "Open a session on an instance",
        Need(action="ssm:StartSession", resource="{workload}"),
        kind=_KIND,
        refs=("ssm-001",),
        attack="T1021.008",
        effort=1,
        over=managed_instances,
        conditions=(_AGENT,),
        how="The agent opens a shell for the caller; from there the role's credentials are read.",
    ),
    changing(
        "ssm-send-command",
        "Run a command on an instance",
        Need(action="ssm:SendCommand", resource="{workload}"),
        Need(
            action="ssm:SendCommand",
            resource="arn:{partition}:ssm:{region}::document/AWS-RunShellScript",
        ),
        kind=_KIND,
        refs=("ssm-002",),
        attack="T1651",
        effort=1,
        over=managed_instances,
        conditions=(_AGENT,),
        how="The agent runs the command as root.",
    ),
)
