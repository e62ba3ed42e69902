# SPDX-License-Identifier: Apache-2.0
"""Types of the table, read one by one."""

import gzip
import json
from importlib import resources
from typing import Any

import pytest

from bartizan.sources.terraform.provider.identity import DEFAULTS
from bartizan.sources.terraform.provider.schema import KEY, UNTOLD, Block, of_types, providers

_PLACE = "bartizan.sources.terraform.provider"
WHOLE: dict[str, Any] = json.loads(
    gzip.decompress((resources.files(_PLACE) / "data" / "schema.json.gz").read_bytes())
)
"""The table, read as a whole."""


def _told(block: Block) -> dict[str, Any]:
    """Return a block as the table writes it, without what is added to it."""
    words = ("required", "optional", "computed", "sensitive")
    attributes = {
        name: [{word[0] for word in words if getattr(one, word)}, one.type]
        for name, one in block.attributes.items()
        if name not in (KEY, UNTOLD)
    }
    blocks = {
        name: [one.nesting, one.least, one.most, _told(one.block)]
        for name, one in block.blocks.items()
    }
    return {"a": attributes, "b": blocks}


def _held(table: dict[str, Any]) -> dict[str, Any]:
    """Return what the table says of a block; what is write-only has no value that a provider could
    fill in: https://developer.hashicorp.com/terraform/plugin/framework/resources/write-only-arguments
    """
    attributes = {
        name: [set(flags) - ({"c"} if name.endswith("_wo") and "o" in flags else set()), type_]
        for name, (flags, type_) in table.get("a", {}).items()
    }
    blocks = {name: [*told, _held(inner)] for name, (*told, inner) in table.get("b", {}).items()}
    return {"a": attributes, "b": blocks}


@pytest.mark.parametrize("provider", sorted(WHOLE))
def test_each_type_is_what_the_whole_table_says(provider: str) -> None:
    table = WHOLE[provider]

    found = of_types(provider, resources=[*table["resources"], "none"], data=[*table["data"]])

    assert _told(found.provider) == _held(table["provider"])
    assert {name: _told(one) for name, one in found.data.items()} == {
        name: _held(one) for name, one in table["data"].items()
    }
    assert found.resources.keys() == table["resources"].keys()
    for name, block in found.resources.items():
        told, held = _told(block), _held(table["resources"][name])
        for filled in DEFAULTS.get(name, ()):
            held["a"].get(filled, [set()])[0].add("c")
        assert told == held, name


def test_all_providers_of_the_table_are_known_and_no_other() -> None:
    assert set(providers()) == WHOLE.keys()
    assert of_types("acme/none", resources=["aws_iam_role"], data=["a"]).resources == {}
