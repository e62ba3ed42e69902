# SPDX-License-Identifier: Apache-2.0
"""Transit gateways, what they are joined to, and their routes.

Sources: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html
"""

from collections.abc import Iterator, Mapping
from typing import Self

from msgspec import Struct

from bartizan.model.facts.routing import TransitAttachment, TransitGateway, TransitRoute
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import MalformedBodyError, flag, objects, tags, text, texts
from bartizan.sources.aws.facts.network.gap import missing
from bartizan.sources.aws.facts.network.view import block, made, needed, owner_of, views

GATEWAY = "AWS::EC2::TransitGateway"
ATTACHMENT = "AWS::EC2::TransitGatewayAttachment"
VPC_ATTACHMENT = "AWS::EC2::TransitGatewayVpcAttachment"
ROUTE_TABLE = "AWS::EC2::TransitGatewayRouteTable"
ASSOCIATION = "AWS::EC2::TransitGatewayRouteTableAssociation"
ROUTE = "AWS::EC2::TransitGatewayRoute"
SEARCH = "AWS::EC2::TransitGatewayRouteSearch"

_KINDS = {"tgw-peering": "peering"}
_GONE = frozenset({"deleted", "failed", "rejected"})


class _Known(Struct, frozen=True):
    """What other records say of attachments."""

    associated: Mapping[tuple[str, str], str]
    """Gateway and attachment to the table that arriving packets look at."""
    details: Mapping[str, Record]
    """Attachment to what its network's side says."""
    owned: frozenset[str]
    """Gateways whose tables were listed, so that no association means none."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read them; what is malformed is told elsewhere."""
        owned: set[str] = set()
        gateways: dict[str, str] = {}
        for record in records.of(ROUTE_TABLE):
            gateway = record.body.get("TransitGatewayId")
            if isinstance(gateway, str):
                owned.add(gateway)
                gateways[record.id] = gateway
        associated: dict[tuple[str, str], str] = {}
        for record in records.of(ASSOCIATION):
            table, _, attachment = record.id.partition("#")
            if record.body.get("State") in (None, "associated") and table in gateways:
                associated[gateways[table], attachment] = table.rpartition("/")[2]
        views_of = views(records, VPC_ATTACHMENT, "TransitGatewayAttachmentId", owner="VpcOwnerId")
        details = {str(row.body.get("TransitGatewayAttachmentId")): row for row in views_of}
        return cls(associated, details, frozenset(owned))


def transit(records: Records) -> Iterator[Row]:
    """Yield transit gateways, attachments and routes."""
    known = _Known.of(records)
    yield from made(views(records, GATEWAY, "TransitGatewayId"), _gateway)
    yield from made(_attachments(records), lambda row: _attachment(row, known))
    yield from made(records.of(ROUTE), _route)
    yield from made(records.of(SEARCH), _search)


def _gateway(record: Record) -> Iterator[Row]:
    body = record.body
    yield TransitGateway(
        id=needed(body, "TransitGatewayId"),
        account=owner_of(record),
        region=record.region,
        name=tags(body, "Tags").get("Name", ""),
        group_references=text(body, "Options", "SecurityGroupReferencingSupport") == "enable",
    )


def _attachments(records: Records) -> Iterator[Record]:
    """Yield one record for each attachment and gateway: the two ends of a peering share an id."""
    best: dict[tuple[str, str], tuple[bool, Record]] = {}
    for record in records.of(ATTACHMENT):
        body = record.body
        key = str(body.get("TransitGatewayAttachmentId")), str(body.get("TransitGatewayId"))
        foreign = record.account != body.get("TransitGatewayOwnerId", record.account)
        held = best.get(key)
        if held is None or (held[0] and not foreign):
            best[key] = foreign, record
    yield from (record for _, record in best.values())


def _attachment(record: Record, known: _Known) -> Iterator[Row]:
    body = record.body
    name, gateway = needed(body, "TransitGatewayAttachmentId"), needed(body, "TransitGatewayId")
    kind, state = needed(body, "ResourceType"), text(body, "State")
    if state in _GONE:
        return
    detail = known.details.get(name)
    options: Mapping[str, Json] = detail.body if detail else {}
    if kind == "vpc" and detail is None:
        yield _untold(record, VPC_ATTACHMENT, name)
    table = known.associated.get((gateway, name), "") or _associated(body)
    if gateway not in known.owned:
        # Whoever is attached is told the table, and not what is in it.
        yield _untold(record, ROUTE, table) if table else _untold(record, ASSOCIATION, name)
    yield TransitAttachment(
        id=name,
        gateway=gateway,
        kind=_KINDS.get(kind, kind),
        resource=text(body, "ResourceId"),
        account=owner_of(record, "ResourceOwnerId"),
        route_table=table,
        subnets=tuple(sorted(texts(options, "SubnetIds"))),
        appliance=text(options, "Options", "ApplianceModeSupport") == "enable",
        # On unless somebody switched it off.
        group_references=text(options, "Options", "SecurityGroupReferencingSupport") != "disable",
        available=state in ("", "available", "modifying"),
    )


def _associated(body: Mapping[str, Json]) -> str:
    if text(body, "Association", "State") not in ("", "associated"):
        return ""
    return text(body, "Association", "TransitGatewayRouteTableId")


def _untold(record: Record, kind: str, name: str) -> Row:
    reason = "the account that knows it is not collected, or its answer was not read"
    return missing(record, kind=kind, resource=name, code="skipped", reason=reason)


def _route(record: Record) -> Iterator[Row]:
    body = record.body
    destination = text(body, "DestinationCidrBlock")
    destination = block(destination) if destination else needed(body, "PrefixListId")
    state = text(body, "State")
    attachments = {
        needed(one, "TransitGatewayAttachmentId")
        for one in objects(body, "TransitGatewayAttachments")
    }
    if state not in ("", "active", "blackhole"):
        return
    if not attachments and state != "blackhole":
        raise MalformedBodyError(f"the route to `{destination}` leads nowhere")
    yield TransitRoute(
        owner=record.id.partition("#")[0].rpartition("/")[2],
        destination=destination,
        attachments=tuple(sorted(attachments)) if state != "blackhole" else (),
        blackhole=state == "blackhole",
        propagated=text(body, "Type") == "propagated",
    )


def _search(record: Record) -> Iterator[Row]:
    """Tell where a table has more routes than one answer holds."""
    if flag(record.body, "AdditionalRoutesAvailable"):
        yield missing(
            record,
            kind=ROUTE,
            resource=record.id.rpartition("/")[2],
            code="truncated",
            reason="the table has more routes than one answer holds",
        )
