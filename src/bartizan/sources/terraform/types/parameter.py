# SPDX-License-Identifier: Apache-2.0
"""Systems Manager: parameters, without their values.

Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html
"""

import functools

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_PARAMETER, _TAGS = "AWS::SSM::Parameter", "AWS::SSM::ParameterTags"
_POLICIES = "AWS::SSM::ParameterPolicies"
_SECRET, _KEY = "SecureString", "alias/aws/ssm"
"""The type that is encrypted, and the key that does it unless another is written.

Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

_keep = functools.partial(keep, service="ssm")


def _arn(thing: Thing) -> str:
    return thing.arn("ssm", f"parameter/{thing.identity('name').removeprefix('/')}")


def _parameter(thing: Thing, draft: Draft) -> None:
    arn, type_ = _arn(thing), thing.text("type")
    written = thing.member("key_id") if thing.said("key_id") else _KEY
    key = written if type_ == _SECRET else thing.member("type") if "type" in thing.gaps else None
    body: Body = {
        "Name": thing.identity("name"),
        "ARN": arn,
        "Type": type_,
        "KeyId": key,
        "Tier": (thing.text("tier") if thing.said("tier") else "") or "Standard",
    }
    _keep(thing, draft, _PARAMETER, arn, body=body)
    _keep(thing, draft, _TAGS, arn, body={"TagList": thing.tags()})


def _no_parameter(thing: Thing, draft: Draft) -> None:
    for kind in (_PARAMETER, _TAGS, _POLICIES):
        draft.drop(kind, _arn(thing))


KINDS = (
    Kind(
        type="aws_ssm_parameter",
        put=_parameter,
        take=_no_parameter,
        record=_PARAMETER,
        service="ssm",
        names=lambda thing: {"arn": _arn(thing), "id": thing.identity("name")},
    ),
)
