# SPDX-License-Identifier: Apache-2.0
"""Network facts from short descriptions, with everything in them that a test does not care for.

`network_facts` takes the sections below, each a mapping of ids to words (also as they stand in the
cases of `tests/cases/network`, whose README describes them). What nobody mentions is open: one
region, one account, a security group and an access list that let everything through, main route
tables with the local route alone, no switch against the Internet.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    Network,
    PrefixList,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    RemoteSite,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.table import Row
from tests.fakes.network_services import (
    balancers,
    endpoint_services,
    endpoints,
    fronts,
    listeners,
    target_groups,
)
from tests.fakes.network_words import (
    ACCOUNT,
    OPEN_RULES,
    REGION,
    Description,
    Lines,
    Words,
    rule,
)

OPEN_GROUP, OPEN_LIST = "sg-open", "acl-open"


def network_facts(rows: Iterable[Row] = (), **sections: Mapping[str, Any] | None) -> Facts:
    """Return facts that sections describe, and `rows` beside them as they are."""
    made: list[Row] = [*rows]
    held = {name: described or {} for name, described in sections.items()}
    unknown = set(held) - set(_READERS) - {"block"}
    if unknown:
        raise ValueError(f"no such sections: {sorted(unknown)}")
    for name, read in _READERS.items():
        made.extend(read(held.get(name, {})))
    made.extend(_defaults(made, held.get("block", {})))
    networks = {row.id: row.network for row in made if isinstance(row, Subnet)}
    return Facts.of(
        replace(row, network=networks.get(row.subnet, row.network))
        if isinstance(row, Interface)
        else row
        for row in made
    )


def _defaults(made: list[Row], blocks: Words) -> list[Row]:
    networks = [row for row in made if isinstance(row, Network)]
    tables = {row.id for row in made if isinstance(row, RouteTable)}
    added: list[Row] = [
        *_groups({OPEN_GROUP: OPEN_RULES}),
        *_access_lists({OPEN_LIST: [_numbered(line) for line in OPEN_RULES]}),
    ]
    for network in networks:
        main = f"rtb-{network.id}"
        if main not in tables:
            added.extend(_route_tables({f"{main} {network.id}": []}))
    held = [row for row in [*made, *added] if isinstance(row, RouteTable)]
    for table in held:
        ranges = next((row.ranges for row in networks if row.id == table.network), ())
        added.extend(_local(table, block) for block in ranges)
    places = {(row.account, row.region) for row in networks}
    for account, region in sorted(places):
        mode = blocks.get(f"{account} {region}", blocks.get(account, "off"))
        if mode != "unread":
            added.append(InternetBlock(account=account, region=region, mode=mode))
    return added


def _local(table: RouteTable, block: str) -> Route:
    return Route(
        owner=table.id, destination=block, target_kind="local", target="", blackhole=False,
        propagated=False,
    )  # fmt: skip


def _numbered(line: str) -> str:
    direction, rest = line.split(" ", 1)
    return f"100 {direction} allow {rest}"


def _networks(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        yield Network(
            id=name, provider="aws", name=name, ranges=tuple(words.plain), tags={}, **words.place
        )


def _subnets(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        network, *ranges = words.plain
        yield Subnet(
            id=name, network=network, zone=words.get("zone", "euw1-az1"), name=name,
            ranges=tuple(ranges), route_table=words.get("table", f"rtb-{network}"),
            acl=words.get("acl", OPEN_LIST), tags={}, **words.place,
        )  # fmt: skip


def _interfaces(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        detached, forwards = words.flag("detached"), words.flag("forwards")
        second = words.flag("second")
        bare, denies = words.flag("without-groups"), words.flag("denies-internet")
        subnet, *addresses = words.plain
        public = words.get("public")
        yield Interface(
            id=name, network=words.get("network", "vpc-1"), subnet=subnet,
            kind=words.get("kind", "interface"), thing=words.get("thing"),
            attached=not detached, addresses=tuple(addresses),
            denies_internet=denies, primary=not second,
            public={addresses[0]: public} if public else {},
            groups=() if bare else words.items("groups", OPEN_GROUP), forwards=forwards,
            name=name, tags={}, **words.place,
        )  # fmt: skip


def _groups(section: Lines) -> Iterable[Row]:
    for key, lines in section.items():
        words = Description(key)
        name, *network = words.plain
        yield SecurityGroup(
            id=name, network=network[0] if network else "vpc-1", name=name, tags={},
            **words.place,
        )  # fmt: skip
        yield from (rule(name, 0, line) for line in lines)


def _access_lists(section: Lines) -> Iterable[Row]:
    for key, lines in section.items():
        words = Description(key)
        name, *network = words.plain
        yield AccessList(
            id=name, network=network[0] if network else "vpc-1", name=name, **words.place
        )
        for line in lines:
            number, rest = line.split(" ", 1)
            yield rule(name, int(number), rest)


def _prefix_lists(section: Mapping[str, str | None]) -> Iterable[Row]:
    for key, text in section.items():
        words = Description(key)
        ranges = None if text is None else tuple(text.split())
        yield PrefixList(
            id=words.plain[0], name=words.plain[0], version=1, ranges=ranges, **words.place
        )


def _exclusions(section: Words) -> Iterable[Row]:
    for target, mode in section.items():
        yield InternetBlockExclusion(id=f"vpcbpa-exclude-{target}", target=target, mode=mode)


def _route_tables(section: Lines) -> Iterable[Row]:
    for key, lines in section.items():
        words = Description(key)
        name, *network = words.plain
        yield RouteTable(
            id=name, network=network[0] if network else "vpc-1", name=name,
            main=name.startswith("rtb-vpc-"), gateways=words.items("gateways"), **words.place,
        )  # fmt: skip
        for line in lines:
            route = Description(line)
            blackhole, propagated = route.flag("blackhole"), route.flag("propagated")
            destination, kind, *target = route.plain
            yield Route(
                owner=name, destination=destination, target_kind=kind,
                target=target[0] if target else "", blackhole=blackhole, propagated=propagated,
            )  # fmt: skip


def _gateways(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        available, private = not words.flag("unavailable"), words.flag("private")
        kind, *network = words.plain
        yield Gateway(
            id=name, kind=kind, network=network[0] if network else "", subnet=words.get("subnet"),
            private=private, interfaces=words.items("interfaces"), available=available, name=name,
            **words.place,
        )  # fmt: skip


def _peerings(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        active = not words.flag("inactive")
        networks = tuple(words.plain)
        yield Peering(
            id=name, networks=networks, accounts=words.items("accounts", f"{ACCOUNT},{ACCOUNT}"),
            regions=words.items("regions", f"{REGION},{REGION}"),
            ranges={network: words.get(network) for network in networks if words.get(network)},
            active=active,
        )  # fmt: skip


def _transit_gateways(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        yield TransitGateway(
            id=name, name=name, group_references=words.flag("references"), **words.place
        )


def _attachments(section: Words) -> Iterable[Row]:
    """Read `tgw-1 vpc vpc-1 table=... subnets=...`; `#1` after an id tells two sides apart."""
    for key, text in section.items():
        words = Description(text)
        appliance, references = words.flag("appliance"), words.flag("references")
        available = not words.flag("unavailable")
        gateway, kind, resource = words.plain
        yield TransitAttachment(
            id=key.partition("#")[0], gateway=gateway, kind=kind, resource=resource,
            account=words.get("account", ACCOUNT), route_table=words.get("table"),
            subnets=words.items("subnets"), appliance=appliance, group_references=references,
            available=available,
        )  # fmt: skip


def _transit_routes(section: Lines) -> Iterable[Row]:
    for table, lines in section.items():
        for line in lines:
            words = Description(line)
            blackhole, propagated = words.flag("blackhole"), words.flag("propagated")
            destination, *attachments = words.plain
            yield TransitRoute(
                owner=table, destination=destination, attachments=tuple(attachments),
                blackhole=blackhole, propagated=propagated,
            )  # fmt: skip


def _sites(section: Words) -> Iterable[Row]:
    for name, text in section.items():
        words = Description(text)
        kind, gateway, *ranges = words.plain
        yield RemoteSite(
            id=name, kind=kind, gateway=gateway, ranges=tuple(ranges), name=name, **words.place
        )


def _unread(section: Words) -> Iterable[Row]:
    """Read `AWS::EC2::SecurityGroup: DescribeSecurityGroups [resource=sg-1]`."""
    for kind, text in section.items():
        words = Description(text)
        yield Unread(
            provider="aws", service="ec2", operation=words.plain[0],
            action=f"ec2:{words.plain[0]}", kind=kind, resource=words.get("resource"),
            code="denied", reason="not allowed", **words.place,
        )  # fmt: skip


_READERS: Mapping[str, Any] = {
    "network": _networks,
    "subnet": _subnets,
    "interface": _interfaces,
    "group": _groups,
    "acl": _access_lists,
    "prefix_list": _prefix_lists,
    "exclusion": _exclusions,
    "table": _route_tables,
    "gateway": _gateways,
    "peering": _peerings,
    "transit_gateway": _transit_gateways,
    "attachment": _attachments,
    "transit_route": _transit_routes,
    "site": _sites,
    "endpoint": endpoints,
    "endpoint_service": endpoint_services,
    "balancer": balancers,
    "listener": listeners,
    "target_group": target_groups,
    "front": fronts,
    "unread": _unread,
}
