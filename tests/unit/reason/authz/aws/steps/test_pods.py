# SPDX-License-Identifier: Apache-2.0
"""Pods act as a role, or as no more of it than the policy of their association leaves."""

import pytest

from bartizan.model.facts.estate import ClusterAccess, PodIdentity
from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, Statements, allow

A = "111111111111"
CLUSTER = f"arn:aws:eks:us-east-1:{A}:cluster/c"
POD = f"arn:aws:eks:us-east-1:{A}:podidentityassociation/c/a-1"
ROLE = f"arn:aws:iam::{A}:role/pods"


@pytest.fixture
def built() -> EstateBuilder:
    estate = EstateBuilder()
    estate.account(A)
    allows = [allow(["s3:GetObject", "secretsmanager:GetSecretValue"])]
    estate.service_role("pods", A, "pods.eks.amazonaws.com", allows=allows)
    estate.bucket("data", A)
    estate.secret("s", A)
    estate.rows += [
        ClusterAccess(cluster=CLUSTER, principal=ROLE, policies=(), groups=()),
        PodIdentity(arn=POD, cluster=CLUSTER, namespace="n", service_account="s", role=ROLE),
    ]
    return estate


def limit(estate: EstateBuilder, session: Statements) -> None:
    estate.policy(f"{POD}#session", session, type_="session", target=POD, use="session")


def gained(estate: EstateBuilder, entity: str) -> dict[str, Step]:
    """Return what is gained by acting as `entity`, by the end of the name of the thing."""
    facts = estate.facts()
    found = [s for s in steps(facts) if ("act-as", entity) in _pairs(s)]
    recheck(found, facts)
    return {s.grants.entity.rpartition(":")[2]: s for s in found}


def _pairs(step: Step) -> set[tuple[str, str]]:
    return {(need.ability, need.entity) for need in step.needs}


def acts_as(estate: EstateBuilder) -> set[str]:
    found = steps(estate.facts())
    return {step.grants.entity for step in found if step.technique == "pod-identity"}


def test_pods_act_as_their_role(built: EstateBuilder) -> None:
    assert acts_as(built) == {ROLE}


def test_pods_with_a_policy_are_no_session_of_the_whole_role(built: EstateBuilder) -> None:
    limit(built, [allow("s3:GetObject")])

    assert acts_as(built) == {POD}
    assert set(gained(built, POD)) == {"data"}
    assert set(gained(built, ROLE)) == {"data", "s-AbCdEf"}


def test_the_policy_of_an_association_adds_nothing_to_its_role(built: EstateBuilder) -> None:
    limit(built, FULL)

    assert set(gained(built, POD)) == {"data", "s-AbCdEf"}


def test_what_limited_pods_read_can_be_denied_to_their_role(built: EstateBuilder) -> None:
    limit(built, [allow("s3:GetObject")])

    breakers = gained(built, POD)["data"].breakers

    titles = [remedy.title for breaker in breakers for remedy in breaker.remedies]
    assert "Deny `s3:GetObject` on `arn:aws:s3:::data/*` to role pods" in titles
