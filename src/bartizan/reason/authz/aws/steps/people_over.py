# SPDX-License-Identifier: Apache-2.0
"""Which users, roles, groups and policies techniques are tried over."""

import functools
from collections.abc import Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.facts.identity import Principal
from bartizan.model.step import Ability, Condition, Foothold
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.policy.document import Document, Effect, Principals, Statement
from bartizan.reason.authz.aws.request import Attached
from bartizan.reason.authz.aws.steps.attempt import Attempt
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Over

KEYS_PER_USER = 2
"""Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def holders(kind: str) -> Over:
    """Try every user or role of the account whose policies can be changed, oneself included."""
    return Offered(bindings=functools.partial(_changeable, kind))


def _changeable(kind: str, scene: Scene, account: str) -> Iterator[Binding]:
    for row in scene.changeable(account, kind):
        yield Binding(names={"target": row.arn})


def _groups(scene: Scene, account: str) -> Iterator[Binding]:
    for row in scene.people(account, "group"):
        if row.arn in scene.inhabited:
            yield Binding(names={"target": row.arn})


groups = Offered(bindings=_groups)
"""Every group of the account that somebody is in."""


def _policies(scene: Scene, account: str) -> Iterator[Binding]:
    for policy in scene.policies(account):
        yield Binding(names={"target": policy.id})


customer_policies = Offered(bindings=_policies)
"""Every customer-managed policy that is attached to somebody."""


def _assumed(scene: Scene, actor: Actor, binding: Binding) -> Iterator[Binding]:
    if reachable_once_opened(scene, actor, "sts:AssumeRole", binding.names["target"]) is not None:
        yield binding


retrusted = Offered(bindings=functools.partial(_changeable, "role"), but="target", finish=_assumed)
"""Every role that the actor, or somebody outside, could assume once it is trusted."""


def users(
    *,
    room_for_key: bool | None = None,
    console: bool | None = None,
    second_factor: Condition | None = None,
) -> Over:
    """Try every other user of the account that has, or has not, what is asked for."""

    def others(scene: Scene, account: str) -> Iterator[Binding]:
        for row in scene.people(account, "user"):
            room = len(scene.keys.get(row.arn, ())) < KEYS_PER_USER
            if room_for_key not in {None, room}:
                continue
            if console not in {None, row.console}:
                continue
            conditions = (second_factor,) if second_factor is not None and row.mfa else ()
            missing = _unread(scene, row, keys=room_for_key is not None)
            yield Binding(names={"target": row.arn}, conditions=conditions, missing=missing)

    return Offered(bindings=others, but="target")


def _unread(scene: Scene, user: Principal, *, keys: bool) -> tuple[str, ...]:
    """Name what hides how a user signs in."""
    kinds = ("AWS::IAM::AccessKey",) if keys else ("AWS::IAM::LoginProfile", "AWS::IAM::MFADevice")
    gaps = scene.estate.gaps
    found = (gaps.of_kind(kind, account=user.account, resource=user.arn) for kind in kinds)
    return tuple(sorted({item for each in found for item in each}))


def _users_and_groups(scene: Scene, account: str) -> Iterator[Binding]:
    for group in scene.people(account, "group"):
        fact = Evidence(subject=group.arn, why="is a group that a user can be put into")
        for user in scene.people(account, "user"):
            if group.arn in scene.estate.groups.get(user.arn, ()):
                continue
            yield Binding(
                names={"group": group.arn, "target": caller.member(user.arn, group.arn)},
                needs=(Foothold(Ability.ACT_AS.value, user.arn),),
                evidence=(fact,),
            )


users_and_groups = Offered(bindings=_users_and_groups)
"""Every user with every group that it is not in."""


def reachable_once_opened(
    scene: Scene, actor: Actor, action: str, resource: str
) -> Attempt | None:
    """Return how `action` is allowed once the actor has written the policy of `resource`.

    Whoever writes it can name itself or a stranger; guardrails may refuse both.
    """
    best: Attempt | None = None
    for name in (actor.name, caller.outsider(partition=actor.partition)):
        who = scene.estate.caller(name)
        attempt = scene.attempts.opened(naming(who.arn), name, action, resource)
        if attempt is not None and not attempt.missing:
            return attempt
        best = best or attempt
    return best


@functools.lru_cache(1 << 12)
def naming(principal: str) -> Attached:
    """Return the policy that an attacker would write for a resource: this principal, anything."""
    statement = Statement(
        position=0,
        sid="",
        effect=Effect.ALLOW,
        action=("*",),
        not_action=None,
        resource=("*",),
        not_resource=None,
        principal=Principals(aws=(principal,)),
        not_principal=None,
        conditions=(),
        text="",
    )
    document = Document(version="2012-10-17", statements=(statement,))
    return Attached(id="bartizan:written-policy", document=document)
