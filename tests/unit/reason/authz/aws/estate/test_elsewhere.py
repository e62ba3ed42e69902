# SPDX-License-Identifier: Apache-2.0

import pytest
from msgspec import structs

from bartizan.model.facts.policy import Attachment, Policy
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.spoken import index
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, deny, trusts

HOME, AWAY = "111111111111", "222222222222"


def estate() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    return built


def named(built: EstateBuilder, principal: str) -> tuple[str, ...]:
    estate = Estate(built.facts())
    return Elsewhere.of(estate).named(estate.caller(principal))


def test_an_account_anywhere_in_a_policy_may_name_its_callers() -> None:
    built = estate()
    user = built.user("u", HOME)
    condition = {"StringEquals": {"aws:PrincipalAccount": HOME}}
    lent = built.bucket("lent", AWAY, policy=[{**allow("s3:*"), "Principal": {"AWS": user}}])
    asked = built.bucket(
        "asked", AWAY, policy=[{**allow("s3:*", Condition=condition), "Principal": "*"}]
    )
    door = built.role("door", AWAY, trust=[trusts({"AWS": HOME})])
    built.bucket("shut", AWAY, policy=[{**allow("s3:*"), "Principal": {"AWS": AWAY}}])

    assert named(built, user) == tuple(sorted((lent, asked, door)))


def test_a_caller_whose_unique_id_is_not_known_may_be_named_by_any() -> None:
    built = estate()
    built.user("u", HOME)
    gone = built.role("gone", AWAY, trust=[trusts({"AWS": "AROASTALESTALESTALES"})])
    built.role("user", AWAY, trust=[trusts({"AWS": "AIDASTALESTALESTALES"})])
    built.bucket("other", AWAY, policy=[{**allow("s3:*"), "Principal": {"AWS": AWAY}}])

    assert named(built, f"arn:aws:iam::{HOME}:role/not-read") == (gone,)


def test_a_longer_number_is_no_account() -> None:
    built = estate()
    user = built.user("u", HOME)
    built.bucket("b", AWAY, policy=[{**allow("s3:*"), "Principal": {"AWS": f"{HOME}3"}}])

    assert named(built, user) == ()


def test_a_grant_names_its_grantee() -> None:
    built = estate()
    user = built.user("u", HOME)
    key = built.key("k", AWAY, policy=[])
    built.grant(key, user, ("Decrypt",))

    assert named(built, user) == (key,)


def test_services_and_providers_are_found_by_their_names() -> None:
    built = estate()
    role = built.service_role("worker", AWAY, "lambda.amazonaws.com")
    provider = f"arn:aws:iam::{HOME}:oidc-provider/issuer.example"
    way = {
        **trusts({"Federated": "issuer.example"}),
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    door = built.role("door", AWAY, trust=[way])

    assert named(built, "lambda.amazonaws.com") == (role,)
    assert named(built, provider) == (door,)


def test_what_is_open_or_was_not_read_may_be_anybodys() -> None:
    built = estate()
    open_ = built.bucket("open", AWAY, policy=[{**allow("s3:*"), "Principal": "*"}])
    dark = built.key("dark", AWAY, policy=None)
    built.bucket("shut", AWAY, policy=[{**allow("s3:*"), "Principal": {"AWS": AWAY}}])
    found = Elsewhere.of(Estate(built.facts()))

    assert found.open == tuple(sorted((open_, dark)))
    # The ARN of a bucket does not say whose it is.
    assert found.skipped(AWAY, frozenset()) == 1
    assert found.skipped(HOME, frozenset({open_})) == 1


def test_it_is_the_same_from_its_tables() -> None:
    built = estate()
    user = built.user("u", HOME)
    lent = built.bucket("lent", AWAY, policy=[{**allow("s3:*"), "Principal": {"AWS": user}}])
    facts = built.facts()

    found = Elsewhere(facts, index(Estate(facts)))

    assert found.named(Estate(facts).caller(user)) == (lent,)


def opened(built: EstateBuilder) -> tuple[str, ...]:
    return Elsewhere.of(Estate(built.facts())).open


@pytest.mark.parametrize("text", ["{", '{"Statement": "Allow"}'])
def test_a_policy_that_cannot_be_parsed_may_let_anybody_in(text: str) -> None:
    built = estate()
    broken = built.bucket("broken", AWAY, policy=[])
    door = built.role("door", AWAY, trust=[])
    for number, row in enumerate(built.rows):
        if isinstance(row, Policy):
            built.rows[number] = structs.replace(row, document=text)

    assert opened(built) == tuple(sorted((broken, door)))


def test_so_may_one_that_is_attached_and_not_there() -> None:
    built = estate()
    bucket = built.bucket("b", AWAY)
    built.rows.append(Attachment(policy="gone", target=bucket, use="resource"))

    assert opened(built) == (bucket,)


@pytest.mark.parametrize(
    "read",
    [
        {"action": "s3:GetBucketPolicy", "kind": "AWS::S3::Bucket"},
        {"action": "s3:GetBucketPolicies", "kind": "AWS::S3::Bucket"},
    ],
)
def test_what_was_not_read_of_a_whole_account_leaves_its_things_open(read: dict[str, str]) -> None:
    built = estate()
    bucket = built.bucket("b", AWAY)
    built.bucket("mine", HOME)
    built.unread(AWAY, read["action"], kind=read["kind"])

    assert opened(built) == (bucket,)


def test_a_block_of_public_access_that_was_not_read_opens_nothing() -> None:
    built = estate()
    built.bucket("b", AWAY)
    built.unread(AWAY, "s3:GetPublicAccessBlock", kind="AWS::S3::AccountPublicAccessBlock")

    assert opened(built) == ()


def test_grants_that_were_not_read_leave_a_key_open() -> None:
    built = estate()
    key = built.key("k", AWAY, policy=[])
    built.unread(AWAY, "kms:ListGrants", resource=key)

    assert opened(built) == (key,)


def test_a_deny_opens_nothing() -> None:
    built = estate()
    built.bucket("b", AWAY, policy=[{**deny("s3:*"), "Principal": "*"}])

    assert opened(built) == ()
