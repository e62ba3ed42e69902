# SPDX-License-Identifier: Apache-2.0
"""What the provider answers, call by call."""

import json
from collections.abc import Mapping
from typing import Any

from bartizan.sources.terraform.place import Place
from bartizan.sources.terraform.provider.dynamic import packed, unpacked
from bartizan.sources.terraform.provider.inert import Inert
from bartizan.sources.terraform.provider.made import Making
from bartizan.sources.terraform.provider.protocol import CALLS
from bartizan.sources.terraform.provider.schema import of_types
from bartizan.sources.terraform.value import Hidden, Value

SCHEMA = of_types(
    "hashicorp/aws",
    resources=["aws_iam_role", "aws_instance", "aws_lb", "aws_vpc"],
    data=["aws_caller_identity", "aws_ami"],
)


def _provider(*, predicting: bool = True, most: int = 9) -> Inert:
    said = {"aws": Place(account="111111111111")}
    return Inert(
        schema=SCHEMA, making=Making(name="aws", said=said, predicting=predicting, most=most)
    )


def _asked(
    provider: Inert, call: str, *, peer: str = "one", type_: str = "", **values: Value
) -> Mapping[str, Any]:
    request: dict[str, object] = {name: {"msgpack": packed(one)} for name, one in values.items()}
    return provider.answer(peer, call, {"type_name": type_, **request})


def _configured(**config: Value) -> Inert:
    provider = _provider()
    _asked(provider, "ConfigureProvider", config=config)
    return provider


def _object(type_: str, **values: Value) -> dict[str, Value]:
    block = SCHEMA.resources[type_]
    return {**dict.fromkeys(block.attributes), **dict.fromkeys(block.blocks), **values}


def _planned(provider: Inert, type_: str, *, peer: str = "one", **values: Value) -> dict[str, Any]:
    whole = _object(type_, **values)
    found = _asked(
        provider,
        "PlanResourceChange",
        peer=peer,
        type_=type_,
        proposed_new_state=whole,
        config=whole,
        prior_state=None,
    )
    state = unpacked(found["planned_state"]["msgpack"])
    assert isinstance(state, dict)
    return state


def test_each_configuration_has_its_own_place() -> None:
    provider = _configured(region="eu-west-1")
    role: Value = [{"role_arn": "arn:aws-cn:iam::222222222222:role/deploy"}]
    config: Value = {"bartizan_key": "aws.cn", "region": "cn-north-1", "assume_role": role}
    _asked(provider, "ConfigureProvider", peer="two", config=config)

    here, there = (_planned(provider, "aws_iam_role", peer=p, name="r") for p in ("one", "two"))

    assert here["arn"] == "arn:aws:iam::111111111111:role/r"
    assert there["arn"] == "arn:aws-cn:iam::222222222222:role/r"


def test_stand_ins_are_the_same_for_the_same_code_and_differ_between_objects() -> None:
    first, second = _configured(region="eu-west-1"), _configured(region="eu-west-1")

    ids = [_planned(first, "aws_vpc", cidr_block="10.0.0.0/8")["id"] for _ in range(2)]
    again = [_planned(second, "aws_vpc", cidr_block="10.0.0.0/8")["id"] for _ in range(2)]

    assert ids == again
    assert len(set(ids)) == 2


def test_nothing_is_predicted_where_only_what_is_exact_is_wanted() -> None:
    provider = _provider(predicting=False)
    _asked(provider, "ConfigureProvider", config={"region": "eu-west-1"})

    assert _planned(provider, "aws_vpc")["id"] is Hidden.UNKNOWN
    assert _planned(provider, "aws_iam_role", name="r")["arn"].endswith(":role/r")


def test_an_object_that_is_there_stays_as_it_is_but_for_what_the_code_changes() -> None:
    provider = _configured(region="eu-west-1")
    before = _object("aws_vpc", id="vpc-1", cidr_block="10.0.0.0/8")
    proposed: Value = {**before, "enable_dns_support": False}

    found = _asked(
        provider,
        "PlanResourceChange",
        type_="aws_vpc",
        prior_state=before,
        proposed_new_state=proposed,
        config=proposed,
    )

    assert unpacked(found["planned_state"]["msgpack"]) == proposed
    assert not found.get("requires_replace")


def _changed(
    provider: Inert, type_: str, before: Mapping[str, Value], **values: Value
) -> Mapping[str, Any]:
    proposed: Value = {**before, **values}
    return _asked(
        provider,
        "PlanResourceChange",
        type_=type_,
        prior_state=dict(before),
        proposed_new_state=proposed,
        config=_object(type_, **values),
    )


def test_all_tags_of_an_object_follow_from_its_own_and_those_of_the_provider() -> None:
    provider = _configured(region="eu-west-1", default_tags=[{"tags": {"team": "a", "x": "1"}}])
    before = _object("aws_vpc", id="vpc-1", tags={"team": "b"}, tags_all={"team": "b"})

    found = _changed(provider, "aws_vpc", before, tags={"team": "c"})
    state = unpacked(found["planned_state"]["msgpack"])
    unchanged = _changed(_configured(), "aws_vpc", _object("aws_vpc", id="vpc-1"))

    assert isinstance(state, dict)
    assert state["tags_all"] == {"team": "c", "x": "1"}
    assert unpacked(unchanged["planned_state"]["msgpack"]) == _object("aws_vpc", id="vpc-1")


def test_what_moves_to_another_place_of_a_network_is_another_object() -> None:
    provider = _configured(region="eu-west-1")
    balancer = _object("aws_lb", id="l", internal=True)
    machine = _object(
        "aws_instance", id="i-1", subnet_id="s-1", private_ip="10.0.0.1", source_dest_check=True
    )

    opened = _changed(provider, "aws_lb", balancer, internal=False)
    moved = _changed(provider, "aws_instance", machine, subnet_id="s-2")
    same = _changed(provider, "aws_instance", machine, source_dest_check=False)

    state = unpacked(moved["planned_state"]["msgpack"])
    assert isinstance(state, dict)
    assert opened["requires_replace"] == [{"steps": [{"attribute_name": "internal"}]}]
    assert moved["requires_replace"] == [{"steps": [{"attribute_name": "subnet_id"}]}]
    assert state["private_ip"] is Hidden.UNKNOWN
    assert not same.get("requires_replace")


def test_what_is_removed_is_nothing() -> None:
    found = _asked(
        _configured(),
        "PlanResourceChange",
        type_="aws_vpc",
        prior_state=_object("aws_vpc"),
        proposed_new_state=None,
        config=None,
    )

    assert unpacked(found["planned_state"]["msgpack"]) is None


def test_an_object_of_a_state_gets_the_shape_of_this_schema() -> None:
    raw = json.dumps({"id": "vpc-1", "an_attribute_of_another_version": 1}).encode()

    request = {"type_name": "aws_vpc", "raw_state": {"json": raw}}
    found: Mapping[str, Any] = _provider().answer("one", "UpgradeResourceState", request)

    state = unpacked(found["upgraded_state"]["msgpack"])
    assert isinstance(state, dict)
    assert state["id"] == "vpc-1"
    assert state.keys() == {*SCHEMA.resources["aws_vpc"].attributes}


def test_data_of_the_estate_is_refused_and_remembered() -> None:
    provider = _configured(region="eu-west-1")

    found = _asked(provider, "ReadDataSource", type_="aws_ami", config={"owners": ["self"]})

    assert found["diagnostics"]
    assert provider.making.untold == {"aws_ami"}


def test_more_objects_than_are_allowed_are_refused() -> None:
    provider = _provider(most=1)
    _planned(provider, "aws_vpc")

    whole = _object("aws_vpc")
    found = _asked(
        provider, "PlanResourceChange", type_="aws_vpc", proposed_new_state=whole, config=whole
    )

    assert found["diagnostics"][0]["summary"] == "more than 1 objects"


def test_damaged_requests_are_answered_with_an_error() -> None:
    for call in CALLS:
        found = _provider().answer(
            "one", call, {"type_name": "none", "config": {"msgpack": b"\xc1"}}
        )

        assert isinstance(found, dict)


def test_there_is_no_call_that_makes_or_takes_away() -> None:
    assert not {"ApplyResourceChange", "ImportResourceState", "CallFunction"} & CALLS.keys()
