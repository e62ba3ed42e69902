# SPDX-License-Identifier: Apache-2.0
"""The judgement of a proposed change as a test report, which every build server shows.

Source: https://github.com/testmoapp/junitxml
"""

from collections.abc import Iterator
from html import escape

from bartizan.model.gate import Gate, Judgement
from bartizan.model.path import Path
from bartizan.report import wording
from bartizan.report.gate_wording import at, doubts, sentence
from bartizan.report.legible import legible

_SUITE = "bartizan gate"


def as_junit(gate: Gate) -> bytes:
    """Render the judgement: a path that appears has failed, what cannot be told is an error."""
    cases = [*_paths(gate), *_doubts(gate)]
    if gate.judgement is Judgement.CLEAN:
        cases.append(_case(sentence(gate), ""))
    failures = len(gate.counted)
    skipped = sum(path.id in gate.excused for path in gate.comparison.appeared)
    errors = sum("<error" in one for one in cases)
    head = (
        f'<testsuite name="{_SUITE}" tests="{len(cases)}" failures="{failures}"'
        f' errors="{errors}" skipped="{skipped}">'
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", head, *cases]
    return ("\n".join([*lines, "</testsuite>", "</testsuites>"]) + "\n").encode()


def _paths(gate: Gate) -> Iterator[str]:
    for path in gate.comparison.appeared:
        name = f"{wording.headline(path)} ({path.id[:12]})"
        if path.id in gate.excused:
            yield _case(name, f"<skipped message={_quoted(gate.excused[path.id])}/>")
        elif path.proved:
            yield _case(name, f"<failure message={_quoted(_by(path, gate))}/>")
        else:
            missing = "rests on what was not read: " + ", ".join(path.missing)
            yield _case(name, f"<error message={_quoted(missing)}/>")


def _by(path: Path, gate: Gate) -> str:
    held = gate.causes.get(path.id, ())
    told = ", ".join(f"{one}{at(gate, one)}" for one in held)
    level = wording.level(path.jewel.rank)
    return f"{level}: opened by {told}" if told else f"{level}: opened by this change"


def _doubts(gate: Gate) -> Iterator[str]:
    for line in doubts(gate):
        name, _, reason = line.partition(": ")
        yield _case(name, f"<error message={_quoted(f'cannot tell: {reason or name}')}/>")


def _case(name: str, inside: str) -> str:
    start = f'<testcase classname="{_SUITE}" name={_quoted(name)}'
    return f"{start}>{inside}</testcase>" if inside else f"{start}/>"


def _quoted(text: str) -> str:
    """Return an attribute's value in quotes, without what XML does not know."""
    return f'"{escape(legible(text, limit=1_000))}"'
