# SPDX-License-Identifier: Apache-2.0
"""Attributes by precedence, level by level.

Expected values: https://docs.chef.io/attribute_precedence/ and https://docs.chef.io/attributes/.
"""

import itertools

import pytest

from bartizan.model.facts.host import HostUser
from bartizan.sources.chef.attributes import Attributes
from bartizan.sources.chef.ruby.value import ABSENT, Tree, Unknown
from tests.fakes.chef import OHAI, facts, files_of, node

ORDER = (
    "default", "recipe default", "environment default", "role default", "force_default",
    "recipe force_default", "normal", "recipe normal", "override", "recipe override",
    "role override", "environment override", "force_override", "recipe force_override",
    "automatic",
)  # fmt: skip
"""The fifteen levels, the last of which wins."""


def home(*levels: str) -> str:
    """Return what a recipe reads of an attribute that some levels set to their own names."""
    written = {level: f"/{level.replace(' ', '-')}" for level in levels}

    def of(level: str) -> dict[str, object]:
        return {"at": {"x": written[level]}} if level in written else {}

    code = {"default": "default", "force_default": "force_default", "normal": "normal",
            "override": "override", "force_override": "force_override"}  # fmt: skip
    attributes = "".join(
        f"{word}['at']['x'] = '{written[level]}'\n"
        for level, word in code.items()
        if level in written
    )
    recipe = "".join(
        f"node.{word}['at']['x'] = '{written[f'recipe {level}']}'\n"
        for level, word in code.items()
        if f"recipe {level}" in written
    )
    found = facts(
        files_of(
            f"{recipe}user 'a' do\n  home node['at']['x']\nend\n",
            attributes=attributes,
            node=node(
                "web1",
                "role[r]",
                chef_environment="prod",
                automatic=OHAI | of("automatic"),
            ),
            **{
                "roles/r.json": {
                    "name": "r",
                    "run_list": ["recipe[app]"],
                    "default_attributes": of("role default"),
                    "override_attributes": of("role override"),
                },
                "environments/prod.json": {
                    "name": "prod",
                    "default_attributes": of("environment default"),
                    "override_attributes": of("environment override"),
                },
            },
        )
    )
    (row,) = found.rows(HostUser)
    assert row.unknown == ()
    return row.home


@pytest.mark.parametrize("level", ORDER)
def test_each_level_alone_says_what_an_attribute_is(level: str) -> None:
    assert home(level) == f"/{level.replace(' ', '-')}"


@pytest.mark.parametrize(("weak", "strong"), list(itertools.pairwise(ORDER)))
def test_each_level_wins_over_the_one_before(weak: str, strong: str) -> None:
    assert home(weak, strong) == f"/{strong.replace(' ', '-')}"


def test_all_levels_at_once_give_the_strongest() -> None:
    assert home(*ORDER) == "/automatic"
    assert home(*ORDER[:-1]) == "/recipe-force_override"


def test_what_the_node_keeps_as_normal_wins_over_defaults_and_not_over_overrides() -> None:
    kept = Tree({"a": "kept"})

    assert Attributes({"force_default": Tree({"a": "x"}), "normal": kept}).read(("a",)) == "kept"
    assert Attributes({"override": Tree({"a": "x"}), "normal": kept}).read(("a",)) == "x"


def test_hashes_are_merged_member_by_member() -> None:
    held = Attributes(
        {
            "default": Tree({"a": Tree({"x": 1, "y": 1})}),
            "override": Tree({"a": Tree({"y": 2, "z": 2})}),
        }
    )

    assert held.read(("a",)) == Tree({"x": 1, "y": 2, "z": 2})


def test_lists_of_one_kind_are_joined_and_those_of_a_stronger_kind_replace_them() -> None:
    levels = {"default": Tree({"a": (1, 2)}), "role_default": Tree({"a": (2, 3)})}

    assert Attributes(levels).read(("a",)) == (1, 2, 3)
    assert Attributes({**levels, "override": Tree({"a": (9,)})}).read(("a",)) == (9,)
    assert Attributes({**levels, "normal": Tree({"a": (8,)})}).read(("a",)) == (8,)


def test_a_nil_changes_nothing() -> None:
    held = Attributes({"default": Tree({"a": 1}), "override": Tree({"a": None})})

    assert held.read(("a",)) == 1


def test_what_is_unknown_hides_what_is_weaker_and_nothing_that_is_stronger() -> None:
    lost = Tree({}, Unknown("not read"))
    held = Attributes({"env_default": Tree({"a": 1}), "role_default": lost})

    assert held.read(("a",)) == Unknown("not read")
    assert Attributes({"default": lost, "normal": Tree({"a": 1})}).read(("a",)) == 1
    assert Attributes({"default": lost, "normal": Tree({"a": Tree({"x": 1})})}).read(
        ("a", "y")
    ) == Unknown("not read")


def test_an_attribute_that_nobody_sets_is_absent() -> None:
    held = Attributes({"default": Tree({"a": 1})})

    assert held.read(("b",)) is ABSENT
    assert held.read(("a", "x")) is ABSENT


def test_code_that_cannot_be_read_leaves_nothing_that_code_sets_known() -> None:
    held = Attributes({"default": Tree({"a": 1}), "automatic": Tree({"b": 2})})
    held.write("override", ("c",), 3)

    held.blur("lost")

    assert held.read(("a",)) == Unknown("lost")
    assert held.read(("c",)) == Unknown("lost")
    assert held.read(("d",)) == Unknown("lost")
    assert held.read(("b",)) == 2
