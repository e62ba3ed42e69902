# SPDX-License-Identifier: Apache-2.0
"""Theorems about plans that nobody vouches for."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.app import wiring
from bartizan.errors import InputError
from bartizan.model.facts import TABLES
from bartizan.model.laid import Laid
from bartizan.model.record import RecordList
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import read
from tests.fakes.gate_case import CASES, arguments
from tests.fakes.terraform_plan import change, plan

CANARY = "hunter2"
Path = tuple[str | int, ...]

_ODD: st.SearchStrategy[object] = st.sampled_from(
    [
        None, True, 0, -1, 2**80, 1.5, "", "x", "\x00", "a" * 5000, [], {}, [[]], [{}], {"": None},
        [None], ["x"], "*", ["*"], "${x}", "0.0.0.0/0", "::/0", "arn:aws:iam::1:role/x", "-1",
        "999999999999999999999", "é\u202e", "{", '{"Statement": 1}', '{"Statement": [[]]}',
    ]
)  # fmt: skip


def _plans() -> Iterator[dict[str, Any]]:
    """Yield a plan of what each case changes."""
    for case in CASES.values():
        opens = case.get("opens")
        after = opens.get("change") if isinstance(opens, dict) else None
        changes = [
            change(name, after=arguments(held)) for name, held in (after or {}).items() if held
        ]
        if changes:
            yield json.loads(plan(*changes))


_PLANS = st.sampled_from(list(_plans()))


def _paths(held: object, above: Path = ()) -> Iterator[Path]:
    if above:
        yield above
    for key, one in _members(held):
        yield from _paths(one, (*above, key))


def _members(held: object) -> Iterator[tuple[str | int, Any]]:
    if isinstance(held, dict):
        yield from held.items()
    elif isinstance(held, list):
        yield from enumerate(held)


def _with(held: Any, path: Path, value: object) -> Any:  # noqa: ANN401 - JSON
    """Return JSON with another value in one place."""
    if not path:
        return value
    members = dict(_members(held))
    members[path[0]] = _with(members[path[0]], path[1:], value)
    return members if isinstance(held, dict) else list(members.values())


def _laid(found: dict[str, Any]) -> Laid:
    made = read(json.dumps(found).encode(), "p.json")
    return PlannedChange(plans=(made,), said={}, key=b"0" * 32).over(RecordList(()))


def _marks(path: Path) -> object:
    """Return what marks one place of an object as sensitive."""
    if not path:
        return True
    key, inner = path[0], _marks(path[1:])
    return {key: inner} if isinstance(key, str) else [*([False] * key), inner]


def _poisoned(held: object) -> object:
    if isinstance(held, dict):
        return {key: _poisoned(one) for key, one in held.items()} or {CANARY: CANARY}
    if isinstance(held, list):
        return [_poisoned(one) for one in held] or [CANARY]
    return f"{held}{CANARY}"


@settings(deadline=None)
@given(_PLANS, st.data())
def test_whatever_is_done_to_a_plan_it_is_laid_or_refused_in_words(
    found: dict[str, Any], data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(_paths(found))))
        found = _with(found, path, data.draw(_ODD))

    with suppress(InputError):
        facts = wiring.normaliser()(_laid(found).overlay)
        for table in TABLES:
            facts.table(table)


@settings(deadline=None)
@given(_PLANS, st.data())
def test_nothing_that_a_plan_calls_sensitive_is_kept(
    found: dict[str, Any], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(found["resource_changes"]) - 1))
    held = found["resource_changes"][number]["change"]
    path = data.draw(st.sampled_from(list(_paths(held["after"]))))
    value = held["after"]
    for key in path:
        value = value[key]
    change_ = {
        **held,
        "after": _with(held["after"], path, _poisoned(value)),
        "after_sensitive": _marks(path),
    }
    found = _with(found, ("resource_changes", number, "change"), change_)

    laid = _laid(found)

    kept = [
        dict(one.body) | {"id": one.id}
        for kind in laid.overlay.kinds()
        for one in laid.overlay.of(kind)
    ]
    assert CANARY not in json.dumps(kept)
    assert CANARY not in repr(laid.gaps)
