# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.model.step import Ask, Foothold, Step
from bartizan.reason.host.derivation import following, steps
from tests.fakes.hosts import INSTANCE, MACHINE, host, key, machine, packet_rule, user

OTHER = "i-0fedcba9876543210"
WEB = host(instance=INSTANCE)


def interface(**more: Any) -> Interface:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "id": "eni-1", "network": "vpc-1", "subnet": "subnet-1", "account": "111111111111",
        "region": "eu-west-1", "kind": "interface", "thing": MACHINE, "attached": True,
        "addresses": ("10.0.0.5",), "public": {}, "groups": (), "forwards": False, "name": "",
        "tags": {},
    }  # fmt: skip
    return Interface(**(plain | more))


def joined(*rows: Any) -> dict[tuple[str, str], bool]:  # noqa: ANN401 - rows of any table
    return {
        (step.needs[0].entity, step.grants.entity): step.proved
        for step in steps(Facts.of(rows))
        if step.technique in {"be-on-machine", "be-on-host"}
    }


def test_a_host_is_the_machine_whose_id_its_facts_say() -> None:
    assert joined(WEB, machine()) == {
        ("root@web1", MACHINE): True,
        ("web1", MACHINE): True,
        (MACHINE, "web1"): True,
    }


@pytest.mark.parametrize(
    "rows",
    [
        (host(), machine()),
        (WEB,),
        (host(instance=OTHER), machine()),
        (WEB, machine(kind="AWS::ECS::Task")),
        (host(addresses=("10.0.0.5",)), machine(), interface(thing="")),
        (host(addresses=("10.0.0.5",)), machine(), interface(),
         interface(id="eni-2", thing=MACHINE.replace(INSTANCE, OTHER))),
    ],
    ids=range(6),
)  # fmt: skip
def test_a_host_whose_machine_is_not_known_is_joined_with_none(rows: tuple[object, ...]) -> None:
    assert joined(*rows) == {}


def test_one_that_has_the_address_of_one_machine_alone_may_be_that() -> None:
    found = joined(host(addresses=("10.0.0.5",)), machine(), interface())

    assert set(found.values()) == {False}


def test_where_two_say_one_machine_neither_is_sure() -> None:
    found = joined(WEB, host("web2", instance=INSTANCE), machine())

    assert set(found.values()) == {False}


def test_where_the_metadata_service_is_off_no_credentials_are_had() -> None:
    assert set(joined(WEB, machine(metadata_hops=0))) == {(MACHINE, "web1")}


@pytest.mark.parametrize(
    ("given", "sure"),
    [
        ({}, False),
        ({"destinations": ()}, False),
        ({"action": "accept"}, True),
        ({"chain": "INPUT"}, True),
        ({"state": "absent"}, True),
        ({"destinations": ("10.0.0.0/8",)}, True),
    ],
)
def test_a_packet_filter_may_keep_users_from_it_but_never_root(
    given: dict[str, Any], *, sure: bool
) -> None:
    found = joined(WEB, machine(), packet_rule(**given))

    assert found["web1", MACHINE] is sure
    assert found["root@web1", MACHINE] is True


def step(technique: str, grants: Foothold) -> Step:
    return Step(
        technique=technique,
        needs=(Foothold("act-as", "arn:aws:iam::111111111111:role/ops"),),
        grants=grants,
        cost=2,
    )


def follows(*others: Step, rows: tuple[Any, ...]) -> list[Step]:
    return list(following(Facts.of(rows), others))


@pytest.mark.parametrize(
    ("technique", "expected"),
    [("ssm-send-command", ["root@web1"]), ("ec2-user-data", ["root@web1"]),
     ("ec2-instance-connect", []), ("exploit-service", [])],
)  # fmt: skip
def test_what_systems_manager_runs_it_runs_as_root(technique: str, expected: list[str]) -> None:
    found = follows(step(technique, Foothold("run-code", MACHINE)), rows=(WEB, machine()))

    assert [one.grants.entity for one in found] == expected


@pytest.mark.parametrize(
    ("context", "expected"),
    [((), ["ann@web1", "bob@web1"]), ((("ec2:osuser", "bob"),), ["bob@web1"])],
)
def test_a_key_is_pushed_for_a_user_of_ones_choice(
    context: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    ask = Ask(
        principal="r", action="ec2-instance-connect:SendSSHPublicKey", resource=MACHINE,
        context=context,
    )  # fmt: skip
    pushed = replace(step("ec2-instance-connect", Foothold("run-code", MACHINE)), asks=(ask,))
    shut = user("daemon", shell="/usr/sbin/nologin")  # noqa: S604 - a column
    rows = (WEB, machine(), user("ann"), user("bob"), user("root"), shut)

    assert [one.grants.entity for one in follows(pushed, rows=rows)] == expected


def test_two_tools_may_tell_of_one_machine() -> None:
    by_chef = host("web1.chef", instance=INSTANCE, source="chef")
    ran = step("ssm-send-command", Foothold("run-code", MACHINE))

    assert set(joined(WEB, by_chef, machine()).values()) == {True}
    assert {one.grants.entity for one in follows(ran, rows=(WEB, by_chef, machine()))} == {
        "root@web1",
        "root@web1.chef",
    }


def test_what_is_run_on_another_machine_is_not_run_here() -> None:
    other = step("ssm-send-command", Foothold("run-code", MACHINE.replace(INSTANCE, OTHER)))

    assert follows(other, rows=(WEB, machine())) == []
    assert follows(other, rows=()) == []


@pytest.mark.parametrize(
    ("door", "opens"),
    [("eni-1:22/tcp", True), ("eni-1:0-1023/tcp", True), ("eni-1:443/tcp", False),
     ("eni-1:22/udp", False), ("eni-2:22/tcp", False), ("eni-1:*", False)],
)  # fmt: skip
def test_a_key_signs_in_where_packets_arrive(door: str, *, opens: bool) -> None:
    rows = (WEB, machine(), interface(), key("alice"))

    found = follows(step("send-packets", Foothold("send", door)), rows=rows)

    signing = [one for one in found if one.technique == "sign-in-with-key"]
    assert [[str(held) for held in one.needs] for one in signing] == [
        ["hold SHA256:abc", f"send {door}"]
    ] * opens
    assert not any(one.technique == "sign-in-with-key" for one in steps(Facts.of(rows)))


def test_without_interfaces_that_packets_arrive_is_an_assumption() -> None:
    rows = (WEB, machine(), key("alice"))

    (found,) = [one for one in steps(Facts.of(rows)) if one.technique == "sign-in-with-key"]

    assert "assume:reachable" in {held.key for held in found.conditions}
    assert follows(step("x", Foothold("send", "eni-1:22/tcp")), rows=rows) == []
