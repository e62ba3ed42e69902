# SPDX-License-Identifier: Apache-2.0
"""What comes over a load balancer, by the engine that users have."""

from bartizan.model.facts.gap import Unread
from bartizan.model.packet import Blocked, Reachable
from bartizan.model.reach import PortRange
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.question.closing import closing
from bartizan.reason.network.aws.question.exposed import exposed, source_of
from bartizan.reason.network.aws.question.reach import ask, reach
from tests.fakes.shop_network import (
    ACCOUNT,
    APP,
    BALANCER,
    DB,
    DOUBT,
    NODE,
    OLD,
    REGION,
    WEB,
    balanced,
    facts,
)
from tests.fakes.slow_router import SlowRouter

FACTS = facts(*balanced())
ENGINE = Kernel.compile(FACTS)
UNLISTED = Unread(
    provider="aws", account=ACCOUNT, region=REGION, service="elbv2",
    operation="DescribeLoadBalancers", action="",
    kind="AWS::ElasticLoadBalancingV2::LoadBalancer", resource="", code="denied", reason="",
)  # fmt: skip


def test_what_stands_behind_a_load_balancer_is_exposed_through_it() -> None:
    found = {
        one.interfaces: one
        for one in exposed(FACTS, ENGINE, source_of(FACTS, "internet")).exposures
    }

    app, node = found[APP,], found[NODE,]
    assert (app.via, app.ranges) == (BALANCER, ("8.0.0.0/8",))
    assert app.ports == (PortRange(protocol=6, first=8080, last=8080),)
    assert isinstance(app.verdict, Reachable)
    assert [leg.to for leg in app.verdict.legs] == [NODE, APP]
    assert (node.via, node.things) == ("", (BALANCER,))


def test_one_address_is_followed_over_a_load_balancer() -> None:
    inside, outside = (
        reach(FACTS, ENGINE, ask(FACTS, text, f"{APP}:8080")).groups
        for text in ("8.8.8.8", "9.9.9.9")
    )

    assert [type(group.verdict) for group in inside] == [Reachable]
    assert [type(group.verdict) for group in outside] == [Blocked]


def test_what_comes_over_a_load_balancer_is_closed_in_front_of_it_or_behind() -> None:
    asked = reach(FACTS, ENGINE, ask(FACTS, "internet", f"{APP}:8080"))
    found = closing(FACTS, asked, Kernel.compile)

    assert found.done
    assert [edit.remedy.cost for edit in found.edits] == [1]


def test_every_port_between_interfaces_is_found_as_the_slow_engine_finds_it() -> None:
    for source, target in ((WEB, "vpc-1"), ("vpc-1", DB), (OLD, WEB), (NODE, APP)):
        asked = ask(FACTS, source, target)
        fast, slow = (reach(FACTS, one, asked).groups for one in (ENGINE, SlowRouter(FACTS)))

        assert fast == slow


def test_a_load_balancer_sends_to_its_targets_alone() -> None:
    found = exposed(FACTS, ENGINE, source_of(FACTS, NODE)).exposures

    assert [(one.interfaces, one.sources) for one in found] == [((APP,), (NODE,))]


def test_where_load_balancers_could_not_be_read_nothing_open_is_called_blocked() -> None:
    held = facts(UNLISTED)
    engine = Kernel.compile(held)
    answer = exposed(held, engine, source_of(held, "internet"))

    unknown = {n for one in answer.exposures if one.certainty == "unknown" for n in one.interfaces}
    assert unknown == {DB, OLD, DOUBT, WEB, "eni-web2"}
    assert [one.owner for one in answer.latent] == ["sg-unused"]
    (group,) = reach(held, engine, ask(held, "internet", f"{DB}:5432")).groups
    assert isinstance(group.verdict, Unknown)


def test_the_engine_itself_names_what_was_not_read_where_load_balancers_could_not_be() -> None:
    told = Kernel.compile(facts(UNLISTED)).exposed().to_pylist()

    unknown = {row["interface"] for row in told if row["certainty"] == "unknown"}
    assert unknown >= {DB, OLD, WEB}
    names = {name for row in told if row["interface"] == DB for name in row["missing"]}
    assert names == {f"elbv2:DescribeLoadBalancers in {ACCOUNT} {REGION}"}
