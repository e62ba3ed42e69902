# SPDX-License-Identifier: Apache-2.0
"""Calls of functions that Terraform itself is asked too: the same answer, or none."""

from pathlib import Path

import pytest

from bartizan.sources.terraform.evaluator.functions.place import Place
from tests.fakes.dice import seeded
from tests.fakes.terraform_calls import drawn_call
from tests.fakes.terraform_code import needs_terraform
from tests.fakes.terraform_said import UNKNOWN, answered, asked

_CALLS = 400
_MOST_UNKNOWN = 20  # of a hundred calls; much less where arguments are as usual

pytestmark = needs_terraform


@pytest.mark.parametrize("seed", [11, 12])
def test_calls_return_what_terraform_returns_or_are_unknown(seed: int, tmp_path: Path) -> None:
    dice = seeded(seed)
    nodes = [drawn_call(dice) for _ in range(_CALLS)]
    place = Place(module=tmp_path, root=tmp_path, below=tmp_path)

    theirs = asked(nodes, tmp_path)
    ours = [answered(one, place) for one in nodes]

    told = [
        (node.code, one, other)
        for node, one, other in zip(nodes, ours, theirs, strict=True)
        if one["value"] != UNKNOWN
    ]
    assert [found for found in told if found[1] != found[2]] == []
    assert len(told) * 100 > _CALLS * (100 - _MOST_UNKNOWN)
