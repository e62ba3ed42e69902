# SPDX-License-Identifier: Apache-2.0
"""An overlay gives the records of its base, less what went, with what came in its place."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.record import Overlay, Record, RecordKey, RecordList
from tests.fakes.records import record

KINDS = ("a", "b")
KEYS = st.builds(RecordKey, st.sampled_from(KINDS), st.sampled_from("uvwxyz"))


def _records(keys: Sequence[RecordKey], source: str) -> tuple[Record, ...]:
    return tuple(record(key.id, kind=key.kind, source=source) for key in keys)


@given(st.lists(KEYS, unique=True), st.lists(KEYS, unique=True), st.frozensets(KEYS))
def test_an_overlay_is_its_base_with_the_change(
    old: list[RecordKey], new: list[RecordKey], dropped: frozenset[RecordKey]
) -> None:
    put = {one.key: one for one in _records(new, "new")}
    overlay = Overlay(RecordList(_records(old, "old")), put, dropped)

    for kind in KINDS:
        assert list(overlay.of(kind)) == _slowly(_records(old, "old"), put, dropped, kind)


def _slowly(
    old: Sequence[Record],
    put: Mapping[RecordKey, Record],
    dropped: frozenset[RecordKey],
    kind: str,
) -> list[Record]:
    left = [one for one in old if one.key not in dropped and one.key not in put]
    return sorted(
        (one for one in (*left, *put.values()) if one.kind == kind), key=lambda one: one.id
    )
