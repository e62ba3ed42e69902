# SPDX-License-Identifier: Apache-2.0
"""Packets from the Internet and from behind a VPN."""

from collections.abc import Mapping
from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.service import ServicePort
from bartizan.model.step import Step
from bartizan.reason.network.aws.steps.derivation import steps
from tests.fakes.network_estate import (
    OUT,
    WORLD,
    behind,
    database,
    instance,
    lines,
    public_network,
    service,
    titles,
    web,
    workload,
)

SSH = f"in tcp 22 {WORLD}"


def arriving(facts: Facts) -> list[Step]:
    return [s for s in steps(facts) if s.technique in {"reach-from-internet", "reach-from-site"}]


def test_the_internet_sends_where_a_rule_a_route_and_an_address_let_it() -> None:
    (step,) = arriving(web(SSH))

    assert lines([step]) == {"reach-from-internet: start internet -> send eni-web:22/tcp"}
    assert (step.cost, step.conditions, step.missing) == (1, (), ())
    assert titles(step) == [
        ["Revoke `22/tcp` from 0.0.0.0/0 in security group sg-web"],
        ["Take the public address 198.51.100.7 off eni-web"],
    ]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(web("in tcp 22 10.0.0.0/8"), id="the rule names private addresses"),
        pytest.param(web("in icmp any 0.0.0.0/0"), id="the rule has no ports"),
        pytest.param(web(SSH, words=""), id="no public address"),
        pytest.param(web(SSH, subnet="subnet-inside"), id="no route to the gateway"),
        pytest.param(web(SSH, gateway={}), id="no gateway"),
        pytest.param(web(SSH, words="public=198.51.100.7 detached"), id="detached"),
    ],
)
def test_nothing_arrives_where_one_of_them_is_lacking(facts: Facts) -> None:
    sure = [step for step in arriving(facts) if step.proved]

    assert sure == []


def test_answers_that_an_access_list_drops_are_no_step() -> None:
    silent: dict[str, Any] = {
        "acl": {"acl-1": [f"100 in allow any any {WORLD}", f"100 out allow tcp 0-1023 {WORLD}"]},
        "subnet": {"subnet-public": "vpc-1 10.0.0.0/24 table=rtb-public acl=acl-1"},
    }

    assert arriving(web(SSH, **silent)) == []


def test_every_rule_that_lets_the_port_in_is_revoked_together() -> None:
    (step,) = arriving(web(SSH, "in tcp 22 0.0.0.0/1"))

    assert sorted(titles(step)[0]) == [
        "Revoke `22/tcp` from 0.0.0.0/0 in security group sg-web",
        "Revoke `22/tcp` from 0.0.0.0/1 in security group sg-web",
    ]


def test_packets_from_certain_addresses_are_a_condition() -> None:
    (step,) = arriving(web("in tcp 22 203.0.113.0/24"))

    (condition,) = step.conditions
    assert condition.key == "assume:source-address"
    assert condition.values == ("203.0.113.0/24",)
    assert step.cost == 1 + condition.effort


def test_only_the_ports_of_a_service_are_doors_where_no_host_is() -> None:
    def facts(*rows: ServicePort) -> Facts:
        return public_network(
            rows,
            group={"sg-data": [f"in tcp 5000-6000 {WORLD}", OUT]},
            interface={"eni-data": "subnet-public 10.0.0.9 groups=sg-data public=198.51.100.9"},
        )

    assert lines(arriving(facts(service(database("orders"), "eni-data")))) == {
        "reach-from-internet: start internet -> send eni-data:5432/tcp"
    }
    assert arriving(facts(service(database("orders"), "eni-data", port=3306))) == []
    assert arriving(facts()) == []


def balanced(**changed: Mapping[str, Any]) -> Facts:
    """A load balancer that everybody reaches before a host that nobody does but it."""
    sections: dict[str, Any] = {
        "group": {
            "sg-door": [f"in tcp 80 {WORLD}", OUT],
            "sg-web": ["in tcp 8080 sg-door", OUT],
        },
        "interface": {
            "eni-web": f"subnet-inside 10.0.1.5 groups=sg-web {behind('web')}",
            "eni-node": "subnet-public 10.0.0.8 groups=sg-door public=198.51.100.8 thing=lb-1",
        },
        "balancer": {
            "lb-1": "application vpc-1 internet-facing subnets=subnet-public groups=sg-door "
            "interfaces=eni-node"
        },
        "listener": {"lb-1": ["HTTP 80 tg-1"]},
        "target_group": {"tg-1": ["ip HTTP 8080", "10.0.1.5"]},
    }
    return public_network([workload(instance("web"))], **{**sections, **changed})


def test_what_stands_behind_a_load_balancer_is_reached_through_it() -> None:
    (step,) = arriving(balanced())

    assert lines([step]) == {"reach-from-internet: start internet -> send eni-web:8080/tcp"}
    assert titles(step) == [
        ["Revoke `8080/tcp` from sg-door in security group sg-web"],
        ["Revoke `80/tcp` from 0.0.0.0/0 in security group sg-door"],
    ]


def preserving(source: str) -> Facts:
    """A host behind a network load balancer that sends on what it gets as its client's."""
    return balanced(
        group={"sg-web": [f"in tcp 8080 {source}", OUT]},
        interface={
            "eni-web": f"subnet-inside 10.0.1.5 groups=sg-web {behind('web')}",
            "eni-node": "subnet-public 10.0.0.8 public=198.51.100.8 thing=lb-1",
        },
        balancer={
            "lb-1": "network vpc-1 internet-facing subnets=subnet-public interfaces=eni-node"
        },
        listener={"lb-1": ["TCP 80 tg-1"]},
        target_group={"tg-1": ["ip TCP 8080 preserves=yes", "10.0.1.5"]},
    )


def test_whether_a_target_takes_its_clients_packets_is_decided_and_not_left_open() -> None:
    (step,) = arriving(preserving(WORLD))

    assert lines([step]) == {"reach-from-internet: start internet -> send eni-web:8080/tcp"}
    assert step.proved
    assert arriving(preserving("10.0.0.0/8")) == []


def test_behind_an_internal_load_balancer_nothing_is_reached() -> None:
    node = "subnet-public 10.0.0.8 groups=sg-door thing=lb-1"
    inside = balanced(
        interface={
            "eni-web": f"subnet-inside 10.0.1.5 groups=sg-web {behind('web')}",
            "eni-node": node,
        }
    )

    assert arriving(inside) == []
