# SPDX-License-Identifier: Apache-2.0
import errno
import hashlib
import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from msgspec import structs

from bartizan.errors import StoreError
from bartizan.model.facts.organization import Account
from bartizan.model.record import Overlay, Record, RecordKey
from bartizan.model.snapshot import SnapshotId
from bartizan.store import disk
from bartizan.store.parquet import ParquetStore
from tests.fakes.records import AccountPerRecord, record

AT = "2026-01-01T00:00:00Z"
KIND = "AWS::Test::Thing"


@pytest.fixture
def store(tmp_path: Path) -> ParquetStore:
    return ParquetStore(tmp_path, AccountPerRecord())


def commit(store: ParquetStore, *rows: Record, at: str = AT) -> SnapshotId:
    draft = store.begin(scope="test", started_at=at, resume=False)
    for number, row in enumerate(rows):
        draft.write(f"piece/{number}", [row])
    return draft.commit(sources=["test"], finished_at=at)


def test_what_was_written_is_read_back_sorted_by_id(store: ParquetStore) -> None:
    second, first = record("b", size=1, nested={"a": [1, None, "x"]}), record("a")

    name = commit(store, second, first)

    assert list(store.open(name).records.of(KIND)) == [first, second]


def test_records_stay_in_memory_once_they_were_read_but_for_large_ones(
    store: ParquetStore,
) -> None:
    small, large = record("a", kind="Small"), record("b", kind="Large", text="x" * 17 * 2**20)
    records = store.open(commit(store, small, large)).records

    first, again = (next(iter(records.of("Small"))) for _ in range(2))
    once, twice = (next(iter(records.of("Large"))) for _ in range(2))

    assert first == small
    assert again is first
    assert once == twice == large
    assert twice is not once


def test_the_same_estate_read_twice_has_the_same_id(store: ParquetStore) -> None:
    later = structs.replace(record("a"), collected_at="2027", request_id="r-2", source="file")

    first = commit(store, record("a"), record("b"), at="2026-01-01T00:00:00Z")
    second = commit(store, record("b"), later, at="2026-01-02T00:00:00Z")

    assert first == second
    assert [m.finished_at for m in store.list()] == ["2026-01-02T00:00:00Z"]


@pytest.mark.parametrize(
    "change",
    [{"region": "eu-west-2"}, {"account": "2"}, {"service": "s"}, {"body": {"x": 1}}],
)
def test_any_other_content_has_another_id(store: ParquetStore, change: dict[str, object]) -> None:
    other = structs.replace(record("a"), **change)

    assert commit(store, record("a")) != commit(store, other)


def test_of_two_records_with_one_key_one_is_kept(store: ParquetStore) -> None:
    name = commit(store, record("a", v=1), record("a", v=1))

    assert store.open(name).manifest.counts == {KIND: 1}


def test_nothing_is_visible_before_commit(store: ParquetStore) -> None:
    draft = store.begin(scope="test", started_at=AT, resume=False)
    draft.write("one", [record("a")])

    assert store.list() == []


def test_a_resumed_draft_keeps_its_pieces_and_its_start(store: ParquetStore) -> None:
    draft = store.begin(scope="test", started_at=AT, resume=False)
    draft.write("1/eu-west-1/iam", [record("a")])
    draft.release()

    again = store.begin(scope="test", started_at="2026-02-02T00:00:00Z", resume=True)

    assert again.finished() == {"1/eu-west-1/iam"}
    assert list(again.read("1/eu-west-1/iam")) == [record("a")]
    name = again.commit(sources=["test"], finished_at="2026-02-03T00:00:00Z")
    assert store.open(name).manifest.started_at == AT


def test_a_draft_that_is_not_resumed_starts_empty(store: ParquetStore) -> None:
    draft = store.begin(scope="test", started_at=AT, resume=False)
    draft.write("one", [record("a")])
    draft.release()

    assert store.begin(scope="test", started_at=AT, resume=False).finished() == frozenset()


def test_two_scans_of_one_scope_at_once_are_refused(store: ParquetStore) -> None:
    held = store.begin(scope="test", started_at=AT, resume=False)

    with pytest.raises(StoreError, match="another scan"):
        store.begin(scope="test", started_at=AT, resume=True)
    held.release()


def test_a_piece_cut_off_while_writing_is_not_finished(store: ParquetStore) -> None:
    draft = store.begin(scope="test", started_at=AT, resume=False)
    draft.write("one", [record("a")])
    (draft.folder / f".two.piece.jsonl{disk.PARTIAL}").write_bytes(b'"two"\n{"provider": "aw')
    draft.release()

    again = store.begin(scope="test", started_at=AT, resume=True)

    assert again.finished() == {"one"}
    assert not list(again.folder.glob(f".*{disk.PARTIAL}"))


@pytest.mark.parametrize("content", [b"", b"{", b'"one"\n{"provider"', b'"one"\n{"colour": 1}'])
def test_a_piece_that_was_damaged_on_disk_is_an_error(store: ParquetStore, content: bytes) -> None:
    draft = store.begin(scope="test", started_at=AT, resume=False)
    draft.write("one", [record("a")])
    (place,) = draft.folder.glob("*.piece.jsonl")
    place.write_bytes(content)

    with pytest.raises(StoreError, match="damaged"):
        draft.commit(sources=["test"], finished_at=AT)


def test_text_that_utf_8_cannot_carry_is_no_reason_to_stop(store: ParquetStore) -> None:
    name = commit(store, record("a", label="half a pair: \ud83d!"), record("b", label="whole: 😀"))

    assert [row.body["label"] for row in store.open(name).records.of(KIND)] == [
        "half a pair: ?!",
        "whole: 😀",
    ]


def test_of_one_second_the_latest_is_what_was_written_last(store: ParquetStore) -> None:
    names = [commit(store, record(name)) for name in "abcdef"]

    assert [one.id for one in store.list()] == names[::-1]


def test_latest_counts_back_by_time(store: ParquetStore) -> None:
    old = commit(store, record("a"), at="2026-01-01T00:00:00Z")
    new = commit(store, record("b"), at="2026-01-02T00:00:00Z")

    assert store.open("latest").manifest.id == new
    assert store.open("latest~1").manifest.id == old
    with pytest.raises(StoreError, match="there are 2"):
        store.open("latest~2")


def test_a_snapshot_opens_by_prefix_and_by_path(store: ParquetStore) -> None:
    name = commit(store, record("a"))

    assert store.open(name[:5]).manifest.id == name
    assert store.open(str(store.snapshots / name)).manifest.id == name


def test_an_unknown_or_empty_name_is_refused(store: ParquetStore) -> None:
    commit(store, record("a"))

    for reference in ("nope", ""):
        with pytest.raises(StoreError, match="no snapshot"):
            store.open(reference)


def test_facts_are_derived_once_per_version(store: ParquetStore) -> None:
    normaliser = AccountPerRecord()
    name = commit(store, record("a", label="first"))
    for _ in range(2):
        opened = ParquetStore(store.home, normaliser).open(name)
        assert [a.name for a in opened.facts().rows(Account)] == ["first"]
    assert len(normaliser.calls) == 1

    newer = AccountPerRecord(version="2")
    ParquetStore(store.home, newer).open(name).facts()
    assert len(newer.calls) == 1


def test_an_opened_snapshot_reads_its_facts_once(store: ParquetStore) -> None:
    opened = store.open(commit(store, record("a", label="first")))

    assert opened.facts() is opened.facts()


@pytest.mark.parametrize("lost", ["a column", "the table"])
def test_facts_of_other_columns_are_derived_again(store: ParquetStore, lost: str) -> None:
    name = commit(store, record("a", label="first"))
    store.open(name).facts()
    folder = store.snapshots / name / "facts/1"
    place, listed = folder / "account.parquet", folder / "digests.json"
    digests = json.loads(listed.read_bytes())
    if lost == "a column":
        pq.write_table(pq.read_table(place).drop_columns(["status"]), place)
        digests["account"] = hashlib.sha256(place.read_bytes()).hexdigest()
    else:
        del digests["account"]
    listed.write_text(json.dumps(digests))

    assert [a.name for a in store.open(name).facts().rows(Account)] == ["first"]


def test_damaged_facts_are_derived_again(store: ParquetStore) -> None:
    name = commit(store, record("a", label="first"))
    store.open(name).facts()
    (store.snapshots / name / "facts/1/account.parquet").write_bytes(b"x")

    assert [a.name for a in store.open(name).facts().rows(Account)] == ["first"]


@pytest.mark.parametrize("how", ["truncate", "edit", "remove"])
def test_a_truncated_or_edited_snapshot_is_never_read(store: ParquetStore, how: str) -> None:
    name = commit(store, record("a", label="first"))
    place = store.snapshots / name / "records/AWS.Test.Thing/0.parquet"
    content = place.read_bytes()
    if how == "truncate":
        place.write_bytes(content[:-20])
    elif how == "edit":
        place.write_bytes(content.replace(b"test", b"tost"))
    else:
        place.unlink()

    with pytest.raises(StoreError, match="damaged"):
        list(store.open(name).records.of(KIND))
    assert store.verify(name)


def test_a_manifest_that_leaves_a_kind_out_is_refused(store: ParquetStore) -> None:
    name = commit(store, record("a"), record("b", kind="AWS::Test::Other"))
    place = store.snapshots / name / "manifest.json"
    manifest = json.loads(place.read_bytes())
    del manifest["content"][KIND]
    place.write_text(json.dumps(manifest))

    with pytest.raises(StoreError, match="does not fit"):
        store.open(name)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(store: ParquetStore, content: str) -> None:
    name = commit(store, record("a"))
    (store.snapshots / name / "manifest.json").write_text(content)

    with pytest.raises(StoreError, match=r"damaged|format"):
        store.open(name)


def test_a_later_format_is_refused_with_the_way_out(store: ParquetStore) -> None:
    name = commit(store, record("a"))
    place = store.snapshots / name / "manifest.json"
    place.write_text(place.read_text().replace('"format": 1', '"format": 99'))

    with pytest.raises(StoreError, match="format 99") as caught:
        store.open(name)
    assert "tool_version" in caught.value.hint


def test_a_sound_snapshot_verifies(store: ParquetStore) -> None:
    assert store.verify(commit(store, record("a"))) == []


def test_scanning_again_repairs_a_damaged_snapshot(store: ParquetStore) -> None:
    name = commit(store, record("a"))
    (store.snapshots / name / "records/AWS.Test.Thing/0.parquet").write_bytes(b"x")

    assert commit(store, record("a")) == name
    assert store.verify(name) == []


def test_an_overlay_has_the_id_of_the_estate_it_gives(store: ParquetStore) -> None:
    parent = store.open(commit(store, record("a"), record("b")))
    change = Overlay(
        parent.records,
        put={RecordKey(KIND, "c"): record("c")},
        dropped=frozenset({RecordKey(KIND, "a")}),
    )

    name = store.overlay(parent, change, source="test", at=AT)

    opened = store.open(name)
    assert [row.id for row in opened.records.of(KIND)] == ["b", "c"]
    assert [a.id for a in opened.facts().rows(Account)] == ["b", "c"]
    assert store.verify(name) == []
    other = ParquetStore(store.home / "other", AccountPerRecord())
    assert commit(other, record("b"), record("c")) == name


def test_an_overlay_that_removes_all_of_a_kind_says_so(store: ParquetStore) -> None:
    parent = store.open(commit(store, record("a"), record("b", kind="AWS::Test::Other")))
    change = Overlay(parent.records, put={}, dropped=frozenset({RecordKey(KIND, "a")}))

    opened = store.open(store.overlay(parent, change, source="test", at=AT))

    assert opened.manifest.counts == {"AWS::Test::Other": 1}


def test_an_overlay_without_changes_is_its_parent(store: ParquetStore) -> None:
    parent = store.open(commit(store, record("a")))

    assert store.overlay(parent, Overlay(parent.records, {}), source="t", at=AT) == (
        parent.manifest.id
    )


def test_pruning_keeps_what_the_kept_rest_on(store: ParquetStore) -> None:
    old = commit(store, record("z"), at="2026-01-01T00:00:00Z")
    base = commit(store, record("a"), at="2026-01-02T00:00:00Z")
    parent = store.open(base)
    change = Overlay(parent.records, {RecordKey(KIND, "b"): record("b")})
    top = store.overlay(parent, change, source="t", at="2026-01-03T00:00:00Z")

    assert store.prunable(keep=1) == [old]
    gone = store.prune(keep=1)

    assert gone == [old]
    assert {m.id for m in store.list()} == {base, top}


def test_a_full_disk_gives_a_clear_error_and_keeps_what_is_safe(
    store: ParquetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = store.begin(scope="test", started_at=AT, resume=False)
    draft.write("one", [record("a")])

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="no space left") as caught:
            draft.write("two", [record("b")])
    assert "--resume" in caught.value.hint
    assert draft.finished() == {"one"}


def test_a_kind_cannot_name_a_place_outside_the_snapshot(store: ParquetStore) -> None:
    draft = store.begin(scope="test", started_at=AT, resume=False)
    draft.write("one", [record("a", kind="../../x")])

    with pytest.raises(StoreError, match="not a kind"):
        draft.commit(sources=["test"], finished_at=AT)


def test_a_count_that_changes_by_itself_gives_no_other_snapshot(store: ParquetStore) -> None:
    ids = []
    for messages in ("1", "2"):
        queue = record(
            "arn:q",
            kind="AWS::SQS::Queue",
            Attributes={"ApproximateNumberOfMessages": messages, "Policy": "p"},
        )
        draft = store.begin(scope="s", started_at="2026-01-01T00:00:00Z", resume=False)
        draft.write("a", [queue])
        ids.append(draft.commit(sources=(), finished_at="2026-01-01T00:00:01Z"))

    assert ids[0] == ids[1]
    assert store.verify(ids[0]) == []
