# SPDX-License-Identifier: Apache-2.0
"""States, as backends keep them and as `terraform show -json` tells them."""

import json
from typing import Any

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform.state import is_state, only, read, resources
from bartizan.sources.terraform.value import Hidden


def _resource(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a state holds
    return {
        "mode": "managed",
        "type": "aws_iam_user",
        "name": "u",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": {"name": "u"}}],
        **more,
    }


def _state(*found: dict[str, Any], version: int = 4) -> bytes:
    top = {"version": version, "terraform_version": "1.9.0", "serial": 1, "lineage": "x"}
    return json.dumps({**top, "outputs": {}, "resources": list(found)}).encode()


def test_instances_get_the_addresses_and_providers_that_a_plan_gives_them() -> None:
    keyed = [{"attributes": {}, "index_key": 'a"b'}, {"attributes": {}, "index_key": 0}]
    aliased = 'module.m["x"].provider["registry.terraform.io/hashicorp/aws"].prod'
    state = _state(
        _resource(module='module.m["x"]', instances=keyed, provider=aliased),
        _resource(mode="data"),
        _resource(),
    )

    found = [(one.address, one.provider, one.managed) for one in read(state, "s").held]

    assert found == [
        ("aws_iam_user.u", "aws", True),
        ("data.aws_iam_user.u", "aws", False),
        ('module.m["x"].aws_iam_user.u["a\\"b"]', 'module.m["x"]:aws.prod', True),
        ('module.m["x"].aws_iam_user.u[0]', 'module.m["x"]:aws.prod', True),
    ]


def test_what_an_earlier_replacement_left_over_is_not_told() -> None:
    instances = [{"attributes": {"name": "old"}, "deposed": "0a1b2c3d"}]

    assert read(_state(_resource(instances=instances)), "s").held == ()


def test_sensitive_values_are_marked_and_not_kept() -> None:
    attributes = {"name": "u", "password": "hunter2", "blocks": [{"key": "hunter2"}], "none": None}
    paths = [
        [{"type": "get_attr", "value": "password"}],
        [
            {"type": "get_attr", "value": "blocks"},
            {"type": "index", "value": {"value": 0, "type": "number"}},
            {"type": "get_attr", "value": "key"},
        ],
        [{"type": "get_attr", "value": "none"}],
    ]
    instance = {"attributes": attributes, "sensitive_attributes": paths}

    (found,) = read(_state(_resource(instances=[instance])), "s").held

    secret = Hidden.SECRET
    assert found.values == {
        "name": "u",
        "password": secret,
        "blocks": [{"key": secret}],
        "none": None,
    }


def test_a_path_that_leads_nowhere_hides_all_that_it_may_have_meant() -> None:
    paths = [[{"type": "get_attr", "value": "a"}, {"type": "index", "value": {"value": 7}}]]
    instance = {"attributes": {"a": ["hunter2"]}, "sensitive_attributes": paths}

    (found,) = read(_state(_resource(instances=[instance])), "s").held

    assert found.values == {"a": Hidden.SECRET}


def test_a_state_that_is_shown_is_read_too() -> None:
    user = {"address": "aws_iam_user.u", "type": "aws_iam_user", "values": {"name": "u"}}
    whole = {"format_version": "1.0", "values": {"root_module": {"resources": [user]}}}

    (found,) = read(json.dumps(whole).encode(), "s").held

    assert (found.address, found.values) == ("aws_iam_user.u", {"name": "u"})


def test_resources_of_unknown_types_and_data_are_left_out() -> None:
    other = 'provider["registry.terraform.io/some/other"]'
    unknown = (_resource(type="other_x", provider=other), _resource(type="aws_y"))
    state = _state(_resource(), _resource(mode="data"), *unknown)

    left = only(state, "s", {"hashicorp/aws": {"aws_iam_user"}})

    assert resources(left, "s") == {"hashicorp/aws": {"aws_iam_user"}}
    assert len(json.loads(left)["resources"]) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{}", "no state of Terraform"),
        (b"[]", "no state of Terraform"),
        (_state(version=3), "states of version 3 are not understood"),
        (_state({"mode": 1}), "not as a state should be"),
        (b'{"version": "x", "lineage": ""}', "not as a state should be"),
        (b"\x00", "no JSON"),
    ],
)
def test_what_is_no_state_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(content, "s")


def test_a_plan_is_no_state() -> None:
    assert not is_state({"format_version": "1.2", "resource_changes": []})
