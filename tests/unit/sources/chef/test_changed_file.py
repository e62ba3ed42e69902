# SPDX-License-Identifier: Apache-2.0
"""Which files that change may change what nobody understands of a node."""

from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.chef.changed_code import CodeChange
from bartizan.sources.chef.changed_file import blurred, files
from bartizan.sources.chef.kinds import NODE
from bartizan.sources.chef.record import record

WEB = record(
    NODE, "web1", {"file": "nodes/web1.json", "cookbooks": ["app"]}, at="", source="", host="web1"
)


@pytest.mark.parametrize(
    ("path", "concerns"),
    [
        ("cookbooks/app/attributes/default.rb", True),
        ("cookbooks/app/libraries/x.rb", True),
        ("cookbooks/app/templates/x.erb", True),
        ("cookbooks/app/metadata.rb", True),
        ("cookbook_artifacts/app-0123abc/attributes/default.rb", True),
        ("site-cookbooks/app/resources/x.rb", True),
        ("cookbooks/app/recipes/default.rb", False),
        ("cookbooks/app/spec/x.rb", False),
        ("cookbooks/app/README.md", False),
        ("cookbooks/other/attributes/default.rb", False),
        ("nodes/web1.json", True),
        ("nodes/web2.json", False),
        ("roles/web.json", True),
        ("data_bags/users/alice.json", True),
        ("Policyfile.lock.json", True),
        ("acls/nodes/web1.json", False),
        (".github/workflows/test.yml", False),
        ("README.md", False),
    ],
)
def test_a_statement_depends_on_attributes_and_on_what_its_cookbook_has(
    path: str, *, concerns: bool
) -> None:
    assert blurred(WEB, {path: CodeChange(frozenset(), reaches=False)}) is concerns


def test_a_recipe_that_sets_attributes_concerns_all_that_is_not_understood() -> None:
    edits = {"cookbooks/app/recipes/default.rb": CodeChange(frozenset(), reaches=True)}

    assert blurred(WEB, edits)
    assert not blurred(WEB, {"cookbooks/other/recipes/default.rb": edits.popitem()[1]})


def test_files_that_differ_have_other_digests(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("x")
    (tmp_path / "c").write_text("y")
    found = files(tmp_path)

    assert found["a"] == found["b"] != found["c"]
    with pytest.raises(InputError, match="no such folder"):
        files(tmp_path / "none")
