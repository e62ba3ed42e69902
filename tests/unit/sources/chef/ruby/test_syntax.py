# SPDX-License-Identifier: Apache-2.0
"""Every file of code is parsed in bounded time, or said to be unread."""

import time
from pathlib import Path

import pytest

from bartizan.model.facts.host import HostUser
from bartizan.sources.chef.cookbook import cookbooks
from bartizan.sources.chef.definition import calls
from bartizan.sources.chef.folder import opened
from bartizan.sources.chef.ruby.syntax import SIZE, parsed
from tests.fakes.chef import RECIPE, facts, files_of, gaps, node, put

UNFINISHED = ("%w(", "%q{", "%r{", "'\\", "=begin\n", "%i[")
"""What is looked for to the end of the file from each place where one may begin."""


@pytest.mark.parametrize("piece", UNFINISHED)
@pytest.mark.parametrize("size", [65_536, SIZE])
def test_a_literal_that_does_not_end_is_not_looked_for_again_and_again(
    piece: str, size: int
) -> None:
    content = _full(piece, size)

    begin = time.process_time()
    assert parsed(content, "a.rb") is None
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("piece", ["(", "a(", "do\n", '"#{', "<<~A\n", "'", "x = {\n", "\x00"])
def test_what_is_opened_and_never_closed_is_read_as_soon(piece: str) -> None:
    begin = time.process_time()
    calls(_full(piece, 131_072), "a.rb")

    assert time.process_time() - begin < 5


def test_what_may_be_understood_in_ever_more_ways_is_given_up() -> None:
    begin = time.process_time()
    assert parsed(_full("`", 262_144), "a.rb") is None

    assert time.process_time() - begin < 5


def _full(piece: str, size: int) -> bytes:
    return (piece * (size // len(piece) + 1)).encode()[:size]


def test_code_that_people_write_is_parsed_whatever_its_length() -> None:
    text = "default['a']['b'] = %w(x y)\nfile '/a' do\n  content <<~X\n    a\n  X\nend\n"
    content = (text * (200_000 // len(text))).encode()

    assert parsed(content, "a.rb") is not None


def test_a_recipe_that_takes_too_long_is_named_and_the_rest_is_read() -> None:
    files = files_of("%w(" * 20_000, **{"cookbooks/app/recipes/b.rb": "user 'x'"})
    files["nodes/web1.json"] = node("web1", "recipe[app]", "recipe[app::b]")

    assert gaps(files) == [(RECIPE, "the recipe cannot be read")]
    assert [row.name for row in facts(files).rows(HostUser)] == ["x"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("%w(" * 20_000, "the file takes too long to parse"),
        ("#" * (SIZE + 1), "the file is too long"),
    ],
)
def test_what_a_cookbook_needs_is_not_known_where_its_metadata_is_not_read(
    text: str, reason: str, tmp_path: Path
) -> None:
    name = "cookbooks/c/metadata.rb"
    folder = opened(put(tmp_path, {name: text}))

    assert [one.unsure for one in cookbooks(folder, "cookbooks")] == [f"`{name}` is not plain"]
    assert calls(folder.read(name, SIZE), name)[1] == [(name, reason)]
