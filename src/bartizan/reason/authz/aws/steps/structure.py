# SPDX-License-Identifier: Apache-2.0
"""Steps that need no request: what runs acts as its role, what is written takes effect.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
"""

from collections.abc import Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import ClusterAccess, PodIdentity, Workload
from bartizan.model.facts.identity import Credential
from bartizan.model.remedy import Remedy, RemoveCredential
from bartizan.model.step import Ability, Breaker, Condition, Foothold, Step
from bartizan.reason.authz.aws.estate.sessions import FILE_USER
from bartizan.reason.authz.aws.steps import actors
from bartizan.reason.authz.aws.steps.hidden import shown
from bartizan.reason.authz.aws.steps.scene import Scene

REVOKE = 1
"""Cost of revoking a credential: it must go anyway."""
LATER = Condition(
    text="what was planted runs when it is next started", key="assume:runs", effort=2
)
SEALED = "kms-ciphertext"
"""Kind of a credential that somebody encrypted before it was put where it lies."""


FUNCTION = "AWS::Lambda::Function"
_CLUSTER, _PODS_SERVICE = "AWS::EKS::Cluster", "pods.eks.amazonaws.com"
_PODS = ("AWS::EKS::PodIdentityAssociation", "AWS::EKS::PodIdentityAssociationSummary")
"""Kinds of records that tell which roles the pods of a cluster act as."""
WORLD = frozenset({"0.0.0.0/0", "::/0"})


def foothold(ability: Ability, entity: str) -> Foothold:
    """Name a foothold."""
    return Foothold(ability.value, entity)


def workloads(scene: Scene) -> Iterator[Step]:
    """Yield how code in a workload comes to run, and as whom it acts.

    A user of a file server runs nothing: what it can reach is another question.
    """
    for workload in sorted(scene.estate.facts.rows(Workload), key=lambda row: row.arn):
        if workload.kind == FILE_USER:
            continue
        runs = foothold(Ability.RUN_CODE, workload.arn)
        if workload.role:
            fact = Evidence(
                subject=workload.arn, why=f"acts as {workload.role}", excerpt=workload.role
            )
            yield Step(
                technique="workload-credentials",
                needs=(runs,),
                grants=foothold(Ability.ACT_AS, workload.role),
                cost=1,
                evidence=(fact,),
            )
        elif workload.related.get("profile"):
            yield from _profiled(scene, workload, runs)
        if workload.kind == FUNCTION:
            yield from _calls(scene, workload, runs)


def _profiled(scene: Scene, workload: Workload, runs: Foothold) -> Iterator[Step]:
    """Yield the roles that may be in a profile which could not be read."""
    hidden = scene.estate.gaps.of_kind("AWS::IAM::InstanceProfile", account=workload.account)
    for role in scene.roles_for("ec2.amazonaws.com", workload.account) if hidden else ():
        yield Step(
            technique="workload-credentials",
            needs=(runs,),
            grants=foothold(Ability.ACT_AS, role.arn),
            cost=1,
            evidence=(Evidence(subject=workload.arn, why="acts as a role in its profile"),),
            missing=hidden,
        )


def _calls(scene: Scene, workload: Workload, runs: Foothold) -> Iterator[Step]:
    planted = foothold(Ability.PLANT_CODE, shown(workload.arn))
    called = foothold(Ability.INVOKE, shown(workload.arn))
    yield Step(
        technique="run-planted-code",
        needs=tuple(sorted((planted, called))),
        grants=runs,
        cost=1,
        evidence=(Evidence(subject=called.entity, why="runs what it holds when it is called"),),
    )
    gaps = scene.estate.gaps
    unread = gaps.of_kind("AWS::Lambda::EventSourceMapping", account=workload.account)
    if unread:
        fact = Evidence(subject=called.entity, why="may be called by an event")
        yield Step(
            technique="wait-for-call",
            needs=(planted,),
            grants=runs,
            cost=2,
            evidence=(fact,),
            missing=unread,
        )
    sources = sorted(scene.triggers.get(workload.arn, ()))
    by = f"is called by {sources[0]}" if sources else "is there to be called"
    conditions = () if sources else (LATER,)
    yield Step(
        technique="wait-for-call",
        needs=(planted,),
        grants=runs,
        cost=2 + sum(held.effort for held in conditions),
        conditions=conditions,
        evidence=(Evidence(subject=shown(workload.arn), why=by),),
    )
    yield from _anonymous_calls(scene, workload, called)


def _anonymous_calls(scene: Scene, workload: Workload, called: Foothold) -> Iterator[Step]:
    unread: tuple[str, ...] = ()
    why = "can be called by anyone without signing in"
    if not workload.anonymous:
        gaps = scene.estate.gaps
        unread = gaps.of_kind("AWS::Lambda::Url", account=workload.account, resource=workload.arn)
        why = "may have an address that takes any call"
    if workload.anonymous or unread:
        yield Step(
            technique="anonymous-call",
            needs=(foothold(Ability.START, "internet"),),
            grants=called,
            cost=1,
            evidence=(Evidence(subject=called.entity, why=why),),
            missing=unread,
        )


def hidden_workloads(scene: Scene) -> Iterator[Step]:
    """Yield what workloads may do that were not read: act as any role their service may assume."""
    for found in scene.hidden.values():
        if found.workload.kind == FILE_USER:
            continue
        runs = foothold(Ability.RUN_CODE, shown(found.workload.arn))
        fact = Evidence(subject=runs.entity, why="could not be read")
        for role in scene.roles_for(found.service, found.workload.account):
            yield Step(
                technique="workload-credentials",
                needs=(runs,),
                grants=foothold(Ability.ACT_AS, role.arn),
                cost=1,
                evidence=(fact,),
                missing=found.missing,
            )
        if found.workload.kind == FUNCTION:
            yield from _calls(scene, found.workload, runs)
            yield Step(
                technique="wait-for-call",
                needs=(foothold(Ability.PLANT_CODE, runs.entity),),
                grants=runs,
                cost=2,
                evidence=(Evidence(subject=runs.entity, why="may be called by an event"),),
                missing=found.missing,
            )
        if found.kind.carries:
            yield from _may_hold(scene, found.credential().id, found.missing)


def _may_hold(scene: Scene, credential: str, missing: tuple[str, ...]) -> Iterator[Step]:
    """Yield the users that a credential may sign in which could not be told."""
    for arn in sorted(scene.estate.principals):
        user = scene.estate.principals[arn]
        unread = scene.estate.gaps.of_kind(
            "AWS::IAM::AccessKey", account=user.account, resource=arn
        )
        active = any(key.active for key in scene.keys.get(arn, ()))
        if user.type == "user" and (active or unread):
            yield Step(
                technique="use-credential",
                needs=(foothold(Ability.HOLD, credential),),
                grants=foothold(Ability.ACT_AS, arn),
                cost=1,
                evidence=(Evidence(subject=arn, why="has a key that could lie there"),),
                missing=tuple(sorted({*missing, *unread})),
            )


def clusters(scene: Scene) -> Iterator[Step]:
    """Yield who administers Kubernetes clusters, and which roles their pods act as.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
    """
    for row in scene.estate.facts.rows(ClusterAccess):
        powers = [policy.rsplit("/", 1)[-1] for policy in row.policies]
        strong = [p for p in powers if "Admin" in p or "Edit" in p]
        if strong or "system:masters" in row.groups:
            why = f"lets {row.principal} in with {', '.join(strong) or 'system:masters'}"
            for sends, conditions in _ways_to(scene, row.cluster):
                acts = foothold(Ability.ACT_AS, row.principal)
                yield Step(
                    technique="cluster-access",
                    needs=tuple(sorted((acts, *sends))),
                    grants=foothold(Ability.RUN_CODE, row.cluster),
                    cost=1 + sum(held.effort for held in conditions),
                    conditions=conditions,
                    evidence=(Evidence(subject=row.cluster, why=why),),
                )
    for pod in scene.estate.facts.rows(PodIdentity):
        limited = actors.pods_are_limited(scene.estate, pod)
        why = f"lets pods of {pod.namespace}/{pod.service_account} act as {pod.role}"
        yield Step(
            technique="pod-identity",
            needs=(foothold(Ability.RUN_CODE, pod.cluster),),
            grants=foothold(Ability.ACT_AS, pod.arn if limited else pod.role),
            cost=1,
            evidence=(Evidence(subject=pod.cluster, why=why),),
        )

    yield from _unread_pods(scene)


def _unread_pods(scene: Scene) -> Iterator[Step]:
    """Yield the roles that pods may act as where it could not be read which they do."""
    gaps = scene.estate.gaps
    for account in scene.accounts:
        missing = sorted({one for kind in _PODS for one in gaps.of_kind(kind, account=account)})
        for cluster in scene.workloads(account, _CLUSTER) if missing else ():
            for role in scene.roles_for(_PODS_SERVICE, account):
                yield Step(
                    technique="pod-identity",
                    needs=(foothold(Ability.RUN_CODE, cluster.arn),),
                    grants=foothold(Ability.ACT_AS, role.arn),
                    cost=1,
                    evidence=(Evidence(subject=cluster.arn, why="may let pods act as a role"),),
                    missing=tuple(missing),
                )


def _ways_to(
    scene: Scene, cluster: str
) -> Iterator[tuple[tuple[Foothold, ...], tuple[Condition, ...]]]:
    """Yield what it takes to send packets to a cluster: nothing where all of the Internet may.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    ports = scene.ports.get(cluster, ())
    shut = ports and not any(row.public and not row.public_ranges for row in ports)
    if not shut or any(WORLD.intersection(row.public_ranges) for row in ports if row.public):
        yield (), ()
        return
    for row in ports:
        if row.public:
            ranges = ", ".join(row.public_ranges)
            text, key = f"comes from {ranges}", "assume:source-address"
            yield (), (Condition(text=text, key=key, values=row.public_ranges, effort=3),)
        for interface in row.interfaces:
            yield (foothold(Ability.SEND, f"{interface}:{row.port}/tcp"),), ()
        if not row.public and not row.interfaces:
            text = "the cluster's endpoint can be reached"
            yield (), (Condition(text=text, key="assume:reachable", effort=2),)


def cluster_tokens(scene: Scene) -> Iterator[Step]:
    """Yield the roles that trust the tokens of a cluster, to whoever runs pods in it.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
    """
    clusters_by_issuer = {
        row.related["oidc-issuer"]: row
        for row in scene.estate.facts.rows(Workload)
        if row.related.get("oidc-issuer")
    }
    for provider in sorted(scene.estate.providers.values(), key=lambda row: row.arn):
        cluster = clusters_by_issuer.get(provider.issuer)
        for role in scene.people(provider.account, "role") if cluster else ():
            tried = scene.attempts(provider.arn, "sts:AssumeRoleWithWebIdentity", role.arn)
            if tried is None or cluster is None:
                continue
            yield Step(
                technique="pod-web-identity",
                needs=(foothold(Ability.RUN_CODE, cluster.arn),),
                grants=foothold(Ability.ACT_AS, role.arn),
                cost=1,
                evidence=(
                    Evidence(subject=cluster.arn, why=f"signs tokens for {provider.arn}"),
                    *tried.decision.because,
                ),
                asks=(tried.ask,),
                missing=tried.missing,
            )


def credentials(scene: Scene) -> Iterator[Step]:
    """Yield what a credential that lies open, or sealed with a key, lets its finder do."""
    known = {row.arn for row in scene.estate.facts.rows(Workload)}
    stores = {store.arn for kind in scene.stores.values() for store in kind}
    used: set[tuple[str, str]] = set()
    for row in sorted(
        scene.estate.facts.rows(Credential), key=lambda row: (row.id, row.lies_in, row.field)
    ):
        fact = Evidence(subject=row.lies_in, why=f"carries a credential in `{row.field}`")
        held = foothold(Ability.HOLD, row.id)
        if row.key and row.kind == SEALED:
            needs = (
                foothold(Ability.DECRYPT, row.key),
                foothold(Ability.READ_SEALED, row.lies_in),
            )
            yield Step(
                technique="unseal-credential",
                needs=tuple(sorted(needs)),
                grants=held,
                cost=1,
                evidence=(fact,),
                breakers=(removal(row),),
            )
        gained = foothold(Ability.READ_SEALED, row.lies_in) if row.kind == SEALED else held
        if row.lies_in in known:
            yield _found(row, foothold(Ability.RUN_CODE, row.lies_in), gained, fact)
        if row.lies_in in stores:
            yield _found(row, foothold(Ability.READ, row.lies_in), gained, fact)
        if row.kind == "aws-access-key" and not row.authenticates:
            unread = [s for s in _may_hold(scene, row.id, ()) if s.missing]
            yield from unread
        if row.authenticates and (row.id, row.authenticates) not in used:
            used.add((row.id, row.authenticates))
            if _works(scene, row.authenticates):
                yield Step(
                    technique="use-credential",
                    needs=(held,),
                    grants=foothold(Ability.ACT_AS, row.authenticates),
                    cost=1,
                    evidence=(Evidence(subject=row.authenticates, why="is signed in by it"),),
                )


def _found(row: Credential, where: Foothold, gained: Foothold, fact: Evidence) -> Step:
    return Step(
        technique="find-credential",
        needs=(where,),
        grants=gained,
        cost=1,
        evidence=(fact,),
        breakers=(removal(row),),
    )


def removal(row: Credential) -> Breaker:
    """Return the way to make a credential useless where it lies."""
    change = RemoveCredential(lies_in=row.lies_in, field=row.field)
    place = row.lies_in.split(":", 5)[-1]
    title = f"Revoke the credential in `{row.field}` of {place} and take it out"
    return Breaker(remedies=(Remedy(change=change, title=title, cost=REVOKE),))


def _works(scene: Scene, principal: str) -> bool:
    """Somebody with long-lived keys that are all switched off is signed in by none of them."""
    keys = scene.keys.get(principal, ())
    return not keys or any(key.active for key in keys)
