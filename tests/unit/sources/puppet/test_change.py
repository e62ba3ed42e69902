# SPDX-License-Identifier: Apache-2.0
"""Catalogs from before and after, laid over records."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from bartizan.errors import FixError, InputError
from bartizan.model.record import RecordList
from bartizan.model.remedy import Remedy, RemoveCredential
from bartizan.sources.puppet.change import CatalogChange
from bartizan.sources.puppet.told import told_by_puppet
from tests.fakes.puppet import KEY, catalog, read, resource

SITE = "/etc/puppetlabs/code/environments/production/site.pp"
TOLD = {"name": "web1", "values": {"fqdn": "web1.example.org"}}
EMPTY = RecordList(())


def put(place: Path, *documents: dict[str, Any]) -> Path:
    place.mkdir()
    for number, document in enumerate(documents):
        (place / f"{number}.json").write_text(json.dumps(document))
    return place


def change(
    tmp_path: Path, before: tuple[Any, ...] | None, after: tuple[Any, ...]
) -> CatalogChange:
    old = None if before is None else put(tmp_path / "before", *before)
    return CatalogChange.read(old, put(tmp_path / "after", *after), key=KEY)


def user(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return resource("User", name, at=(SITE, 3), **more)


def test_what_is_said_alike_has_not_changed_wherever_it_is_written(tmp_path: Path) -> None:
    moved = user("a") | {"line": 9}
    both = change(tmp_path, (catalog(user("a"), user("b")),), (catalog(moved, user("c")),))

    laid = both.over(both.base(EMPTY))

    assert laid.changed == 2, "b goes and c comes"
    assert laid.touched == {f"web1 {SITE}:3": ("web1/User[b]", "web1/User[c]")}


def test_of_one_place_the_snapshot_holds_what_was_before(tmp_path: Path) -> None:
    base = RecordList(read(catalog(user("a"), user("b"))) + read(catalog(user("x"), name="web2")))
    one = change(tmp_path, None, (catalog(user("a")),))

    laid = one.over(one.base(base))

    assert laid.changed == 1
    assert {r.id for r in laid.overlay.of("Puppet::Resource")} == {"web1/User[a]", "web2/User[x]"}


def test_a_host_that_is_no_longer_there_goes(tmp_path: Path) -> None:
    both = change(
        tmp_path, (catalog(user("a")), catalog(user("b"), name="web2")), (catalog(user("a")),)
    )

    laid = both.over(both.base(EMPTY))

    assert {record.account for record in laid.overlay.of("Puppet::Catalog")} == {"web1"}
    assert both.hosts == {"web1", "web2"}


def test_facts_hold_on_where_they_are_not_told_again(tmp_path: Path) -> None:
    both = change(tmp_path, (catalog(), TOLD), (catalog(user("a")),))

    laid = both.over(both.base(EMPTY))

    assert [record.id for record in laid.overlay.of("Puppet::Facts")] == ["web1"]


@pytest.mark.parametrize(
    ("before", "after", "others"),
    [
        ((), (resource("Ini_setting", "a"),), {"Ini_setting": 1}),
        ((resource("Ini_setting", "a"),), (resource("Ini_setting", "a", v="1"),),
         {"Ini_setting": 1}),
        ((resource("Ini_setting", "a"),), (resource("Ini_setting", "a"),), {}),
        ((), (resource("Profile::Web", "a"), resource("Class", "A"), resource("Notify", "n")), {}),
        ((), (resource("Own", "a") | {"kind": "defined_type"},), {}),
    ],
    ids=range(5),
)  # fmt: skip
def test_types_that_are_not_understood_are_counted_where_they_change(
    tmp_path: Path, before: tuple[Any, ...], after: tuple[Any, ...], others: dict[str, int]
) -> None:
    both = change(tmp_path, (catalog(*before),), (catalog(*after),))

    assert both.over(both.base(EMPTY)).others == others


def test_a_record_of_an_older_version_tells_nothing_of_other_types(tmp_path: Path) -> None:
    old, *rest = read(catalog(user("a")))

    bare = structs.replace(old, body={**old.body, "others_told": None})
    one = change(tmp_path, None, (catalog(user("a"), resource("Ini_setting", "a")),))

    assert one.over(RecordList((bare, *rest))).others == {"Ini_setting": 1}


def test_a_line_is_named_as_in_the_control_repository(tmp_path: Path) -> None:
    one = change(tmp_path, None, (catalog(user("a"), resource("User", "b", at=("/x/y.pp", 2))),))

    def place(address: str) -> str:
        found = one.place(address, "uid")
        return "" if found is None else f"{found.file}:{found.line}"

    assert place("web1/User[a]") == "site.pp:3"
    assert place("web1/User[b]") == "/x/y.pp:2"
    assert place("web1/User[c]") == ""


def test_a_file_of_the_code_at_hand_is_found_by_the_end_of_its_path(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "site.pp").write_text("")
    after = put(tmp_path / "after", catalog(user("a"), resource("User", "b", at=("/x/y.pp", 2))))
    one = CatalogChange.read(None, after, key=KEY, source=tmp_path / "code")

    first, second = one.place("web1/User[a]"), one.place("web1/User[b]")

    assert first is not None
    assert second is not None
    assert first.file == (tmp_path / "code" / "site.pp").as_posix()
    assert second.file == "/x/y.pp"


def test_nothing_is_edited(tmp_path: Path) -> None:
    one = change(tmp_path, None, (catalog(),))
    remedy = Remedy(change=RemoveCredential(lies_in="x", field="y"), title="Do it", cost=1)

    one.write()
    with pytest.raises(FixError, match="no edits"):
        one.fixed(remedy, {})


def test_only_unknown_values_that_could_make_somebody_root_are_gaps(tmp_path: Path) -> None:
    later = "Deferred({})"
    after = catalog(
        user("a", uid=later, password=later),
        resource("File", "/x", at=(SITE, 4), content=later),
        resource("Cron", "c", at=(SITE, 5), command="/usr/bin/x secret words"),
        resource("Package", "p", at=(SITE, 6), ensure=later),
    )
    both = change(tmp_path, (catalog(),), (after,))

    gaps = both.over(both.base(EMPTY)).gaps

    assert [row.operation for row in gaps] == ["web1/User[a].uid"]


def test_a_folder_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    held = put(tmp_path / "a", catalog())
    code = put(tmp_path / "b", catalog())
    (code / "main.tf").write_text("")
    plan = tmp_path / "plan.json"
    plan.write_text('{"format_version": "1.2"}')
    (tmp_path / "broken.json").write_text("{")

    assert told_by_puppet(held)
    assert told_by_puppet(held / "0.json")
    assert not told_by_puppet(code)
    assert not told_by_puppet(plan)
    assert not told_by_puppet(tmp_path / "broken.json")
    assert not told_by_puppet(tmp_path / "none")


def test_a_place_without_catalogs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of the files"):
        CatalogChange.read(None, put(tmp_path / "a", {"x": 1}), key=KEY)
