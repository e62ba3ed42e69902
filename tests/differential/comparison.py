# SPDX-License-Identifier: Apache-2.0
"""Asks both engines the same, and says of each disagreement which deviation causes it."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from bartizan.reason.authz.aws.simulate import answer
from tests.differential.deviations import DENIED_ANYWAY, DEVIATIONS, UNDECIDED, Deviation
from tests.differential.oracle import Oracle, Simulation, translated
from tests.differential.shrink import shrunk

Line = dict[str, Any]
_TOGETHER = 4
"""Deviations that one disagreement may need at once."""
_SHOWN = 3
"""Disagreements without a class that are made small; the rest is only counted."""


@dataclass
class Comparison:
    """What came of asking both."""

    answered: int = 0
    """Requests that both engines answered."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """Our answers."""
    classes: Counter[str] = field(default_factory=Counter)
    """Disagreements by what causes them; one that takes two deviations counts for both."""
    unclassified: list[str] = field(default_factory=list)
    """Disagreements that nothing known causes, and what an engine could not read."""


def ours(line: Line) -> str:
    """Return our answer in the words of `Oracle.ask`."""
    found = answer(line)
    if "error" in found:
        return f"error: {found['error']['message']}"
    return f"{found['verdict']}{' explicitly' if found['explicit'] else ''}"


def compare(
    lines: Sequence[Line], oracle: Oracle, *, answering: Callable[[Line], str] = ours
) -> Comparison:
    """Ask both engines about each line; `answering` is ours."""
    found = Comparison()
    for line, theirs in zip(lines, list(oracle.ask(map(translated, lines))), strict=True):
        mine = answering(line)
        if mine.startswith("error") or theirs.startswith("error"):
            found.unclassified.append(_shown(line, mine, theirs))
            continue
        found.answered += 1
        found.verdicts[mine] += 1
        if mine == theirs:
            continue
        causes = _causes(line, mine, theirs, oracle)
        found.classes.update(causes)
        if not causes:
            small = len(found.unclassified) < _SHOWN
            kept = _small(line, mine, theirs, oracle, answering=answering) if small else line
            found.unclassified.append(_shown(kept, mine, theirs))
    return found


def _shown(line: Line, mine: str, theirs: str) -> str:
    return f"we say {mine}, the other engine {theirs}: {json.dumps(line)}"


def _small(
    line: Line, mine: str, theirs: str, oracle: Oracle, *, answering: Callable[[Line], str]
) -> Line:
    def same(other: Line) -> bool:
        if answering(other) != mine or list(oracle.ask([translated(other)])) != [theirs]:
            return False
        return not _causes(other, mine, theirs, oracle)

    return shrunk(line, same)


def _causes(line: Line, mine: str, theirs: str, oracle: Oracle) -> tuple[str, ...]:
    """Return the fewest deviations with whose corrections the other engine agrees with us; for an
    unknown answer the pages about what is missing.
    """
    if mine == "unknown":
        pages = [_page(name) for name in answer(line)["missing"]]
        return tuple(sorted(set(pages))) if all(pages) else ()
    asked = translated(line)
    known = DEVIATIONS
    if (mine, theirs) == ("denied", "denied explicitly"):
        known = (*DEVIATIONS, DENIED_ANYWAY)
    concerned = [one for one in known if one.correct(line, asked) != [asked]]
    for size in range(1, min(len(concerned), _TOGETHER) + 1):
        for chosen in _agreeing(line, mine, list(combinations(concerned, size)), oracle):
            return tuple(one.name for one in chosen)
    return ()


def _agreeing(
    line: Line, mine: str, choices: Sequence[tuple[Deviation, ...]], oracle: Oracle
) -> list[tuple[Deviation, ...]]:
    """Return the choices with which the other engine agrees, all asked at once."""
    questions = [_corrected(line, chosen) for chosen in choices]
    answers = iter(list(oracle.ask(one for question in questions for one in question)))
    joined = [_joined([next(answers) for _ in question]) for question in questions]
    return [chosen for chosen, verdict in zip(choices, joined, strict=True) if verdict == mine]


def _corrected(line: Line, chosen: tuple[Deviation, ...]) -> list[Simulation]:
    asked = [translated(line)]
    for one in chosen:
        asked = [new for old in asked for new in one.correct(line, old)]
    return asked


def _joined(verdicts: list[str]) -> str:
    """What any question denies explicitly is denied so, else what any allows is allowed."""
    loudest = [one for one in ("denied explicitly", "allowed") if one in verdicts]
    return (loudest or verdicts)[0]


def _page(missing: str) -> str:
    return next((page for start, page in UNDECIDED.items() if missing.startswith(start)), "")
