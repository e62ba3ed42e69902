# SPDX-License-Identifier: Apache-2.0
"""Roles and environments as JSON and as Ruby.

Expected values: https://docs.chef.io/roles/ and https://docs.chef.io/environments/.
"""

from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.chef.definition import Definition, definition
from bartizan.sources.chef.folder import opened
from bartizan.sources.chef.ruby.value import Tree, Unknown
from tests.fakes.chef import put

RUBY = """
name 'web'
description 'x'
run_list 'recipe[a]', 'role[b]'
env_run_lists 'prod' => ['recipe[p]'], '_default' => []
default_attributes({ 'a' => { 'b' => 1 } })
override_attributes 'c' => [true, nil, 1.5]
"""


def read(place: Path, name: str, content: object) -> Definition:
    return definition(opened(put(place, {name: content})), name)


def test_ruby_that_is_plain_says_what_json_does(tmp_path: Path) -> None:
    ruby = read(tmp_path, "roles/web.rb", RUBY)
    json = read(
        tmp_path,
        "roles/web.json",
        {
            "name": "web",
            "run_list": ["recipe[a]", "role[b]"],
            "env_run_lists": {"prod": ["recipe[p]"], "_default": []},
            "default_attributes": {"a": {"b": 1}},
            "override_attributes": {"c": [True, None, 1.5]},
        },
    )

    assert ruby.run_list == json.run_list == ("recipe[a]", "role[b]")
    assert ruby.run_lists == json.run_lists
    assert (ruby.default, ruby.override) == (json.default, json.override)
    assert (ruby.name, json.name, ruby.gaps, json.gaps) == ("web", "web", (), ())


def test_a_run_list_may_be_one_list(tmp_path: Path) -> None:
    assert read(tmp_path, "roles/a.rb", "run_list %w(recipe[a])").run_list == ("recipe[a]",)
    assert read(tmp_path, "roles/b.rb", "name 'b'").run_list == ()


def test_versions_of_an_environment_are_read(tmp_path: Path) -> None:
    one = read(
        tmp_path, "environments/a.rb", "cookbook 'a', '= 1.0'\ncookbook_versions 'b' => '2'"
    )

    assert one.versions == Tree({"b": "2", "a": "= 1.0"})


@pytest.mark.parametrize(
    "line", ["foo.bar", "default_attributes(x) if y", "{}.each { |a| name a }", "name 'a' do\nend"]
)
def test_what_is_not_plain_is_told_with_its_line_or_unknown(line: str, tmp_path: Path) -> None:
    one = read(tmp_path, "roles/a.rb", f"name 'a'\n{line}\n")

    told = [place for place, _ in one.gaps] == ["roles/a.rb:2"]
    assert told or isinstance(one.default.get("any"), Unknown) or not one.gaps


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("default_attributes foo", "default"),
        ("default_attributes 'a' => 1, 'b' => 2\noverride_attributes 1", "override"),
        ("default_attributes 'x', 'y'", "default"),
    ],
)
def test_attributes_that_are_no_literals_are_unknown(text: str, part: str, tmp_path: Path) -> None:
    one = read(tmp_path, "roles/a.rb", text)

    assert isinstance(getattr(one, part).get("any"), Unknown)


def test_what_stands_beside_code_that_is_not_read_is_unknown_too(tmp_path: Path) -> None:
    one = read(
        tmp_path, "roles/a.rb", "default_attributes 'a' => 1\nfoo.bar\nrun_list 'recipe[a]'"
    )

    assert isinstance(one.default.get("a"), Unknown)
    assert isinstance(one.run_list, Unknown)
    assert one.gaps == (("roles/a.rb:2", "a statement is not read"),)


def test_versions_that_are_not_plain_are_unknown(tmp_path: Path) -> None:
    one = read(tmp_path, "environments/a.rb", "cookbook 'a'\n")
    other = read(tmp_path, "environments/b.rb", "cookbook_versions foo\n")

    assert isinstance(one.versions, Tree)
    assert isinstance(one.versions.get("x"), Unknown)
    assert isinstance(other.versions, Tree)
    assert isinstance(other.versions.get("x"), Unknown)


def test_a_file_that_is_too_long_is_unknown(tmp_path: Path) -> None:
    one = read(tmp_path, "roles/a.rb", "#" * 1_000_001)

    assert one.gaps == (("roles/a.rb", "the file is too long"),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no JSON"),
        ("[]", "no object"),
        ({"run_list": "recipe[a]"}, "`run_list` is no list"),
        ({"default_attributes": []}, None),
        ({"default_attributes": [1]}, "`default_attributes` is no object"),
    ],
)
def test_json_that_is_damaged_is_one_clear_error(
    content: object, message: str | None, tmp_path: Path
) -> None:
    if message is None:
        assert read(tmp_path, "roles/a.json", content).default == Tree()
        return
    with pytest.raises(InputError, match=message):
        read(tmp_path, "roles/a.json", content)
