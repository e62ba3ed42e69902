# SPDX-License-Identifier: Apache-2.0
"""What the code leaves as it was (`ignore_changes`), where no state tells what that is.

An object that is there keeps what it has, and the snapshot says what that is. A new one gets what
the code writes. Of one that AWS gives an id nobody can tell which of both it is.

Source: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes
"""

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import structs

from bartizan.model.laid import Laid
from bartizan.model.record import UNREAD_KIND, Json, Overlay, Record, RecordKey, Records
from bartizan.sources.terraform.address import Part, parts
from bartizan.sources.terraform.plan import Action, Change, Plan
from bartizan.sources.terraform.provider.identity import OTHER, PATTERNS
from bartizan.sources.terraform.source.find import block_of
from bartizan.sources.terraform.source.module import Code
from bartizan.sources.terraform.source.syntax import elements, reference
from bartizan.sources.terraform.types import TYPES
from bartizan.sources.terraform.value import Hidden, Value

_MADE_UP = "{@token}"
_ALL = "all"


def noted(plan: Plan, code: Code) -> Plan:
    """Return a plan that was made without a state, with what its code says is to be ignored."""
    return structs.replace(plan, changes=tuple(_noted(one, code) for one in plan.changes))


def any_in(plans: Iterable[Plan]) -> bool:
    """Tell whether anything is to be ignored."""
    return any(change.ignored for plan in plans for change in plan.changes)


def without(plan: Plan) -> Plan:
    """Return a plan in which what is to be ignored is unknown."""
    return structs.replace(plan, changes=tuple(map(_without, plan.changes)))


def restored(found: Laid, hidden: Laid, plans: Iterable[Plan], records: Records) -> Laid:
    """Return a change over records of which those that are there keep what the code ignores: what
    differs where it is `hidden`.
    """
    parts_ = {
        change.address
        for plan in plans
        for change in plan.changes
        if change.ignored and change.type in TYPES and TYPES[change.type].part
    }
    put = dict(found.overlay.put)
    base = _Base(records)
    for key, record in found.overlay.put.items():
        other = hidden.overlay.put.get(key)
        if key.kind == UNREAD_KIND or other is None or other.body == record.body:
            continue
        prior = base.get(key)
        if prior is not None:
            whole = parts_.isdisjoint(found.touched.get(key.id, ()))
            body = _left(dict(prior.body), dict(record.body), dict(other.body), whole=whole)
            assert isinstance(body, dict)  # noqa: S101 - as all three are
            put[key] = structs.replace(record, body=body)
    overlay = Overlay(found.overlay.base, put, found.overlay.dropped)
    return structs.replace(found, overlay=overlay)


def _noted(change: Change, code: Code) -> Change:
    if not change.managed or change.action is not Action.CREATE:
        return change
    names = tuple(_ignored(code, change.address))
    if _ALL in names:
        names = tuple(sorted(change.written or ()))
    change = structs.replace(change, ignored=names)
    made_up = {**OTHER, **PATTERNS.get(change.type, {})}.get("id", "")
    if _MADE_UP not in made_up or not names:
        return change
    return structs.replace(_without(change), ignored=())


def _ignored(code: Code, address: str) -> Iterator[str]:
    """Yield what a block ignores: paths of attributes, or `all`."""
    for block in block_of(code, address):
        for one in block.blocks():
            argument = one.arguments().get("ignore_changes") if one.type == "lifecycle" else None
            if argument is None:
                continue
            if reference(argument.file, argument.value) == (_ALL,):
                yield _ALL
            for held in elements(argument.value) or ():
                yield argument.file.text(held).strip().strip('"')


def _without(change: Change) -> Change:
    after = change.after
    for path in change.ignored or ():
        after = _hiding(after, parts(path))
        if path.partition("[")[0] == "tags":
            # With the provider's own tags it holds those of the object.
            after = _hiding(after, parts(f"tags_all{path.removeprefix('tags')}"))
    return structs.replace(change, after=after)


def _hiding(value: Value, path: Sequence[Part]) -> Value:
    """Return a value with what a path leads to unknown; all of what it cannot be followed in."""
    steps = [step for part in path for step in (part.name, part.index.strip('[]"')) if step]
    return _hidden(value, steps)


def _hidden(value: Value, steps: Sequence[str]) -> Value:
    if not steps or isinstance(value, Hidden):
        return Hidden.UNKNOWN
    name, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        return {**value, name: _hidden(value.get(name), rest)}
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        place = int(name)
        return [_hidden(one, rest) if n == place else one for n, one in enumerate(value)]
    return Hidden.UNKNOWN


class _Base:
    """Records by their keys, a kind at a time."""

    def __init__(self, records: Records) -> None:
        self._of = functools.cache(lambda kind: {one.id: one for one in records.of(kind)})

    def get(self, key: RecordKey) -> Record | None:
        held: Mapping[str, Record] = self._of(key.kind)
        return held.get(key.id)


def _left(prior: Json, told: Json, hidden: Json, *, whole: bool) -> Json:
    """Return what there will be: as it was where the code's word and one that is hidden differ,
    else as the code says.
    """
    if told == hidden:
        return told
    if isinstance(prior, dict) and isinstance(told, dict) and isinstance(hidden, dict):
        found = dict(told)
        for name in told.keys() | hidden.keys():
            if told.get(name) == hidden.get(name):
                continue
            if name in prior:
                found[name] = _left(prior[name], told.get(name), hidden.get(name), whole=whole)
            else:
                found.pop(name, None)
        return found
    if isinstance(prior, list) and isinstance(told, list) and isinstance(hidden, list):
        return _left_of_lists(prior, told, hidden, whole=whole)
    return prior


def _left_of_lists(
    prior: list[Json], told: list[Json], hidden: list[Json], *, whole: bool
) -> list[Json]:
    """Return a list with what was in it in the place of what is ignored. What the code only
    alters is found by the rest of it. Of a list that holds parts, each an object of the code, an
    element that was not there is new.
    """
    common = [one for one in told if one in hidden]
    altered = [one for one in told if one not in hidden]
    others = [one for one in hidden if one not in told]
    if whole and not others:
        return [*common, *(one for one in prior if one not in common)]
    found = list(common)
    for one, other in _pairs(altered, others):
        held = next((was for was in prior if _alike(was, one, other)), None)
        if other is None or held is None:
            found.append(one)
        else:
            found.append(_left(held, one, other, whole=whole))
    return found


def _pairs(told: Sequence[Json], hidden: Collection[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each element with the one that it is where something is hidden; None for none."""
    left = list(hidden)
    for one in told:
        yield one, left.pop(0) if left else None


def _alike(prior: Json, told: Json, hidden: Json) -> bool:
    """Tell whether an element agrees with another one in all that is not ignored."""
    if not isinstance(prior, dict) or not isinstance(told, dict) or not isinstance(hidden, dict):
        return False
    same = {name: held for name, held in told.items() if hidden.get(name) == held}
    return bool(same) and all(prior.get(name) == held for name, held in same.items())
