# SPDX-License-Identifier: Apache-2.0
"""Resource Access Manager: what an account shares, and with whom.

Records are answers of https://docs.aws.amazon.com/ram/latest/APIReference/API_Operations.html
"""

import functools
import uuid

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_SHARE, _RESOURCE = "AWS::RAM::ResourceShare", "AWS::RAM::Resource"
_PRINCIPAL = "AWS::RAM::Principal"

_kind = functools.partial(Kind, service="ram")
_keep = functools.partial(keep, service="ram")


def _arn(thing: Thing) -> str:
    made = uuid.UUID(bytes=thing.made("share").encode()[-16:])
    return thing.arn("ram", f"resource-share/{made}")


def _share(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing)
    body: Body = {
        "resourceShareArn": arn,
        "name": thing.text("name"),
        "owningAccountId": thing.account(),
        "status": "ACTIVE",
    }
    _keep(thing, draft, _SHARE, arn, body=body)


def _no_share(thing: Thing, draft: Draft) -> None:
    arn = thing.identity("arn")
    draft.drop(_SHARE, arn)
    for kind in (_RESOURCE, _PRINCIPAL):
        for one in [one for one in draft.held(kind) if one.startswith(f"{arn}|")]:
            draft.drop(kind, one)


def _resource(thing: Thing, draft: Draft) -> None:
    share, arn = thing.identity("resource_share_arn"), thing.identity("resource_arn")
    body: Body = {"arn": arn, "resourceShareArn": share}
    _keep(thing, draft, _RESOURCE, f"{share}|{arn}", body=body)


def _principal(thing: Thing, draft: Draft) -> None:
    share, whom = thing.identity("resource_share_arn"), thing.identity("principal")
    body: Body = {"id": whom, "resourceShareArn": share}
    _keep(thing, draft, _PRINCIPAL, f"{share}|{whom}", body=body)


def _drop(kind: str, attribute: str, thing: Thing, draft: Draft) -> None:
    draft.drop(kind, f"{thing.identity('resource_share_arn')}|{thing.identity(attribute)}")


KINDS = (
    _kind(
        type="aws_ram_resource_share",
        put=_share,
        take=_no_share,
        record=_SHARE,
        names=lambda thing: dict.fromkeys(("id", "arn"), _arn(thing)),
    ),
    _kind(
        type="aws_ram_resource_association",
        put=_resource,
        take=functools.partial(_drop, _RESOURCE, "resource_arn"),
        record=_RESOURCE,
        part=True,
    ),
    _kind(
        type="aws_ram_principal_association",
        put=_principal,
        take=functools.partial(_drop, _PRINCIPAL, "principal"),
        record=_PRINCIPAL,
        part=True,
    ),
)
