# SPDX-License-Identifier: Apache-2.0
"""Direct Connect: gateways to places outside, and what they are joined to.

Records are answers of https://docs.aws.amazon.com/directconnect/latest/APIReference/API_Operations.html
"""

import functools
import uuid

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep
from bartizan.sources.terraform.value import Hidden

_GATEWAY, _JOINED = "AWS::DirectConnect::Gateway", "AWS::DirectConnect::GatewayAssociation"
_OWN = "dx_gateway_association_id"

_kind = functools.partial(Kind, service="directconnect")
_keep = functools.partial(keep, service="directconnect", regional=False)


def _id(thing: Thing, attribute: str) -> str:
    held = thing.values.get(attribute)
    if isinstance(held, str) and held:
        return held
    return str(uuid.UUID(bytes=thing.made(attribute).encode()[-16:]))


def _arn(thing: Thing, draft: Draft, name: str) -> str:
    """Return the id that a scan gives to a gateway, by its own."""
    held = draft.found(_GATEWAY, name)
    if held:
        return held[0]
    return thing.here("directconnect", f"dx-gateway/{name}", regional=False)


def _gateway(thing: Thing, draft: Draft) -> None:
    name = _id(thing, "id")
    body: Body = {
        "directConnectGatewayId": name,
        "directConnectGatewayName": thing.text("name"),
        "ownerAccount": thing.account(),
        "directConnectGatewayState": "available",
    }
    _keep(thing, draft, _GATEWAY, _arn(thing, draft, name), body=body)


def _no_gateway(thing: Thing, draft: Draft) -> None:
    draft.drop(_GATEWAY, _arn(thing, draft, thing.identity("id")))


def _join(thing: Thing, draft: Draft) -> None:
    gateway, own = thing.identity("dx_gateway_id"), _id(thing, _OWN)
    other = thing.identity("associated_gateway_id", "vpn_gateway_id")
    transit = other.startswith("tgw-")
    body: Body = {
        "directConnectGatewayId": gateway,
        "associationId": own,
        "associationState": "associated",
        "associatedGateway": {
            "id": other,
            "type": "transitGateway" if transit else "virtualPrivateGateway",
            "region": thing.place.region,
        },
    }
    name = f"{_arn(thing, draft, gateway)}#{own}"
    if transit and not draft.peek(_JOINED, name):
        # AWS attaches the gateway to the transit gateway, and routes may lead to what it made.
        thing.gaps["transit_gateway_attachment_id"] = Hidden.UNKNOWN
    _keep(thing, draft, _JOINED, name, body=body)


def _part(thing: Thing, draft: Draft) -> None:
    gateway = _arn(thing, draft, thing.identity("dx_gateway_id"))
    draft.drop(_JOINED, f"{gateway}#{thing.identity(_OWN)}")


KINDS = (
    _kind(
        type="aws_dx_gateway",
        put=_gateway,
        take=_no_gateway,
        record=_GATEWAY,
        names=lambda thing: {"id": _id(thing, "id")},
    ),
    _kind(
        type="aws_dx_gateway_association",
        put=_join,
        take=_part,
        record=_JOINED,
        rank=4,
    ),
)
