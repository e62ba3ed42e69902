# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest
from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.reason.authz.aws.estate.sighted import NONE, ODD, UNREAD, Sighted, sight
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, trusts

HOME, AWAY = "111111111111", "222222222222"
STATEMENT = {**allow("s3:GetObject"), "Principal": "*"}


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    return built


def seen(built: EstateBuilder, *things: str) -> Sighted:
    return sight(built.facts(), things)


def test_a_thing_is_seen_with_its_owner_and_its_policy(built: EstateBuilder) -> None:
    held = built.bucket("held", HOME, policy=[STATEMENT])
    bare = built.bucket("bare", AWAY)
    role = built.role("r", HOME, trust=[trusts("*")])

    found = seen(built, held, f"{held}/k", bare, role)

    assert found.odd.tolist() == [False] * 4
    assert found.accounts.to_pylist() == [HOME, HOME, AWAY, HOME]
    held_rows = [row for row, policy in enumerate(built.facts().rows(Policy)) if held in policy.id]
    assert found.policies.tolist() == [held_rows[0], held_rows[0], NONE, NONE]
    assert found.trusts.tolist()[:3] == [ODD] * 3
    assert found.trusts[3] >= 0


def test_what_is_not_one_known_row_is_odd(built: EstateBuilder) -> None:
    twice = built.bucket("twice", HOME)
    built.bucket("twice", AWAY)
    stray = built.bucket("stray", "333333333333")

    found = seen(built, twice, stray, "arn:aws:s3:::nobody", "*")

    assert found.odd.tolist() == [True] * 4


def test_of_no_things_at_all_nothing_is_told(built: EstateBuilder) -> None:
    assert seen(built, "arn:aws:s3:::b").odd.tolist() == [True]


def test_what_was_not_read_makes_things_odd(built: EstateBuilder) -> None:
    one, other = built.bucket("one", HOME), built.bucket("other", HOME)
    away = built.bucket("away", AWAY)
    built.unread(HOME, "s3:GetBucketPolicy", resource=one)
    built.unread(AWAY, "s3:ListBuckets")

    found = seen(built, one, other, away)

    assert found.odd.tolist() == [True, False, True]


def test_a_block_of_an_account_that_was_not_read_makes_its_things_odd(
    built: EstateBuilder,
) -> None:
    bucket = built.bucket("b", HOME)
    built.unread(HOME, "s3:GetAccountPublicAccessBlock", resource=HOME)

    assert seen(built, bucket).odd.tolist() == [True]


def test_a_key_without_a_policy_has_one_that_was_not_read_and_may_have_grants(
    built: EstateBuilder,
) -> None:
    bare, granted = (built.key(name, HOME, policy=None) for name in ("bare", "granted"))
    built.grant(granted, f"arn:aws:iam::{HOME}:role/r", ("Decrypt",))

    found = seen(built, bare, granted)

    assert found.policies.tolist() == [UNREAD, UNREAD]
    assert found.granted.tolist() == [False, True]


def test_of_some_kinds_no_policy_is_read(built: EstateBuilder) -> None:
    point = built.store("AWS::S3::AccessPoint", f"arn:aws:s3:us-east-1:{HOME}:accesspoint/a", HOME)
    other = built.store("AWS::X::Y", f"arn:aws:x:us-east-1:{HOME}:accesspoint/a", HOME)

    assert seen(built, point, other).policies.tolist() == [UNREAD, NONE]


def test_a_policy_that_is_not_one_text_is_odd(built: EstateBuilder) -> None:
    held = built.bucket("held", HOME, policy=[STATEMENT])
    two = built.bucket("two", HOME, policy=[STATEMENT])
    built.rows.append(Attachment(policy=f"{held}#resource", target=two, use="resource"))
    lost = built.bucket("lost", HOME)
    built.rows.append(Attachment(policy="nowhere", target=lost, use="resource"))

    found = seen(built, two, lost)

    assert found.policies.tolist() == [ODD, ODD]


@pytest.mark.parametrize("changes", [{"document": None}, {"provider": "gcp"}])
def test_a_policy_that_cannot_be_read_is_odd(
    built: EstateBuilder, changes: dict[str, Any]
) -> None:
    held = built.bucket("held", HOME, policy=[STATEMENT])
    rows = [
        structs.replace(row, **changes) if isinstance(row, Policy) and held in row.id else row
        for row in built.rows
    ]

    assert sight(Facts.of(rows), [held]).policies.tolist() == [ODD]


def test_two_things_may_carry_one_policy(built: EstateBuilder) -> None:
    held, lent = built.bucket("held", HOME, policy=[STATEMENT]), built.bucket("lent", HOME)
    shared = next(
        row.policy for row in built.rows if isinstance(row, Attachment) and row.target == held
    )
    built.rows.append(Attachment(policy=shared, target=lent, use="resource"))

    found = seen(built, lent, held)

    assert found.policies[0] == found.policies[1] >= 0
