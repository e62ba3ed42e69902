# SPDX-License-Identifier: Apache-2.0
"""Theorems about folders of Chef that nobody vouches for."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.errors import InputError
from bartizan.model.facts import TABLES
from bartizan.model.facts.host import HostUser
from bartizan.sources.chef.attributes import DEFAULTS, OVERRIDES, Attributes
from bartizan.sources.chef.ruby.value import Tree, Unknown, Value
from tests.fakes.chef import facts, files_of, node, read

CANARY = "hunter2"

_WORDS = st.sampled_from(
    ["", "a", "/etc/sudoers.d/a", "a ALL=(ALL) ALL", "recipe[app]", "role[r]", "0644", "prod"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "run_list", "normal", "automatic", "etc", "passwd", "id", "create",
                 "actors", "groups", "revision_id", "cookbook_locks", "default_attributes",
                 "resources", "node_name", "type", "after", "message_type", "a"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)  # fmt: skip
_PLACES = st.sampled_from(
    ["nodes/a.json", "roles/a.json", "environments/a.json", "data_bags/b/a.json",
     "acls/nodes/a.json", "groups/a.json", "clients/a.json", "users/a.json", "policies/a.json",
     "policy_groups/a.json", "reports/a.json", "Policyfile.lock.json",
     "cookbooks/app/metadata.json"]
)  # fmt: skip
_PIECES = st.sampled_from(
    ["user 'a' do\n", "end\n", "if x\n", "else\n", "case node['a']\n", "when 'b'\n", "|x|", "{",
     "}", "node['a']", "['b']", " = ", "'c'", '"#{', '}"', "<<~EOH\n", "EOH\n", "each do |a|\n",
     "file '/etc/sudoers.d/x' do\n", "content ", "sudo 'x' do\n", "users ", "default", ".", "(",
     ")", "[", "]", ",", "%w(a b)", "return\n", "only_if ", "include_recipe 'app'\n", "\n", "\0",
     "é", "action :", "raise\n", "+", "execute 'x y'\n", "=>", "begin\n", "rescue\n", "unless "]
)  # fmt: skip
_CODE = st.lists(_PIECES, max_size=25).map("".join)


@settings(deadline=None, max_examples=60)
@given(_PLACES, _JSON)
def test_any_json_of_chef_is_read_or_refused_in_words(place: str, content: Any) -> None:  # noqa: ANN401 - JSON
    files = {"nodes/web1.json": node("web1", "role[a]", "app"), place: json.dumps(content)}

    with suppress(InputError):
        found = facts(files)
        assert all(found.table(kind).num_rows for kind in TABLES if found.rows(kind))


@settings(deadline=None, max_examples=100)
@given(_CODE, _CODE)
def test_any_code_of_chef_is_read_and_every_table_can_be_made(code: str, attributes: str) -> None:
    found = facts(files_of(code, attributes=attributes, **{"roles/r.rb": code}))

    assert all(found.table(kind).num_rows for kind in TABLES if found.rows(kind))


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=60))
def test_any_bytes_of_a_recipe_are_read_or_told(content: bytes) -> None:
    assert read(files_of("", **{"cookbooks/app/recipes/default.rb": content}))


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(
        ["user 'a' do\n password {}\nend", "file '/x' do\n content {}\nend",
         "execute 'x' do\n command {}\n environment 'P' => {}\nend", "bash 'x' do\n code {}\nend",
         "template '/x' do\n variables p: {}\nend", "mount '/x' do\n password {}\nend",
         "cron 'x' do\n command {}\nend", "sysctl 'a' do\n comment {}\nend"]
    ),
    st.sampled_from([f"'x {CANARY}'", f"'x --p={CANARY}'", "\"a #{node['secret']}\""]),
)  # fmt: skip
def test_nothing_that_a_recipe_passes_as_a_secret_is_kept(recipe: str, value: str) -> None:
    records = read(
        files_of(
            recipe.replace("{}", value),
            attributes=f"default['secret'] = '{CANARY}'\n",
            node=node(normal={"p": CANARY}),
            **{"data_bags/b/i.json": {"id": "i", "p": CANARY}},
        )
    )

    assert CANARY not in json.dumps([dict(one.body) | {"id": one.id} for one in records])


_VALUES = st.recursive(
    st.integers(0, 3) | st.just(Unknown("lost")) | st.lists(st.integers(0, 3)).map(tuple),
    lambda inner: st.dictionaries(st.sampled_from("xy"), inner, max_size=2).map(Tree),
    max_leaves=4,
)
_LEVELS = ("normal", "automatic", *DEFAULTS, *OVERRIDES)


@given(st.dictionaries(st.sampled_from(_LEVELS), _VALUES), st.sampled_from(_LEVELS))
def test_knowing_less_never_gives_another_value_of_an_attribute(
    levels: dict[str, Value], lost: str
) -> None:
    trees = {level: Tree({"a": value}) for level, value in levels.items()}
    whole = Attributes(trees).read(("a", "x"))

    less = Attributes({**trees, lost: Tree({"a": Unknown("gone")})}).read(("a", "x"))

    if lost in levels and not isinstance(less, Unknown | Tree):
        assert less == whole or _partly(whole)


def _partly(value: object) -> bool:
    return isinstance(value, Unknown)


@settings(deadline=None, max_examples=25)
@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_files_of_chef_is_irrelevant(order: list[str]) -> None:
    files: dict[str, object] = {
        f"cookbooks/app/attributes/{name}.rb": f"default['{name}'] = '{name}'\n" for name in order
    }

    found = facts(files_of("%w(a b c).each { |n| user node[n] }", **files))

    assert sorted(row.name for row in found.rows(HostUser)) == ["a", "b", "c"]
