# SPDX-License-Identifier: Apache-2.0
"""What a plan hides is filled in from its code, and only where both agree otherwise."""

from typing import Any

import pytest

from bartizan.sources.terraform.plan import Plan, read
from bartizan.sources.terraform.resolve import fill
from bartizan.sources.terraform.value import Hidden
from tests.fakes.terraform_plan import change, plan


def _plan(**more: Any) -> Plan:  # noqa: ANN401 - whatever a change holds
    return read(plan(change("aws_iam_role_policy.p", **more)), "p.json")


def _after(found: Plan) -> Any:  # noqa: ANN401 - whatever a change holds
    return found.changes[0].after


def test_what_is_unknown_is_filled_in() -> None:
    hidden = _plan(after={"name": "p"}, unknown={"policy": True, "id": True})
    code = _plan(after={"name": "p", "policy": "{}"}, unknown={"id": True})

    found = fill(hidden, code)

    assert _after(found.plan) == {"name": "p", "policy": "{}", "id": Hidden.UNKNOWN}
    assert found.other == ()


def test_parts_of_what_is_known_are_filled_in_too() -> None:
    hidden = _plan(after={"b": [{"x": 1}]}, unknown={"b": [{"y": True}]})
    code = _plan(after={"b": [{"x": 1, "y": 2}]})

    assert _after(fill(hidden, code).plan) == {"b": [{"x": 1, "y": 2}]}


def test_what_the_plan_knows_stays_as_it_is() -> None:
    hidden = _plan(before={"policy": "theirs"}, after={"policy": "theirs"}, unknown={"id": True})
    code = _plan(after={"policy": "ours", "id": "x"})

    found = fill(hidden, code)

    # As it was before: the code may say that its changes are to be ignored.
    assert _after(found.plan) == {"policy": "theirs", "id": "x"}
    assert found.other == ()


def test_an_update_to_something_else_than_the_code_says_is_no_plan_of_it() -> None:
    hidden = _plan(before={"policy": "old"}, after={"policy": "theirs"}, unknown={"id": True})
    code = _plan(after={"policy": "ours", "id": "x"})

    found = fill(hidden, code)

    assert found.other == ("aws_iam_role_policy.p",)
    assert found.plan == hidden


def test_one_object_of_other_code_leaves_all_others_as_they_were() -> None:
    role, policy = "aws_iam_role.r", "aws_iam_policy.p"
    hidden = read(
        plan(
            change(role, after={"name": "a"}), change(policy, after={}, unknown={"policy": True})
        ),
        "p.json",
    )
    code = read(
        plan(change(role, after={"name": "b"}), change(policy, after={"policy": "role/b"})),
        "p.json",
    )

    found = fill(hidden, code)

    assert found.other == (role,)
    assert found.plan == hidden


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ('{"a":1}', '{ "a": 1 }'),
        (["b", "a"], ["a", "b"]),
        ("11f6ad8ec52a2984abaafd7c3b516503785c2072", "x"),
        ([{"a": 1, "b": 2}], [{"a": 1}]),
        ("told by the provider", None),
    ],
)
def test_what_the_provider_writes_in_its_own_way_is_the_same(theirs: Any, ours: Any) -> None:  # noqa: ANN401
    hidden = _plan(after={"x": theirs}, unknown={"policy": True})
    code = _plan(after={"x": ours, "policy": "{}"})

    found = fill(hidden, code)

    assert found.other == ()
    assert _after(found.plan) == {"x": theirs, "policy": "{}"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [('{"a":1}', '{"a":2}'), (["a"], ["b"]), (["a"], ["a", "a"]), ("{", "["), (True, False)],
)
def test_what_differs_in_what_it_says_is_not(theirs: Any, ours: Any) -> None:  # noqa: ANN401
    hidden = _plan(after={"x": theirs}, unknown={"policy": True})

    assert fill(hidden, _plan(after={"x": ours, "policy": "{}"})).plan == hidden


def test_nothing_is_taken_of_code_that_says_otherwise_than_the_plan() -> None:
    hidden = _plan(after={"name": "p"}, unknown={"policy": True})
    code = _plan(after={"name": "q", "policy": "{}"})

    found = fill(hidden, code)

    assert found.other == ("aws_iam_role_policy.p",)
    assert _after(found.plan)["policy"] is Hidden.UNKNOWN


def test_what_is_secret_stays_hidden() -> None:
    hidden = _plan(after={}, unknown={"policy": True})
    code = _plan(after={"policy": "hunter2"}, sensitive={"policy": True})

    assert _after(fill(hidden, code).plan)["policy"] is Hidden.UNKNOWN


def test_objects_that_the_code_does_not_make_stay_as_they_were() -> None:
    hidden = _plan(after={}, unknown={"policy": True})
    code = read(plan(change("aws_iam_role_policy.q", after={"policy": "{}"})), "p.json")

    assert fill(hidden, code).plan.changes == hidden.changes
