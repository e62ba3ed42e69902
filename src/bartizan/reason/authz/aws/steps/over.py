# SPDX-License-Identifier: Apache-2.0
"""What techniques are tried over: roles that trust a service, workloads, stores, people."""

import functools
from collections.abc import Iterator, Sequence

from msgspec import structs

from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import InstanceProfile, Workload
from bartizan.model.step import Ability, Condition, Foothold
from bartizan.reason.authz.aws.steps.attempt import Attempt
from bartizan.reason.authz.aws.steps.hidden import shown
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Over


def once(scene: Scene, actor: Actor) -> Iterator[Binding]:
    """Try it once, on nothing in particular."""
    del scene, actor
    yield Binding()


def roles_trusting(service: str) -> Over:
    """Try every role of the actor's account that trusts `service`."""
    return Offered(bindings=functools.partial(_trusting, service), but="role")


def _trusting(service: str, scene: Scene, account: str) -> Iterator[Binding]:
    for role in scene.roles_for(service, account):
        yield Binding(names={"role": role.arn})


def profiles_trusting(service: str) -> Offered:
    """Try every role in an instance profile that trusts `service`."""

    def profiles(scene: Scene, account: str) -> Iterator[Binding]:
        for role in scene.roles_for(service, account):
            hidden = scene.estate.gaps.of_kind("AWS::IAM::InstanceProfile", account=account)
            if scene.profiles.get(role.arn):
                profile = min(scene.profiles[role.arn])
                fact = Evidence(subject=profile, why="is an instance profile that holds the role")
                yield Binding(names={"role": role.arn, "profile": profile}, evidence=(fact,))
            elif hidden:
                yield Binding(names={"role": role.arn}, missing=hidden)

    return Offered(bindings=profiles, but="role")


def profiles_without(service: str) -> Over:
    """Try every role that trusts `service`, each with one instance profile that does not hold it
    and that the actor may fill: all give the same. A profile holds one role at most, so one that
    holds another must be emptied before.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
    """

    def filled(scene: Scene, actor: Actor, bound: Binding) -> Iterator[Binding]:
        for profile in _fillable(scene, actor):
            if profile.role != bound.names["role"]:
                why = "is an instance profile that can hold the role"
                yield Binding(
                    names={**bound.names, "profile": profile.arn},
                    evidence=(Evidence(subject=profile.arn, why=why),),
                    extra=(_EMPTY,) if profile.role else (),
                )
                return

    return Offered(bindings=functools.partial(_trusting, service), but="role", finish=filled)


_FILL = "iam:AddRoleToInstanceProfile"
_EMPTY = Need(action="iam:RemoveRoleFromInstanceProfile", resource="{profile}")


def _fillable(scene: Scene, actor: Actor) -> Sequence[InstanceProfile]:
    """Return two of the profiles that the actor may fill, of different roles, surest first."""

    def find(scene: Scene, account: str) -> Sequence[InstanceProfile]:
        found: dict[str, tuple[bool, InstanceProfile]] = {}
        for profile in scene.profiles_in.get(account, ()):
            asked = (_FILL, _EMPTY.action) if profile.role else (_FILL,)
            tried = [scene.attempts(actor.name, action, profile.arn) for action in asked]
            if all(tried):
                doubt = any(attempt.missing for attempt in tried if attempt)
                first = found.setdefault(profile.role, (doubt, profile))
                if first[0] and not doubt:
                    found[profile.role] = doubt, profile
        surest = sorted(found.values(), key=lambda held: (held[0], held[1].arn))
        return [profile for _, profile in surest[:2]]

    return scene.once((f"profiles that {actor.name} may fill", actor.who.account), find)


def workloads(kind: str) -> Over:
    """Try every workload of `kind` in the actor's account that acts as a role."""
    return Offered(bindings=functools.partial(_workloads, kind), but="workload_role")


def _workloads(kind: str, scene: Scene, account: str) -> Iterator[Binding]:
    for workload in scene.workloads(account, kind):
        yield workload_binding(scene, workload)


def reached_workloads(kind: str, port: int, *, otherwise: Condition) -> Over:
    """Try every workload of `kind`, with packets that arrive at `port` of one of its interfaces.

    Where none of those is known, that packets arrive is the condition `otherwise`.
    """

    def reached(scene: Scene, account: str) -> Iterator[Binding]:
        for bound in _workloads(kind, scene, account):
            held = scene.interfaces.get(bound.names["workload"], ())
            for interface in sorted(row.id for row in held):
                send = Foothold(Ability.SEND.value, f"{interface}:{port}/tcp")
                yield structs.replace(bound, needs=(*bound.needs, send))
            if not held:
                yield structs.replace(bound, conditions=(*bound.conditions, otherwise))

    return Offered(bindings=reached, but="workload_role")


def callable_workloads(kind: str) -> Over:
    """Try every workload of `kind` in the actor's account, or with a policy of its own."""

    def callable_(scene: Scene, own: str) -> Iterator[Binding]:
        for account in scene.accounts:
            for workload in scene.workloads(account, kind):
                if account == own or _lets_in(scene, own, workload):
                    yield workload_binding(scene, workload)

    return Offered(bindings=callable_)


def _lets_in(scene: Scene, account: str, workload: Workload) -> bool:
    """Say whether the workload has a policy that could let a caller of another account in."""
    if scene.estate.resource_policy(workload.arn, False) is None:  # noqa: FBT003 - cached by position
        return False
    return scene.admission.could(account, workload.arn)


def workloads_and_roles(kind: str, service: str) -> Over:
    """Try every workload of `kind` with every role that trusts `service`."""

    def both(scene: Scene, account: str) -> Iterator[Binding]:
        for bound in _workloads(kind, scene, account):
            for role in scene.roles_for(service, account):
                yield structs.replace(bound, names={**bound.names, "role": role.arn})

    return Offered(bindings=both, but="role")


def workload_binding(scene: Scene, workload: Workload) -> Binding:
    """Name a workload and what it is tied to."""
    ties = {key.replace("-", "_"): value for key, value in workload.related.items()}
    why = "acts as a role" if workload.role else "runs code"
    hidden = scene.hidden.get(workload.arn)
    return Binding(
        missing=hidden.missing if hidden else (),
        names={
            **ties,
            "workload": workload.arn,
            "region": workload.region,
            "workload_role": workload.role,
            "workload_name": workload.name,
        },
        evidence=(Evidence(subject=shown(workload.arn), why=why, excerpt=workload.role),),
    )


def _instances(scene: Scene, account: str) -> Iterator[Binding]:
    """Try every instance whose role lets the agent of Systems Manager report, or may."""
    for workload in scene.workloads(account, "AWS::EC2::Instance"):
        bound = workload_binding(scene, workload)
        report = Need(by="{workload_role}", action=_REPORT, resource="{workload}")
        if reports(scene, workload):
            yield structs.replace(bound, extra=(report,))
        else:
            missing = (*bound.missing, unmanaged(workload.account))
            yield structs.replace(bound, missing=missing)


_REPORT = "ssm:UpdateInstanceInformation"


def reports(scene: Scene, host: Workload) -> Attempt | None:
    """Return how the agent of Systems Manager reports from a host; None where its role does not
    let it.
    """
    return scene.attempts(host.role, _REPORT, host.arn) if host.role else None


def unmanaged(account: str) -> str:
    """Name what would tell whether the agent reports where the role does not let it: the account's
    default host management may, and that setting is not read.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
    """
    return f"ssm:GetServiceSetting of account {account}"


managed_instances = Offered(bindings=_instances, but="workload_role")
"""Every instance whose role lets the agent of Systems Manager report, or may."""


def clusters_and_roles(service: str, *, definitions: bool = False) -> Over:
    """Try every ECS cluster with every role that trusts `service`.

    With `definitions`, only clusters that run a task definition which could be run again.
    """

    def both(scene: Scene, account: str) -> Iterator[Binding]:
        clusters: dict[str, Workload] = {}
        for kind in ("AWS::ECS::Service", "AWS::ECS::Task"):
            for workload in scene.workloads(account, kind):
                if not definitions or workload.related.get("task-definition"):
                    clusters.setdefault(workload.related.get("cluster", ""), workload)
        for cluster, workload in sorted(clusters.items()):
            for role in scene.roles_for(service, account) if cluster else ():
                names = {
                    "role": role.arn,
                    "cluster": cluster,
                    "cluster_name": cluster.rsplit("/", 1)[-1],
                    "region": workload.region,
                    "task_definition": workload.related.get("task-definition", ""),
                }
                fact = Evidence(subject=cluster, why="is a cluster in the account")
                yield Binding(names=names, evidence=(fact,))

    return Offered(bindings=both, but="role")


def roles_behind(service: str, *, stack_sets: bool = False) -> Over:
    """Try every role that a role which trusts `service` may assume.

    With `stack_sets`, only through the administration roles of stack sets that exist.
    """

    def behind(scene: Scene, account: str) -> Iterator[Binding]:
        sets = scene.workloads(account, "AWS::CloudFormation::StackSet") if stack_sets else (None,)
        for stack_set in sets:
            for first in scene.roles_for(service, account):
                if stack_set is not None and stack_set.role != first.arn:
                    continue
                bound = workload_binding(scene, stack_set) if stack_set else Binding()
                yield from _behind(scene, first.arn, bound)

    return Offered(bindings=behind)


def _behind(scene: Scene, first: str, bound: Binding) -> Iterator[Binding]:
    """Bind every role that `first` may assume as the one that builds."""
    if not scene.estate.may(first, "sts:AssumeRole"):
        return
    own = account_of(first)
    for account in scene.accounts:
        for second in scene.people(account, "role"):
            if account != own and not scene.admission.could(own, second.arn, trust=True):
                continue
            if scene.attempts(first, "sts:AssumeRole", second.arn) is None:
                continue
            chain = Need(by=first, action="sts:AssumeRole", resource=second.arn)
            yield Binding(
                names={
                    **bound.names,
                    "role": first,
                    "execution_role": second.arn,
                    "administration_role": first,
                },
                evidence=bound.evidence,
                extra=(chain,),
            )
