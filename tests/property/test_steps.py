# SPDX-License-Identifier: Apache-2.0
"""Theorems about steps: a breaker breaks, a witness holds, a guardrail never opens."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.model.step import Foothold, Step
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.remedy import after
from tests.fakes.statements import FULL, allow, deny, trusts

A, B, VENDOR = "111111111111", "222222222222", "333333333333"

ACTIONS = (
    "*",
    "iam:*",
    "iam:CreateAccessKey",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "kms:Decrypt",
    "lambda:*",
    "lambda:GetFunctionConfiguration",
    "lambda:InvokeFunction",
    "lambda:UpdateFunctionCode",
    "s3:*",
    "s3:GetObject",
    "s3:PutBucketPolicy",
    "secretsmanager:GetSecretValue",
    "sts:AssumeRole",
)
CONDITIONS: tuple[dict[str, object], ...] = (
    {},
    {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
    {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}},
    {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}},
    {"Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}},
    {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}},
)
PRINCIPALS = (
    {"AWS": "*"},
    "*",
    {"AWS": f"arn:aws:iam::{A}:root"},
    {"AWS": [f"arn:aws:iam::{A}:user/u", f"arn:aws:iam::{VENDOR}:root"]},
    {"AWS": f"arn:aws:iam::{A}:role/r"},
    {"Service": "lambda.amazonaws.com"},
)

MEANS = {"write", "plant-code"}
"""Abilities that are only ever a way to others; an administrator does not need them."""


def ends(known: list[Step], start: Foothold) -> set[Foothold]:
    """Return all that is gained from `start` alone, without what is a means to it."""
    held = {start}
    while gained := {s.grants for s in known if held.issuperset(s.needs)} - held:
        held |= gained
    return {one for one in held if one.ability not in MEANS and "#" not in one.entity}


def ways(known: list[Step]) -> set[tuple[Foothold, Foothold]]:
    """Return each foothold that an attacker may begin with, and each end of it."""
    starts = {need for s in known for need in s.needs if need.ability in {"act-as", "start"}}
    return {(start, end) for start in starts for end in ends(known, start) - {start}}


identity_statements = st.lists(
    st.builds(
        lambda verb, actions, condition: verb(list(actions), **condition),
        st.sampled_from([allow, allow, allow, deny]),
        st.sets(st.sampled_from(ACTIONS), min_size=1, max_size=3).map(sorted),
        st.sampled_from(CONDITIONS),
    ),
    max_size=3,
)


def resource_statements(*actions: str) -> st.SearchStrategy[list[dict[str, object]]]:
    return st.lists(
        st.builds(
            lambda who, action, condition: trusts(who, action, Resource="*", **condition),
            st.sampled_from(PRINCIPALS),
            st.sampled_from(actions),
            st.sampled_from(CONDITIONS),
        ),
        min_size=1,
        max_size=2,
    )


def trust_statements() -> st.SearchStrategy[list[dict[str, object]]]:
    return st.lists(
        st.builds(
            lambda who, condition: trusts(who, **condition),
            st.sampled_from(PRINCIPALS),
            st.sampled_from(CONDITIONS),
        ),
        min_size=1,
        max_size=2,
    )


@st.composite
def estates(draw: Callable[..., list[dict[str, object]]]) -> EstateBuilder:
    """Two accounts of an organisation with a little of everything."""
    built = EstateBuilder()
    built.organization()
    built.account("999999999999", management=True)
    built.account(A, member=True)
    built.account(B, member=True)
    user = built.user("u", A, allows=draw(identity_statements))
    role = built.role("r", A, trust=draw(trust_statements()), allows=draw(identity_statements))
    built.role("far", B, trust=draw(trust_statements()), allows=draw(identity_statements))
    policy = built.policy(f"arn:aws:iam::{A}:policy/p", draw(identity_statements))
    built.attach(policy, user)
    built.attach(policy, role)
    built.policy("arn:aws:iam::aws:policy/AdministratorAccess", FULL, managed="aws")
    built.attach("arn:aws:iam::aws:policy/AdministratorAccess", f"arn:aws:iam::{B}:role/far")
    function = built.function("f", A, role=role)
    built.credential("fp", function, authenticates=user)
    key = built.key("k", A, policy=draw(resource_statements("kms:*", "kms:Decrypt")))
    built.bucket("sealed", A, key=key, policy=draw(resource_statements("s3:*", "s3:GetObject")))
    built.bucket("open", B, policy=draw(resource_statements("s3:GetObject")))
    built.secret("s", A, policy=draw(resource_statements("secretsmanager:GetSecretValue")))
    return built


def _same(step: Step) -> tuple[object, ...]:
    return step.technique, step.needs, step.grants


slowly = settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])


@slowly
@given(built=estates(), choice=st.randoms(use_true_random=False))
def test_a_breaker_breaks_its_step(built: EstateBuilder, choice: object) -> None:
    facts = built.facts()
    found = [step for step in steps(facts) if step.proved and step.breakers]
    for step in choice.sample(found, min(len(found), 2)):  # type: ignore[attr-defined] # a Random
        for breaker in step.breakers:
            changed = after(facts, [remedy.change for remedy in breaker.remedies])

            left = {_same(each) for each in steps(changed) if each.proved}
            assert _same(step) not in left, breaker


@slowly
@given(built=estates())
def test_every_witness_holds_when_it_is_decided_again(built: EstateBuilder) -> None:
    facts = built.facts()

    recheck(steps(facts), facts)


@slowly
@given(built=estates(), action=st.sampled_from(ACTIONS))
def test_a_guardrail_never_opens_a_way(built: EstateBuilder, action: str) -> None:
    before = list(steps(built.facts()))
    built.guardrail(A, [deny(action)])
    limited = list(steps(built.facts()))

    assert ways(limited) - ways(before) == set()


@slowly
@given(built=estates(), more=identity_statements)
def test_more_grants_never_close_a_way_to_a_foothold(
    built: EstateBuilder, more: list[dict[str, object]]
) -> None:
    before = [step for step in steps(built.facts()) if step.proved]
    allows = [statement for statement in more if statement["Effect"] == "Allow"]
    built.policy("arn:aws:iam::111111111111:policy/more", allows)
    built.attach("arn:aws:iam::111111111111:policy/more", f"arn:aws:iam::{A}:user/u")
    after_ = [step for step in steps(built.facts()) if step.proved]

    assert ways(before) - ways(after_) == set()


SESSIONS = ("*", "s3:*", "s3:GetObject", "s3:PutObject", "kms:*", "kms:Decrypt")

session_statements = st.lists(
    st.builds(
        lambda verb, actions, on: verb(list(actions), on),
        st.sampled_from([allow, allow, deny]),
        st.sets(st.sampled_from(SESSIONS), min_size=1, max_size=3).map(sorted),
        st.sampled_from(["*", "arn:aws:s3:::sealed/*", "arn:aws:s3:::plain/in/*"]),
    ),
    max_size=3,
)


@slowly
@given(built=estates(), files=session_statements, session=session_statements)
def test_a_session_policy_never_opens_a_way(
    built: EstateBuilder, files: list[dict[str, object]], session: list[dict[str, object]]
) -> None:
    role = built.service_role("files", A, "transfer.amazonaws.com", allows=files)
    built.bucket("plain", A)
    user = built.workload(
        "AWS::Transfer::User", "transfer:user/s-1/u", A, role=role, related={"domain": "S3"}
    )
    before = {(step.needs, step.grants) for step in steps(built.facts())}
    built.policy(f"{user}#session", session, type_="session", target=user, use="session")

    facts = built.facts()
    found = tuple(steps(facts))

    recheck(found, facts)
    assert {(step.needs, step.grants) for step in found} <= before
