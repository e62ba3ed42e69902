# SPDX-License-Identifier: Apache-2.0
from collections.abc import Collection, Iterable
from typing import Protocol

import pytest
from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Store
from bartizan.model.facts.identity import Membership, Principal
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.part import part as scanned
from bartizan.reason.authz.aws.estate.parts import Parts
from bartizan.reason.authz.aws.estate.settle import decide
from tests.fakes.dice import seeded
from tests.fakes.estate import EstateBuilder
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question
from tests.fakes.statements import FULL, allow, deny, trusts

A, B, C = "111111111111", "222222222222", "333333333333"


@pytest.fixture
def built() -> EstateBuilder:
    """Three accounts of an organisation with the same things in each."""
    built = EstateBuilder()
    built.organization()
    for account in (A, B, C):
        built.account(account, member=True)
        user = built.user("u", account, allows=FULL)
        built.group("g", account, members=[user], allows=[deny("sqs:*")])
        built.role("r", account, trust=[trusts({"AWS": f"arn:aws:iam::{A}:root"})], allows=FULL)
        built.bucket(f"b-{account}", account, policy=[trusts("*", "s3:*", Resource="*")])
        key = built.key("k", account, policy=[trusts("*", "kms:*", Resource="*")])
        built.grant(key, user, ("Decrypt",))
        built.block_public_access(f"arn:aws:s3:::b-{account}")
        built.block_public_access(account)
    return built


class Find(Protocol):
    """Finds a part of facts."""

    def __call__(
        self, facts: Facts, names: Iterable[str], *, accounts: Collection[str] = ()
    ) -> Facts: ...


def indexed(facts: Facts, names: Iterable[str], *, accounts: Collection[str] = ()) -> Facts:
    first = Parts.of(facts)
    return Parts(facts, first.tables()).part(names, accounts=accounts)


@pytest.fixture(params=[scanned, indexed], ids=["scanned", "indexed"])
def part(request: pytest.FixtureRequest) -> Find:
    found: Find = request.param
    return found


def told(facts: Facts, *request: str) -> object:
    return decide(Estate(facts), *request)


def test_of_other_accounts_nothing_is_kept_but_that_they_are(
    built: EstateBuilder, part: Find
) -> None:
    cut = part(built.facts(), [f"arn:aws:iam::{A}:user/u", "arn:aws:s3:::b-" + B])

    assert {row.account for row in cut.rows(Principal)} == {A, B}
    assert {row.account for row in cut.rows(Store)} == {A, B}
    assert {row.user.split(":")[4] for row in cut.rows(Membership)} == {A, B}
    assert {row.key.split(":")[4] for row in cut.rows(KeyGrant)} == {A, B}
    assert all(C not in row.target for row in cut.rows(PublicAccessBlock))
    assert all(C not in row.target for row in cut.rows(Attachment))
    assert all(C not in row.id for row in cut.rows(Policy))
    assert {row.id for row in cut.rows(Account)} == {A, B, C}


def test_guardrails_above_an_account_are_kept(built: EstateBuilder, part: Find) -> None:
    built.guardrail(A, [deny("s3:*")])
    request = (f"arn:aws:iam::{A}:user/u", "s3:GetObject", f"arn:aws:s3:::b-{B}/x")

    assert told(part(built.facts(), request), *request) == told(built.facts(), *request)


def test_accounts_can_be_named_by_themselves(built: EstateBuilder, part: Find) -> None:
    cut = part(built.facts(), [], accounts=[A])

    for action, resource in (("s3:GetObject", f"arn:aws:s3:::b-{A}/x"), ("sqs:GetQueueUrl", "*")):
        request = (f"arn:aws:iam::{A}:user/u", action, resource)
        assert told(cut, *request) == told(built.facts(), *request)


def test_a_group_of_another_account_is_heeded(built: EstateBuilder, part: Find) -> None:
    built.group("far", C, members=[f"arn:aws:iam::{A}:user/u"], allows=[deny("kms:*")])
    request = (f"arn:aws:iam::{A}:user/u", "kms:Decrypt", f"arn:aws:kms:us-east-1:{A}:key/k")

    assert told(part(built.facts(), request), *request) == told(built.facts(), *request)


def test_a_session_policy_is_heeded_wherever_its_sessions_start(
    built: EstateBuilder, part: Find
) -> None:
    starter = f"arn:aws:eks:us-east-1:{C}:podidentityassociation/c/a-1"
    built.policy("limit", [allow("s3:*")], type_="session", target=starter, use="session")
    name = caller.limited(f"arn:aws:iam::{A}:role/r", starter)
    request = (name, "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{A}:q")

    cut = part(built.facts(), [f"arn:aws:iam::{A}:role/r", request[2]])

    assert told(cut, *request) == told(built.facts(), *request)


def test_a_thing_that_two_accounts_claim_stays_whose_it_was(
    built: EstateBuilder, part: Find
) -> None:
    bucket = f"arn:aws:s3:::b-{B}"
    second = next(r for r in built.rows if isinstance(r, Store) and r.arn == bucket)
    built.rows.append(structs.replace(second, account=A))
    request = (f"arn:aws:iam::{A}:user/u", "s3:GetObject", f"{bucket}/x")

    assert told(part(built.facts(), request), *request) == told(built.facts(), *request)


def test_a_bucket_whose_owner_is_not_known_is_kept(built: EstateBuilder, part: Find) -> None:
    built.bucket("nobodys", "", policy=[trusts("*", "s3:*", Resource="*")])
    request = (f"arn:aws:iam::{A}:user/u", "s3:GetObject", "arn:aws:s3:::nobodys/x")

    assert told(part(built.facts(), request[:1]), *request) == told(built.facts(), *request)


def test_the_part_decides_as_the_whole_for_every_caller_of_a_generated_organization(
    part: Find,
) -> None:
    for seed in range(12):
        thrown = seeded(seed)
        made = organization(thrown)
        whole = Estate(made.facts)
        asked = question(thrown, made)
        for name in made.names:
            cut = Estate(part(made.facts, [name, asked.resource]))
            decisions = [
                decide(estate, name, asked.action, asked.resource, chosen=asked.chosen)
                for estate in (whole, cut)
            ]

            assert decisions[0] == decisions[1], (seed, name)


def test_an_arn_that_names_another_account_than_its_row_brings_both(part: Find) -> None:
    built = EstateBuilder()
    built.organization()
    for account in (A, B):
        built.account(account, member=True)
    built.user("u", A, allows=FULL)
    queue = f"arn:aws:sqs:us-east-1:{B}:q"
    built.store("AWS::SQS::Queue", queue, A, policy=[trusts("*", "sqs:*", Resource="*")])
    built.guardrail(A, [deny("sqs:*")], use="rcp")
    request = (f"arn:aws:iam::{B}:user/x", "sqs:SendMessage", queue)

    assert told(part(built.facts(), request), *request) == told(built.facts(), *request)


def test_a_principal_is_found_by_the_account_in_its_arn_too(part: Find) -> None:
    built = EstateBuilder()
    built.account(A)
    user = built.user("u", A, tags={"team": "red"})
    own = next(row for row in built.rows if isinstance(row, Principal))
    built.rows = [row for row in built.rows if row is not own]
    built.rows.append(structs.replace(own, account=B))

    assert [row.arn for row in part(built.facts(), [], accounts=[A]).rows(Principal)] == [user]


def test_an_unknown_account_or_thing_is_no_error(part: Find, built: EstateBuilder) -> None:
    names = ("arn:aws:iam::999999999999:role/x", "arn:aws:s3:::nobodys", "*", "sts.amazonaws.com")

    cut = part(built.facts(), names, accounts=["888888888888"])

    assert cut.rows(Principal) == ()
    assert part(Facts.of([]), names).rows(Principal) == ()


def test_an_index_over_other_facts_is_refused(built: EstateBuilder) -> None:
    tables = Parts.of(built.facts()).tables()
    built.user("second", A)

    with pytest.raises(ValueError, match="not an index over these facts: `principal`"):
        Parts(built.facts(), tables)


def test_parts_share_the_rows_of_tables_that_stay_whole(built: EstateBuilder) -> None:
    parts = Parts.of(built.facts())

    first, second = parts.part([], accounts=[A]), parts.part([], accounts=[B])

    assert first.rows(Account) is second.rows(Account)
