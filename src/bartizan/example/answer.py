# SPDX-License-Identifier: Apache-2.0
"""Whether the example organisation gave the answer that was written down by hand."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from bartizan.example.description import Part, fill
from bartizan.model.finding import Findings
from bartizan.model.path import Path
from bartizan.model.step import Foothold

Ask = Callable[[Sequence[Foothold], Foothold], Sequence[Path]]
"""All paths, proved or possible, from some footholds to another."""


class Exposed(NamedTuple):
    """Ports of an interface to which the Internet can send packets."""

    at: str
    """Id of the interface."""
    ports: str
    """`22/tcp`."""
    through: str = ""
    """ARN of the load balancer that passes them on; empty for none."""


def differences(
    findings: Findings,
    ask: Ask,
    *,
    exposed: Collection[Exposed],
    expected: Part,
    names: Mapping[str, str],
) -> Iterator[str]:
    """Yield one line for each thing that is not as expected; nothing when all is."""
    answer: Mapping[str, Any] = fill(expected, names)
    jewels = [jewel.foothold for jewel in findings.jewels]
    for planted in answer["planted"]:
        start = [_foothold(text) for text in planted["from"]]
        goals = [goal for goal in jewels if fnmatchcase(str(goal), planted["to"])]
        if not any(_is(path, planted) for goal in goals for path in ask(start, goal)):
            yield f"planted path `{planted['id']}` was not found"
    for decoy in answer["decoy"]:
        if ask([_foothold(decoy["from"])], _foothold(decoy["to"])):
            yield f"decoy `{decoy['id']}` was reported"
    wanted = {Exposed(**one) for one in answer["exposed"]}
    for held in sorted(wanted.difference(exposed)):
        yield f"`{held.at}` was not said to be exposed on {held.ports}"
    for held in sorted(set(exposed) - wanted):
        yield f"`{held.at}` was said to be exposed on {held.ports}"
    if findings.cut is None or findings.cut.paths_left:
        yield "the cut leaves paths"
    elif not findings.cut.optimal:
        yield "the cut is not proved to be the cheapest"


def _is(path: Path, planted: Part) -> bool:
    """Tell whether `path` has the entries, the techniques and the certainty of `planted`."""
    return (
        sorted(str(entry.foothold) for entry in path.entries) == sorted(planted["from"])
        and sorted(step.technique for step in path.steps) == sorted(planted["techniques"])
        and path.proved == (not planted.get("possible", False))
    )


def _foothold(text: str) -> Foothold:
    ability, _, entity = text.partition(" ")
    return Foothold(ability, entity)
