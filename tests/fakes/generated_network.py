# SPDX-License-Identifier: Apache-2.0
"""Small networks by chance, drawn to collide: few ranges, all ways between them, much missing."""

from collections.abc import Iterator

from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    PrefixList,
    Rule,
    SecurityGroup,
)
from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.model.table import Row
from tests.fakes.dice import Dice
from tests.fakes.drawn_network import (
    ACCOUNTS,
    DARK,
    MESSAGES,
    PORTS,
    REGIONS,
    WIDE,
    Drawn,
    grounds,
)
from tests.fakes.drawn_services import balancers
from tests.fakes.drawn_ways import gateways, joins, routes, sites, transit


def network_estate(dice: Dice, *, balanced: bool = False, readable: bool = False) -> Facts:
    """Draw an estate, with load balancers and endpoints to them if it is `balanced`; one that is
    `readable` has no lists and rows that could not be read.
    """
    return Facts.of(rows(dice, balanced=balanced, readable=readable))


def rows(dice: Dice, *, balanced: bool = False, readable: bool = False) -> list[Row]:
    """Draw the rows of an estate."""
    drawn = Drawn(dice, readable=readable)
    grounds(drawn)
    if balanced:
        drawn.rows.extend(balancers(drawn))
    for step in (
        _filters,
        gateways,
        joins,
        transit,
        sites,
        _prefixes,
        routes,
        _rules,
        _shields,
    ):
        drawn.rows.extend(step(drawn))
    return list(_less(drawn))


def _less(drawn: Drawn) -> Iterator[Row]:
    """Lose some rows, and tell of some losses."""
    dice = drawn.dice
    losing = not drawn.readable and dice.chance(30)
    parts = (drawn.networks, drawn.subnets, drawn.interfaces, drawn.rows)
    for row in (row for part in parts for row in part):
        if not (losing and not isinstance(row, Interface) and dice.chance(4)):
            yield row
    if not drawn.readable and dice.chance(15):
        yield unread(dice)


def unread(dice: Dice) -> Unread:
    """Draw something that was not read."""
    kind, name = dice.one(DARK)
    return Unread(
        provider="aws",
        account=dice.one(ACCOUNTS),
        region=dice.one((*REGIONS, "")),
        service="ec2",
        operation="DescribeSomething",
        action="ec2:DescribeSomething",
        kind=kind,
        resource=name,
        code="denied",
        reason="no",
    )


def _filters(drawn: Drawn) -> Iterator[Row]:
    where = {row.id.removeprefix("vpc-"): row for row in drawn.networks}
    for name in drawn.groups:
        network = where[str(int(name.removeprefix("sg-")) // 2)]
        yield SecurityGroup(
            id=name, network=network.id, account=network.account, region=network.region, name="",
            tags={},
        )  # fmt: skip
    for name in drawn.lists:
        network = where[name.removeprefix("acl-")]
        yield AccessList(
            id=name, network=network.id, account=network.account, region=network.region, name=""
        )


def _prefixes(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    for number in range(2):
        if drawn.readable or dice.chance(70):
            bogus = [] if drawn.readable else ["bogus"]
            held = tuple(sorted(dice.some([*drawn.blocks, *bogus][3:], least=1, most=3)))
            yield PrefixList(
                id=f"pl-{number}", account=ACCOUNTS[0], region=REGIONS[0], name="", version=1,
                ranges=None if not drawn.readable and dice.chance(20) else held,
            )  # fmt: skip


def _rules(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    for name in drawn.groups:
        for direction in ("in", "out"):
            for at in range(dice.below(4)):
                yield _rule(drawn, name, direction, at, number=0, allow=True)
            if dice.chance(60 if direction == "out" else 25):
                yield _open(drawn, name, direction)
    for name in drawn.lists:
        for direction in ("in", "out"):
            count = dice.below(3)
            for at in range(count):
                allow = dice.chance(60)
                yield _rule(drawn, name, direction, at, number=10 + at, allow=allow)
            if not dice.chance(10):
                yield replace(_open(drawn, name, direction), number=100)
                if dice.chance(80):
                    yield replace(
                        _open(drawn, name, direction), number=101, peer="::/0",
                        id=f"{name}#{direction}/six",
                    )  # fmt: skip


def _open(drawn: Drawn, owner: str, direction: str) -> Rule:
    row = _rule(drawn, owner, direction, 9, number=0, allow=True)
    return replace(row, protocol=ANY, first=-1, last=-1, peer_kind="range", peer="0.0.0.0/0")


def _rule(drawn: Drawn, owner: str, direction: str, at: int, *, number: int, allow: bool) -> Rule:
    dice = drawn.dice
    protocol = dice.one((ANY, TCP, TCP, UDP, ICMP, ICMPV6, 47))
    first, last = -1, -1
    if protocol in {TCP, UDP}:
        first, last = dice.one(PORTS)
    elif protocol in {ICMP, ICMPV6}:
        first, last = dice.one(MESSAGES)
    kind, peer = "range", dice.one([*WIDE[:3], *drawn.blocks])
    if owner.startswith("sg-"):
        if dice.chance(25):
            kind, peer = "group", dice.one(drawn.groups)
        elif dice.chance(8):
            kind, peer = "prefix-list", dice.one(("pl-0", "pl-1"))
    if dice.chance(1):
        kind, peer = "range", "bogus"
    return Rule(
        owner=owner, id=f"{owner}#{direction}/{at}", direction=direction, number=number,
        allow=allow, protocol=protocol, first=first, last=last, peer_kind=kind, peer=peer,
        description="",
    )  # fmt: skip


def _shields(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    for account in ACCOUNTS:
        for region in REGIONS:
            mode = "off"
            if dice.chance(15):
                mode = dice.one(("block-bidirectional", "block-ingress"))
            if not dice.chance(5):
                yield InternetBlock(account=account, region=region, mode=mode)
    if dice.chance(20):
        names = [*(row.id for row in drawn.networks), *(row.id for row in drawn.subnets)]
        yield InternetBlockExclusion(
            id="vpcbpa-exclude-0", target=dice.one(names),
            mode=dice.one(("allow-bidirectional", "allow-egress")),
        )  # fmt: skip


_STEPS = (
    _filters,
    gateways,
    joins,
    transit,
    sites,
    _prefixes,
    routes,
    _rules,
    _shields,
)
