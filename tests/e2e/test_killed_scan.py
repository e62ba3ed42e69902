# SPDX-License-Identifier: Apache-2.0
"""A scan that is killed dead is taken up again: three kills here, a hundred in `tests/slow`."""

from pathlib import Path

from bartizan.store.fingerprint import fingerprint_key
from tests.fakes.interrupted_scan import home


def test_a_scan_killed_while_it_reads_and_while_it_commits_ends_as_if_never_killed(
    tmp_path: Path,
) -> None:
    with home(tmp_path / "once") as one:
        assert one.scan(resume=False)
        whole, commit = one.events()
        expected = one.snapshot()
    assert expected is not None

    with home(tmp_path / "killed") as one:
        assert not one.scan(kill_at=whole // 3)
        reading = one.finished()
        assert reading
        assert one.snapshot() is None
        assert not one.scan(kill_at=1, since="commit")
        assert one.asked_again(reading) == []
        read = one.finished()
        assert read > reading
        assert one.snapshot() is None
        assert not one.scan(kill_at=commit // 2, since="commit")
        assert {call.operation for call in one.requests} == {"GetCallerIdentity"}
        # The draft goes at once, not piece by piece.
        assert one.finished() in (read, frozenset())
        assert one.scan()
        last = one.snapshot()

    assert last is not None
    assert (last.id, last.counts) == (expected.id, expected.counts)
    assert one.left_behind() == []


def test_a_second_scan_of_an_unchanged_estate_is_the_same_snapshot(tmp_path: Path) -> None:
    with home(tmp_path / "home") as one:
        ids = []
        for _ in range(2):
            assert one.scan(resume=False)
            manifest = one.snapshot()
            ids.append(manifest.id if manifest else "")

    assert ids[0]
    assert ids[0] == ids[1]


def test_a_key_of_fingerprints_that_was_being_made_is_made_again(tmp_path: Path) -> None:
    # The first changes of a new home are those of the key.
    with home(tmp_path / "home") as one:
        for point in (1, 2, 3):
            assert not one.scan(kill_at=point)

        assert len(fingerprint_key(one.place)) == 32
