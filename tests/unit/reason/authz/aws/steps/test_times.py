# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.steps import times
from bartizan.reason.authz.aws.steps.derivation import steps
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow

NOW = "2026-06-01T12:00:00Z"


def test_times_beside_a_named_one_are_tried_but_none_of_the_past() -> None:
    named = ["2026-06-01T12:00:00Z", "2020-01-01", "soon"]

    assert list(times.beside(named, since=NOW)) == [NOW, "2026-06-01T12:00:01Z"]
    assert list(times.beside(["1970-01-01"], since="")) == [
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:01Z",
    ]


def test_epoch_time_counts_seconds() -> None:
    assert times.spelled("1970-01-02T00:00:00Z", "aws:epochtime") == "86400"
    assert times.spelled(NOW, "aws:currenttime") == NOW


@pytest.mark.parametrize(
    ("operator", "key", "value", "reached", "shown"),
    [
        ("DateLessThan", "aws:CurrentTime", "2020-01-01", False, ""),
        ("DateLessThan", "aws:CurrentTime", "2030-01-01", True, ""),
        ("DateGreaterThan", "aws:CurrentTime", "2020-01-01", True, ""),
        ("DateGreaterThan", "aws:CurrentTime", "2030-01-01", True, "at 2030-01-01T00:00:01Z"),
        ("DateLessThan", "aws:EpochTime", "1577836800", False, ""),
        ("NumericGreaterThan", "aws:EpochTime", "1577836800", True, ""),
    ],
)
def test_what_was_allowed_only_before_the_snapshot_is_no_step(
    operator: str, key: str, value: str, shown: str, *, reached: bool
) -> None:
    account = "111111111111"
    built = EstateBuilder()
    built.account(account)
    bucket = built.bucket("b", account)
    reader = built.user(
        "u",
        account,
        allows=[allow("s3:GetObject", f"{bucket}/*", Condition={operator: {key: value}})],
    )

    found = [
        step
        for step in steps(built.facts(), NOW)
        if step.grants.ability == "read"
        and step.grants.entity == bucket
        and step.needs[0].entity == reader
    ]

    assert bool(found) == reached
    if found:
        said = [condition.text for step in found for condition in step.conditions]
        assert said == ([shown] if shown else [])
