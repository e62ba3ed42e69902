# SPDX-License-Identifier: Apache-2.0
"""Whether the example organisation gave the answer that was written down by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bartizan.example.description import Part, fill
from bartizan.model.finding import Findings
from bartizan.model.path import Path
from bartizan.model.step import Foothold

Reaches = Callable[[Foothold, Foothold], bool]
"""Whether somebody with the first foothold alone can gain the second."""


def differences(
    findings: Findings, reaches: Reaches, expected: Part, names: Mapping[str, str]
) -> Iterator[str]:
    """Yield one line for each thing that is not as expected; nothing when all is."""
    answer: Mapping[str, Any] = fill(expected, names)
    for planted in answer["planted"]:
        if not any(_is(path, planted) for path in findings.proved):
            yield f"planted path `{planted['id']}` was not found"
    for decoy in answer["decoy"]:
        if reaches(_foothold(decoy["from"]), _foothold(decoy["to"])):
            yield f"decoy `{decoy['id']}` was reported"
    reached = _reached(findings.proved)
    wanted = set(answer["reached"])
    yield from (f"`{name}` is reached, and should not be" for name in sorted(reached - wanted))
    yield from (f"`{name}` is not reached, and should be" for name in sorted(wanted - reached))
    if findings.cut is None or findings.cut.paths_left:
        yield "the cut leaves paths"
    elif not findings.cut.optimal:
        yield "the cut is not proved to be the cheapest"


def _is(path: Path, planted: Part) -> bool:
    """Tell whether `path` has the entries, the jewel and the techniques of `planted`, in order."""
    return (
        sorted(str(entry.foothold) for entry in path.entries) == sorted(planted["from"])
        and str(path.jewel.foothold) == planted["to"]
        and sorted(step.technique for step in path.steps) == sorted(planted["techniques"])
    )


def _reached(paths: Sequence[Path]) -> set[str]:
    """Return the jewels that paths lead to, without those that fall with a greater one."""
    return {str(path.jewel.foothold) for path in paths}


def _foothold(text: str) -> Foothold:
    ability, _, entity = text.partition(" ")
    return Foothold(ability, entity)
