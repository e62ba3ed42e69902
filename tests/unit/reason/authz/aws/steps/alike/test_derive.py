# SPDX-License-Identifier: Apache-2.0
"""An organisation worked out by shapes has the steps that working out each account gives."""

from collections import defaultdict

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Store
from bartizan.model.facts.pipeline import CodeRoot
from bartizan.model.ordering import in_order
from bartizan.model.step import ONE_OF_MANY, Foothold, Step
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps import derivation
from bartizan.reason.authz.aws.steps.alike.derive import EVERY, Organisation
from bartizan.reason.authz.aws.steps.recheck import recheck
from bartizan.reason.authz.aws.steps.tried import Derivation
from bench.organization import Kind, organization
from tests.fakes.estate import EstateBuilder
from tests.fakes.rows import row
from tests.fakes.statements import allow, trusts

AT = "2026-09-01T00:00:00Z"


def _alike(facts: Facts, *, few: int = 1000) -> list[Step]:
    return list(Organisation(Estate(facts, at=AT), few=few).all())


def _told(facts: Facts) -> Organisation:
    return Organisation(Estate(facts, at=AT), few=EVERY)


def _plain(facts: Facts) -> set[Step]:
    return set(Derivation(Estate(facts, at=AT)).all())


@pytest.mark.parametrize(
    ("kind", "principals"),
    [
        ("hostile", 4),
        ("realistic", 3),
        pytest.param("hostile", 12, marks=pytest.mark.slow),
        pytest.param("realistic", 20, marks=pytest.mark.slow),
    ],
)
def test_accounts_that_are_alike_have_the_steps_that_each_has_alone(
    kind: Kind, principals: int
) -> None:
    facts = organization(18, principals, seed=3, kind=kind)

    found = _alike(facts)

    assert set(found) == _plain(facts)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("kind", ["hostile", "realistic"])
def test_states_of_code_tell_accounts_apart(kind: Kind) -> None:
    facts = organization(18, 3, seed=3, kind=kind)
    buckets = sorted(one.arn for one in facts.rows(Store) if one.kind == "AWS::S3::Bucket")
    states = [
        row(CodeRoot, id=f"r{number}", store=arn, state=f"{arn}/{number % 2}/state")
        for number, arn in enumerate(buckets[:5])
    ]
    facts = facts.joined(Facts.of(states))

    found = set(_alike(facts))

    assert found == _plain(facts)
    assert {"read-state", "write-state"} <= {step.technique for step in found}


@pytest.mark.parametrize("kind", ["hostile", "realistic"])
def test_steps_of_many_principals_are_those_of_each_account_in_order(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = organization(18, 3, seed=4, kind=kind)
    plain = list(derivation.steps(facts, AT))
    monkeypatch.setattr(derivation, "LARGE", 2)

    assert list(derivation.steps(facts, AT)) == plain
    assert list(in_order(_told(facts).all())) == plain


@pytest.mark.parametrize(("roles", "repeats"), [("aaaaaaab", True), ("aaabbccd", False)])
def test_accounts_repeat_where_most_are_like_others(roles: str, *, repeats: bool) -> None:
    built = EstateBuilder()
    for number, name in enumerate(roles):
        account = f"{number + 1}" * 12
        built.account(account)
        built.role(name, account, trust=[trusts({"AWS": account})], allows=[allow("s3:*")])

    assert _told(built.facts()).repeats is repeats


def test_circles_say_of_each_caller_and_thing_what_is_so_and_no_more() -> None:
    facts = organization(24, 2, seed=1, kind="realistic")

    found = _alike(facts, few=1)

    assert any(step.technique == ONE_OF_MANY for step in found)
    assert _gains(found) == _gains(_plain(facts))


def test_what_circles_ask_is_allowed_by_the_definition() -> None:
    facts = organization(24, 2, seed=1, kind="realistic")
    found = [s for s in _alike(facts, few=1) if _circles(s)]

    recheck(found, facts)

    assert all(step.asks for step in found)


def test_the_steps_come_in_the_same_order_each_time() -> None:
    facts = organization(18, 3, seed=5, kind="hostile")

    assert _alike(facts) == _alike(facts)


def _circles(step: Step) -> bool:
    footholds = (step.grants, *step.needs)
    return any(foothold.entity.startswith("any of ") for foothold in footholds)


def _gains(steps: list[Step] | set[Step]) -> set[tuple[tuple[Foothold, ...], Foothold]]:
    """Return what is gained by what, without the circles between."""
    members = defaultdict(list)
    for step in steps:
        if step.technique == ONE_OF_MANY:
            members[step.grants].append(step.needs)
    found = set()
    for step in steps:
        if step.technique != ONE_OF_MANY:
            held = members.get(step.needs[0], [step.needs])
            found |= {(needs, step.grants) for needs in held}
    return found
