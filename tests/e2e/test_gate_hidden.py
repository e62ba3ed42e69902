# SPDX-License-Identifier: Apache-2.0
"""Whatever a change hides, what opens a path in `cases/gate` is never called clean."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.app.gate import gate
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.gate import Judgement
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import read
from tests.fakes.gate_case import CASES, MANIFEST, applied, arguments
from tests.fakes.hidden_plan import Place, hiding
from tests.fakes.terraform_plan import change, plan

_CHANGES = [name for name, one in CASES.items() if "files" not in one and not one.get("silent")]
_COMPUTED = frozenset({"arn", "id", "unique_id"})
"""What AWS makes up: a plan hides it of all that is new, and no code writes it."""


def places(held: Any, within: Place = ()) -> Iterator[Place]:  # noqa: ANN401 - JSON
    """Yield each place of a value that a plan may hide."""
    if within and within[-1] not in _COMPUTED:
        yield within
    inside = (
        held.items()
        if isinstance(held, dict)
        else enumerate(held)
        if isinstance(held, list)
        else ()
    )
    for step, one in inside:
        yield from places(one, (*within, step))


@pytest.mark.parametrize("name", _CHANGES)
def test_hiding_a_value_of_a_change_that_opens_a_path_never_makes_it_clean(name: str) -> None:
    case = CASES[name]
    base, opens = case["base"], case["opens"]
    snapshot = Supposed(
        MANIFEST, applied(base, member=case.get("member", False)), wiring.normaliser()
    )
    after = {address: arguments(held) for address, held in opens["change"].items()}
    clean = []

    for address, held in after.items():
        for place in places(held):
            hidden = copy.deepcopy(after)
            unknown = {address: hiding(hidden[address], place)}
            changes = [
                change(
                    one,
                    before=arguments(base.get(one)),
                    after=values,
                    unknown=unknown.get(one),
                    actions=("delete", "create") if one in opens.get("replace", ()) else (),
                )
                for one, values in hidden.items()
            ]
            planned = PlannedChange(plans=(read(plan(*changes), "p"),), said={}, key=b"0" * 32)
            engine = wiring.engine(Settings())
            found = gate(engine, snapshot, planned, Question(cut=False))
            if found.judgement is Judgement.CLEAN:
                clean.append((address, place))

    assert clean == []
