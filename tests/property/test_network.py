# SPDX-License-Identifier: Apache-2.0
"""What holds for every network: theorems about the definition."""

import copy
import ipaddress
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bartizan.model.packet import INTERNET, Blocked, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.definition.walk import walk
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.network import network_facts
from tests.fakes.network_worlds import INTERFACES, Question, World, questions, worlds

PROFILE = settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
RANK = {Blocked: 0, Unknown: 1, Reachable: 2}
FILTERS = {"ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", "SUBNET_ACL_RESTRICTION"}


def topology(world: World) -> Topology:
    return Topology(network_facts((), **world))


def answer(world: World, question: Question) -> Reach:
    return reaches(topology(world), *question)


def rank(found: Reach) -> int:
    return RANK[type(found)]


def change(world: World) -> World:
    return copy.deepcopy(world)


@PROFILE
@given(worlds(), questions(), st.sampled_from(("sg-1 vpc-1", "sg-2 vpc-1", "sg-3 vpc-2")))
def test_adding_a_group_rule_never_closes(world: World, question: Question, group: str) -> None:
    after = change(world)
    after["group"][group].append("in tcp 443 0.0.0.0/0")

    assert rank(answer(after, question)) >= rank(answer(world, question))


@PROFILE
@given(worlds(), questions(), st.sampled_from(("in", "out")))
def test_adding_a_deny_in_front_of_a_list_never_opens(
    world: World, question: Question, direction: str
) -> None:
    after = change(world)
    after["acl"]["acl-1"].append(f"1 {direction} deny tcp any 10.0.0.0/8")

    assert rank(answer(after, question)) <= rank(answer(world, question))


@PROFILE
@given(worlds(), questions(), st.sampled_from(("rtb-1 vpc-1", "rtb-2 vpc-1", "rtb-3 vpc-2")))
def test_removing_a_default_route_never_opens(
    world: World, question: Question, table: str
) -> None:
    after = change(world)
    after["table"][table] = [r for r in after["table"][table] if not r.startswith("0.0.0.0/0")]

    assert rank(answer(after, question)) <= rank(answer(world, question))


@PROFILE
@given(worlds(), questions())
def test_turning_the_switch_against_the_internet_on_never_opens(
    world: World, question: Question
) -> None:
    after = change(world)
    after["block"] = {"111111111111": "block-bidirectional"}

    assert rank(answer(after, question)) <= rank(answer(world, question))


def hidden(world: World, what: str) -> World:
    """Return a world of which less is known."""
    after = change(world)
    match what:
        case "prefix list":
            after["prefix_list"]["pl-1"] = None
        case "list":
            del after["acl"]["acl-1"]
        case "table":
            del after["table"]["rtb-2 vpc-1"]
        case "group":
            del after["group"]["sg-1 vpc-1"]
        case "switch":
            after["block"] = {"111111111111": "unread"}
        case "transit gateway":
            after["transit_gateway"] = {}
        case "peering":
            after["peering"] = {}
        case _:
            after["gateway"].pop("nat-1")
    return after


HIDDEN = ("prefix list", "list", "table", "group", "switch", "transit gateway", "peering", "nat")


@PROFILE
@given(worlds(), questions(), st.sampled_from(HIDDEN))
def test_more_knowledge_never_contradicts(world: World, question: Question, what: str) -> None:
    less, more = answer(hidden(world, what), question), answer(world, question)

    assert isinstance(less, Unknown) or rank(less) == rank(more), (less, more)


@PROFILE
@given(worlds(), questions())
def test_a_witness_replays(world: World, question: Question) -> None:
    found = answer(world, question)

    for leg in found.legs if isinstance(found, Reachable) else ():
        again = walk(topology(world), leg.packet)
        assert isinstance(again, Reachable)
        assert again.legs == (leg,)


@PROFILE
@given(worlds(), questions())
def test_nothing_is_blocked_once_every_blocker_of_a_way_is_gone(
    world: World, question: Question
) -> None:
    found = answer(world, question)
    if not isinstance(found, Blocked) or not {b.code for b in found.ways[0]} <= FILTERS:
        return
    after = change(world)
    for blocker in found.ways[0]:
        if blocker.code == "SUBNET_ACL_RESTRICTION":
            lines = after["acl"][blocker.at]
            lines += [f"1 {way} allow any any 0.0.0.0/0" for way in ("in", "out")]
        else:
            words = after["interface"][blocker.at]
            after["interface"][blocker.at] = words.replace("groups=", "groups=sg-open,")

    assert not isinstance(answer(after, question), Blocked)


@PROFILE
@given(worlds(), questions())
def test_the_order_of_what_is_written_is_irrelevant(world: World, question: Question) -> None:
    after = change(world)
    for section in ("group", "acl", "table", "transit_route"):
        after[section] = {name: lines[::-1] for name, lines in after[section].items()}

    assert answer(after, question) == answer(world, question)


CLIENTS = st.tuples(
    st.sampled_from(("198.51.100.9", "198.51.100.200", "8.8.8.8", "203.0.113.200")),
    st.integers(1024, 65535),
)


@PROFILE
@given(worlds(), st.sampled_from(INTERFACES), st.sampled_from((22, 443)), CLIENTS)
def test_no_packet_from_the_internet_refutes_that_it_is_blocked(
    world: World, target: str, port: int, sender: tuple[str, int]
) -> None:
    client, source_port = sender
    known = topology(world)
    row = known.interfaces[target]
    found = reaches(known, INTERNET, target, 6, port)

    for public in row.public.values():
        packet = Packet(
            source=INTERNET,
            source_address=client,
            address=public,
            protocol=6,
            port=port,
            source_port=source_port,
        )
        assert rank(walk(known, packet)) <= rank(found)


@PROFILE
@given(worlds(), st.ip_addresses(v=4), st.integers(0, 65535), st.sampled_from(INTERFACES))
def test_whatever_is_sent_a_walk_ends_and_says_where(
    world: World, address: ipaddress.IPv4Address, port: int, source: str
) -> None:
    known = topology(world)
    sender = known.interfaces[source].addresses[0]
    packet = Packet(
        source=source,
        source_address=sender,
        address=str(address),
        protocol=17,
        port=port,
        source_port=port,
    )
    found = walk(known, packet)

    match found:
        case Reachable(legs=(leg,)):
            assert leg.there
            assert leg.back
        case Blocked(ways=ways):
            assert ways
            assert all(ways)
        case Unknown(missing=missing):
            assert missing
        case _:
            pytest.fail(f"a witness of one packet has one leg: {found}")


@pytest.mark.slow
def test_every_verdict_and_the_usual_codes_occur() -> None:
    seen: Counter[str] = Counter()

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(worlds(), questions())
    def draw(world: World, question: Question) -> None:
        found = answer(world, question)
        seen[type(found).__name__] += 1
        if isinstance(found, Blocked):
            seen.update(blocker.code for way in found.ways for blocker in way)

    draw()

    assert {"Reachable", "Blocked", "NO_ROUTE_TO_DESTINATION", *FILTERS} <= set(seen)
