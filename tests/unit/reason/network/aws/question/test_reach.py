# SPDX-License-Identifier: Apache-2.0

import numpy as np
import pytest
from msgspec import structs
from numpy.typing import NDArray

from bartizan.errors import DisagreementError
from bartizan.model.facts.gap import Unread
from bartizan.model.packet import Blocked, Reachable
from bartizan.model.reach import PortRange, ReachAnswer, ReachGroup
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.question import cells
from bartizan.reason.network.aws.question import reach as question
from bartizan.reason.network.aws.question.reach import NEW_FLOWS, ask, reach
from tests.fakes.shop_network import ACCOUNT, DB, DOUBT, OLD, REGION, WEB, WEB2, facts
from tests.fakes.slow_router import SlowRouter

FACTS = facts()
ENGINE = SlowRouter(FACTS)
HTTPS = PortRange(protocol=6, first=443, last=443)
HIGH = PortRange(protocol=6, first=8000, last=8010)


def _asked(source: str, target: str) -> ReachAnswer:
    return reach(FACTS, ENGINE, ask(FACTS, source, target))


def _of(answer: ReachAnswer, kind: type) -> list[ReachGroup]:
    return [group for group in answer.groups if isinstance(group.verdict, kind)]


def test_a_witness_is_a_packet_with_its_way_there_and_back() -> None:
    answer = _asked("internet", "shop:443")

    (group,) = answer.groups
    assert isinstance(group.verdict, Reachable)
    (leg,) = group.verdict.legs
    assert (leg.packet.address, leg.packet.port, leg.to) == ("198.51.100.10", 443, WEB)
    assert [hop.at for hop in leg.there] == ["igw-1", "acl-1", WEB, WEB]
    assert [hop.at for hop in leg.back] == [WEB, "rtb-public", "acl-1", "igw-1"]
    assert (group.sources, group.targets, group.ports) == (("internet",), (WEB,), (HTTPS,))
    assert (answer.pairs, answer.whole, answer.names) == (1, True, {WEB: "shop"})
    assert answer.notes == (NEW_FLOWS,)


def test_pairs_that_stand_alike_are_one_group_and_others_are_not() -> None:
    answer = _asked("internet", "vpc-1:443")

    assert [group.targets for group in _of(answer, Reachable)] == [(WEB, WEB2)]
    assert [group.targets for group in _of(answer, Blocked)] == [(DB,), (DOUBT,), (OLD,)]
    assert answer.pairs == 5


def test_all_blockers_of_a_way_are_told_and_no_way_twice() -> None:
    (group,) = _asked("internet", "orders:5432").groups

    assert isinstance(group.verdict, Blocked)
    assert [[(b.code, b.at, b.back) for b in way] for way in group.verdict.ways] == [
        [
            ("ENI_SG_RULES_MISMATCH", DB, False),
            ("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", DB, False),
            ("NO_ROUTE_TO_DESTINATION", "rtb-private", True),
        ]
    ]


def test_what_was_not_read_makes_an_answer_unknown_and_not_whole() -> None:
    answer = _asked("internet", f"{DOUBT}:8443")

    assert [group.verdict for group in answer.groups] == [Unknown(("pl-1",))]
    assert not answer.whole


def test_without_a_port_every_port_is_told() -> None:
    answer = _asked("internet", "subnet-public")

    assert [(g.targets, g.ports) for g in _of(answer, Reachable)] == [((WEB, WEB2), (HTTPS, HIGH))]
    assert [group.checked for group in _of(answer, Reachable)] == [2]
    assert [group.targets for group in _of(answer, Unknown)] == [(DOUBT,)]


def test_where_no_port_is_open_it_is_said_of_one_on_which_something_listens() -> None:
    (group,) = _asked("internet", "orders").groups

    assert isinstance(group.verdict, Blocked)
    assert group.every_port
    assert group.ports == (PortRange(protocol=6, first=5432, last=5432),)


def test_nothing_is_asked_of_a_thing_and_itself() -> None:
    answer = _asked("tag:role=web", "tag:role=web:22")

    assert answer.pairs == 2
    assert {(g.sources, g.targets) for g in answer.groups} == {
        ((WEB,), (WEB2,)),
        ((WEB2,), (WEB,)),
    }


def test_what_leaves_the_estate_is_asked_as_well() -> None:
    answer = _asked("vpc-1", "internet:443")

    assert [group.sources for group in _of(answer, Reachable)] == [(DOUBT,), (WEB, WEB2)]
    assert [group.sources for group in _of(answer, Blocked)] == [(DB,), (OLD,)]


def test_one_address_of_the_internet_is_asked_alone() -> None:
    assert [type(group.verdict) for group in _asked("10.0.1.11", "10.0.1.10:22").groups] == [
        Reachable
    ]
    assert [type(group.verdict) for group in _asked("8.8.8.8", f"{WEB}:22").groups] == [Blocked]
    (group,) = _asked("8.8.8.8", f"{WEB}:443").groups
    assert isinstance(group.verdict, Reachable)
    assert group.verdict.legs[0].packet.source_address == "8.8.8.8"


def test_a_group_without_interfaces_is_said_to_have_none() -> None:
    answer = _asked("internet", "sg-unused:22")

    assert answer.groups == ()
    assert "`sg-unused` has no interface" in answer.notes[1]


def test_a_listing_that_was_denied_may_hide_members_of_a_group_but_no_single_thing() -> None:
    gap = Unread(
        provider="aws", account=ACCOUNT, region=REGION, service="ec2",
        operation="DescribeNetworkInterfaces", action="ec2:DescribeNetworkInterfaces",
        kind="AWS::EC2::NetworkInterface", resource="", code="denied", reason="no",
    )  # fmt: skip
    held = facts(gap)
    said = f"ec2:DescribeNetworkInterfaces in {ACCOUNT} {REGION}: denied"

    group = reach(held, SlowRouter(held), ask(held, "internet", "sg-web:443"))
    assert group.incomplete == (said,)
    assert not group.whole
    assert reach(held, SlowRouter(held), ask(held, "internet", f"{WEB}:443")).incomplete == ()


class _Liar(SlowRouter):
    def who_reaches(self, interface: str, protocol: int, port: int) -> NDArray[np.uint8]:
        return (super().who_reaches(interface, protocol, port) + 2) % 3


def test_two_engines_that_disagree_are_never_hidden() -> None:
    with pytest.raises(DisagreementError) as refused:
        reach(FACTS, _Liar(FACTS), ask(FACTS, "internet", f"{WEB}:443"))

    assert refused.value.message == (
        f"`internet` to `{WEB}` on tcp 443: "
        "the kernel answers blocked, but the definition reachable"
    )


def test_many_groups_are_folded_whatever_tells_their_interfaces_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells, "MOST_GROUPS", 2)

    answer = _asked("internet", "vpc-1:443")

    assert [group.targets for group in answer.groups] == [(WEB, WEB2), (DB, DOUBT, OLD)]


def test_more_than_is_looked_at_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "MOST_ENDS", 2)

    answer = _asked("internet", "vpc-1:443")

    assert answer.incomplete == ("3 more interfaces of `vpc-1` were not looked at",)
    assert structs.replace(answer, incomplete=()).whole
