# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from bartizan.model.record import Overlay, RecordKey
from bartizan.store.compiled import CompiledForms
from bartizan.store.parquet import ParquetStore
from bartizan.store.snapshot import ParquetSnapshot
from tests.fakes.records import AccountPerRecord, record

AT = "2026-01-01T00:00:00Z"
TABLES = {
    "sets": pa.table({"bits": pa.array([1, 2, 3], pa.uint64())}),
    "names": pa.table({"name": ["a", None], "many": [["x"], []]}),
}


@pytest.fixture
def store(tmp_path: Path) -> ParquetStore:
    return ParquetStore(tmp_path, AccountPerRecord())


@pytest.fixture
def snapshot(store: ParquetStore) -> ParquetSnapshot:
    return committed(store, "a")


def committed(store: ParquetStore, name: str, *, at: str = AT) -> ParquetSnapshot:
    draft = store.begin(scope="test", started_at=at, resume=False)
    draft.write("piece", [record(name)])
    return store.open(draft.commit(sources=["test"], finished_at=at))


def kept(snapshot: ParquetSnapshot, name: str = "*") -> list[Path]:
    return sorted(snapshot.folder.glob(f"compiled/*/{name}.arrow"))


def test_what_was_kept_is_read_back_and_by_nobody_else(snapshot: ParquetSnapshot) -> None:
    snapshot.keep("authz", "1", TABLES)

    found = snapshot.compiled("authz", "1")
    assert found is not None
    assert {name: table.to_pydict() for name, table in found.items()} == {
        name: table.to_pydict() for name, table in TABLES.items()
    }
    assert snapshot.compiled("authz", "2") is None
    assert snapshot.compiled("network", "1") is None


def test_columns_are_mapped_as_one_piece_and_not_copied(snapshot: ParquetSnapshot) -> None:
    pieces = pa.concat_tables([TABLES["sets"], TABLES["sets"]])
    snapshot.keep("authz", "1", {"sets": pieces})
    before = pa.total_allocated_bytes()

    found = snapshot.compiled("authz", "1")

    assert found is not None
    (column,) = found["sets"]["bits"].chunks
    assert column.to_numpy(zero_copy_only=True).tolist() == [1, 2, 3, 1, 2, 3]
    assert pa.total_allocated_bytes() == before


def test_a_table_without_rows_comes_back_with_its_columns(snapshot: ParquetSnapshot) -> None:
    snapshot.keep("authz", "1", {"sets": TABLES["sets"].slice(0, 0)})

    found = snapshot.compiled("authz", "1")
    assert found is not None
    assert found["sets"].schema == TABLES["sets"].schema
    assert found["sets"].num_rows == 0


def test_keeping_another_version_lets_the_old_one_go(snapshot: ParquetSnapshot) -> None:
    snapshot.keep("authz", "1", TABLES)
    snapshot.keep("network", "1", TABLES)
    snapshot.keep("authz", "2", TABLES)

    assert snapshot.compiled("authz", "1") is None
    assert snapshot.compiled("authz", "2") is not None
    assert snapshot.compiled("network", "1") is not None


def test_a_form_of_other_facts_is_not_read(store: ParquetStore, snapshot: ParquetSnapshot) -> None:
    snapshot.keep("authz", "1", TABLES)
    later = ParquetStore(store.home, AccountPerRecord(version="2")).open(snapshot.manifest.id)

    assert later.compiled("authz", "1") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: place.write_bytes(b""),
        lambda place: place.write_bytes(place.read_bytes()[:-9]),
        lambda place: place.write_bytes(place.read_bytes().replace(b"\x02", b"\x03", 1)),
        lambda place: place.unlink(),
        lambda place: (place.parent / "digests.json").write_bytes(b"{"),
        lambda place: (place.parent / "digests.json").unlink(),
    ],
    ids=["emptied", "cut", "changed", "removed", "digests broken", "digests removed"],
)
def test_a_damaged_form_is_none_and_can_be_kept_anew(
    store: ParquetStore, snapshot: ParquetSnapshot, damage: object
) -> None:
    snapshot.keep("authz", "1", TABLES)
    (place,) = kept(snapshot, "sets")
    assert callable(damage)
    damage(place)

    assert snapshot.compiled("authz", "1") is None
    assert len(store.verify(snapshot.manifest.id)) == 1
    snapshot.keep("authz", "1", TABLES)
    assert snapshot.compiled("authz", "1") is not None
    assert store.verify(snapshot.manifest.id) == []


def test_columns_that_are_mapped_outlive_their_file(snapshot: ParquetSnapshot) -> None:
    snapshot.keep("authz", "1", TABLES)
    found = snapshot.compiled("authz", "1")
    snapshot.keep("authz", "2", {"sets": TABLES["sets"].slice(0, 1)})

    assert found is not None
    assert np.array_equal(found["sets"]["bits"].to_numpy(), [1, 2, 3])


def test_an_overlay_has_forms_of_its_own(store: ParquetStore, snapshot: ParquetSnapshot) -> None:
    snapshot.keep("authz", "1", TABLES)
    change = Overlay(snapshot.records, put={RecordKey("AWS::Test::Thing", "b"): record("b")})

    over = store.open(store.overlay(snapshot, change, source="test", at=AT))

    assert over.compiled("authz", "1") is None
    over.keep("authz", "1", {})
    assert over.compiled("authz", "1") == {}
    assert snapshot.compiled("authz", "1") != {}


def test_what_a_killed_process_left_is_swept_away(snapshot: ParquetSnapshot) -> None:
    snapshot.keep("authz", "1", TABLES)
    left = snapshot.folder / "compiled/.x.partial"
    left.mkdir()
    (left / "sets.arrow").write_bytes(b"x")

    snapshot.keep("authz", "2", TABLES)

    assert not left.exists()


def test_a_folder_that_cannot_be_written_is_no_error(snapshot: ParquetSnapshot) -> None:
    (snapshot.folder / "compiled").write_bytes(b"in the way")

    snapshot.keep("authz", "1", TABLES)

    assert snapshot.compiled("authz", "1") is None


def test_a_snapshot_goes_with_its_forms(store: ParquetStore) -> None:
    old = committed(store, "a")
    old.keep("authz", "1", TABLES)
    committed(store, "b", at="2026-01-02T00:00:00Z")

    store.prune(keep=1)

    assert not old.folder.exists()
    assert len(list(store.snapshots.iterdir())) == 1


@pytest.mark.parametrize("name", ["../authz", "", ".hidden", "a/b"])
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    forms = CompiledForms(tmp_path, "1")

    with pytest.raises(ValueError, match="not a name"):
        forms.keep(name, "1", {})
    with pytest.raises(ValueError, match="not a name"):
        forms.keep("authz", "1", {name: TABLES["sets"]})
    assert list(tmp_path.iterdir()) == []
