# SPDX-License-Identifier: Apache-2.0
"""The compiled form of what callers hold: arrays, and texts that are read when they are needed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct, structs
from numpy.typing import NDArray

from bartizan.reason.authz.aws.kernel import codec
from bartizan.reason.authz.aws.kernel.statement import (
    ActionSet,
    Pattern,
    ResourceSet,
    Settled,
)
from bartizan.reason.authz.aws.kernel.tables import Ints, Lists, Numbers
from bartizan.reason.authz.aws.kernel.values import SettledTest

NONE = -1
"""No such group, chain or condition."""

_REMEMBERED = 1 << 14
"""Statements whose actions and resources are not looked up again."""

Flags = NDArray[np.uint8]


class Form(Struct, frozen=True, kw_only=True):
    """Statements, the groups that they hold in, and the groups of callers."""

    action_sets: Sequence[ActionSet]
    patterns: Sequence[Pattern]
    tests: Sequence[SettledTest]
    negated: Flags
    """Of each resource set: it is a NotResource."""
    doubtful: Flags
    patterns_of: Lists
    """Patterns of each resource set."""
    tests_of: Lists
    """Tests of each condition."""
    allow: Flags
    """Of each statement: it allows."""
    action: Ints
    """Action set of each statement."""
    resource: Ints
    """Resource set of each statement."""
    condition: Ints
    """Condition of each statement, or NONE."""
    groups: Lists
    """Statements of each group."""
    unread: Flags
    """Of each group: some policy in it could not be read."""
    chains: Lists
    """Groups of service control policies, a list for each way from the root to an account."""
    identity: Ints
    boundary: Ints
    session: Ints
    """Group of each caller, or NONE."""
    chain: Ints
    """Chain of each caller, or NONE."""

    def statement(self, number: int) -> Settled:
        """Return one statement."""
        condition = int(self.condition[number])
        tests = () if condition == NONE else self.tests_of[condition].tolist()
        return Settled(
            allow=bool(self.allow[number]),
            actions=self.action_sets[int(self.action[number])],
            resources=self.resources(int(self.resource[number])),
            tests=tuple(self.tests[test] for test in tests),
        )

    def resources(self, number: int) -> ResourceSet:
        """Return one resource set."""
        patterns = tuple(self.patterns[pattern] for pattern in self.patterns_of[number].tolist())
        return ResourceSet(bool(self.negated[number]), patterns, bool(self.doubtful[number]))


class FormBuilder:
    """Numbers statements, and everything in them, once."""

    def __init__(self) -> None:
        self._actions: Numbers[ActionSet] = Numbers()
        self._resources: Numbers[ResourceSet] = Numbers()
        self._tests: Numbers[SettledTest] = Numbers()
        self._conditions: Numbers[tuple[int, ...]] = Numbers()
        self._statements: Numbers[tuple[bool, int, int, int]] = Numbers()
        self.group: Numbers[tuple[tuple[int, ...], bool]] = Numbers()
        """Gives a group its number: its statements, sorted, and whether something is unread."""
        self.chain: Numbers[tuple[int, ...]] = Numbers()
        self._covered: dict[tuple[int, int], tuple[tuple[int, int], Settled]] = {}

    def statement(self, settled: Settled) -> int:
        """Return the number of a statement."""
        tests = tuple(sorted({self._tests(test) for test in settled.tests}))
        condition = self._conditions(tests) if tests else NONE
        actions, resources = self._covering(settled)
        return self._statements((settled.allow, actions, resources, condition))

    def _covering(self, settled: Settled) -> tuple[int, int]:
        """Return the numbers of what a statement covers, which most callers have the same of."""
        key = (id(settled.actions), id(settled.resources))
        known = self._covered.get(key)
        if known is None:
            numbers = self._actions(settled.actions), self._resources(settled.resources)
            # They are kept, as they are told apart by their identities.
            known = self._covered[key] = (numbers, settled)
            if len(self._covered) > _REMEMBERED:
                self._covered.clear()
        return known[0]

    def form(self, of_callers: NDArray[np.int32]) -> Form:
        """Return all of it; `of_callers` has identity, boundary, session and chain as rows."""
        sets = self._resources.things()
        patterns: Numbers[Pattern] = Numbers()
        statements = np.array(self._statements.things(), dtype=np.int32).reshape(-1, 4)
        groups = self.group.things()
        patterns_of = Lists.of([[patterns(p) for p in one.patterns] for one in sets])
        return Form(
            action_sets=self._actions.things(),
            patterns=patterns.things(),
            tests=self._tests.things(),
            negated=np.array([one.negated for one in sets], dtype=np.uint8),
            doubtful=np.array([one.doubtful for one in sets], dtype=np.uint8),
            patterns_of=patterns_of,
            tests_of=Lists.of(self._conditions.things()),
            allow=statements[:, 0].astype(np.uint8),
            action=statements[:, 1].copy(),
            resource=statements[:, 2].copy(),
            condition=statements[:, 3].copy(),
            groups=Lists.of([ids for ids, _ in groups]),
            unread=np.array([unread for _, unread in groups], dtype=np.uint8),
            chains=Lists.of(self.chain.things()),
            identity=of_callers[0].copy(),
            boundary=of_callers[1].copy(),
            session=of_callers[2].copy(),
            chain=of_callers[3].copy(),
        )


_TEXTS: dict[str, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    "action_sets": (codec.actions_text, codec.actions),
    "patterns": (codec.pattern_text, codec.pattern),
    "tests": (codec.test_text, codec.test),
}


def to_tables(form: Form) -> dict[str, pa.Table]:
    """Return a form as tables of one column each."""
    found: dict[str, pa.Table] = {}
    for name, held in structs.asdict(form).items():
        if isinstance(held, Lists):
            found[f"{name}.starts"] = _table(held.starts)
            found[f"{name}.items"] = _table(held.items)
        elif name in _TEXTS:
            write = _TEXTS[name][0]
            texts = pa.array([write(one) for one in held], type=pa.large_string())
            found[name] = pa.table({"value": texts})
        else:
            found[name] = _table(held)
    return found


def of_tables(tables: Mapping[str, pa.Table]) -> Form:
    """Return the form of tables, without copying them.

    Raises:
        KeyError: a table is missing.
    """
    parts: dict[str, object] = {}
    for name in Form.__struct_fields__:
        if f"{name}.starts" in tables:
            starts = array(tables[f"{name}.starts"])
            parts[name] = Lists(starts, array(tables[f"{name}.items"]))
        elif name in _TEXTS:
            read = _TEXTS[name][1]
            parts[name] = codec.Texts(tables[name].column("value"), read)
        else:
            parts[name] = array(tables[name])
    return Form(**parts)  # type: ignore[arg-type] # each part was made for its field


def _table(values: NDArray[np.generic]) -> pa.Table:
    return pa.table({"value": pa.array(values)})


def array(table: pa.Table) -> NDArray:  # type: ignore[type-arg] # of whatever kind was kept
    """Return the one column of a table as an array, without copying where it is one piece."""
    column = table.column("value")
    if column.num_chunks == 1:
        return column.chunk(0).to_numpy(zero_copy_only=True)
    return column.to_numpy()
