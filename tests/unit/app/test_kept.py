# SPDX-License-Identifier: Apache-2.0
"""Steps are derived once for a snapshot, and again wherever what was kept may not hold."""

import pyarrow as pa
import pytest
from msgspec.structs import replace

from bartizan.app.kept import own_steps
from tests.fakes.gate_case import MANIFEST
from tests.fakes.kept import STEPS, Counted, Kept


@pytest.fixture
def counted() -> Counted:
    return Counted()


def test_steps_are_derived_once(counted: Counted) -> None:
    snapshot, reasoners = Kept(), (counted.reasoner(),)

    first, second = (own_steps(snapshot, reasoners, "1") for _ in range(2))

    assert first == second == {"one": STEPS}
    assert counted.times == 1


def test_another_version_derives_them_again(counted: Counted) -> None:
    snapshot = Kept()
    own_steps(snapshot, (counted.reasoner(),), "1")
    own_steps(snapshot, (counted.reasoner(),), "2")

    assert counted.times == 2


def test_another_time_derives_them_again(counted: Counted) -> None:
    snapshot = Kept()
    own_steps(snapshot, (counted.reasoner(),), "1")
    snapshot.manifest = replace(MANIFEST, finished_at="2026-01-02T00:00:00Z")
    own_steps(snapshot, (counted.reasoner(),), "1")

    assert counted.times == 2


def test_what_cannot_be_read_back_is_derived_again(counted: Counted) -> None:
    snapshot, reasoners = Kept(), (counted.reasoner(),)
    own_steps(snapshot, reasoners, "1")
    for key in snapshot.held:
        snapshot.held[key] = {"one": pa.table({"kind": ["x"]})}

    assert own_steps(snapshot, reasoners, "1") == {"one": STEPS}
    assert counted.times == 2


def test_a_reasoner_that_is_new_has_all_derived_again(counted: Counted) -> None:
    snapshot = Kept()
    own_steps(snapshot, (counted.reasoner(),), "1")
    other = replace(counted.reasoner(), name="two")

    assert own_steps(snapshot, (counted.reasoner(), other), "1") == {"one": STEPS, "two": STEPS}


def test_without_a_version_nothing_is_kept(counted: Counted) -> None:
    snapshot = Kept()

    assert own_steps(snapshot, (counted.reasoner(),), "") == {"one": STEPS}
    assert not snapshot.held
