# SPDX-License-Identifier: Apache-2.0
import re

import pytest

from bartizan.model.assumption import ASSUMPTIONS, rests
from bartizan.model.step import Condition, Foothold, Step
from tests.house.tree import ROOT


def step(*keys: str) -> Step:
    return Step(
        technique="t",
        needs=(),
        grants=Foothold("act-as", "r"),
        cost=1,
        conditions=tuple(Condition(text="x", key=key) for key in keys),
    )


@pytest.mark.parametrize(
    ("keys", "admitted", "expected"),
    [
        ((), (), True),
        (("aws:SourceIp",), (), True),
        (("assume:flaw",), (), False),
        (("assume:flaw",), ("flaw",), True),
        (("assume:flaw", "assume:user"), ("flaw",), False),
    ],
)
def test_a_step_rests_on_what_is_admitted(
    keys: tuple[str, ...], admitted: tuple[str, ...], *, expected: bool
) -> None:
    assert rests(step(*keys), admitted) is expected


def test_every_assumption_in_the_source_has_a_name() -> None:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    used = {name for text in texts for name in re.findall(r'"assume:([a-z-]+)"', text)}

    assert used == set(ASSUMPTIONS)
