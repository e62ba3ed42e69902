# SPDX-License-Identifier: Apache-2.0
from typing import Any

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.asked import Asked
from bartizan.reason.authz.aws.kernel.compile import Supposed
from bartizan.reason.authz.aws.kernel.logic import MAYBE, YES
from bartizan.reason.authz.aws.kernel.papers import Judged, Papers
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import reached
from tests.fakes.statements import FULL, allow, deny

HOME = "111111111111"
THING = "arn:aws:s3:::box/k"
READ, WRITE = masks.matching("s3:GetObject"), masks.matching("s3:PutObject")


def papers(**more: Any) -> tuple[Papers, Estate, str]:  # noqa: ANN401 - passed on
    built = EstateBuilder()
    built.account(HOME)
    user = built.user("u", HOME, **more)
    reach, estate = reached(built, user)
    return reach.papers(Supposed()), estate, user


def judged(held: tuple[Papers, Estate, str], full: int, **chosen: str) -> Judged:
    found, estate, user = held
    asked = Asked(
        estate, "s3:GetObject", THING, {k.replace("_", ":"): v for k, v in chosen.items()}
    )
    built = EstateBuilder()
    built.account(HOME)
    built.user("u", HOME)
    reach, _ = reached(built, user)
    return found.judge(asked, asked.context(reach.alone.view(home=True)), full)


def test_what_is_covered_is_granted_and_no_more() -> None:
    own = judged(papers(allows=[allow("s3:GetObject")]), READ | WRITE).own

    assert own.identity == (READ, READ)
    assert own.denies == (0, 0)


def test_a_statement_on_another_thing_says_nothing() -> None:
    found = judged(papers(allows=[allow("s3:*", "arn:aws:s3:::other/*")]), READ)

    assert found.own.identity == (0, 0)
    assert found.said == []


def test_a_deny_is_heard_beside_an_allow() -> None:
    own = judged(papers(allows=[*FULL, deny("s3:Put*")]), READ | WRITE).own

    assert own.identity.sure == READ | WRITE
    assert own.denies == (WRITE, WRITE)


def test_a_condition_on_what_is_not_known_leaves_it_open() -> None:
    condition = {"StringEquals": {"aws:UserAgent": "x"}}
    held = papers(allows=[allow("s3:GetObject", Condition=condition)])

    open_, stated = judged(held, READ), judged(held, READ, aws_UserAgent="x")

    assert (open_.own.identity, open_.said[0].code) == ((0, READ), MAYBE)
    assert (stated.own.identity, stated.said[0].code) == ((READ, READ), YES)


def test_without_a_boundary_or_a_session_policy_nothing_is_limited() -> None:
    own = judged(papers(), READ).own

    assert own.boundary == own.session == own.scp == (READ, READ)


def test_a_boundary_limits_and_grants_nothing() -> None:
    own = judged(papers(boundary=[allow("s3:GetObject")]), READ | WRITE).own

    assert own.boundary == (READ, READ)
    assert own.identity == (0, 0)


def test_what_identity_policies_could_allow_is_told_without_a_thing() -> None:
    found, _, _ = papers(allows=[allow("s3:GetObject", "arn:aws:s3:::x/*"), deny("s3:PutObject")])

    assert found.granted == READ
