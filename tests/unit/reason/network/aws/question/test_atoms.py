# SPDX-License-Identifier: Apache-2.0

import pytest
from msgspec import structs

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Listener
from bartizan.model.reach import PortRange
from bartizan.reason.network.aws.question.atoms import LAST, admitted, atoms, unnamed
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.shop_network import ACCOUNT, DB, REGION, WEB, facts, rule

LISTENER = Listener(
    arn="arn:l", balancer="arn:lb", protocol="TCP", port=9000, target_groups=(),
    authenticates=False,
)  # fmt: skip


def test_pieces_cover_every_port_of_every_protocol_once() -> None:
    found = atoms(Topology(facts()))

    for protocol, last in LAST.items():
        held = [one for one in found if one.protocol == protocol]
        assert [one.first for one in held[1:]] == [one.last + 1 for one in held[:-1]]
        assert (held[0].first, held[-1].last) == (0, last)
    assert PortRange(protocol=-1, first=0, last=0) in found


def test_ports_are_cut_where_rules_and_listeners_begin_and_end() -> None:
    ping = rule("sg-web", "0.0.0.0/0", 8, last=-1, protocol=1)
    tunnel = rule("sg-web", "0.0.0.0/0", protocol=47)
    found = set(atoms(Topology(facts(LISTENER, ping, tunnel))))

    for protocol, first, last in ((6, 443, 443), (6, 8000, 8010), (17, 9000, 9000), (1, 8, 8)):
        assert PortRange(protocol=protocol, first=first, last=last) in found
    assert PortRange(protocol=47, first=0, last=0) in found


def test_a_protocol_that_a_rule_names_stands_for_no_other() -> None:
    assert unnamed(Topology(facts())) == 143
    assert unnamed(Topology(facts(rule("sg-web", "0.0.0.0/0", protocol=143)))) == 144


def test_only_pieces_that_a_group_could_admit_are_asked_of_its_members() -> None:
    topology = Topology(facts())
    pieces = atoms(topology)

    held = admitted(topology, topology.interfaces[DB], pieces)
    assert held == [PortRange(protocol=6, first=5432, last=5432)]
    web = admitted(topology, topology.interfaces[WEB], pieces)
    assert {one.first for one in web} == {22, 443, 8000}


@pytest.mark.parametrize("more", ["listing", "detail", "absent", "none", "all"])
def test_where_rules_are_not_known_or_name_everything_every_piece_is_asked(more: str) -> None:
    gap = Unread(
        provider="aws", account=ACCOUNT, region=REGION, service="ec2", operation="Describe",
        action="", kind="AWS::EC2::SecurityGroup", resource="", code="denied", reason="",
    )  # fmt: skip
    extra = {
        "listing": (gap,),
        "detail": (structs.replace(gap, resource="arn:x:security-group/sg-db"),),
        "all": (rule("sg-db", "0.0.0.0/0", protocol=-1),),
    }
    topology = Topology(facts(*extra.get(more, ())))
    groups = {"absent": ("sg-gone",), "none": ()}
    interface = topology.interfaces[DB]
    interface = structs.replace(interface, groups=groups.get(more, interface.groups))

    assert len(admitted(topology, interface, atoms(topology))) == len(atoms(topology))
