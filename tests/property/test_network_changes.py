# SPDX-License-Identifier: Apache-2.0
"""A kernel of networks that follows a change says what one that is compiled anew says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, Rule, Subnet
from bartizan.model.facts.routing import Route, TransitAttachment, TransitRoute
from bartizan.model.packet import ICMP, INTERNET, TCP, UDP
from bartizan.model.table import Row, to_arrow
from bartizan.reason.network.aws.kernel.build import world
from bartizan.reason.network.aws.kernel.compiled import Compiled
from bartizan.reason.network.aws.kernel.found import Found
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.kernel.revised import revised
from bench.network_estate import network_estate as organisation
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED, OUTSIDE, WIDE
from tests.fakes.generated_network import network_estate
from tests.property.test_network_finer import said

CHANGES, QUESTIONS = 3, 4
FRESH = ((TCP, 80, 80), (TCP, 20, 25), (UDP, 500, 600), (ICMP, 8, 5), (ICMP, 11, -1), (50, -1, -1))
"""Ports and messages that no drawn rule tells apart."""


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_a_kernel_that_follows_changes_is_as_one_compiled_anew(thrown: Dice) -> None:
    facts = network_estate(thrown, balanced=thrown.chance(50), readable=thrown.chance(50))
    kernel = Kernel.compile(facts)

    for _ in range(CHANGES):
        facts = _changed(facts, thrown)
        kernel, anew = kernel.changed(facts), Kernel.compile(facts)
        targets = [name for name in anew.names if name.startswith("eni-")]
        for _ in range(QUESTIONS):
            target, (protocol, port) = thrown.one(targets), thrown.one(ASKED)
            found = kernel.who_reaches(target, protocol, port)
            assert found.tolist() == anew.who_reaches(target, protocol, port).tolist()
        for source in (INTERNET, thrown.one(targets)):
            assert kernel.exposed(source).equals(anew.exposed(source))
        assert kernel.count().pairs == anew.count().pairs


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_what_is_on_the_way_after_a_changed_rule_is_as_compiled_anew(thrown: Dice) -> None:
    facts = network_estate(thrown)
    compiled, rules = Compiled.of(facts), list(facts.rows(Rule))
    if not rules:
        return
    chosen = thrown.one(_telling(facts, rules))
    rules[chosen] = _rule(facts, rules[chosen], thrown)
    facts = facts.replaced({Rule.table: to_arrow(Rule, rules)})

    found = revised(compiled, facts)

    if found is not None:
        anew = world(Found.of(facts), line=found.world.line, ports=found.world.ports)
        assert dict(said(found.world)) == dict(said(anew))


def _changed(facts: Facts, thrown: Dice) -> Facts:
    """Change, take away or add one rule, route or association."""
    kinds: tuple[type[Row], ...] = (Rule, Rule, Route, TransitRoute, Subnet)
    kind = thrown.one(kinds)
    rows: list[Any] = list(facts.rows(kind))
    if not rows:
        return facts
    chosen = thrown.one(_telling(facts, rows)) if thrown.chance(30) else thrown.below(len(rows))
    other = _OTHER[kind](facts, rows[chosen], thrown)
    match thrown.below(4):
        case 0 if kind is not Subnet:
            del rows[chosen]
        case 1 if kind is not Subnet:
            rows.insert(thrown.below(len(rows) + 1), other)
        case _:
            rows[chosen] = other
    return facts.replaced({kind.table: to_arrow(kind, rows)})


def _telling(facts: Facts, rows: Sequence[Any]) -> Sequence[int]:
    """Return the rows that most hangs on: rules of groups of interfaces that routes lead to."""
    led = {row.target for row in facts.rows(Route)}
    groups = {name for row in facts.rows(Interface) if row.id in led for name in row.groups}
    found = [number for number, row in enumerate(rows) if getattr(row, "owner", "") in groups]
    return found or range(len(rows))


def _rule(facts: Facts, rule: Rule, thrown: Dice) -> Rule:
    """Return a rule for another peer, or other ports, or in another place."""
    addresses = [text for row in facts.rows(Interface) for text in row.addresses]
    peers = [*WIDE, *OUTSIDE, *addresses, "bogus"]
    other = thrown.one(facts.rows(Rule))
    match thrown.below(6):
        case 0:
            return replace(rule, protocol=other.protocol, first=other.first, last=other.last)
        case 1:
            protocol, first, last = thrown.one(FRESH)
            return replace(rule, protocol=protocol, first=first, last=last)
        case 2 if rule.owner.startswith("sg-"):
            return replace(rule, peer_kind=other.peer_kind, peer=other.peer)
        case 3 if other.owner[:3] == rule.owner[:3]:
            return replace(rule, owner=other.owner, direction=other.direction)
        case 4:
            return replace(rule, allow=not rule.allow or rule.owner.startswith("sg-"))
        case _:
            return replace(rule, peer_kind="range", peer=thrown.one(peers))


def _route(facts: Facts, route: Route, thrown: Dice) -> Route:
    """Return a route to something else, or of other addresses, or of another table."""
    addresses = [text for row in facts.rows(Interface) for text in row.addresses]
    other = thrown.one(facts.rows(Route))
    match thrown.below(4):
        case 0:
            return replace(route, target_kind=other.target_kind, target=other.target)
        case 1:
            return replace(route, owner=other.owner)
        case 2:
            return replace(route, blackhole=not route.blackhole)
        case _:
            blocks = [*WIDE, *OUTSIDE, *addresses, "pl-0", other.destination]
            return replace(route, destination=thrown.one(blocks))


def _transit_route(facts: Facts, route: TransitRoute, thrown: Dice) -> TransitRoute:
    """Return a route to another attachment, or of other addresses, or of another table."""
    other = thrown.one(facts.rows(TransitRoute))
    match thrown.below(3):
        case 0:
            names = sorted({row.id for row in facts.rows(TransitAttachment)})
            chosen = tuple(sorted(thrown.some([*names, *other.attachments], least=1, most=2)))
            return replace(route, attachments=chosen, blackhole=False)
        case 1:
            return replace(route, owner=other.owner)
        case _:
            blocks = [*WIDE, "10.0.0.64/26", "pl-0", other.destination]
            return replace(route, destination=thrown.one(blocks))


def _subnet(facts: Facts, subnet: Subnet, thrown: Dice) -> Subnet:
    """Return a subnet with another table or list."""
    other = thrown.one(facts.rows(Subnet))
    if thrown.chance(50):
        return replace(subnet, acl=other.acl)
    return replace(subnet, route_table=other.route_table)


_OTHER: Mapping[type[Row], Callable[[Facts, Any, Dice], Row]] = {
    Rule: _rule,
    Route: _route,
    TransitRoute: _transit_route,
    Subnet: _subnet,
}


def test_rules_for_single_addresses_part_classes_as_compiling_anew_does() -> None:
    facts = organisation(300, seed=3)
    kernel, rules = Kernel.compile(facts), list(facts.rows(Rule))
    owned = [n for n, rule in enumerate(rules) if rule.owner.startswith("sg-")]
    # An interface's own address, that of a public one, and one that is nobody's.
    for number, peer in enumerate(("10.0.4.9/32", "52.0.0.66/32", "10.0.1.37/32", "54.1.2.3/32")):
        at = owned[number * 17]
        rules[at] = replace(rules[at], direction="in", peer_kind="range", peer=peer)
        facts = facts.replaced({Rule.table: to_arrow(Rule, rules)})
        kernel, anew = kernel.changed(facts), Kernel.compile(facts)

        classes = len(kernel.judge.seats), len(anew.judge.seats)
        assert classes[0] == classes[1]
        assert kernel.count().pairs == anew.count().pairs
        assert kernel.exposed().equals(anew.exposed())
        for target in anew.names[:40:3]:
            found = kernel.who_reaches(target, TCP, 443)
            assert found.tolist() == anew.who_reaches(target, TCP, 443).tolist()


NEAR: Sequence[tuple[type[Row], Callable[[Any], bool], Mapping[str, Any]]] = (
    (Rule, lambda row: row.owner.startswith("sg-"), {"peer_kind": "range", "peer": "10.0.1.9/32"}),
    (Rule, lambda row: row.owner.startswith("sg-"), {"protocol": 50, "first": -1, "last": -1}),
    (Rule, lambda row: row.owner.startswith("acl-"), {"peer": "10.0.1.9/32"}),
    (Rule, lambda row: row.owner.startswith("acl-"), {"protocol": TCP, "first": 70, "last": 71}),
    (Route, lambda row: row.destination == "0.0.0.0/0", {"destination": "10.9.0.0/17"}),
    (Route, lambda row: row.target_kind == "nat-gateway", {"blackhole": True}),
    (TransitRoute, lambda row: row.propagated, {"destination": "10.0.5.0/24"}),
    (Subnet, lambda row: bool(row.acl), {"acl": "acl-00002-1", "route_table": "rtb-00002-1"}),
)
"""Changes of rows that are followed."""
FAR: Sequence[tuple[type[Row], Callable[[Any], bool], Mapping[str, Any]]] = (
    (Rule, lambda row: row.owner.startswith("sg-"), {"peer_kind": "group", "peer": "sg-far"}),
    (Route, lambda row: not row.propagated, {"target_kind": "transit-gateway", "target": "tgw-9"}),
    (TransitRoute, lambda row: row.propagated, {"attachments": ("tgw-attach-far",)}),
    (Subnet, lambda row: bool(row.acl), {"zone": "euw1-az3"}),
)
"""Changes of rows for which everything is compiled anew."""


@pytest.mark.parametrize("number", range(len(NEAR) + len(FAR)))
def test_all_but_what_changed_is_shared(number: int) -> None:
    facts = organisation(300, seed=3)
    kernel, (kind, wanted, values) = Kernel.compile(facts), (*NEAR, *FAR)[number]
    rows: list[Any] = list(facts.rows(kind))
    chosen = next(n for n, row in enumerate(rows) if wanted(row))
    rows[chosen] = replace(rows[chosen], **values)
    facts = facts.replaced({kind.table: to_arrow(kind, rows)})

    found, anew = kernel.changed(facts), Kernel.compile(facts)

    shared = found.judge.world.interfaces is kernel.judge.world.interfaces
    assert shared == (number < len(NEAR))
    assert found.count().pairs == anew.count().pairs
    assert found.exposed().equals(anew.exposed())


def test_everything_is_compiled_anew_after_a_thousand_changes() -> None:
    facts = organisation(300, seed=3)
    compiled = Compiled.of(facts)
    rules = [replace(rule, allow=rule.owner.startswith("sg-")) for rule in facts.rows(Rule)[:40]]
    facts = facts.replaced({Rule.table: to_arrow(Rule, [*rules, *facts.rows(Rule)[40:]])})

    assert revised(compiled, facts) is not None
    assert revised(replace(compiled, followed=1_000), facts) is None
