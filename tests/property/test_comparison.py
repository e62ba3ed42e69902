# SPDX-License-Identifier: Apache-2.0
"""Theorems of what appears and goes between two estates."""

from collections.abc import Collection, Sequence

from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.finding import Findings
from bartizan.model.path import Path
from bartizan.model.step import ONE_OF_MANY, Foothold, Step
from bartizan.paths.analysis import analyse
from bartizan.paths.comparison import compare
from bartizan.paths.differing import differing
from bartizan.paths.known import Known
from bartizan.paths.novel import novel
from tests.fakes.attack_steps import entry, jewel, step

ENTRIES = (entry("0"),)
JEWELS = (jewel("5"), jewel("6"))
names = st.sampled_from([str(number) for number in range(7)])


def _estates(techniques: tuple[str, ...]) -> st.SearchStrategy[list[Step]]:
    steps = st.builds(
        lambda needs, grants, technique, missing: step(
            f"{', '.join(sorted(needs))} > {grants}", technique=technique, missing=missing
        ),
        st.sets(names, min_size=1, max_size=2),
        names,
        st.sampled_from(techniques),
        st.sampled_from([(), (), ("x",)]),
    )
    return st.lists(steps, max_size=8)


pairs = st.sampled_from([("move", "turn"), ("move", "turn", ONE_OF_MANY)]).flatmap(
    lambda techniques: st.tuples(*[_estates(techniques)] * 3)
)
"""What two estates share, and what each has beside that, with circles or without any."""


def _findings(estate: Sequence[Step], *, among: Collection[Foothold] | None = None) -> Findings:
    proved, possible = analyse(estate, ENTRIES, JEWELS, alternatives=2, among=among)
    return Findings(
        snapshot="",
        tool_version="0",
        estate={},
        names={},
        entries=ENTRIES,
        jewels=JEWELS,
        proved=proved,
        possible=possible,
        cut=None,
        unread=(),
    )


def _key(one: Step) -> tuple[str, tuple[Foothold, ...], Foothold]:
    return one.technique, one.needs, one.grants


def _taking_news(paths: Sequence[Path], old: Sequence[Step], new: Sequence[Step]) -> set[str]:
    """Return the ids of the paths that take a step which is news when all steps of the techniques
    on them are looked at.
    """
    techniques = {ONE_OF_MANY, *(one.technique for path in paths for one in path.steps)}
    ever = [[one for one in held if one.technique in techniques] for held in (old, new)]
    sure = [[one for one in held if one.proved] for held in ever]
    news = {_key(one) for a, b in (ever, sure) for one in Known.of(a).parted(b)[1]}
    return {path.id for path in paths if any(_key(one) in news for one in path.steps)}


@given(pairs)
def test_paths_come_and_go_with_steps_that_are_news_among_all(
    pair: tuple[list[Step], ...],
) -> None:
    shared, before, after = pair
    old, new = [*shared, *before], [*shared, *after]
    was, will = _findings(old), _findings(new)

    among = differing(old, new, ())
    found = compare(_findings(old, among=among), will, old, new, among=among)

    were = {path.id: path for path in (*was.possible, *was.proved)}
    are = {path.id: path for path in (*will.possible, *will.proved)}
    sure = {path.id for path in will.proved} - {path.id for path in was.proved}
    come = [path for name, path in are.items() if name not in were or name in sure]
    gone = [path for name, path in were.items() if name not in are]
    opened = {path.id for path in novel(old, new, ENTRIES, JEWELS)}
    assert {path.id for path in found.appeared} == opened | _taking_news(come, old, new)
    assert {path.id for path in found.gone} == _taking_news(gone, new, old)
