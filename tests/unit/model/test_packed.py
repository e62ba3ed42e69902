# SPDX-License-Identifier: Apache-2.0
"""Steps that were written down as a table come back as they were, or not at all."""

import pyarrow as pa
import pytest

from bartizan.model.evidence import Evidence
from bartizan.model.packed import packed, unpacked
from bartizan.model.remedy import DropRoute, Remedy
from bartizan.model.step import Ask, Breaker, Condition, Flow, Foothold, Step

STEP = Step(
    technique="read-bucket",
    needs=(Foothold("act-as", "r"), Foothold("send", "eni-1:443/tcp")),
    grants=Foothold("read", "b"),
    cost=2,
    conditions=(Condition(text="once", key="k", values=("1", ""), lasting=True, effort=1),),
    evidence=(Evidence(subject="p", statement="#0", position=0, why="allows"),),
    asks=(Ask(principal="r", action="s3:GetObject", resource="b/*", context=(("k", "v"),)),),
    flows=(Flow(source="internet", target="eni-1", protocol=6, port=443),),
    breakers=(
        Breaker(
            remedies=(
                Remedy(
                    change=DropRoute(owner="rtb", destination="0.0.0.0/0", target="igw"),
                    title="t",
                    cost=3,
                ),
            )
        ),
    ),
    missing=("s3:GetBucketPolicy of b",),
)
LESS = Step(technique="t", needs=(Foothold("act-as", "r"),), grants=Foothold("read", "b"), cost=1)


@pytest.mark.parametrize("steps", [(), (LESS,), (STEP, LESS, STEP)])
def test_steps_come_back_as_they_were(steps: tuple[Step, ...]) -> None:
    assert unpacked(packed(steps)) == steps


def test_numbers_and_truths_come_back_as_such() -> None:
    (found,) = unpacked(packed([STEP]))

    assert found.conditions[0].lasting is True
    assert type(found.cost) is int
    assert found.evidence[0].position == 0


def test_what_is_equal_is_one_value_afterwards() -> None:
    first, second = unpacked(packed([STEP, LESS]))

    assert first.grants is second.grants


def _changed(column: str, values: list[object]) -> pa.Table:
    table = packed([LESS])
    place = table.schema.get_field_index(column)
    kind = table.schema.field(column).type
    return table.set_column(place, column, pa.array(values, type=kind))


TABLE = packed([LESS]).to_pydict()
KINDS, PARTS = TABLE["kind"], TABLE["parts"]
TUPLES, STEPS = KINDS.index("tuple"), KINDS.index("Step")
(ITSELF,) = PARTS[-1]


def _with(column: str, row: int, value: object) -> pa.Table:
    held = TABLE[column]
    return _changed(column, [*held[:row], value, *held[row + 1 :]])


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (packed([]).slice(0, 0), "no table"),
        (packed([]).drop_columns(["texts"]), "no table"),
        (_with("kind", 0, "Popen"), "unknown kind"),
        (_with("kind", -1 % len(KINDS), "tuple"), "last row"),
        (_with("parts", -1 % len(KINDS), [0]), "last row"),
        (_with("parts", STEPS, [ITSELF, *PARTS[STEPS][1:]]), "before"),
        (_with("parts", STEPS, [-1, *PARTS[STEPS][1:]]), "before"),
        (_with("parts", STEPS, PARTS[STEPS][:-1]), "parts"),
        (_with("sizes", TUPLES, [9]), "parts"),
        (_with("sizes", TUPLES, [len(PARTS[TUPLES]) + 1, -1]), "parts"),
    ],
)
def test_what_is_no_table_of_steps_is_refused(table: pa.Table, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        unpacked(table)
