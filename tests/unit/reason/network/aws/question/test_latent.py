# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import DisagreementError
from bartizan.model.facts.gap import Unread
from bartizan.model.reach import LatentRule, PortRange
from bartizan.model.table import Row
from bartizan.reason.network.aws.question.latent import latent, opens
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.shop_network import ACCOUNT, OLD, REGION, WEB, WEB2, facts, group, interface, rule

WEB_OPEN = [
    PortRange(protocol=6, first=443, last=443),
    PortRange(protocol=6, first=8000, last=8010),
]
REACHED = {WEB: WEB_OPEN, WEB2: WEB_OPEN}


def _found(*more: Row) -> dict[str, LatentRule]:
    topology = Topology(facts(*more))
    return {one.rule: one for one in latent(topology, REACHED)}


def test_an_open_rule_at_which_nothing_arrives_is_latent_with_what_stops_it() -> None:
    found = _found()

    old = found["sg-old#in/6/3389-3389/0.0.0.0/0"]
    assert (old.owner, old.peer, old.interfaces) == ("sg-old", "0.0.0.0/0", (OLD,))
    assert old.ports == PortRange(protocol=6, first=3389, last=3389)
    assert [[blocker.code for blocker in way] for way in old.ways] == [
        ["IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", "NO_ROUTE_TO_DESTINATION"]
    ]
    unused = found["sg-unused#in/-1/-1--1/::/0"]
    assert (unused.interfaces, unused.ways) == ((), ())
    assert len(found) == 2


def test_a_rule_that_opens_something_is_not_latent_nor_one_for_somebody() -> None:
    found = _found()

    assert not [name for name in found if name.startswith(("sg-web", "sg-db", "sg-doubt"))]


def test_a_rule_of_which_another_part_is_reached_is_not_latent() -> None:
    wide = rule("sg-web", "0.0.0.0/0", 1, last=65535)

    assert wide.id not in _found(wide)


def test_what_the_definition_lets_in_is_never_called_latent() -> None:
    with pytest.raises(DisagreementError, match="the kernel answers blocked"):
        list(latent(Topology(facts()), {}))


@pytest.mark.parametrize(
    ("protocol", "first", "last", "ports"),
    [
        (-1, -1, -1, (-1, 0, 0)),
        (6, 22, 23, (6, 22, 23)),
        (6, -1, -1, (6, 0, 65535)),
        (1, 8, -1, (1, 8, 8)),
        (58, -1, -1, (58, 0, 255)),
        (50, -1, -1, (50, 0, 0)),
    ],
)
def test_what_a_rule_opens_is_said_in_ports_or_messages(
    protocol: int, first: int, last: int, ports: tuple[int, int, int]
) -> None:
    held = rule("sg-x", "0.0.0.0/0", first, last=last, protocol=protocol)

    assert opens(held) == PortRange(protocol=ports[0], first=ports[1], last=ports[2])


def test_the_why_of_a_rule_for_everything_is_asked_of_a_usual_port() -> None:
    found = _found(
        *group("sg-all", rule("sg-all", "0.0.0.0/0", protocol=-1)),
        interface("eni-z", "subnet-private", "10.0.2.99", "sg-all"),
    )

    assert [one.at for one in found["sg-all#in/-1/-1--1/0.0.0.0/0"].ways[0]] == [
        "eni-z",
        "rtb-private",
    ]


def test_of_a_group_that_interfaces_may_have_which_nobody_saw_nothing_is_said() -> None:
    def unread(account: str) -> Unread:
        return Unread(
            provider="aws", account=account, region=REGION, service="ec2", operation="o",
            action="", kind="AWS::EC2::NetworkInterface", resource="", code="denied", reason="",
        )  # fmt: skip

    assert not _found(unread(ACCOUNT))
    assert len(_found(unread("222222222222"))) == 2
