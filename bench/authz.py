# SPDX-License-Identifier: Apache-2.0
"""Decisions for a whole organisation: the compiled estate beside the definition in a loop.

Each organisation is drawn once and kept on disk; each measurement runs in a process of its own, so
that its peak of memory is its own. A sample of what is measured is decided by the definition too,
and the run stops where the two differ.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bartizan.app.collector import undisturbed
from bartizan.engine.local import LocalEngine
from bartizan.model.access import Access, Asked, Certainty
from bartizan.model.facts import TABLES, Facts
from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.part import part
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.logic import ALLOWED, DENIED, UNKNOWN
from bartizan.reason.authz.aws.question.what_can import what_can
from bartizan.store.compiled import CompiledForms
from bench.memory import Peak
from bench.organization import KINDS, Kind, organization
from bench.requests import Requests, requests

ACCOUNTS = 10_000
_SEED = 1
_QUESTIONS = 100
_TRIPLES, _AT_ONCE = 20_000, (100_000, 1_000_000)
"""Single requests that are decided one by one, and all at once."""
_CALLERS = 60
"""Callers of whom is asked what they can do, the first of them apart."""
_SAMPLE = 300
"""Requests of each kind that the definition decides as well."""
_PRODUCT = (2_000, 50, 50)
"""Callers, actions and resources."""

Figures = dict[str, object]
Triple = tuple[str, str, str]


def main() -> None:
    """Print one line of JSON for each kind of organisation and each measurement."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            for what in _PARTS:
                command = [sys.executable, "-m", "bench.authz", what, kind, str(ACCOUNTS), folder]
                subprocess.run(command, check=True)  # noqa: S603 - ourselves


def _draw(kind: Kind, accounts: int, home: CompiledForms) -> Figures:
    """Draw an organisation and keep its facts."""
    clock = Clock()
    facts = organization(accounts, seed=_SEED, kind=kind)
    seconds = clock.lap()
    home.keep("facts", "1", {table.table: facts.table(table) for table in TABLES})
    return {"seconds": seconds}


def _compile(kind: Kind, accounts: int, home: CompiledForms) -> Figures:
    """Compile and keep the compiled form as the command line does, and decide single requests."""
    del kind, accounts
    facts = _facts(home)
    held = _peak()
    gc.disable()
    begin, before = time.monotonic(), os.times()
    with Peak() as peak:
        kernel = Kernel.compile_split(facts, LocalEngine().run)
    wall, after = time.monotonic() - begin, os.times()
    gc.enable()  # parts of the estate that are read for single requests are garbage in circles
    clock = Clock()
    found: Figures = {
        "wall_s": wall,
        "seconds": sum(after[:4]) - sum(before[:4]),
        "peak_mib": peak.mib,
        "facts_mib": held,
    }
    tables = kernel.tables()
    home.keep("kernel", "1", tables)
    found["keep_s"] = clock.lap()
    return {
        **found,
        **_singles(kernel, facts, requests(facts, seed=_SEED)),
        "callers": len(kernel.names),
        "kept_mib": sum(table.nbytes for table in tables.values()) / (1 << 20),
    }


def _ask(kind: Kind, accounts: int, home: CompiledForms) -> Figures:
    """Reopen what was kept; ask who can do something, and what somebody can."""
    del kind, accounts
    facts = _facts(home)
    clock = Clock()
    tables = home.read("kernel", "1")
    assert tables is not None
    kernel = Kernel.of_tables(tables, facts)
    found: Figures = {"reopen_s": clock.lap(), "reopen_mib": _peak()}
    asked = requests(facts, seed=_SEED)
    found |= _who_can(kernel, facts, asked)
    found |= _what_can(kernel, facts, asked)
    for number in _AT_ONCE:
        again = Kernel.of_tables(tables, facts)
        found |= _each(again, facts, requests(facts, seed=_SEED), number)
    return {**found, "peak_mib": _peak()}


def _each(kernel: Kernel, facts: Facts, asked: Requests, number: int) -> Figures:
    """Decide many single requests at once, by a kernel that was asked nothing before."""
    drawn = asked.triples(number)
    names, actions, things = (list(column) for column in zip(*drawn, strict=True))
    clock = Clock()
    with undisturbed():
        codes = kernel.decide_each(names, actions, things).tolist()
    spent = clock.lap()
    _check(facts, asked.chance.sample(list(zip(drawn, codes, strict=True)), _SAMPLE))
    return {
        f"{number}_at_once_per_s": number / spent,
        f"{number}_at_once_verdicts": _verdicts(Counter(codes)),
    }


def _what_can(kernel: Kernel, facts: Facts, asked: Requests) -> Figures:
    """Ask what callers can do, as the command line and the library do."""
    seconds, groups = [], []
    told: Counter[int] = Counter()
    sample: list[tuple[Triple, int]] = []
    for caller in asked.some_callers(_CALLERS):
        clock = Clock()
        with undisturbed():
            answer = what_can(kernel, Asked(principal=caller))
        seconds.append(clock.lap())
        groups.append(len(answer.groups))
        told[DENIED] += answer.never
        for group in answer.groups:
            code = ALLOWED if group.certainty is Certainty.MUST else UNKNOWN
            told[code] += group.requests
            sample.append(((caller, *_request(group, asked)), code))
    _check(facts, asked.chance.sample(sample, min(_SAMPLE, len(sample))))
    return {
        "what_can_first_s": seconds[0],
        "what_can_p50_s": _percentile(seconds[1:], 50),
        "what_can_p95_s": _percentile(seconds[1:], 95),
        "what_can_worst_s": max(seconds[1:]),
        "what_can_groups": _percentile(groups, 50),
        "what_can_verdicts": _verdicts(told),
    }


def _request(group: Access, asked: Requests) -> tuple[str, str]:
    """Draw one request of a group."""
    thing = asked.chance.choice(group.resources)
    acting = masks.names(masks.acting_on(thing))
    return asked.chance.choice(sorted(set(group.actions) & set(acting))), thing


def _who_can(kernel: Kernel, facts: Facts, asked: Requests) -> Figures:
    """Ask who can do something, as the command line and the library do."""
    seconds = []
    told: Counter[int] = Counter()
    sample: list[tuple[Triple, int]] = []
    for action, thing in asked.pairs(_QUESTIONS):
        clock = Clock()
        with undisturbed():
            answer = kernel.who_can(action, thing)
        seconds.append(clock.lap())
        counts = np.bincount(answer, minlength=3)
        told.update({code: int(counts[code]) for code in range(3)})
        sample += _drawn(kernel, asked, (action, thing), answer)
    _check(facts, sample)
    return {
        "who_can_first_s": seconds[0],
        "who_can_p50_s": _percentile(seconds, 50),
        "who_can_p95_s": _percentile(seconds, 95),
        "who_can_worst_s": max(seconds[1:]),
        "who_can_verdicts": _verdicts(told),
    }


def _drawn(
    kernel: Kernel, asked: Requests, question: tuple[str, str], answer: NDArray[np.uint8]
) -> Iterable[tuple[Triple, int]]:
    """Draw one caller of each verdict that the answer has."""
    for code in (ALLOWED, UNKNOWN, DENIED):
        rows = np.flatnonzero(answer == code)
        if len(rows):
            row = int(asked.chance.choice(rows))
            yield (kernel.names[row], *question), code


def _singles(kernel: Kernel, facts: Facts, asked: Requests) -> Figures:
    """Decide single requests; the same sample is decided by the definition in a loop."""
    drawn = asked.triples(_TRIPLES)
    kernel.decide(*drawn[0])
    clock = Clock()
    codes = [kernel.decide(*one) for one in drawn]
    spent = clock.lap()
    rate = _check(facts, zip(drawn[:_SAMPLE], codes[:_SAMPLE], strict=True))
    return {
        "singles_per_s": _TRIPLES / spent,
        "definition_per_s": rate,
        "singles_times_definition": _TRIPLES / spent / rate,
        "singles_verdicts": _verdicts(Counter(codes)),
    }


def _product(kind: Kind, accounts: int, home: CompiledForms) -> Figures:
    """Decide a whole product of callers, actions and resources drawn at random."""
    del kind, accounts
    facts = _facts(home)
    asked = requests(facts, seed=_SEED)
    callers = asked.some_callers(_PRODUCT[0])
    actions, things = asked.some_actions(_PRODUCT[1]), asked.some_resources(_PRODUCT[2])
    clock = Clock()
    kernel = Kernel.of(Estate(part(facts, (*callers, *things))), callers)
    ready = clock.lap()
    with undisturbed():
        answers = [
            ((action, thing), kernel.who_can(action, thing))
            for action in actions
            for thing in things
        ]
    spent = clock.lap()
    told: Counter[int] = Counter()
    sample: list[tuple[Triple, int]] = []
    for question, answer in answers:
        counts = np.bincount(answer, minlength=3)
        told.update({code: int(counts[code]) for code in range(3)})
        sample += _drawn(kernel, asked, question, answer)
    rate = _check(facts, asked.chance.sample(sample, min(_SAMPLE, len(sample))))
    decisions = sum(told.values())
    return {
        "decisions": decisions,
        "callers_compiled_s": ready,
        "seconds": spent,
        "decisions_per_s": decisions / spent,
        "definition_per_s": rate,
        "times_definition": decisions / spent / rate,
        "verdicts": _verdicts(told),
    }


def _check(facts: Facts, told: Iterable[tuple[Triple, int]]) -> float:
    """Decide requests by the definition in a loop, and return how many of them a second."""
    asked = list(told)
    estate = Estate(part(facts, {name for one, _ in asked for name in (one[0], one[2])}))
    for one, _ in asked:
        decide(estate, *one)  # policies are read once, as they are when they are compiled
    clock = Clock()
    decided = [(one, code, decide(estate, *one).verdict) for one, code in asked]
    spent = clock.lap()
    for one, code, verdict in decided:
        by_definition = (
            ALLOWED
            if isinstance(verdict, Allowed)
            else DENIED
            if isinstance(verdict, Denied)
            else UNKNOWN
        )
        assert code == by_definition, (one, code, verdict)
    return len(asked) / spent


class Clock:
    """Processor time, so that others on the machine do not count."""

    def __init__(self) -> None:
        self._begin = time.process_time()

    def lap(self) -> float:
        """Return the seconds since the last lap."""
        begin, self._begin = self._begin, time.process_time()
        return self._begin - begin


def _facts(home: CompiledForms) -> Facts:
    tables = home.read("facts", "1")
    assert tables is not None
    return Facts.of_tables(tables)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _percentile(seconds: Sequence[float], percent: int) -> float:
    return float(np.percentile(seconds, percent))


def _verdicts(told: Counter[int]) -> dict[str, int]:
    names = {"allowed": ALLOWED, "denied": DENIED, "unknown": UNKNOWN}
    return {name: told[code] for name, code in names.items()}


def _rounded(value: object) -> object:
    return float(f"{value:.3g}") if isinstance(value, float) else value


_PARTS: dict[str, Callable[[Kind, int, CompiledForms], Figures]] = {
    "draw": _draw,
    "compile": _compile,
    "ask": _ask,
    "product": _product,
}


def measure(what: str, kind: Kind, accounts: int, folder: Path) -> None:
    """Make one measurement on the organisation that is kept in `folder`, and print it."""
    figures = _PARTS[what](kind, accounts, CompiledForms(folder, "drawn"))
    told = {name: _rounded(value) for name, value in figures.items()}
    print(
        json.dumps({"bench": f"authz {what}", "kind": kind, "accounts": accounts, **told}),
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        part_, kind_, size, place = sys.argv[1:]
        measure(part_, "hostile" if kind_ == "hostile" else "realistic", int(size), Path(place))
    else:
        main()
