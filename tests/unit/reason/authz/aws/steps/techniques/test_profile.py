# SPDX-License-Identifier: Apache-2.0
"""Who gives another role to an instance on which they run code."""

import pytest

from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import Statements, allow

A = "111111111111"
SSM = allow("ssm:SendCommand")
PASS = allow("iam:PassRole")


def estate(*people: Statements, instances: int = 1, profile: bool = True) -> EstateBuilder:
    """People, a role in a profile, and instances that have another one, or none."""
    built = EstateBuilder()
    built.account(A)
    for number, allows in enumerate(people):
        built.user(f"u{number}", A, allows=allows)
    built.instance_profile(built.service_role("strong", A, "ec2.amazonaws.com"))
    reports = [allow("ssm:UpdateInstanceInformation")]
    weak = built.service_role("weak", A, "ec2.amazonaws.com", allows=reports)
    for number in range(instances):
        built.instance(f"i-{number}", A, role=weak if profile else "")
    return built


def gained(built: EstateBuilder, *, begin: str) -> set[str]:
    """Return what somebody holds in the end who begins as one of the users."""
    every = list(steps(built.facts()))
    recheck([step for step in every if step.proved], built.facts())
    held = {f"act-as arn:aws:iam::{A}:user/{begin}"}
    while new := {str(s.grants) for s in every if held >= set(map(str, s.needs))} - held:
        held |= new
    return {name.rpartition("/")[2] for name in held if name.startswith("act-as")} - {begin}


@pytest.mark.parametrize(
    ("actions", "profile", "can"),
    [
        (["ec2:ReplaceIamInstanceProfileAssociation"], True, True),
        (["ec2:DisassociateIamInstanceProfile", "ec2:AssociateIamInstanceProfile"], True, True),
        (["ec2:AssociateIamInstanceProfile"], True, False),
        (["ec2:AssociateIamInstanceProfile"], False, True),
        (["ec2:ReplaceIamInstanceProfileAssociation"], False, False),
    ],
)
def test_an_instance_takes_another_role_from_whoever_may_set_it(
    actions: list[str], *, profile: bool, can: bool
) -> None:
    built = estate([SSM, PASS, allow(actions)], profile=profile)

    assert ("strong" in gained(built, begin="u0")) is can


def test_whoever_has_no_code_on_it_gains_nothing() -> None:
    built = estate([PASS, allow("ec2:ReplaceIamInstanceProfileAssociation")])

    assert gained(built, begin="u0") == set()


def test_what_two_may_do_together_neither_does_alone() -> None:
    built = estate([SSM, PASS], [SSM, allow("ec2:ReplaceIamInstanceProfileAssociation")])

    assert "strong" not in gained(built, begin="u0") | gained(built, begin="u1")


def test_instances_and_roles_are_asked_apart() -> None:
    every = [SSM, PASS, allow("ec2:ReplaceIamInstanceProfileAssociation")]

    def told(instances: int) -> list[Step]:
        found = steps(estate(every, instances=instances).facts())
        return [s for s in found if s.technique == "ec2-role-of-running-instance"]

    assert len(told(1)) == len(told(9))
