# SPDX-License-Identifier: Apache-2.0
"""Assuming a role, inside an account and across accounts.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterator

from bartizan.model.step import Ability
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Binding, Need, Technique


def _roles(scene: Scene, own: str) -> Iterator[Binding]:
    """Try every role that may trust the actor's account: identity policies are never enough."""
    for account in scene.accounts:
        for role in scene.people(account, "role"):
            if not role.service_linked and scene.admission.could(own, role.arn, trust=True):
                yield Binding(names={"target": role.arn})


TECHNIQUES = (
    Technique(
        id="sts-assume-role",
        title="Assume a role",
        attack="T1550.001",
        references=("sts-001", "iam-014", "iam-016", "iam-017"),
        explanation="The role's trust policy lets the caller in; across accounts the caller's own "
        "policies must allow it as well. Close it by naming in the trust policy only those who "
        "need the role, with conditions that a stranger cannot meet.",
        effort=1,
        over=Offered(bindings=_roles, but="target"),
        needs=(Need(action="sts:AssumeRole", resource="{target}"),),
        grants=Ability.ACT_AS,
        entity="{target}",
        administrator=True,
        abroad=True,
    ),
)
