# SPDX-License-Identifier: Apache-2.0
"""What people read leads somewhere, and names commands that exist."""

import re

import pytest

from tests.house import tree

LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?://|#|mailto:)([^)#\s]+)")
RECIPE = re.compile(r"^([a-z-]+):", re.MULTILINE)
PAGES = [tree.name(path) for path in tree.files(suffix=".md")]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_the_project_leads_to_a_file(page: str) -> None:
    path = tree.ROOT / page
    targets = LINK.findall(tree.text(path))

    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_command_in_a_page_is_a_recipe(page: str) -> None:
    recipes = set(RECIPE.findall(tree.text(tree.ROOT / "Makefile")))
    named = set(re.findall(r"`make ([a-z-]+)", tree.text(tree.ROOT / page)))

    assert named <= recipes


def test_every_decision_record_is_listed_on_the_index_page() -> None:
    index = tree.text(tree.ROOT / "docs/adr/index.md")
    records = sorted((tree.ROOT / "docs/adr").glob("[0-9]*.md"))

    assert records
    assert [path.name for path in records if f"({path.name})" not in index] == []
