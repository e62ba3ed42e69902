# SPDX-License-Identifier: Apache-2.0
"""Kill -9 at a hundred random points of a scan: nothing is lost, doubled, half seen or repeated.

What runs is `bartizan scan aws --resume` as a process, over the full table of calls, against a
made-up organisation of two accounts on the loopback. A point is one of the process's own requests
or changes of files: sixty are drawn from the whole run, forty from the commit, by fixed seeds.
"""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bartizan.model.snapshot import Manifest
from tests.fakes.interrupted_scan import Home, home

pytestmark = pytest.mark.slow

SERIES, KILLS_A_SERIES = 12, 5
COMMITS = 40


class Expected:
    """What a scan gives that nobody interrupts."""

    def __init__(self, one: Home) -> None:
        assert one.scan(resume=False)
        self.whole, self.commit = one.events()
        found = one.snapshot()
        assert found is not None
        self.manifest: Manifest = found

    def visible(self, one: Home) -> bool:
        """Say whether the snapshot is there; whatever is there must be the whole of it."""
        found = one.snapshot()
        if found is None:
            return False
        assert (found.id, found.counts) == (self.manifest.id, self.manifest.counts)
        return True


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Expected]:
    with home(tmp_path_factory.mktemp("once") / "home") as one:
        yield Expected(one)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, expected: Expected) -> Iterator[Home]:
    """A home in which all is read and nothing is committed."""
    with home(tmp_path_factory.mktemp("read") / "home") as one:
        assert not one.scan(kill_at=1, since="commit")
        assert not expected.visible(one)
        yield one


def killed(one: Home, expected: Expected, *, at: int, since: str) -> bool:
    """Kill one scan that takes up what is there, and say whether it was early enough."""
    safe = one.finished()
    ended = one.scan(kill_at=at, since=since)

    assert one.asked_again(safe) == []
    # Only a commit takes finished pieces away, and only once their snapshot is there.
    assert safe <= one.finished() or expected.visible(one)
    expected.visible(one)
    return not ended


@pytest.mark.parametrize("seed", range(SERIES))
def test_a_scan_killed_again_and_again_ends_as_if_never_killed(
    tmp_path: Path, expected: Expected, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - a sample, no secret
    kills, homes = 0, 0
    while kills < KILLS_A_SERIES:
        homes += 1
        with home(tmp_path / f"home-{homes}") as one:
            while kills < KILLS_A_SERIES:
                if not killed(one, expected, at=draw.randint(1, expected.whole), since="start"):
                    break
                kills += 1
            safe = one.finished()
            assert one.scan()

            assert one.asked_again(safe) == []
            assert expected.visible(one)
            assert one.left_behind() == []


@pytest.mark.parametrize("number", range(COMMITS))
def test_a_scan_killed_in_its_commit_ends_as_if_never_killed(
    tmp_path: Path, read: Home, expected: Expected, number: int
) -> None:
    draw = random.Random(number)  # noqa: S311 - a sample, no secret
    shutil.copytree(read.place, tmp_path / "home")
    one = Home(read.aws, tmp_path / "home")
    # The first points of the commit one by one, then any, the removal of the draft included.
    point = number + 1 if number < COMMITS // 4 else draw.randint(1, expected.commit)
    safe = one.finished()
    assert killed(one, expected, at=point, since="commit")
    left = one.finished()

    assert left in (safe, frozenset())
    assert one.scan()
    assert expected.visible(one)
    assert one.left_behind() == []
    if left:
        assert {call.operation for call in one.requests} == {"GetCallerIdentity"}
