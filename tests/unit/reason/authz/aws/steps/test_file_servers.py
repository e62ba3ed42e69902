# SPDX-License-Identifier: Apache-2.0
"""Users of file servers: their role and their session policy together say what they reach."""

import pytest

from bartizan.model.step import Ability, Foothold, Step
from bartizan.model.verdict import Allowed, Denied, Unknown
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.remedy import after
from tests.fakes.statements import FULL, Statements, allow, deny, trusts

A, B = "111111111111", "222222222222"
FILES = [allow("s3:*"), allow("kms:*")]
SFTP = "AWS::Transfer::User"


@pytest.fixture
def built() -> EstateBuilder:
    estate = EstateBuilder()
    estate.account(A)
    estate.service_role("courier", A, "transfer.amazonaws.com", allows=FILES)
    estate.bucket("customers", A)
    estate.bucket("parcels", A)
    return estate


def courier(estate: EstateBuilder, *, session: Statements | None = None, **ties: str) -> str:
    """Add a user of a file server; return its ARN."""
    role = f"arn:aws:iam::{A}:role/courier"
    related = {"domain": "S3", **{name.replace("_", ":/"): to for name, to in ties.items()}}
    user = estate.workload(SFTP, "transfer:user/s-1/bob", A, role=role, related=related)
    if session is not None:
        limit(estate, user, session)
    return user


def limit(estate: EstateBuilder, user: str, session: Statements | None) -> None:
    estate.policy(f"{user}#session", session, type_="session", target=user, use="session")


def reached(estate: EstateBuilder) -> dict[tuple[str, str], Step]:
    """Return what users of file servers gain, by ability and bucket."""
    facts = estate.facts()
    found = [step for step in steps(facts) if step.technique.startswith("file-server")]
    recheck(found, facts)
    return {(s.grants.ability, s.grants.entity.rpartition(":")[2]): s for s in found}


def test_whoever_may_add_a_key_becomes_the_user_and_nobody_more(built: EstateBuilder) -> None:
    user = courier(built)
    built.user("keeper", A, allows=[allow("transfer:ImportSshPublicKey")])

    (step,) = (s for s in steps(built.facts()) if s.technique == "transfer-import-key")

    assert step.grants == Foothold(Ability.ACT_AS.value, user)
    gained = {s.technique for s in steps(built.facts()) if step.grants in s.needs}
    assert gained == {"file-server-read", "file-server-write"}


def test_an_administrator_of_the_account_is_told_no_more(built: EstateBuilder) -> None:
    courier(built)
    built.user("admin", A, allows=FULL)

    assert not [s for s in steps(built.facts()) if s.technique == "transfer-import-key"]


def test_a_user_without_session_policy_reaches_what_its_role_does(built: EstateBuilder) -> None:
    user = courier(built)

    found = reached(built)

    assert set(found) == {
        ("read", "customers"),
        ("read", "parcels"),
        ("write", "customers"),
        ("write", "parcels"),
    }
    assert {step.needs for step in found.values()} == {(Foothold(Ability.ACT_AS.value, user),)}


def test_a_session_policy_confines_a_user_to_what_it_names(built: EstateBuilder) -> None:
    courier(built, session=[allow("s3:*", "arn:aws:s3:::parcels/*")])

    assert set(reached(built)) == {("read", "parcels"), ("write", "parcels")}


def test_a_session_policy_alone_gives_nothing() -> None:
    estate = EstateBuilder()
    estate.account(A)
    some = [allow("s3:*", "arn:aws:s3:::customers/*")]
    estate.service_role("courier", A, "transfer.amazonaws.com", allows=some)
    estate.bucket("parcels", A)
    courier(estate, session=FULL)

    assert not reached(estate)


def test_a_session_policy_binds_where_a_bucket_names_the_role(built: EstateBuilder) -> None:
    role = f"arn:aws:iam::{A}:role/courier"
    policy = [trusts({"AWS": role}, "s3:GetObject", Resource="arn:aws:s3:::named/*")]
    built.bucket("named", A, policy=policy)
    courier(built, session=[allow("s3:GetObject", "arn:aws:s3:::parcels/*")])

    assert set(reached(built)) == {("read", "parcels")}


def test_the_key_of_a_bucket_must_be_within_the_session_policy_too(built: EstateBuilder) -> None:
    root = trusts({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*", Resource="*")
    key = built.key("k", A, policy=[root])
    built.bucket("sealed", A, key=key)
    user = courier(built)
    assert {("read", "sealed"), ("write", "sealed")} <= set(reached(built))
    assert {ask.action for ask in reached(built)["write", "sealed"].asks} >= {
        "kms:GenerateDataKey"
    }

    limit(built, user, [allow("s3:*")])

    assert not {("read", "sealed"), ("write", "sealed")} & set(reached(built))


def test_a_session_policy_that_was_not_read_leaves_it_open(built: EstateBuilder) -> None:
    limit(built, courier(built), None)

    step = reached(built)["read", "customers"]

    assert not step.proved
    assert step.missing == (f"document of arn:aws:transfer:us-east-1:{A}:user/s-1/bob#session",)


def test_a_role_that_does_not_trust_the_server_reaches_nothing() -> None:
    estate = EstateBuilder()
    estate.account(A)
    estate.service_role("courier", A, "ec2.amazonaws.com", allows=FILES)
    estate.bucket("customers", A)
    courier(estate)

    assert not reached(estate)


def test_a_trust_that_names_other_users_does_not_count() -> None:
    other = {"ArnLike": {"aws:SourceArn": f"arn:aws:transfer:us-east-1:{A}:user/s-2/*"}}
    estate = EstateBuilder()
    estate.account(A)
    service = {"Service": "transfer.amazonaws.com"}
    estate.role("courier", A, trust=[trusts(service, Condition=other)], allows=FILES)
    estate.bucket("customers", A)
    courier(estate)

    assert not reached(estate)


def test_users_of_a_file_system_reach_no_bucket(built: EstateBuilder) -> None:
    courier(built, domain="EFS")

    assert not reached(built)


def test_logical_directories_hide_the_rest(built: EstateBuilder) -> None:
    courier(built, directory_="/parcels")

    assert set(reached(built)) == {("read", "parcels"), ("write", "parcels")}


def test_a_logical_directory_inside_a_bucket_shows_a_part_of_it(built: EstateBuilder) -> None:
    courier(built, directory_="/customers/leaflets")

    found = reached(built)

    assert set(found) == {("read", "customers")}
    step = found["read", "customers"]
    assert [c.text for c in step.conditions] == ["only objects in `customers/leaflets`"]
    assert step.asks[1].resource.startswith("arn:aws:s3:::customers/leaflets/")


def test_the_part_that_a_session_policy_names_is_read(built: EstateBuilder) -> None:
    courier(built, session=[allow("s3:GetObject", "arn:aws:s3:::customers/leaflets/*")])

    (step,) = reached(built).values()

    assert step.technique == "file-server-read-part"
    assert step.asks[1].resource.startswith("arn:aws:s3:::customers/leaflets/")


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("arn:aws:s3:::${transfer:HomeBucket}/*", "parcels/x"),
        ("arn:aws:s3:::${Transfer:HomeDirectory}*", "parcels/in/x"),
        ("arn:aws:s3:::parcels/${transfer:HomeFolder}/*", "parcels/in/x"),
        ("arn:aws:s3:::parcels/${transfer:UserName}/*", "parcels/bob/x"),
    ],
)
def test_the_variables_of_a_session_policy_are_the_users_own(
    built: EstateBuilder, pattern: str, wanted: str
) -> None:
    user = courier(built, session=[allow("s3:*", pattern)], home="/parcels/in")
    name = caller.limited(f"arn:aws:iam::{A}:role/courier", user)
    estate = Estate(built.facts())

    inside = decide(estate, name, "s3:GetObject", f"arn:aws:s3:::{wanted}")
    outside = decide(estate, name, "s3:GetObject", "arn:aws:s3:::customers/x")

    assert isinstance(inside.verdict, Allowed)
    assert isinstance(outside.verdict, Denied)


def test_a_home_is_never_a_wildcard(built: EstateBuilder) -> None:
    session = [allow("s3:*", "arn:aws:s3:::${transfer:HomeDirectory}/*")]
    user = courier(built, session=session, home="/*")
    name = caller.limited(f"arn:aws:iam::{A}:role/courier", user)

    answer = decide(Estate(built.facts()), name, "s3:GetObject", "arn:aws:s3:::customers/x")

    assert isinstance(answer.verdict, Denied)


def test_a_variable_that_is_not_certain_leaves_it_open(built: EstateBuilder) -> None:
    session = [allow("s3:*", "arn:aws:s3:::${transfer:HomeBucket}/*")]
    user = courier(built, session=session, home="/", directory_="/parcels")
    name = caller.limited(f"arn:aws:iam::{A}:role/courier", user)

    answer = decide(Estate(built.facts()), name, "s3:GetObject", "arn:aws:s3:::parcels/x")

    assert answer.verdict == Unknown((f"behaviour:`${{transfer:homebucket}}` for {user}",))


def test_every_remedy_closes_what_it_is_named_for(built: EstateBuilder) -> None:
    courier(built, session=[allow("s3:GetObject", "arn:aws:s3:::parcels/*"), deny("s3:Put*")])
    facts = built.facts()
    step = reached(built)["read", "parcels"]
    assert len(step.breakers) > 2

    for breaker in step.breakers:
        changed = after(facts, [remedy.change for remedy in breaker.remedies])
        left = [s for s in steps(changed) if s.technique == step.technique and s.proved]
        assert not left, breaker


def test_users_that_were_not_listed_may_be_of_any_role_that_trusts_the_server(
    built: EstateBuilder,
) -> None:
    built.unread(A, "transfer:ListServers", kind="AWS::Transfer::Server")
    built.user("keeper", A, allows=[allow("transfer:ImportSshPublicKey")])

    found = [s for s in steps(built.facts()) if s.technique.startswith("file-server")]
    keys = [s for s in steps(built.facts()) if s.technique == "transfer-import-key"]

    assert keys
    assert all(s.missing == ("transfer:ListServers of account 111111111111",) for s in keys)
    assert found
    assert not any(s.proved for s in found)
    assert {s.needs for s in found} >= {(keys[0].grants,)}
