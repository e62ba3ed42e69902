# SPDX-License-Identifier: Apache-2.0
"""Techniques over Lambda functions."""

from bartizan.model.step import Ability
from bartizan.reason.authz.aws.steps.over import callable_workloads
from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_NEW = "arn:{partition}:lambda:{region}:{account}:function:{new}"
_SERVICE = "lambda.amazonaws.com"
_KIND = "AWS::Lambda::Function"
_CREATE = Need(action="lambda:CreateFunction", resource=_NEW)
_MAPPING = (
    Need(action="lambda:CreateEventSourceMapping", context=(("lambda:FunctionArn", _NEW),)),
)

TECHNIQUES = (
    handing(
        "lambda-new-function",
        "Make a function that runs as the role and call it",
        _CREATE,
        Need(action="lambda:InvokeFunction", resource=_NEW),
        service=_SERVICE,
        refs=("lambda-001",),
        how="A new function runs code of the caller's choice with the credentials of its role.",
    ),
    handing(
        "lambda-new-function-by-event",
        "Make a function that runs as the role and let an event call it",
        _CREATE,
        *_MAPPING,
        service=_SERVICE,
        refs=("lambda-002",),
        effort=3,
        how="A stream or queue calls a new function, so that its maker need not be able to.",
    ),
    handing(
        "lambda-new-function-by-permission",
        "Make a function that runs as the role and let others call it",
        _CREATE,
        Need(action="lambda:AddPermission", resource=_NEW),
        service=_SERVICE,
        refs=("lambda-006",),
        how="The policy of a new function lets a principal of any account call it.",
    ),
    changing(
        "lambda-replace-code",
        "Replace the code of a function",
        Need(action="lambda:UpdateFunctionCode", resource="{workload}"),
        kind=_KIND,
        refs=("lambda-003", "lambda-004", "lambda-005"),
        grants=Ability.PLANT_CODE,
        over=callable_workloads(_KIND),
        abroad=True,
        how="The next call of the function runs the new code with the credentials of its role.",
    ),
    changing(
        "lambda-add-layer",
        "Put a layer before the code of a function",
        Need(action="lambda:UpdateFunctionConfiguration", resource="{workload}"),
        kind=_KIND,
        refs=(),
        grants=Ability.PLANT_CODE,
        how="A layer with a start-up wrapper runs before the function's own code, as its role.",
    ),
    changing(
        "lambda-invoke",
        "Call a function",
        Need(action="lambda:InvokeFunction", resource="{workload}"),
        kind=_KIND,
        refs=("lambda-004",),
        grants=Ability.INVOKE,
        effort=1,
        over=callable_workloads(_KIND),
        abroad=True,
        how="Whoever may call a function starts the code that it holds.",
    ),
    changing(
        "lambda-open-function",
        "Let others call a function",
        Need(action="lambda:AddPermission", resource="{workload}"),
        kind=_KIND,
        refs=("lambda-005",),
        grants=Ability.INVOKE,
        attack="T1098",
        how="A statement in the function's policy lets a principal of any account call it.",
    ),
)
