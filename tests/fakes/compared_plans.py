# SPDX-License-Identifier: Apache-2.0
"""Two plans of one folder of code: Terraform's own, and one made without it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.plan import Plan, read
from bartizan.sources.terraform.provider.made import MARK
from bartizan.sources.terraform.value import Hidden, Value

_EMPTY: tuple[Value, ...] = (None, [], {})


@dataclass
class Compared:
    """What came of it."""

    wrong: list[str] = field(default_factory=list)
    """What is told otherwise, each with its place and both values."""
    counted: Counter[str] = field(default_factory=Counter)
    """How many values are the same, unknown to both, and unknown to us alone."""


def compared(program: CodePlan, ours: CodePlan) -> Compared:
    """Compare what is read of plans: all objects and data, attribute by attribute."""
    found = Compared()
    theirs, own = read(program.content, "program"), read(ours.content, "ours")
    if program.places != ours.places or program.programs != ours.programs:
        found.wrong.append(f"places or programs: {program.places} {ours.places}")
    left, right = dict(_objects(theirs, own)), dict(_objects(own, theirs))
    for held in own.changes:
        # Data of which we do not know all is read later; Terraform may know it already.
        before = None if held.managed or held.address in left else f"prior {held.address}"
        if before in left:
            del left[before], right[held.address]
            found.counted["unknown to us"] += 1
    for address in sorted(left.keys() | right.keys()):
        one, other = left.get(address), right.get(address)
        if one is None or other is None:
            found.wrong.append(f"{address}: {one} {other}")
        elif one[0] != other[0]:
            found.wrong.append(f"{address}: {one[0]} {other[0]}")
        else:
            _compare(found, address, one[1], other[1])
    return found


def _objects(plan: Plan, others: Plan) -> Iterator[tuple[str, tuple[object, Value]]]:
    known = {one.address: one.after for one in others.changes}
    for one in plan.changes:
        written = _told(one.written, one.after, known.get(one.address))
        facts = (one.type, one.managed, one.provider, written, one.action, one.importing)
        yield one.address, (facts, one.after)
    for held in plan.prior:
        yield f"prior {held.address}", ((held.type, held.managed, held.provider), held.values)


def _told(written: frozenset[str] | None, *values: Value) -> frozenset[str] | None:
    """Return the arguments that are written, without those of blocks that either plan does not
    know: that code computes them shows by their values alone.
    """
    hidden = tuple(f"{place}." for value in values for place in _hidden(value))
    return written and frozenset(one for one in written if not f"{one}.".startswith(hidden))


def _hidden(value: Value, within: str = "") -> Iterator[str]:
    """Yield the arguments and blocks that are not known, as `block.argument`."""
    for one in value if isinstance(value, list) else [value]:
        for name, held in one.items() if isinstance(one, dict) else ():
            if held is Hidden.UNKNOWN:
                yield f"{within}{name}"
            else:
                yield from _hidden(held, f"{within}{name}.")


def _compare(found: Compared, place: str, program: Value, ours: Value) -> None:
    if ours is Hidden.UNKNOWN:
        found.counted["unknown" if program is ours else "unknown to us"] += 1
    elif isinstance(program, dict) and isinstance(ours, dict):
        for name in sorted(program.keys() | ours.keys()):
            _member(found, f"{place}.{name}", name=name, program=program, ours=ours)
    elif isinstance(program, list) and isinstance(ours, list) and len(program) == len(ours):
        pairs = zip(_ordered(program), _ordered(ours), strict=True)
        for number, (one, other) in enumerate(pairs):
            _compare(found, f"{place}[{number}]", one, other)
    elif program == ours and isinstance(program, bool) == isinstance(ours, bool):
        found.counted["same"] += 1
    else:
        found.wrong.append(f"{place}: {program!r} {ours!r}")


def _ordered(values: list[Value]) -> list[Value]:
    """Return stand-ins in an order: Terraform has those of objects that are alike in any."""
    if values and all(isinstance(one, str) and MARK in one for one in values):
        return list[Value](sorted(map(str, values)))
    return values


def _member(
    found: Compared,
    place: str,
    *,
    name: str,
    program: Mapping[str, Value],
    ours: Mapping[str, Value],
) -> None:
    if name in program and name in ours:
        _compare(found, place, program[name], ours[name])
    elif program.get(name) not in _EMPTY or ours.get(name) not in _EMPTY:
        found.wrong.append(f"{place}: {program.get(name)!r} {ours.get(name)!r}")
