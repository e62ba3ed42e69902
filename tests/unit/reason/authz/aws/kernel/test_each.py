# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence

import pyarrow as pa
import pytest

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.each import Each
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.logic import ALLOWED
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, deny, trusts

HOME, AWAY = "111111111111", "222222222222"
READ = "s3:GetObject"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    return built


def denied(built: EstateBuilder, *triples: tuple[str, str, str]) -> Sequence[bool]:
    """Say which of some requests are plainly denied."""
    facts = built.facts()
    estate = Estate(facts)
    callers = Callers.of(estate, [name for name, _, _ in triples])
    each = Each(callers, Everyone.compile(estate, callers), facts)
    names, actions, things = (list(column) for column in zip(*triples, strict=True))
    encoded = [pa.array(texts).dictionary_encode() for texts in (actions, things)]
    found: list[bool] = each.look(callers.rows(names), *encoded).denied.tolist()
    return found


def test_at_home_what_the_caller_holds_decides(built: EstateBuilder) -> None:
    bucket = built.bucket("b", HOME)
    user = built.user("u", HOME, allows=[allow(READ, f"{bucket}/a*"), deny("*", "*")])
    idle = built.user("idle", HOME)

    assert denied(
        built,
        (user, READ, f"{bucket}/a"),
        (user, READ, f"{bucket}/b"),
        (user, "s3:PutObject", f"{bucket}/a"),
        (user, READ, bucket),
        (idle, READ, f"{bucket}/a"),
        (f"arn:aws:iam::{HOME}:root", READ, f"{bucket}/a"),
    ) == [False, True, True, True, True, False]


def test_what_covers_all_but_some_things_may_cover_any(built: EstateBuilder) -> None:
    bucket = built.bucket("b", HOME)
    user = built.user("u", HOME, allows=[
        {"Effect": "Allow", "Action": READ, "NotResource": "arn:aws:s3:::other/*"}
    ])  # fmt: skip

    assert denied(built, (user, READ, f"{bucket}/a")) == [False]


def test_an_action_that_names_nothing_is_covered_by_a_pattern_for_all(
    built: EstateBuilder,
) -> None:
    bucket = built.bucket("b", HOME)
    user = built.user("u", HOME, allows=[allow("s3:ListAllMyBuckets", bucket)])
    other = built.user("v", HOME, allows=[allow("s3:ListAllMyBuckets", "*")])

    assert denied(
        built, (user, "s3:ListAllMyBuckets", bucket), (other, "s3:ListAllMyBuckets", bucket)
    ) == [True, False]


def test_one_of_several_patterns_that_may_begin_with_anything_is_enough(
    built: EstateBuilder,
) -> None:
    bucket = built.bucket("b", HOME)
    listing = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": ["**", bucket]}
    user = built.user("u", HOME, allows=[listing])

    assert denied(built, (user, "s3:ListAllMyBuckets", bucket)) == [False]


@pytest.mark.parametrize(
    ("principal", "plainly"),
    [
        ({"AWS": AWAY}, True),
        ({"AWS": HOME}, True),
        ({"AWS": f"arn:aws:iam::{HOME}:user/u"}, False),
        ("*", False),
    ],
)
def test_a_policy_that_names_the_account_alone_allows_nobody_without_more(
    built: EstateBuilder, principal: object, *, plainly: bool
) -> None:
    lent = built.bucket("b", HOME, policy=[{**allow(READ, "*"), "Principal": principal}])
    user = built.user("u", HOME)

    assert denied(built, (user, READ, f"{lent}/a")) == [plainly]


@pytest.mark.parametrize(("policy", "plainly"), [(HOME, False), (AWAY, True)])
def test_things_of_another_account_are_open_to_those_whom_they_name(
    built: EstateBuilder, policy: str, *, plainly: bool
) -> None:
    lent = built.bucket("b", AWAY, policy=[{**allow(READ, "*"), "Principal": {"AWS": policy}}])
    user = built.user("u", HOME, allows=[allow(READ)])
    idle = built.user("v", HOME)

    assert denied(built, (user, READ, f"{lent}/a"), (idle, READ, f"{lent}/a")) == [plainly, True]


def test_a_role_has_to_name_who_assumes_it_at_home_too(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("sts:AssumeRole")])
    open_ = built.role("open", HOME, trust=[trusts({"AWS": HOME})])
    closed = built.role("closed", HOME, trust=[trusts({"Service": "ec2.amazonaws.com"})])

    assert denied(
        built, (user, "sts:AssumeRole", open_), (user, "sts:AssumeRole", closed)
    ) == [False, True]  # fmt: skip


def test_a_key_whose_policy_was_not_read_may_allow_anything(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    key = f"arn:aws:kms:eu-central-1:{HOME}:key/none"

    assert denied(built, (user, "kms:Decrypt", key)) == [False]


def test_what_is_not_known_is_left_to_the_court(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    built.unread(HOME, "s3:GetBucketPolicy", resource=built.bucket("dark", HOME))

    assert (
        denied(
            built,
            (user, READ, "arn:aws:s3:::dark/a"),
            (user, READ, "arn:aws:s3:::nobody-knows/a"),
            (user, READ, "*"),
            (user, "sts:GetCallerIdentity", "*"),
            ("lambda.amazonaws.com", READ, built.bucket("b", HOME)),
        )
        == [False] * 5
    )


def test_what_is_asked_once_more_is_answered_alike(built: EstateBuilder) -> None:
    bucket = built.bucket("b", HOME)
    user = built.user("u", HOME, allows=[allow(READ, f"{bucket}/*")])
    kernel = Kernel.compile(built.facts())
    reopened = Kernel.of_tables(kernel.tables(), built.facts())

    answers = [reopened.decide_each([user], [READ], [f"{bucket}/k"]).tolist() for _ in range(2)]

    assert answers == [[ALLOWED], [ALLOWED]]
