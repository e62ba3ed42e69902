# SPDX-License-Identifier: Apache-2.0
"""Files and folders of catalogs."""

import gzip
import json
from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.puppet.files import PuppetFiles
from tests.fakes.aws_scan import CountingProgress, MemoryDraft
from tests.fakes.puppet import KEY, catalog, resource

WEB1 = catalog(resource("User", "alice"))


def collected(*places: Path) -> MemoryDraft:
    draft = MemoryDraft()
    PuppetFiles(places, key=KEY).collect(draft, CountingProgress())
    return draft


def test_a_folder_is_read_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "web1.json").write_text(json.dumps(WEB1))
    packed = gzip.compress(json.dumps(WEB1 | {"name": "web2"}).encode())
    (tmp_path / "deep" / "web2.json.gz").write_bytes(packed)
    (tmp_path / "notes.txt").write_text("nothing")

    draft = collected(tmp_path)

    assert [one.id for one in draft.records("Puppet::Catalog")] == ["web1", "web2"]
    assert [one.id for one in draft.records("Puppet::Resource")] == [
        "web1/User[alice]",
        "web2/User[alice]",
    ]


def test_notices_before_the_catalog_are_passed_over(tmp_path: Path) -> None:
    place = tmp_path / "web1.json"
    place.write_text(f"\x1b[mNotice: Compiled [x] {{y}}\x1b[0m\nWarning: z\n{json.dumps(WEB1)}\n")

    assert len(collected(place).records("Puppet::Catalog")) == 1


def test_other_files_are_told_and_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "web1.json").write_text(json.dumps(WEB1))

    assert [(one["operation"], one["code"]) for one in collected(tmp_path).unread()] == [
        ("other.json", "not-understood")
    ]


def test_two_catalogs_of_one_node_are_refused(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(WEB1))

    with pytest.raises(InputError, match="two catalogs of `web1`"):
        collected(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no JSON"),
        (b"Error: could not compile\n", "no JSON"),
        (b'{"name": "a", "resources": [', "no JSON"),
        (b'{"name": "a", "name": "b", "resources": []}', "given twice"),
        (b"[" * 200_000, "levels deep"),
        (b"\xff\xff{", "no UTF-8"),
        (b"{}", "none of the files"),
    ],
)
def test_a_damaged_file_is_one_clear_error(content: bytes, message: str, tmp_path: Path) -> None:
    place = tmp_path / "a.json"
    place.write_bytes(content)

    with pytest.raises(InputError, match=message) as caught:
        collected(place)

    assert str(place) in str(caught.value.at)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        collected(tmp_path / "none.json")
