# SPDX-License-Identifier: Apache-2.0
from bartizan.model.facts import TABLES
from bartizan.model.facts.network import Interface, Rule, SecurityGroup, Subnet
from bartizan.model.facts.routing import Route, RouteTable
from bartizan.model.facts.service import Target
from bench.network_estate import network_estate
from bench.network_plot import EACH


def test_the_same_seed_gives_the_same_estate() -> None:
    first, second = (network_estate(3 * EACH, seed=7) for _ in range(2))

    assert all(first.table(table).equals(second.table(table)) for table in TABLES)


def test_it_has_as_many_interfaces_as_asked_for_and_a_few_of_gateways_and_balancers() -> None:
    facts = network_estate(5 * EACH, seed=1)

    kinds = [row.kind for row in facts.rows(Interface)]
    assert kinds.count("interface") >= 5 * EACH
    assert kinds.count("nat_gateway") == 5


def test_what_is_referred_to_is_there_and_public_addresses_are_ones_own() -> None:
    facts = network_estate(30 * EACH, seed=1)

    groups = {row.id for row in facts.rows(SecurityGroup)}
    tables = {row.id for row in facts.rows(RouteTable)}
    addresses = {text for row in facts.rows(Interface) for text in row.addresses}
    shown = [text for row in facts.rows(Interface) for text in row.public.values()]
    assert {row.peer for row in facts.rows(Rule) if row.peer_kind == "group"} <= groups
    assert {row.route_table for row in facts.rows(Subnet)} <= tables
    assert {row.owner for row in facts.rows(Route)} <= tables
    assert {row.id for row in facts.rows(Target)} <= addresses
    assert len(shown) == len(set(shown))
