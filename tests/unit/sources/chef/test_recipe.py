# SPDX-License-Identifier: Apache-2.0
"""What recipes say, in the order in which they would run."""

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import HostUser
from bartizan.model.facts.host_part import HostPackage
from bartizan.sources.chef import recipe
from tests.fakes.chef import files_of, gaps, node, of_recipe


def users(text: str, **more: object) -> list[tuple[str, str]]:
    return [(row.name, row.state) for row in of_recipe(text, **more).rows(HostUser)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user 'a'", [("a", "present")]),
        ("user 'a' if node['platform_family'] == 'debian'", [("a", "present")]),
        ("user 'a' if node['platform_family'] == 'rhel'", []),
        ("user 'a' unless node['platform_family'] == 'rhel'", [("a", "present")]),
        ("user 'a' if File.exist?('/x')", [("a", "unknown")]),
        ("if foo\n user 'a'\nelsif bar\n user 'b'\nelse\n user 'c'\nend",
         [("a", "unknown"), ("b", "unknown"), ("c", "unknown")]),
        ("if false\n user 'a'\nelsif true\n user 'b'\nelse\n user 'c'\nend", [("b", "present")]),
        ("unless foo\n user 'a'\nend", [("a", "unknown")]),
        ("case node['platform']\nwhen 'ubuntu', 'debian'\n user 'a'\nelse\n user 'b'\nend",
         [("a", "present")]),
        ("case node['platform']\nwhen 'fedora'\n user 'a'\nelse\n user 'b'\nend",
         [("b", "present")]),
        (("case node['platform']\nwhen /deb/\n user 'a'\nwhen 'debian'\n user 'b'\nelse\n"
          " user 'c'\nend"), [("a", "unknown"), ("b", "unknown")]),
        ("case\nwhen platform?('debian')\n user 'a'\nend", [("a", "present")]),
        ("%w(a b).each do |n|\n user n\nend", [("a", "present"), ("b", "present")]),
        ("%w(a b).each do |n|\n next if n == 'a'\n user n\nend", [("b", "present")]),
        ('%w(a b).each_with_index { |n, i| user "#{n}#{i}" }',
         [("a0", "present"), ("b1", "present")]),
        ("{ 'a' => 1 }.each { |n, i| user \"#{n}#{i}\" }", [("a1", "present")]),
        ("{ 'a' => 1 }.each_key { |n| user n }", [("a", "present")]),
        ("{ 'a' => 'b' }.each_value { |n| user n }", [("b", "present")]),
        ("search(:users).each do |n|\n user 'x'\nend", [("x", "unknown")]),
        ("user 'a'\nreturn\nuser 'b'", [("a", "present")]),
        ("return if node['platform'] == 'debian'\nuser 'b'", []),
        ("return if node['platform'] == 'fedora'\nuser 'b'", [("b", "present")]),
        ("return if foo\nuser 'b'", [("b", "unknown")]),
        ("begin\n user 'a'\nrescue\n user 'b'\nend", [("a", "unknown"), ("b", "unknown")]),
        ("begin\n user 'a'\nensure\n user 'b'\nend", [("a", "present"), ("b", "present")]),
        ("while foo\n user 'a'\nend", [("a", "unknown")]),
        ("name = 'a'\nuser name", [("a", "present")]),
        ("name = 'a'\nname = 'b' if foo\nuser name", []),
        ("declare_resource(:user, 'a') do\n uid 1\nend", [("a", "present")]),
        ("user 'a' do\n only_if { node['platform'] == 'debian' }\nend", [("a", "present")]),
        ("user 'a' do\n only_if { node['platform'] == 'fedora' }\nend", []),
        ("user 'a' do\n not_if { true }\nend", []),
        ("user 'a' do\n not_if 'id a'\nend", [("a", "unknown")]),
        ("user 'a' do\n action :remove\nend", [("a", "absent")]),
        ("user 'a' do\n action foo\nend", [("a", "unknown")]),
        ("user 'a' do\n action :nothing\nend", [("a", "unknown")]),
        ("user 'a' do\n action :remove if foo\nend", [("a", "unknown")]),
        ("def helper\n user 'a'\nend", []),
        ("user 'a'\nraise 'no' if node['platform'] == 'debian'\nuser 'b'", [("a", "present")]),
    ],
)  # fmt: skip
def test_conditions_and_loops_are_followed_as_far_as_they_are_known(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert users(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\nnginx_site 'x'\n", 2, "`nginx_site` is not read"),
        ("Foo.new.run\n", 1, "a statement is not read"),
        ("declare_resource(:foo, 'a')\n", 1, "a resource of a type that is not read"),
        ("include_recipe node['x']['y']\n", 1, "which recipe is included is not known"),
        ("include_recipe 'other'\n", 1, "recipe `other::default` is not in the folder"),
        ("raise 'no'\n", 1, "the run may end here"),
        ("node.default[foo] = 1\n", 1, "an attribute whose name is not known is set"),
        ("user 'a' do\n", 1, "a statement is not read"),
        ("foo\n", 1, "`foo` is not read"),
    ],
)
def test_what_is_not_read_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    found = gaps(files_of(text))

    assert (f"cookbooks/app/recipes/default.rb:{line}", reason) in found


@pytest.mark.parametrize(
    "text",
    ["require 'x'", "Chef::Log.info('x')", "log 'x'", "::Chef::Recipe.send(:include, X)", "'x'"],
)
def test_what_does_nothing_to_a_host_is_no_gap(text: str) -> None:
    assert gaps(files_of(text)) == []


def test_an_included_recipe_is_read_once_where_it_is_included() -> None:
    other = "cookbooks/app/recipes/other.rb"

    found = users(
        "user 'a'\ninclude_recipe 'app::other'\ninclude_recipe '::other'\nuser 'c'",
        **{other: "user 'b'\n"},
    )

    assert sorted(found) == [("a", "present"), ("b", "present"), ("c", "present")]


def test_a_recipe_that_may_be_included_is_in_doubt_until_it_surely_is() -> None:
    files = {"cookbooks/app/recipes/other.rb": "user 'b'\ninclude_recipe 'app'\n"}

    doubtful = users("include_recipe 'app::other' if foo", **files)
    sure = users("include_recipe 'app::other' if foo\ninclude_recipe 'app::other'", **files)

    assert doubtful == [("b", "unknown")]
    assert sorted(sure) == [("b", "present"), ("b", "unknown")]


def test_attributes_that_a_recipe_sets_hold_from_there_on() -> None:
    text = "user node['n']\nnode.override['n'] = 'b'\nuser node['n']\n"

    assert users(text, attributes="default['n'] = 'a'\n") == [("a", "present"), ("b", "present")]


@pytest.mark.parametrize(
    "change",
    [
        "default['n'] = foo",
        "default['n'] = 'x' if foo",
        "default_unless['n'] = 'x'",
        "default['n'] << 'x'",
        "default['n'] += 'x'",
        "foo",
        "node.from_file('x')",
        "default[foo] = 'x'",
        "default['n'",
    ],
)
def test_an_attribute_that_code_may_change_is_not_known(change: str) -> None:
    attributes = f"default['n'] = 'a'\n{change}\n"

    found = of_recipe("user node['n']", attributes=attributes)

    assert found.rows(HostUser) == ()
    assert "which user it is about is not known" in found.rows(Unread)[-1].reason


def test_a_cookbook_that_is_not_there_may_set_any_attribute_but_those_of_ohai() -> None:
    text = "user node['n']\npackage node['platform']\n"
    files = files_of(
        text,
        attributes="default['n'] = 'a'\n",
        **{"cookbooks/app/metadata.rb": "name 'app'\nversion '1.0.0'\ndepends 'gone'\n"},
    )

    found = of_recipe(text, **{k: v for k, v in files.items() if k.startswith("cookbooks")})

    # `gone` is read before `app`, and may have set stronger levels than `app` does.
    assert found.rows(HostUser) == ()
    assert [row.name for row in found.rows(HostPackage)] == ["debian"]
    assert ("cookbook gone", "cookbook `gone` is not in the folder, so attributes may be others"
            ) in gaps(files)  # fmt: skip


def test_attribute_files_are_read_dependencies_first_and_default_first() -> None:
    files: dict[str, object] = {
        "cookbooks/app/metadata.rb": "name 'app'\ndepends 'base'\n",
        "cookbooks/app/attributes/default.rb": "default['n'] = 'app'\n",
        "cookbooks/app/attributes/a.rb": "default['m'] = 'second'\n",
        "cookbooks/base/metadata.rb": "name 'base'\n",
        "cookbooks/base/attributes/default.rb": "default['n'] = 'base'\ndefault['m'] = 'x'\n",
    }

    found = users("user node['n']\nuser node['m']\n", **files)

    assert found == [("app", "present"), ("second", "present")]


def test_automatic_attributes_that_the_file_lacks_are_unknown() -> None:
    found = of_recipe(
        "user node['platform']\nuser 'b' if node['app'].nil?", node=node(automatic=None)
    )

    assert [(row.name, row.state) for row in found.rows(HostUser)] == [("b", "present")]


def test_what_the_node_is_called_is_known() -> None:
    found = users('user node.name\nuser node.chef_environment\nuser "x#{node.policy_name}"')

    assert sorted(found) == [("_default", "present"), ("web1", "present"), ("x", "present")]


def test_a_recipe_that_is_no_text_or_too_long_is_told() -> None:
    path = "cookbooks/app/recipes/default.rb"

    assert gaps(files_of("", **{path: b"\xff\xfe"})) == [(path, "the recipe cannot be read")]
    assert gaps(files_of("#" * 1_000_001)) == [(path, "the recipe cannot be read")]


def test_an_attribute_file_that_is_no_text_is_told() -> None:
    path = "cookbooks/app/attributes/default.rb"
    files = files_of("user node['n']", **{path: b"\xff"})

    assert gaps(files) == [(path, f"`{path}` cannot be read")]


def test_more_resources_than_are_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "RESOURCES", 2)

    found = gaps(files_of("user 'a'\nuser 'b'\nuser 'c'\n"))

    assert found == [
        ("cookbooks/app/recipes/default.rb:3", "what stands from here on is too much")
    ]


def test_loops_in_loops_end() -> None:
    inner = "list.each { |a| list.each { |b| list.each { |c| user 'x' if foo } } }"
    files = files_of(f"list = %w({'a ' * 100})\n{inner}\n")

    assert any("too much" in reason for _, reason in gaps(files))
