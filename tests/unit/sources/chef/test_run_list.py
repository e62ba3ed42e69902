# SPDX-License-Identifier: Apache-2.0
"""What run lists come to.

Expected values: https://docs.chef.io/run_lists/ and https://docs.chef.io/roles/.
"""

import pytest

from bartizan.sources.chef.definition import Definition
from bartizan.sources.chef.ruby.value import Tree, Unknown, Value
from bartizan.sources.chef.run_list import Expansion, expand


def role(name: str, *items: str, **more: Value) -> Definition:
    default, override = more.get("default"), more.get("override")
    return Definition(
        name=name,
        file=f"roles/{name}.json",
        run_list=more.get("run_list", items),
        run_lists=more.get("run_lists", Tree()),
        default=default if isinstance(default, Tree) else Tree(),
        override=override if isinstance(override, Tree) else Tree(),
        versions=Tree(),
        gaps=(),
    )


def expanded(*items: Value, roles: tuple[Definition, ...] = (), where: str = "prod") -> Expansion:
    return expand(items, {one.name: one for one in roles}, environment=where, file="nodes/a.json")


@pytest.mark.parametrize(
    ("items", "recipes"),
    [
        (("recipe[a]", "recipe[b::c]"), ["a::default", "b::c"]),
        (("a", "b::c"), ["a::default", "b::c"]),
        (("recipe[a]", "recipe[a::default]"), ["a::default"]),
        (("recipe[a@1.2.0]",), ["a::default"]),
    ],
)
def test_recipes_are_taken_once_and_in_order(items: tuple[str, ...], recipes: list[str]) -> None:
    assert expanded(*items).recipes == recipes


def test_a_version_that_an_item_asks_for_is_kept() -> None:
    assert expanded("recipe[a::b@1.2.0]").versions == {"a": "1.2.0"}


def test_roles_lie_in_one_another_and_their_attributes_stand_over_those_inside() -> None:
    inner = role("inner", "recipe[a]", default=Tree({"x": "inner", "y": "inner"}))
    outer = role("outer", "role[inner]", "recipe[b]", default=Tree({"x": "outer"}))

    found = expanded("recipe[c]", "role[outer]", roles=(inner, outer))

    assert found.recipes == ["c::default", "a::default", "b::default"]
    assert found.roles == ["outer", "inner"]
    assert found.default == Tree({"x": "outer", "y": "inner"})


def test_of_two_roles_the_later_wins() -> None:
    first, second = role("a", override=Tree({"x": 1})), role("b", override=Tree({"x": 2}))

    assert expanded("role[a]", "role[b]", roles=(first, second)).override == Tree({"x": 2})


def test_a_role_has_a_run_list_for_each_environment() -> None:
    lists = Tree({"prod": ("recipe[p]",), "_default": ("recipe[d]",)})
    one = role("r", "recipe[usual]", run_lists=lists)

    assert expanded("role[r]", roles=(one,), where="prod").recipes == ["p::default"]
    assert expanded("role[r]", roles=(one,), where="test").recipes == ["usual::default"]
    plain = role("r", run_lists=lists)
    assert expanded("role[r]", roles=(plain,), where="test").recipes == ["d::default"]


def test_roles_in_a_circle_end() -> None:
    found = expanded("role[a]", roles=(role("a", "role[b]"), role("b", "role[a]", "recipe[x]")))

    assert (found.recipes, found.gaps) == (["x::default"], [])


def test_roles_as_deep_as_one_likes_are_read() -> None:
    deep = tuple(role(f"r{n}", f"role[r{n + 1}]") for n in range(3000))

    found = expanded("role[r0]", roles=(*deep, role("r3000", "recipe[end]")))

    assert found.recipes == ["end::default"]


def test_a_run_list_without_end_is_cut_and_told() -> None:
    found = expanded(*(f"recipe[a{n}]" for n in range(10_001)))

    assert found.gaps == [("nodes/a.json", "the run list is too long")]


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        (("role[gone]",), "role `gone` is not in the folder"),
        (("what[a]",), "an item of the run list is not known"),
        ((Unknown("x"),), "an item of the run list is not known"),
        ((1,), "an item of the run list is not known"),
    ],
)
def test_what_is_not_known_is_told(items: tuple[Value, ...], reason: str) -> None:
    assert expanded(*items).gaps == [("nodes/a.json", reason)]


def test_a_role_that_is_gone_may_have_set_any_attribute() -> None:
    found = expanded("role[a]", "role[gone]", roles=(role("a", default=Tree({"x": 1})),))

    assert isinstance(found.default.get("x"), Unknown)
    assert isinstance(found.override.get("y"), Unknown)


@pytest.mark.parametrize("where", ["run_list", "run_lists"])
def test_a_role_whose_run_list_is_not_plain_says_so(where: str) -> None:
    found = expanded("role[a]", roles=(role("a", **{where: Unknown("no text at roles/a.rb:3")}),))

    assert found.gaps == [("roles/a.json", "the run list is not known: no text at roles/a.rb:3")]


def test_a_run_list_that_is_no_list_says_so() -> None:
    assert expanded("role[a]", roles=(role("a", run_list=Tree()),)).gaps == [
        ("roles/a.json", "the run list is not known: it is no list")
    ]
