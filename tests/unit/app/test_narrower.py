# SPDX-License-Identifier: Apache-2.0
"""A trust that names fewer people lets nobody new in, unless some of them were denied before."""

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bartizan.app import wiring
from bartizan.app.narrower import narrower, within
from bartizan.app.paths import Engine
from bartizan.app.reasoner import Reasoner
from bartizan.app.settings import Settings
from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.step import Ask, Condition, Foothold, Step

P = "arn:aws:iam::1:oidc-provider/p"
ROLE = Foothold("act-as", "arn:aws:iam::1:role/r")
INTERNET = Foothold("start", "internet")
ANY_ACCOUNT = Foothold("start", "any-aws-account")
OUTSIDE = Foothold("start", "999999999999")
KEY = Foothold("decrypt", "arn:aws:kms:eu-west-1:1:key/k")


def start(subject: str, provider: str = P) -> Foothold:
    return Foothold("start", f"{provider}|{subject}")


def step(need: Foothold, *more: Foothold, grants: Foothold = ROLE) -> Step:
    return Step(technique="federation-oidc", needs=(need, *more), grants=grants, cost=1)


def engine(*, holds: bool = True, denied: Collection[Step] = ()) -> Engine:
    def recheck(steps: Sequence[Step], facts: Facts) -> Sequence[Step]:
        del facts
        if not holds or any(one in denied for one in steps):
            raise DisagreementError("denied then")
        return steps

    one = Reasoner(name="one", steps=lambda *_: iter(()), recheck=recheck, notes=dict)
    return structs.replace(wiring.engine(Settings()), reasoners=(one,))


def found(old: Step, new: Step, *, holds: bool = True) -> tuple[Step, ...]:
    return narrower([old], [new], Facts(), engine(holds=holds))


@pytest.mark.parametrize("more", [start("repo:a/*"), start("*"), INTERNET])
def test_fewer_people_are_nobody_new(more: Foothold) -> None:
    new = step(start("repo:a/b:ref:refs/heads/main"))

    assert found(step(more), new) == (new,)


@pytest.mark.parametrize(
    ("more", "fewer"), [(INTERNET, ANY_ACCOUNT), (INTERNET, OUTSIDE), (ANY_ACCOUNT, OUTSIDE)]
)
def test_whoever_is_in_an_account_is_in_any_and_on_the_internet(
    more: Foothold, fewer: Foothold
) -> None:
    assert found(step(more), step(fewer)) == (step(fewer),)
    assert found(step(fewer), step(more)) == ()
    assert found(step(fewer), step(fewer)) == ()
    assert found(step(OUTSIDE), step(Foothold("start", "888888888888"))) == ()


def test_what_it_takes_beside_where_one_starts_is_the_same() -> None:
    with_key = structs.replace(step(OUTSIDE), needs=(KEY, OUTSIDE))

    assert found(structs.replace(with_key, needs=(KEY, INTERNET)), with_key) == (with_key,)
    assert found(step(INTERNET), with_key) == ()
    assert found(structs.replace(with_key, needs=(KEY, INTERNET)), step(OUTSIDE)) == ()


@pytest.mark.parametrize("other", [P, "stolen-laptop", "vpn-1"])
def test_places_that_are_neither_an_account_nor_a_subject_are_nowhere_within(other: str) -> None:
    for more in (INTERNET, ANY_ACCOUNT, start("*")):
        assert found(step(more), step(Foothold("start", other))) == ()


def test_people_of_a_directory_are_in_no_account() -> None:
    assert found(step(ANY_ACCOUNT), step(start("repo:a/b:*"))) == ()
    assert found(step(OUTSIDE), step(start("repo:a/b:*"))) == ()


def test_people_who_were_denied_then_are_new() -> None:
    assert found(step(start("repo:a/*")), step(start("repo:a/b:*")), holds=False) == ()


@pytest.mark.parametrize("denied", [{0}, {1}, {4}, {0, 4}, {1, 2}, {0, 1, 2, 3}, {0, 1, 2, 3, 4}])
def test_only_people_who_were_denied_then_are_new(denied: set[int]) -> None:
    new = [step(start(f"repo:a/{number}:*")) for number in range(5)]
    denying = engine(denied=[new[number] for number in denied])

    found = narrower([step(start("repo:a/*"))], new, Facts(), denying)

    assert found == tuple(one for number, one in enumerate(new) if number not in denied)


def test_of_more_than_are_decided_one_by_one_the_rest_is_new() -> None:
    new = [step(start(f"repo:a/{number:03}:*")) for number in range(100)]
    wide = [step(start("repo:a/*"))]

    assert narrower(wide, new, Facts(), engine()) == tuple(new)
    some = narrower(wide, new, Facts(), engine(denied=new[:1]))
    assert some == tuple(new[1 : len(some) + 1])
    assert 1 < len(some) < len(new) - 1


@pytest.mark.parametrize(
    "new",
    [
        step(start("repo:*")),
        step(start("repo:b/c:*")),
        step(start("repo:a/b:*", provider="arn:aws:iam::2:oidc-provider/p")),
        step(start("repo:a/*")),
        step(start("repo:a/b:*"), INTERNET),
        step(start("repo:a/b:*"), grants=Foothold("act-as", "arn:aws:iam::1:role/other")),
        step(Foothold("act-as", "arn:aws:iam::1:role/x")),
    ],
)
def test_others_are_not_told_to_be_known(new: Step) -> None:
    assert found(step(start("repo:a/*")), new) == ()


def test_what_was_only_possible_is_not_known_to_have_been() -> None:
    possible = structs.replace(step(start("repo:a/*")), missing=("something",))

    assert found(possible, step(start("repo:a/b:*"))) == ()
    perhaps = structs.replace(step(start("repo:a/b:*")), missing=("something",))
    assert found(possible, perhaps) == (perhaps,)


def test_what_took_more_before_is_new() -> None:
    condition = Condition(text="from the office", key="aws:SourceIp")
    bound = structs.replace(step(start("repo:a/*")), conditions=(condition,))

    assert found(bound, step(start("repo:a/b:*"))) == ()


def test_a_step_from_several_places_makes_nobody_known() -> None:
    assert found(step(start("repo:a/*"), INTERNET), step(start("repo:a/b:*"))) == ()


PATTERNS = st.text("ab*?", max_size=6)


@given(fewer=PATTERNS, more=PATTERNS, filling=st.lists(st.text("abc", max_size=2), max_size=6))
def test_whoever_fits_the_narrower_fits_the_wider(
    fewer: str, more: str, filling: list[str]
) -> None:
    parts = iter(filling)
    text = "".join(
        next(parts, "") if letter == "*" else "c" if letter == "?" else letter for letter in fewer
    )

    if within(start(fewer), start(more)):
        assert fnmatchcase(text, more)


@pytest.mark.parametrize(
    ("fewer", "more"), [("a*b*c", "a*c"), ("a?", "a*"), ("ab", "a?"), ("", "*")]
)
def test_a_pattern_is_within_wider_ones(fewer: str, more: str) -> None:
    assert within(start(fewer), start(more))
    assert not within(start(more), start(fewer))


def test_another_condition_than_before_is_no_news_where_it_let_them_through_then() -> None:
    """Of several ways to be let through one is named; the definition decides on the others."""
    ask = Ask(
        principal="x",
        action="s3:GetObject",
        resource="*",
        context=(("aws:SourceIp", "192.0.2.1"),),
    )
    office = Condition(text="from the office", key="aws:SourceIp", effort=3)
    vpc = Condition(text="through a VPC", key="aws:SourceVpc", effort=3)
    old = structs.replace(step(OUTSIDE), conditions=(office,), asks=(ask,))
    new = structs.replace(old, conditions=(vpc,))

    assert found(old, new) == (new,)
    assert found(old, new, holds=False) == ()
    # What no request says is not for the definition to decide.
    reached = structs.replace(office, key="assume:reachable")
    assert found(structs.replace(old, conditions=(reached,)), new) == ()


def test_one_of_several_ways_to_be_let_through_then_is_enough() -> None:
    ask = Ask(principal="x", action="s3:GetObject", resource="*", context=(("aws:SourceIp", "1"),))
    office = Condition(text="from the office", key="aws:SourceIp", effort=3)
    reached = structs.replace(office, key="assume:reachable")
    old = [
        structs.replace(step(OUTSIDE), conditions=(held,), asks=(ask,))
        for held in (reached, office, reached)
    ]
    new = structs.replace(step(OUTSIDE), asks=(ask,))

    assert narrower(old, [new], Facts(), engine()) == (new,)
    assert narrower([old[0], old[2]], [new], Facts(), engine()) == ()
