# SPDX-License-Identifier: Apache-2.0
"""A whole folder as records."""

from pathlib import Path

import pytest

from bartizan.errors import InputError
from tests.fakes.chef import collected, files_of, gaps, node, put


def test_each_node_is_a_piece_and_so_is_the_server(tmp_path: Path) -> None:
    files = files_of("user 'a'") | {"nodes/web2.json": node("web2")}

    draft = collected(put(tmp_path, files))

    assert list(draft.pieces) == ["nodes/web1.json", "nodes/web2.json", "server"]
    assert [one.id for one in draft.records("Chef::Resource")] == [
        "web1/user[a] cookbooks/app/recipes/default.rb:1",
        "web2/user[a] cookbooks/app/recipes/default.rb:1",
    ]
    assert {one.account for one in draft.records("Chef::Resource")} == {"web1", "web2"}


def test_resources_of_one_line_are_told_apart(tmp_path: Path) -> None:
    draft = collected(put(tmp_path, files_of("2.times\n['a', 'a'].each { |n| user n }")))

    assert [one.id.rpartition(":")[2] for one in draft.records("Chef::Resource")] == ["2", "2 2"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x.txt": ""}, "holds nothing of Chef"),
        ({"nodes/a.json": node("a"), "nodes/b.json": node("a")}, "two files of node `a`"),
        ({"roles/a.json": {"name": "x"}, "roles/b.rb": "name 'x'"}, "`x` is told twice"),
        ({"nodes/a.json": b"\xff\xff"}, "no UTF-8"),
        ({"nodes/a.json": "{"}, "no JSON"),
        ({"nodes/a.json": "[" * 200_000}, "levels deep"),
        ({"nodes/a.json": '{"name": "a", "name": "b"}'}, "given twice"),
    ],
)
def test_what_is_damaged_is_one_clear_error(
    files: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        collected(put(tmp_path, files))


def test_a_thousand_places_are_told_one_by_one_and_then_their_number() -> None:
    found = gaps(files_of("foo\n" * 1002))

    assert len(found) == 1001
    assert found[-1][1] == "2 more places are not read, from this one on"
