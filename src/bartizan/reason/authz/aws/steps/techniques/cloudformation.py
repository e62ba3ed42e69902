# SPDX-License-Identifier: Apache-2.0
"""Techniques over CloudFormation, inside one account."""

from bartizan.reason.authz.aws.steps.over import roles_behind
from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_CFN = "arn:{partition}:cloudformation:{region}:{account}:"
_SERVICE = "cloudformation.amazonaws.com"
_KIND = "AWS::CloudFormation::Stack"
_ROLE = (("cloudformation:RoleArn", "{role}"),)
_STACK = (("cloudformation:RoleArn", None),)
_ACTS = "CloudFormation does whatever the template says, with the rights of the role."

TECHNIQUES = (
    handing(
        "cloudformation-new-stack",
        "Make a stack that is built by the role",
        Need(
            action="cloudformation:CreateStack",
            resource=_CFN + "stack/{new}/bartizan",
            context=_ROLE,
        ),
        service=_SERVICE,
        refs=("cloudformation-001",),
        how=_ACTS,
    ),
    changing(
        "cloudformation-update-stack",
        "Update a stack that a role builds",
        Need(action="cloudformation:UpdateStack", resource="{workload}", context=_STACK),
        kind=_KIND,
        refs=("cloudformation-002",),
        how="A stack keeps its role: an update needs no right to pass it. " + _ACTS,
    ),
    changing(
        "cloudformation-change-set",
        "Change a stack that a role builds by a change set",
        Need(action="cloudformation:CreateChangeSet", resource="{workload}", context=_STACK),
        Need(action="cloudformation:ExecuteChangeSet", resource="{workload}"),
        kind=_KIND,
        refs=("cloudformation-005",),
        how="A stack keeps its role: a change set needs no right to pass it. " + _ACTS,
    ),
    handing(
        "cloudformation-new-stack-set",
        "Make a stack set whose stacks another role builds",
        Need(
            action="cloudformation:CreateStackSet",
            context=(("cloudformation:RoleArn", "{administration_role}"),),
        ),
        Need(
            action="cloudformation:CreateStackInstances",
            resource=_CFN + "stackset/{new}:bartizan",
        ),
        service=_SERVICE,
        refs=("cloudformation-003",),
        effort=3,
        over=roles_behind(_SERVICE),
        entity="{execution_role}",
        abroad=True,
        how="The administration role assumes the execution role, which builds the stacks.",
    ),
    handing(
        "cloudformation-update-stack-set",
        "Update a stack set whose stacks another role builds",
        Need(action="cloudformation:UpdateStackSet", resource="{workload}"),
        service=_SERVICE,
        refs=("cloudformation-004",),
        effort=3,
        over=roles_behind(_SERVICE, stack_sets=True),
        entity="{execution_role}",
        abroad=True,
        how="The administration role assumes the execution role, which builds the stacks.",
    ),
)
