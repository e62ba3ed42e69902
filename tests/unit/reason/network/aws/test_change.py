# SPDX-License-Identifier: Apache-2.0

from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, Network, Rule
from bartizan.model.facts.routing import Route
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    DropRoute,
    ReleaseAddress,
)
from bartizan.reason.network.aws.change import changed, revoking

RULE = Rule(
    owner="sg-1",
    id="sgr-1",
    direction="in",
    number=0,
    allow=True,
    protocol=6,
    first=22,
    last=22,
    peer_kind="range",
    peer="0.0.0.0/0",
    description="for the office",
)
ROUTE = Route(
    owner="rtb-1",
    destination="0.0.0.0/0",
    target_kind="internet-gateway",
    target="igw-1",
    blackhole=False,
    propagated=False,
)
ANNOUNCED = structs.replace(
    ROUTE, target_kind="virtual-private-gateway", target="vgw-1", propagated=True
)
INTERFACE = Interface(
    id="eni-1",
    network="vpc-1",
    subnet="subnet-1",
    account="1",
    region="r",
    kind="interface",
    thing="i-1",
    attached=True,
    addresses=("10.0.0.5",),
    public={"10.0.0.5": "198.51.100.9"},
    groups=("sg-1",),
    forwards=False,
    name="",
    tags={},
)
OTHER = structs.replace(INTERFACE, id="eni-2")
FACTS = Facts.of((RULE, structs.replace(RULE, id="sgr-2"), ROUTE, ANNOUNCED, INTERFACE, OTHER))


def test_a_revoked_rule_is_gone_and_an_authorized_one_there() -> None:
    added = AuthorizeRule(
        owner="sg-1", direction="out", number=0, protocol=17, first=53, last=53, peer_kind="range",
        peer="::/0",
    )  # fmt: skip
    after = changed(FACTS, [revoking(RULE), added]).rows(Rule)

    assert [row.id for row in after][:1] == ["sgr-2"]
    assert structs.replace(after[1], id="") == Rule(
        owner="sg-1", id="", direction="out", number=0, allow=True, protocol=17, first=53,
        last=53, peer_kind="range", peer="::/0", description="",
    )  # fmt: skip


def test_two_new_rules_have_two_names() -> None:
    one, two = (
        AuthorizeRule(
            owner="sg-1",
            direction="in",
            number=0,
            protocol=6,
            first=port,
            last=port,
            peer_kind="range",
            peer="::/0",
        )
        for port in (1, 2)
    )

    assert len({row.id for row in changed(FACTS, [one, two]).rows(Rule)}) == 4


def test_written_routes_go_and_are_replaced_but_announced_ones_stay() -> None:
    gone = DropRoute(owner="rtb-1", destination="0.0.0.0/0", target="igw-1")
    new = AddRoute(
        owner="rtb-1", destination="0.0.0.0/0", target_kind="nat-gateway", target="nat-1"
    )
    announced = DropRoute(owner="rtb-1", destination="0.0.0.0/0", target="vgw-1")

    assert changed(FACTS, [gone]).rows(Route) == (ANNOUNCED,)
    assert changed(FACTS, [announced]).rows(Route) == (ROUTE, ANNOUNCED)
    assert changed(FACTS, [new]).rows(Route) == (
        ANNOUNCED,
        structs.replace(ROUTE, target_kind="nat-gateway", target="nat-1"),
    )


def test_addresses_come_and_go_at_their_interface_alone() -> None:
    release = ReleaseAddress(interface="eni-1", private="10.0.0.5", public="198.51.100.9")
    bind = AssociateAddress(interface="eni-1", private="10.0.0.5", public="192.0.2.1")
    bare = structs.replace(INTERFACE, public={})

    assert changed(FACTS, [release]).rows(Interface) == (bare, OTHER)
    assert changed(FACTS, [release, bind]).rows(Interface) == (
        structs.replace(INTERFACE, public={"10.0.0.5": "192.0.2.1"}),
        OTHER,
    )


def test_what_no_change_touches_is_shared() -> None:
    network = Network(
        id="vpc-1", provider="aws", account="1", region="r", name="", ranges=(), tags={}
    )
    facts = Facts.of((network, RULE))

    assert changed(facts, [revoking(RULE)]).rows(Network) is facts.rows(Network)
    assert changed(facts, []).rows(Rule) == (RULE,)
