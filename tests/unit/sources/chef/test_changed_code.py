# SPDX-License-Identifier: Apache-2.0
"""Which statements of an edited recipe do what they did before."""

import pytest

from bartizan.sources.chef.changed_code import change_of

OPAQUE = "site_sudo 'x'\n"
USER = "user 'carl'\n"
FILE = "file '/x' do\n  content lookup('x')\n  mode '0600'\nend\n"
SET = "node.default['a'] = 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OPAQUE, f"# why\n\n{OPAQUE}"),
        (OPAQUE, f"  {OPAQUE}# the end\n"),
        ("user 'x' do\n  uid 1\nend\n", "user 'x' do # why\n\n  uid   1\nend\n"),
    ],
)
def test_comments_and_spaces_are_no_change(before: str, after: str) -> None:
    assert change_of(before.encode(), after.encode()) is None


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (OPAQUE, USER + OPAQUE, {2}),
        (OPAQUE + USER, OPAQUE, {1}),
        (USER + FILE, FILE + USER, {1, 2, 3, 4}),
        (FILE, "user 'x' if node['a'] == 'b'\n" + FILE, {2, 3, 4, 5}),
        (FILE, "user 'x' do\n  home \"/srv/#{node['a']}\"\n  uid 7\nend\n" + FILE, {5, 6, 7, 8}),
        (USER + "x = <<~A\n  text\nA\n", "x = <<~A\n  text\nA\n", {1}),
    ],
)
def test_plain_resources_change_no_other_statement(
    before: str, after: str, kept: set[int]
) -> None:
    found = change_of(before.encode(), after.encode())

    assert found is not None
    assert kept <= found.kept
    assert not found.reaches
    # What is new is on none of these lines.
    assert len(found.kept) <= len(kept) + before.count("carl")


@pytest.mark.parametrize(
    ("before", "after", "reaches"),
    [
        (OPAQUE, OPAQUE.replace("x", "y"), False),
        ("a = 'x'\nsite a\n", "a = 'y'\nsite a\n", False),
        (FILE, FILE.replace("lookup('x')", "lookup('y')"), False),
        (FILE, FILE.replace("'x')", "'x') { |y| z }"), False),
        (OPAQUE, "user helper('x')\n" + OPAQUE, False),
        (OPAQUE, "user helper['x']\n" + OPAQUE, False),
        (OPAQUE, "user 'x' do\n  not_if { a = 1 }\nend\n" + OPAQUE, False),
        (OPAQUE, "user 'x' if a = 1\n" + OPAQUE, False),
        (OPAQUE, "def site_sudo(name)\nend\n" + OPAQUE, False),
        (OPAQUE, "include_recipe 'a'\n" + OPAQUE, False),
        (OPAQUE, 'user "#{x = 1}"\n' + OPAQUE, False),
        (OPAQUE, SET + OPAQUE, True),
        (SET + SET.replace("1", "2"), SET.replace("1", "2") + SET, True),
        (OPAQUE, "user 'x' if node.run_state['a'] = 1\n" + OPAQUE, True),
        ("x = <<~A\n  text\nA\n", "x = <<~A\n  other\nA\n", False),
        (OPAQUE, "%w(" * 20_000, True),
        (OPAQUE, OPAQUE + "user __LINE__\n", True),
        (OPAQUE, OPAQUE + "user 'x\n", True),
    ],
)
def test_what_others_may_depend_on_keeps_nothing(
    before: str, after: str, *, reaches: bool
) -> None:
    found = change_of(before.encode(), after.encode())

    assert found is not None
    assert not found.kept
    assert found.reaches is reaches
