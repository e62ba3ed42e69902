# SPDX-License-Identifier: Apache-2.0
"""Who may let a path through, for how long, and what a baseline knows."""

import json
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from bartizan.app.enforcement import Enforcement
from bartizan.errors import InputError
from bartizan.model.gate import Judgement
from tests.fakes.findings import TO_ADMIN, TO_LOGS
from tests.unit.report.test_gate import CLEAN, comparison, gate

TODAY = date(2026, 6, 1)
OVERRIDE = f"""
format = 1

[[override]]
path = "{TO_ADMIN.id}"
owner = "jane@example.com"
reason = "a drill"
until = 2026-06-01
"""


def rules(place: Path, text: str = OVERRIDE, *, level: str = "soft") -> Enforcement:
    file = place / "overrides.toml"
    file.write_text(text)
    return Enforcement.read(level, overrides=file)


def test_an_override_lets_its_path_through_until_the_day_is_over(tmp_path: Path) -> None:
    found = rules(tmp_path).applied(gate(), TODAY)

    assert found.judgement is Judgement.CLEAN
    assert "jane@example.com" in found.excused[TO_ADMIN.id]


def test_an_override_that_is_over_lets_nothing_through_and_is_told(tmp_path: Path) -> None:
    found = rules(tmp_path).applied(gate(), date(2026, 6, 2))

    assert found.judgement is Judgement.NEW
    assert "no longer" in found.remarks[0]


def test_at_level_hard_nobody_lets_anything_through(tmp_path: Path) -> None:
    found = rules(tmp_path, level="hard").applied(gate(), TODAY)

    assert found.judgement is Judgement.NEW
    assert "level hard" in found.remarks[0]


def test_an_override_that_is_not_needed_is_told(tmp_path: Path) -> None:
    assert "appears no longer" in rules(tmp_path).applied(CLEAN, TODAY).remarks[0]


def test_a_path_of_the_baseline_is_known_at_every_level(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps({"schema": "bartizan/gate-baseline/1", "paths": [TO_ADMIN.id]}))

    for level in ("advisory", "soft", "hard"):
        found = Enforcement.read(level, baseline=file).applied(gate(), TODAY)

        assert found.judgement is Judgement.CLEAN


def test_an_override_names_as_much_of_an_id_as_reports_show(tmp_path: Path) -> None:
    whole = structs.replace(TO_ADMIN, id=f"{TO_ADMIN.id}{'0' * 52}")
    other = structs.replace(TO_ADMIN, id=f"{TO_ADMIN.id[:-1]}{'0' * 53}")

    found = rules(tmp_path).applied(gate(comparison=comparison(whole, other)), TODAY)

    assert list(found.excused) == [whole.id]
    # One that says more than an id is for another path.
    longer = OVERRIDE.replace(TO_ADMIN.id, whole.id)
    assert rules(tmp_path, longer).applied(gate(), TODAY).judgement is Judgement.NEW


def test_a_path_that_is_only_possible_can_be_let_through(tmp_path: Path) -> None:
    text = OVERRIDE.replace(TO_ADMIN.id, TO_LOGS.id)

    found = rules(tmp_path, text).applied(gate(comparison=comparison(TO_LOGS)), TODAY)

    assert found.judgement is Judgement.CLEAN


def test_an_override_that_does_not_count_is_told_once_and_for_the_right_reason(
    tmp_path: Path,
) -> None:
    over = rules(tmp_path).applied(gate(), date(2026, 6, 2))
    hard = rules(tmp_path, level="hard").applied(gate(), TODAY)

    assert [len(one.remarks) for one in (over, hard)] == [1, 1]
    assert rules(tmp_path).applied(gate(), TODAY).remarks == ()


def test_at_level_advisory_overrides_count_and_it_is_told_that_nothing_fails(
    tmp_path: Path,
) -> None:
    found = rules(tmp_path, level="advisory").applied(gate(), TODAY)

    assert found.judgement is Judgement.CLEAN
    assert found.remarks == ("advice alone: nothing here fails",)


def test_what_was_remarked_before_stays(tmp_path: Path) -> None:
    found = rules(tmp_path).applied(gate(remarks=("before",)), date(2026, 6, 2))

    assert found.remarks[0] == "before"
    assert len(found.remarks) == 2


ONE = 'format = 1\n[[override]]\npath = "abcdefabcdef"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format = 2", "overrides of format 2 are not understood"),
        ("= 1", "not TOML"),
        (ONE + 'reason = "r"\nuntil = 2026-06-01', "override 1 lacks `owner`"),
        (ONE + 'owner = "o"\nreason = "r"', "override 1 lacks `until`"),
        (ONE + 'owner = ""\nreason = ""\nuntil = 2026-06-01', "override 1 lacks owner, reason"),
        (ONE + 'owner = " "\nreason = "r"\nuntil = 2026-06-01', "override 1 lacks owner, reason"),
        (ONE + 'owner = "o"\nreason = " "\nuntil = 2026-06-01', "override 1 lacks owner, reason"),
        ("format = 0", "overrides of format 0 are not understood"),
        (
            'format = 1\n[[override]]\npath = ""\nowner = "o"\nreason = "r"\nuntil = 2026-06-01',
            "override 1 lacks owner, reason, or 12 digits",
        ),
        (
            ONE + 'owner = "o"\nreason = "r"\nuntil = "x"',
            "`until` of override 1 is not as it should be",
        ),
        (ONE + "owner = 1", "`owner` of override 1 is not as it should be"),
        (ONE + 'who = "o"', "override 1 says `who`, which is not understood"),
        ("format = 1\nunheard = 2", "the file says `unheard`, which is not understood"),
        ("override = 2", "the file"),
    ],
)
def test_overrides_without_owner_reason_or_date_are_an_error(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        rules(tmp_path, text)

    assert caught.value.message.startswith(message)
    assert caught.value.at is not None


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"schema": "x"}',
        "{",
        '{"paths": 1}',
        '{"paths": ["abcdefabcdef"]}',
        '{"schema": "bartizan/gate/1", "paths": ["abcdefabcdef"]}',
        '{"schema": "bartizan/gate-baseline/1", "paths": 1}',
        '{"schema": "bartizan/gate-baseline/1", "paths": ["abcdefabcdef", 1]}',
    ],
)
def test_a_baseline_that_is_none_is_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)

    with pytest.raises(InputError):
        Enforcement.read("hard", baseline=file)


def test_files_that_are_not_there_are_errors(tmp_path: Path) -> None:
    for name in ("overrides", "baseline"):
        with pytest.raises(InputError, match="no such file"):
            Enforcement.read("soft", **{name: tmp_path / "none"})
