# SPDX-License-Identifier: Apache-2.0
"""An argument whose value is unknown is the id of the one new object that its code refers to."""

import json
from typing import Any

import pytest

from bartizan.sources.terraform.plan import read
from bartizan.sources.terraform.reference import References
from bartizan.sources.terraform.value import Hidden, Value
from tests.fakes.terraform_plan import Described, change, plan, referring

SUBNET, GROUP = "aws_subnet.a", "aws_security_group.g"
NAMES = {
    "aws_subnet.a": {"id": "subnet-a", "arn": "arn:a"},
    'aws_subnet.a["x"]': {"id": "subnet-x"},
    'aws_subnet.a["y"]': {"id": "subnet-y"},
    "aws_security_group.g": {"id": "sg-g"},
    "aws_security_group.h": {"id": "sg-h"},
}
UNKNOWN = {"id": True, "arn": True, "tags": True}


def made(*addresses: str) -> list[Described]:
    return [change(address, after={}, unknown=UNKNOWN) for address in addresses]


def filled(
    unknown: dict[str, Any],
    refers: dict[str, Any],
    *others: Described,
    after: dict[str, Any] | None = None,
    address: str = "aws_instance.i",
) -> dict[str, Value]:
    one = change(address, after=after or {}, unknown=unknown, refers=refers)
    found = read(plan(one, *others), "p")
    references = References.of(found, NAMES)
    (mine,) = (c for c in found.changes if c.address == address)
    assert isinstance(mine.after, dict)
    return dict(references.fill(address, mine.after))


def test_one_reference_is_that_object() -> None:
    found = filled({"subnet_id": True}, {"subnet_id": referring("aws_subnet.a.id")}, *made(SUBNET))

    assert found["subnet_id"] == "subnet-a"


@pytest.mark.parametrize("places", [1, 3])
def test_where_there_are_not_as_many_places_as_references_none_is_filled(places: int) -> None:
    found = filled(
        {"vpc_security_group_ids": [True] * places},
        {
            "vpc_security_group_ids": referring(
                "aws_security_group.g.id", "aws_security_group.h.id"
            )
        },
        *made(GROUP, "aws_security_group.h"),
        after={"vpc_security_group_ids": [None] * places},
    )

    assert found["vpc_security_group_ids"] == [Hidden.UNKNOWN] * places


def test_what_the_code_computes_is_not_what_aws_would_choose() -> None:
    names = {"aws_instance.i": {"id": "i-1", "private_ip": "10.0.0.1"}}
    unknown = {"id": True, "private_ip": True}
    for computed, wanted in ((("id", "private_ip"), "10.0.0.1"), (("id",), Hidden.UNKNOWN)):
        one = change("aws_instance.i", after={}, unknown=unknown, computed=computed,
                     refers={"private_ip": referring("local.address")})  # fmt: skip
        references = References.of(read(plan(one), "p"), names)

        found = references.fill("aws_instance.i", dict.fromkeys(unknown, Hidden.UNKNOWN))

        assert found == {"id": "i-1", "private_ip": wanted}


def test_an_object_that_is_known_takes_no_place_of_a_new_one() -> None:
    old = {"id": "sg-old"}

    found = filled(
        {"vpc_security_group_ids": [False, True]},
        {
            "vpc_security_group_ids": referring(
                "aws_security_group.old.id", "aws_security_group.g.id"
            )
        },
        *made(GROUP),
        change("aws_security_group.old", before=old, after=old),
        after={"vpc_security_group_ids": ["sg-old", None]},
    )

    assert found["vpc_security_group_ids"] == ["sg-old", "sg-g"]


@pytest.mark.parametrize("unknown", [True, [True]], ids=["whole", "each"])
def test_a_list_of_references_is_those_objects(unknown: object) -> None:
    found = filled(
        {"vpc_security_group_ids": unknown},
        {"vpc_security_group_ids": referring("aws_security_group.g.id")},
        *made(GROUP),
    )

    assert found["vpc_security_group_ids"] == ["sg-g"]


def test_two_references_fill_two_places_beside_what_is_known() -> None:
    found = filled(
        {"vpc_security_group_ids": [False, True, True]},
        {
            "vpc_security_group_ids": referring(
                "aws_security_group.g.id", "aws_security_group.h.id"
            )
        },
        *made(GROUP, "aws_security_group.h"),
        after={"vpc_security_group_ids": ["sg-old", None, None]},
    )

    assert found["vpc_security_group_ids"] == ["sg-old", "sg-g", "sg-h"]


@pytest.mark.parametrize(
    "references",
    [
        ("aws_subnet.a.tags",),
        ("local.subnet",),
        ("each.value",),
        ("data.aws_subnet.d.id",),
        ("aws_subnet.gone.id",),
        ("aws_subnet.a.id", "local.other"),
        ("aws_security_group.g.id",),
    ],
    ids=str,
)
def test_what_may_be_anything_else_stays_unknown(references: tuple[str, ...]) -> None:
    found = filled(
        {"subnet_id": True}, {"subnet_id": referring(*references)}, *made(SUBNET, GROUP)
    )

    assert found["subnet_id"] is Hidden.UNKNOWN


def test_of_two_objects_one_argument_can_be_either() -> None:
    found = filled(
        {"subnet_id": True},
        {"subnet_id": referring('aws_subnet.a["x"].id', 'aws_subnet.a["y"].id')},
        *made('aws_subnet.a["x"]', 'aws_subnet.a["y"]'),
    )

    assert found["subnet_id"] is Hidden.UNKNOWN


def test_a_key_that_is_computed_is_that_of_the_object_which_refers() -> None:
    found = filled(
        {"subnet_id": True},
        {"subnet_id": {"references": ["aws_subnet.a", "each.key"]}},
        *made('aws_subnet.a["x"]', 'aws_subnet.a["y"]'),
        address='aws_instance.i["y"]',
    )

    assert found["subnet_id"] == "subnet-y"


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        (["aws_subnet.a"], "subnet-y"),
        (["aws_subnet.a.id", "aws_subnet.a"], Hidden.UNKNOWN),
        (["aws_subnet.a", "aws_subnet.b"], Hidden.UNKNOWN),
        (["var.subnets"], Hidden.UNKNOWN),
    ],
    ids=str,
)
def test_in_a_loop_over_objects_it_is_the_one_of_the_same_key(
    loop: list[str], expected: Value
) -> None:
    address = 'aws_instance.i["y"]'
    one = change(address, after={}, unknown={"subnet_id": True}, refers={
        "subnet_id": {"references": ["each.value.id", "each.value"]}})  # fmt: skip
    whole = json.loads(plan(one, *made('aws_subnet.a["x"]', 'aws_subnet.a["y"]')))
    (block,) = (
        held
        for held in whole["configuration"]["root_module"]["resources"]
        if held["address"] == "aws_instance.i"
    )
    block["for_each_expression"] = {"references": loop}
    found = read(json.dumps(whole).encode(), "p")

    filled_in = References.of(found, NAMES).fill(address, {"subnet_id": Hidden.UNKNOWN})

    assert filled_in["subnet_id"] == expected


def test_a_nested_block_is_filled_from_its_own_code() -> None:
    found = filled(
        {"vpc_config": [{"security_group_ids": [True]}]},
        {"vpc_config": [{"security_group_ids": referring("aws_security_group.g.id")}]},
        *made(GROUP),
        after={"vpc_config": [{"security_group_ids": [None]}]},
    )

    assert found["vpc_config"] == [{"security_group_ids": ["sg-g"]}]


def test_blocks_whose_order_is_not_that_of_the_code_are_not_mixed_up() -> None:
    blocks = [
        {"security_groups": referring("aws_security_group.g.id")},
        {"security_groups": referring("aws_security_group.h.id")},
    ]
    found = filled(
        {"ingress": [{"security_groups": [True]}, {"security_groups": [True]}]},
        {"ingress": blocks},
        *made(GROUP, "aws_security_group.h"),
    )

    assert found["ingress"] == [{"security_groups": [Hidden.UNKNOWN]}] * 2


def test_blocks_that_are_an_argument_take_the_only_id_where_it_fits() -> None:
    found = filled(
        {"ingress": [{"security_groups": [True], "description": True}]},
        {"ingress": referring("aws_security_group.g.id")},
        *made(GROUP),
    )

    assert found["ingress"] == [{"security_groups": ["sg-g"], "description": Hidden.UNKNOWN}]


def test_values_go_into_modules_and_come_out_of_them() -> None:
    """A module is given a subnet that another module has made."""
    address = "module.app[0].aws_instance.i"
    one = change(address, after={}, unknown={"subnet_id": True})
    whole = json.loads(plan(one, change("module.net.aws_subnet.a", after={}, unknown=UNKNOWN)))
    whole["configuration"]["root_module"] = {
        "module_calls": {
            "net": {
                "module": {
                    "resources": [{"address": "aws_subnet.a", "expressions": {}}],
                    "outputs": {"subnet": {"expression": referring("aws_subnet.a.id")}},
                }
            },
            "app": {
                "expressions": {"subnet": {"references": ["module.net.subnet", "module.net"]}},
                "module": {
                    "resources": [
                        {
                            "address": "aws_instance.i",
                            "expressions": {"subnet_id": {"references": ["var.subnet"]}},
                        }
                    ]
                },
            },
        }
    }
    found = read(json.dumps(whole).encode(), "p")
    references = References.of(found, {"module.net.aws_subnet.a": {"id": "subnet-net"}})

    assert references.fill(address, {"subnet_id": Hidden.UNKNOWN}) == {"subnet_id": "subnet-net"}
