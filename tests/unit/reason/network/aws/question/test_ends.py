# SPDX-License-Identifier: Apache-2.0

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bartizan.errors import UsageError
from bartizan.model.facts.network import SecurityGroup
from bartizan.model.facts.routing import RemoteSite
from bartizan.model.facts.service import Balancer, Endpoint, EndpointService
from bartizan.reason.network.aws.question.ends import LONGEST, Directory
from bartizan.reason.network.aws.question.service import EVERY, Service
from tests.fakes.shop_network import (
    ACCOUNT,
    DATABASE,
    DB,
    DOUBT,
    INSTANCE,
    OLD,
    REGION,
    VPC,
    WEB,
    WEB2,
    WEB_PUBLIC,
    facts,
    interface,
)

SITE = RemoteSite(
    id="vpn-1", kind="vpn", gateway="vgw-1", account=ACCOUNT, region=REGION,
    ranges=("192.168.0.0/16",), name="office",
)  # fmt: skip
BALANCER = Balancer(
    arn="arn:lb", kind="network", internet_facing=True, network=VPC, account=ACCOUNT,
    region=REGION, subnets=("subnet-public",), groups=(), interfaces=("eni-lb",),
    cross_zone=True, filters_private_link=True, name="front", tags={"app": "shop"},
)  # fmt: skip
SERVICE = EndpointService(
    id="vpce-svc-1", name="com.x", account=ACCOUNT, region=REGION, balancers=("arn:lb", "arn:no"),
    acceptance=True, principals=(),
)  # fmt: skip
ENDPOINT = Endpoint(
    id="vpce-1", kind="interface", network=VPC, account=ACCOUNT, region=REGION, service="com.s",
    interfaces=("eni-vpce",), private_names=True, preserves_client=False, available=True, name="",
)  # fmt: skip
NODE = interface("eni-lb", "subnet-public", "10.0.1.50")
ENTRY = interface("eni-vpce", "subnet-private", "10.0.2.60")
DIRECTORY = Directory(facts(SITE, BALANCER, SERVICE, ENDPOINT, NODE, ENTRY))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("internet", ("internet",)),
        ("Internet", ("internet",)),
        (WEB, (WEB,)),
        ("subnet-private", (DB, OLD, "eni-vpce")),
        (VPC, (DB, DOUBT, "eni-lb", OLD, "eni-vpce", WEB, WEB2)),
        ("sg-web", (WEB, WEB2)),
        ("sg-unused", ()),
        ("i-web", (WEB,)),
        (INSTANCE, (WEB,)),
        (DATABASE, (DB,)),
        ("arn:lb", ("eni-lb",)),
        ("vpce-svc-1", ("eni-lb",)),
        ("vpce-1", ("eni-vpce",)),
        ("igw-1", ()),
        ("vpn-1", ("vpn-1",)),
        ("office", ("vpn-1",)),
        ("front", ("eni-lb",)),
        ("shop", (WEB,)),
        ("shop-1", (WEB,)),
        ("orders", (DB,)),
        ("sg-db-name", (DB,)),
        ("tag:role=web", (WEB, WEB2)),
        ("tag:role", (WEB, WEB2)),
        ("tag:tier=private", (DB, OLD, "eni-vpce")),
        ("tag:app=shop", ("eni-lb", WEB)),
        ("10.0.1.10", (WEB,)),
        (WEB_PUBLIC, (WEB,)),
        ("10.0.2.0/24", (DB, OLD, "eni-vpce")),
        ("8.8.8.8", ("internet",)),
        ("2a00::1", ("internet",)),
        ("192.168.3.4", ("vpn-1",)),
    ],
)
def test_things_are_found_by_whatever_people_call_them(text: str, names: tuple[str, ...]) -> None:
    assert DIRECTORY.end(text).names == tuple(sorted(names))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "eni-none",
        "tag:none=x",
        "tag:role=webs",
        "10.9.9.9",
        "8.8.8.0/24",
        "224.0.0.1",
    ],
)
def test_what_nothing_is_called_is_refused_and_never_an_empty_answer(text: str) -> None:
    with pytest.raises(UsageError, match="nothing in the snapshot"):
        DIRECTORY.end(text)
    with pytest.raises(UsageError, match="nothing in the snapshot"):
        DIRECTORY.target(f"{text}:443" if text else "")


def test_one_address_alone_is_kept() -> None:
    assert DIRECTORY.end("10.0.1.10").address == "10.0.1.10"
    assert DIRECTORY.end("8.8.8.8").address == "8.8.8.8"
    assert DIRECTORY.end("10.0.2.0/24").address == ""


def test_a_target_has_its_port_behind_it() -> None:
    end, asked = DIRECTORY.target("orders:5432")

    assert (end.names, asked) == ((DB,), Service(6, 5432))
    assert DIRECTORY.target("sg-web")[1] == EVERY
    assert DIRECTORY.target("[2a00::1]:443/udp")[1] == Service(17, 443)
    assert DIRECTORY.target("2a00::1")[1] == EVERY


def test_a_name_that_an_attacker_chose_does_not_catch_questions_about_another() -> None:
    trap = structs.replace(NODE, name="shop:443")

    with pytest.raises(UsageError, match="a port of another"):
        Directory(facts(trap)).target("shop:443")


def test_several_things_of_one_name_are_all_meant() -> None:
    twin = structs.replace(NODE, name="orders")
    end = Directory(facts(twin)).end("orders")

    assert end.names == (DB, "eni-lb")
    assert end.what == "interface eni-db, interface eni-lb"


def test_an_instance_with_its_arn_and_its_interface_is_said_to_be_one_thing() -> None:
    named = structs.replace(
        interface(WEB, "subnet-public", "10.0.1.10", thing=INSTANCE), name="shop-1"
    )

    assert Directory(facts(named)).end("shop-1").what == "instance i-web"
    assert Directory(facts()).end("shop-1").what == "instance i-web"


def test_what_has_no_interface_is_not_mentioned_beside_what_has() -> None:
    unused = structs.replace(next(iter(facts().rows(SecurityGroup))), id="sg-e", name="orders")

    assert Directory(facts(unused)).end("orders").what == "interface eni-db"


def test_of_many_things_of_one_name_a_few_are_listed() -> None:
    many = [
        interface(f"eni-m{n}", "subnet-public", f"10.0.1.{60 + n}", called="m") for n in range(5)
    ]

    assert Directory(facts(*many)).end("m").what == (
        "interface eni-m0, interface eni-m1, interface eni-m2 and 2 more"
    )


def test_what_is_too_long_is_refused_at_once() -> None:
    for ask in (DIRECTORY.end, DIRECTORY.target):
        with pytest.raises(UsageError, match=f"longer than {LONGEST}"):
            ask("x" * (LONGEST + 1))


@given(st.text(max_size=80))
def test_whatever_is_asked_is_found_or_refused_in_our_words(text: str) -> None:
    try:
        end, _ = DIRECTORY.target(text)
    except UsageError:
        return

    known = {"internet", "vpn-1", WEB, WEB2, DB, OLD, DOUBT, "eni-lb", "eni-vpce"}
    assert set(end.names) <= known


def test_interfaces_are_called_by_their_name_else_by_what_they_belong_to() -> None:
    unnamed = interface("eni-x", "subnet-public", "10.0.1.77", thing=INSTANCE)
    bare = interface("eni-y", "subnet-public", "10.0.1.78", thing="nat-1")

    assert Directory(facts(unnamed, bare, SITE)).names == {
        WEB: "shop", DB: "orders", "eni-x": "shop-1", "eni-y": "nat-1", "vpn-1": "office",
    }  # fmt: skip
