# SPDX-License-Identifier: Apache-2.0
"""What runs code as a role, whatever the service: the facts that a scan of it would give."""

import pytest

from bartizan.model.facts.estate import Workload
from bartizan.model.secret import MARKER
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import kinds, laid, only, operations
from tests.fakes.runners import CANARY, CASES, OTHER, ROLE, Case, known, made
from tests.fakes.terraform_plan import Described, change


def _with(values: Described, place: str, value: object) -> Described:
    name, _, rest = place.partition(".")
    if not rest:
        return values | {name: value}
    return values | {name: [_with(values[name][0], rest, value)]}


def _without(values: Described, place: str) -> tuple[Described, Described]:
    """Return values without one that is not known, and the tree of marks that says so."""
    name, _, rest = place.partition(".")
    if not rest:
        return {key: one for key, one in values.items() if key != name}, {name: True}
    inner, marks = _without(values[name][0], rest)
    return values | {name: [inner]}, {name: [marks]}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_runs_as_its_role(case: Case) -> None:
    found = laid(made(case))

    row = only(found, Workload, kind=case.kind)
    assert row.arn.startswith(f"arn:aws:{case.arn}")
    assert row.role == ROLE
    assert {name: getattr(row, name) for name in case.facts} == case.facts
    assert operations(found) == ([f"{case.address}.{case.untold}"] if case.untold else [])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_record_is_what_the_vendor_describes_without_secrets(case: Case) -> None:
    found = laid(made(case))

    (own,) = found.overlay.of(case.kind)
    assert misfits(found) == []
    assert CANARY not in repr(found)
    secrets = repr(case.values).count(CANARY) - case.left_out
    assert repr(own.body).count(MARKER) == secrets


@pytest.mark.parametrize("case", CASES, ids=str)
def test_another_role_is_another_role(case: Case) -> None:
    values, held = known(case)

    found = laid(
        change(case.address, before=values, after=_with(values, case.role, OTHER)), records=held
    )

    assert only(found, Workload, kind=case.kind).role == OTHER
    assert found.gaps == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_goes_with_all_that_tells_of_it(case: Case) -> None:
    values, held = known(case)

    gone = laid(change(case.address, before=values), records=held)

    assert kinds(gone, case.kind.rpartition("::")[0]) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_role_that_is_not_known_is_named(case: Case) -> None:
    values, unknown = _without(case.values, case.role)
    one = change(
        case.address,
        after=values,
        unknown=unknown | dict.fromkeys(case.computed, True),
        computed=case.computed,
    )

    found = operations(laid(one))

    place = case.role.replace(".", "[0].")
    assert f"{case.address}.{place}" in found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_of_nothing_changes_no_record(case: Case) -> None:
    values, held = known(case)

    found = laid(change(case.address, before=values, after=values), records=held)

    before = {(one.kind, one.id): one.body for one in held}
    assert before == {
        (one.kind, one.id): one.body
        for kind in found.overlay.kinds()
        for one in found.overlay.of(kind)
    }
    assert found.gaps == ()
