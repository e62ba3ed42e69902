# SPDX-License-Identifier: Apache-2.0
"""What sending packets is worth, by what listens."""

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.service import Front, ServicePort
from bartizan.model.step import Step
from bartizan.model.table import Row
from bartizan.reason.network.aws.steps.derivation import steps
from tests.fakes.network_estate import (
    OUT,
    WORLD,
    database,
    front,
    function,
    instance,
    lines,
    public_network,
    service,
    web,
    workload,
)
from tests.fakes.network_words import ACCOUNT

FUNCTION = "AWS::Lambda::Function"


def gained(facts: Facts, ability: str) -> list[Step]:
    return [step for step in steps(facts) if step.grants.ability == ability]


def test_a_flaw_in_what_listens_runs_code_at_an_effort_that_is_shown() -> None:
    (step,) = gained(web(f"in tcp 443 {WORLD}"), "run-code")

    assert lines([step]) == {
        f"exploit-service: send eni-web:443/tcp -> run-code {instance('web')}"
    }
    assert [one.key for one in step.conditions] == ["assume:flaw"]
    assert "443/tcp of web" in step.conditions[0].text
    assert step.cost > step.conditions[0].effort > 0


def test_a_port_for_signing_in_asks_for_a_password_instead() -> None:
    (step,) = gained(web(f"in tcp 22 {WORLD}"), "run-code")

    assert step.technique == "sign-in-to-host"
    assert [one.key for one in step.conditions] == ["assume:host-sign-in"]


def test_a_range_with_such_a_port_gives_both() -> None:
    found = gained(web(f"in tcp 0-65535 {WORLD}"), "run-code")

    assert {step.technique for step in found} == {"exploit-service", "sign-in-to-host"}


def test_on_a_host_that_is_stopped_nothing_listens() -> None:
    facts = web(f"in tcp 443 {WORLD}", running=False)

    assert gained(facts, "run-code") == []


def serving(*rows: Row) -> Facts:
    return public_network(
        rows,
        group={"sg-data": [f"in tcp 5432 {WORLD}", OUT]},
        interface={"eni-data": "subnet-public 10.0.0.9 groups=sg-data public=198.51.100.9"},
    )


def of(needs: str) -> ServicePort:
    return service(database("orders"), "eni-data", needs=needs)


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ("nothing", {("use-open-service", (), True)}),
        ("credentials", {("sign-in-to-service", ("assume:service-sign-in",), True)}),
        (
            "unknown",
            {
                ("use-open-service", (), False),
                ("sign-in-to-service", ("assume:service-sign-in",), True),
            },
        ),
    ],
)
def test_a_service_is_read_by_what_it_asks_for(
    needs: str, expected: set[tuple[str, tuple[str, ...], bool]]
) -> None:
    found = gained(serving(of(needs)), "read")

    assert {(s.technique, tuple(c.key for c in s.conditions), s.proved) for s in found} == expected


def test_a_credential_that_was_found_replaces_the_assumption() -> None:
    credential = Credential(
        id="fingerprint-1",
        kind="password",
        lies_in=function("f"),
        field="DB_PASSWORD",
        authenticates=database("orders"),
        key="",
        length=12,
        account=ACCOUNT,
    )

    found = gained(serving(of("credentials"), credential), "read")

    assert {(len(step.needs), bool(step.conditions)) for step in found} == {(1, True), (2, False)}


def test_which_interface_it_is_behind_is_a_doubt_where_they_are_not_reached_alike() -> None:
    facts = public_network(
        [service(database("orders"), "eni-data", "eni-more", needs="nothing")],
        group={"sg-data": [f"in tcp 5432 {WORLD}", OUT]},
        interface={
            "eni-data": "subnet-public 10.0.0.9 groups=sg-data public=198.51.100.9",
            "eni-more": "subnet-inside 10.0.1.9 groups=sg-data",
        },
    )

    (step,) = gained(facts, "read")

    assert step.missing == (f"which interface {database('orders')} is behind",)


def test_a_load_balancer_calls_a_function_for_whoever_reaches_it() -> None:
    def facts(listener: str) -> Facts:
        return public_network(
            [workload(function("f"), FUNCTION)],
            group={"sg-door": [f"in tcp 80 {WORLD}", OUT]},
            interface={
                "eni-node": "subnet-public 10.0.0.8 groups=sg-door public=198.51.100.8 thing=lb-1"
            },
            balancer={
                "lb-1": "application vpc-1 internet-facing subnets=subnet-public groups=sg-door "
                "interfaces=eni-node"
            },
            listener={"lb-1": [listener]},
            target_group={"tg-1": ["lambda HTTP 0", f"{function('f')} 0"]},
        )

    (open_,) = gained(facts("HTTP 80 tg-1"), "invoke")
    (asked,) = gained(facts("HTTP 80 tg-1 authenticates"), "invoke")

    assert lines([open_]) == {
        f"call-through-balancer: send eni-node:80/tcp -> invoke {function('f')}"
    }
    assert open_.conditions == ()
    assert [one.key for one in asked.conditions] == ["assume:user"]
    assert gained(facts("HTTP 81 tg-1"), "invoke") == []


def test_a_public_api_calls_a_function_that_may_have_a_flaw() -> None:
    facts = public_network(
        [
            workload(function("f"), FUNCTION),
            front("api-1", "AWS::ApiGateway::RestApi", f"{function('f')}:live"),
        ]
    )

    assert lines(steps(facts)) == {
        f"call-through-front: start internet -> invoke {function('f')}",
        f"exploit-function: invoke {function('f')} -> run-code {function('f')}",
    }


@pytest.mark.parametrize(
    "closed",
    [
        front("api-1", "AWS::ApiGateway::RestApi", function("f"), authenticates="iam"),
        front("api-1", "AWS::ApiGateway::RestApi", function("f"), public=False),
    ],
)
def test_an_api_that_asks_for_signatures_or_is_private_does_not(closed: Front) -> None:
    assert list(steps(public_network([workload(function("f"), FUNCTION), closed]))) == []


def test_a_service_with_a_public_address_of_its_own_may_have_a_flaw() -> None:
    arn = "arn:aws:apprunner:eu-west-1:111111111111:service/shop/1"
    facts = public_network(
        [
            workload(arn, "AWS::AppRunner::Service"),
            front(arn, "AWS::AppRunner::Service", authenticates="nothing"),
        ]
    )

    assert lines(steps(facts)) == {f"exploit-front: start internet -> run-code {arn}"}


def test_a_host_whose_interfaces_were_not_read_may_be_reached() -> None:
    facts = public_network(
        [workload(instance("web"))],
        unread={"AWS::EC2::NetworkInterface": "DescribeNetworkInterfaces"},
    )

    found = list(steps(facts))

    assert {step.technique for step in found} == {
        "reach-from-internet",
        "exploit-service",
        "sign-in-to-host",
    }
    assert [s.missing for s in found if s.technique == "reach-from-internet"] == [
        ("ec2:DescribeNetworkInterfaces in 111111111111 eu-west-1",)
    ]
