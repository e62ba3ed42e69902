# SPDX-License-Identifier: Apache-2.0
"""What an identity may do with a host only where packets to it arrive as well."""

from typing import Any

import pytest

from bartizan.model.facts.estate import ClusterAccess
from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import ServicePort
from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.derivation import steps
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow

A = "111111111111"
ADMIN = f"arn:aws:iam::{A}:user/u"
CLUSTER = f"arn:aws:eks:eu-west-1:{A}:cluster/c"


def interface(name: str, thing: str) -> Interface:
    return Interface(
        id=name,
        network="vpc-1",
        subnet="subnet-1",
        account=A,
        region="eu-west-1",
        kind="interface",
        thing=thing,
        attached=True,
        addresses=("10.0.0.5",),
        public={},
        groups=("sg-1",),
        forwards=False,
        name="",
        tags={},
    )


@pytest.fixture
def built() -> EstateBuilder:
    estate = EstateBuilder()
    estate.account(A)
    estate.user("u", A, allows=[allow("ec2-instance-connect:SendSSHPublicKey")])
    return estate


def of(estate: EstateBuilder, technique: str) -> list[Step]:
    return [step for step in steps(estate.facts()) if step.technique == technique]


def needs(step: Step) -> set[str]:
    return set(map(str, step.needs))


def host(estate: EstateBuilder) -> str:
    role = estate.service_role("host", A, "ec2.amazonaws.com")
    return estate.workload("AWS::EC2::Instance", "ec2:instance/i-1", A, role=role)


def test_a_key_is_of_use_where_packets_reach_the_instance(built: EstateBuilder) -> None:
    arn = host(built)
    built.rows += [interface("eni-1", arn), interface("eni-2", "something else")]

    (step,) = of(built, "ec2-instance-connect")

    assert needs(step) == {f"act-as {ADMIN}", "send eni-1:22/tcp"}
    assert not step.conditions


def test_where_no_interface_is_known_that_it_is_reached_is_assumed(built: EstateBuilder) -> None:
    host(built)

    (step,) = of(built, "ec2-instance-connect")

    assert needs(step) == {f"act-as {ADMIN}"}
    assert [one.key for one in step.conditions] == ["assume:reachable"]


def ways(estate: EstateBuilder, **endpoint: Any) -> set[tuple[frozenset[str], str]]:  # noqa: ANN401 - columns
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    estate.rows.append(
        ClusterAccess(cluster=CLUSTER, principal=ADMIN, policies=(policy,), groups=())
    )
    if endpoint:
        estate.rows.append(
            ServicePort(
                thing=CLUSTER,
                kind="AWS::EKS::Cluster",
                account=A,
                region="eu-west-1",
                network="vpc-1",
                protocol=6,
                port=443,
                needs="credentials",
                **{"interfaces": (), "public": False, "public_ranges": (), **endpoint},
            )
        )
    return {
        (frozenset(needs(s)), "".join(c.key for c in s.conditions))
        for s in of(estate, "cluster-access")
    }


ACTING = frozenset({f"act-as {ADMIN}"})
SENDING = ACTING | {"send eni-1:443/tcp"}


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ({}, {(ACTING, "")}),
        ({"public": True}, {(ACTING, "")}),
        ({"public": True, "public_ranges": ("0.0.0.0/0",)}, {(ACTING, "")}),
        ({"interfaces": ("eni-1",)}, {(SENDING, "")}),
        (
            {"public": True, "public_ranges": ("192.0.2.0/24",), "interfaces": ("eni-1",)},
            {(ACTING, "assume:source-address"), (SENDING, "")},
        ),
        ({"public": False}, {(ACTING, "assume:reachable")}),
    ],
)
def test_a_cluster_is_entered_by_those_who_reach_its_endpoint(
    built: EstateBuilder, endpoint: dict[str, Any], expected: set[tuple[frozenset[str], str]]
) -> None:
    assert ways(built, **endpoint) == expected
