# SPDX-License-Identifier: Apache-2.0
"""Packets from hosts inside, never pair by pair."""

import pytest
from msgspec.structs import replace

from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.step import Step
from bartizan.reason.network.aws.steps.derivation import steps
from bartizan.reason.network.aws.steps.recheck import recheck
from tests.fakes.network_estate import (
    OUT,
    behind,
    instance,
    lines,
    public_network,
    titles,
    workload,
)

INSIDE = {"reach-from-host", "send-like-others", "reach-alike"}


def inside(facts: Facts) -> list[Step]:
    return [step for step in steps(facts) if step.technique in INSIDE]


def estate(senders: int, receivers: int, *rules: str) -> Facts:
    """Some hosts in one group that send to some in another, which `rules` lets in."""
    names = [f"a{n}" for n in range(senders)] + [f"b{n}" for n in range(receivers)]
    interfaces = {
        f"eni-{name}": f"subnet-inside 10.0.1.{10 + n} groups=sg-{name[0]} {behind(name)}"
        for n, name in enumerate(names)
    }
    return public_network(
        [workload(instance(name)) for name in names],
        group={"sg-a": [OUT], "sg-b": [*rules, OUT]},
        interface=interfaces,
    )


def test_a_host_sends_where_a_rule_lets_its_group_in() -> None:
    (step,) = inside(estate(1, 1, "in tcp 5000 sg-a"))

    assert lines([step]) == {f"reach-from-host: run-code {instance('a0')} -> send eni-b0:5000/tcp"}
    assert titles(step) == [["Revoke `5000/tcp` from sg-a in security group sg-b"]]


def test_it_does_not_where_the_rule_names_somebody_else() -> None:
    assert inside(estate(1, 1, "in tcp 5000 192.0.2.0/24", "in tcp 5000 sg-c")) == []


def test_rules_that_let_in_others_are_left_in_place() -> None:
    (step,) = inside(estate(1, 1, "in tcp 5000 sg-a", "in tcp 5000 192.0.2.0/24"))

    assert titles(step) == [["Revoke `5000/tcp` from sg-a in security group sg-b"]]


def test_many_that_are_alike_are_one() -> None:
    found = inside(estate(20, 30, "in tcp 5000 sg-a"))

    assert len(found) == 20 + 1 + 30
    (between,) = [step for step in found if step.flows]
    assert between.needs[0].ability == "send-as"
    assert str(between.grants) == "send-alike eni-b0:5000/tcp"


def test_it_costs_the_same_however_many_they_are() -> None:
    alone = inside(estate(1, 1, "in tcp 5000 sg-a"))
    many = inside(estate(2, 2, "in tcp 5000 sg-a"))
    way = {step.technique: step.cost for step in many}

    assert [step.cost for step in alone] == [sum(way.values())]


def test_hosts_that_reach_one_another_are_one_lot() -> None:
    found = inside(estate(0, 12, "in tcp 5000 sg-b"))

    assert len(found) == 12 + 1 + 12


def test_ports_are_told_apart_where_rules_of_sending_do() -> None:
    facts = public_network(
        [workload(instance("a")), workload(instance("b"))],
        group={"sg-a": ["out tcp 5432 0.0.0.0/0"], "sg-b": ["in tcp any sg-a", OUT]},
        interface={
            "eni-a": f"subnet-inside 10.0.1.1 groups=sg-a {behind('a')}",
            "eni-b": f"subnet-inside 10.0.1.2 groups=sg-b {behind('b')}",
        },
    )

    assert lines(inside(facts)) == {
        f"reach-from-host: run-code {instance('a')} -> send eni-b:5432/tcp"
    }


def test_a_host_sends_through_an_internal_load_balancer_to_what_only_that_reaches() -> None:
    facts = public_network(
        [workload(instance("web")), workload(instance("a"))],
        group={
            "sg-a": [OUT],
            "sg-door": ["in tcp 80 sg-a", OUT],
            "sg-web": ["in tcp 8080 sg-door", OUT],
        },
        interface={
            "eni-web": f"subnet-inside 10.0.1.5 groups=sg-web {behind('web')}",
            "eni-a": f"subnet-inside 10.0.1.9 groups=sg-a {behind('a')}",
            "eni-node": "subnet-inside 10.0.1.8 groups=sg-door thing=lb-1",
        },
        balancer={
            "lb-1": "application vpc-1 subnets=subnet-inside groups=sg-door interfaces=eni-node"
        },
        listener={"lb-1": ["HTTP 80 tg-1"]},
        target_group={"tg-1": ["ip HTTP 8080", "10.0.1.5"]},
    )
    (step,) = inside(facts)

    assert lines([step]) == {f"reach-from-host: run-code {instance('a')} -> send eni-web:8080/tcp"}
    assert step.missing == ()


def neighbours(near: int, far: int, receivers: int) -> Facts:
    """Hosts of two networks that are peered, which some in the first one let in by a range."""
    names = {f"b{n}": f"subnet-inside 10.0.1.{10 + n} groups=sg-b" for n in range(receivers)}
    names |= {f"a{n}": f"subnet-inside 10.0.1.{100 + n} groups=sg-a" for n in range(near)}
    names |= {f"z{n}": f"subnet-far 10.1.0.{10 + n} groups=sg-z" for n in range(far)}
    return public_network(
        [workload(instance(name)) for name in names],
        network={"vpc-1": "10.0.0.0/16", "vpc-2": "10.1.0.0/16"},
        table={
            "rtb-near vpc-1": ["10.0.0.0/16 local", "10.1.0.0/16 peering pcx-1"],
            "rtb-far vpc-2": ["10.1.0.0/16 local", "10.0.0.0/16 peering pcx-1"],
        },
        subnet={
            "subnet-inside": "vpc-1 10.0.1.0/24 table=rtb-near",
            "subnet-far": "vpc-2 10.1.0.0/24 table=rtb-far",
        },
        peering={"pcx-1": "vpc-1 vpc-2"},
        group={"sg-a": [OUT], "sg-z": [OUT], "sg-b": ["in tcp 5000 10.0.0.0/8", OUT]},
        interface={f"eni-{name}": f"{words} {behind(name)}" for name, words in names.items()},
    )


def gained(found: list[Step], host: str) -> dict[str, int]:
    """Return what a host may send to, with the least cost."""
    best = {f"run-code {instance(host)}": 0}
    for _ in range(4):
        for step in found:
            (need,) = map(str, step.needs)
            if need in best:
                cost = best[need] + step.cost
                best[str(step.grants)] = min(cost, best.get(str(step.grants), cost))
    return {name: cost for name, cost in best.items() if name.startswith("send eni")}


def test_a_lot_of_several_networks_is_made_of_one_of_each() -> None:
    found = inside(neighbours(7, 5, 3))
    members = [step for step in found if step.technique == "send-like-others"]

    assert len(members) == (7 + 3) + 5 + 2


def test_hosts_of_several_networks_gain_the_same_at_the_same_cost() -> None:
    doors = {f"send eni-b{n}:5000/tcp": 3 for n in range(3)}

    for near, far in ((0, 1), (1, 1), (2, 2), (0, 2)):
        found = inside(neighbours(near, far, 3))
        for host in [f"a{n}" for n in range(near)] + [f"z{n}" for n in range(far)]:
            assert gained(found, host) == doors, (near, far, host)


def test_the_only_receiver_does_not_send_to_itself_from_its_lot() -> None:
    found = inside(neighbours(0, 1, 1))

    assert gained(found, "z0") == {"send eni-b0:5000/tcp": 3}
    assert [step.flows[0].source for step in found if step.flows] == ["eni-z0"]


def test_one_that_reaches_in_the_name_of_others_is_decided_again() -> None:
    facts = neighbours(2, 2, 2)
    found = tuple(inside(facts))
    broken = [
        replace(step, evidence=(replace(step.evidence[0], subject="eni-gone"),))
        if step.technique == "send-like-others" and str(step.needs[0]).endswith("z1")
        else step
        for step in found
    ]

    assert len(recheck(found, facts)) == len(found)
    with pytest.raises(DisagreementError, match="eni-gone"):
        recheck(broken, facts)
