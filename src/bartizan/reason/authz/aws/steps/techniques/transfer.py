# SPDX-License-Identifier: Apache-2.0
"""Users of file servers: signing in as one, and what files that gives.

A user moves files and can do nothing else: the server signs its requests to S3 with a session of
the user's role under the user's session policy, and hands out no credentials. So being such a user
is a foothold of its own and no session of the role.
Source: https://docs.aws.amazon.com/transfer/latest/userguide/requirements-roles.html
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Workload
from bartizan.model.step import Ability, Condition, Foothold
from bartizan.reason.authz.aws.estate import caller, pattern
from bartizan.reason.authz.aws.estate.sessions import FILE_USER
from bartizan.reason.authz.aws.steps import actors
from bartizan.reason.authz.aws.steps.hidden import shown
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Over, Technique
from bartizan.reason.authz.aws.steps.techniques.stores import bucket_parts, buckets

_SERVICE = "transfer.amazonaws.com"
_REACHED = Condition(
    text="the file server can be reached from where the attacker is",
    key="assume:reachable",
    effort=2,
)
_STARTED = Condition(text="the file server is started", key="assume:runs", effort=2)


def users(scene: Scene) -> Iterator[Actor]:
    """Yield the users of all file servers that keep files in S3, as those who ask S3 for them.

    One that was not read may have any role that trusts the service.
    """
    for account in sorted(scene.estate.accounts):
        for user in scene.workloads(account, FILE_USER):
            roles = [user.role] if user.role else []
            if user.arn in scene.hidden:
                roles = [role.arn for role in scene.roles_for(_SERVICE, account)]
            for role in roles if user.related.get("domain") != "EFS" else ():
                held = Foothold(Ability.ACT_AS.value, shown(user.arn))
                yield actors.actor(scene.estate, caller.limited(role, user.arn), held)


def _own_users(scene: Scene, actor: Actor) -> Iterator[Binding]:
    """Try every user of a file server in the actor's account."""
    for user in scene.workloads(actor.who.account, FILE_USER):
        hidden = scene.hidden.get(user.arn)
        conditions = (() if user.running else (_STARTED,)) + (() if user.public else (_REACHED,))
        fact = Evidence(subject=shown(user.arn), why="is a user of a file server")
        yield Binding(
            names={"user": user.arn},
            evidence=(fact,),
            conditions=() if hidden else conditions,
            missing=hidden.missing if hidden else (),
        )


def _whole(action: str, key_action: str) -> Over:
    """Try every bucket that the user sees as a whole."""

    def over(scene: Scene, actor: Actor) -> Iterator[Binding]:
        user = _user(scene, actor)
        for bound in buckets(action)(scene, actor):
            if _shows(user, bound.names["store"]):
                yield _through(scene, actor, bound, key_action=key_action)

    return over


def _parts(scene: Scene, actor: Actor) -> Iterator[Binding]:
    """Try the parts of buckets that are all that the user sees, or that policies name."""
    user = _user(scene, actor)
    for bound in bucket_parts(scene, actor):
        if _shows(user, bound.names["store"]):
            yield _through(scene, actor, bound, key_action="kms:Decrypt")
    for bound in buckets("s3:GetObject")(scene, actor):
        bucket = bound.names["store"]
        for target in sorted(_directories(user)) if not _shows(user, bucket) else ():
            name, _, folder = target.partition("/")
            if f":{name}" != bucket[-len(name) - 1 :] or "${" in folder:
                continue
            only = Condition(text=f"only objects in `{target}`", key="resource", effort=2)
            names = {**bound.names, "object": f"{bucket}/{folder}/{pattern.FRESH}"}
            part = structs.replace(bound, names=names, conditions=(only,))
            yield _through(scene, actor, part, key_action="kms:Decrypt")


def _through(scene: Scene, actor: Actor, bound: Binding, *, key_action: str) -> Binding:
    """Reach a bucket as the user: the server asks for its key too, with the user's session."""
    user = _user(scene, actor)
    hidden = scene.hidden.get(user.arn)
    fact = Evidence(subject=shown(user.arn), why=f"reaches files as {actor.who.arn}")
    return structs.replace(
        bound,
        names={**bound.names, "user": user.arn, "role": actor.who.arn},
        evidence=(fact, *bound.evidence),
        extra=tuple(structs.replace(need, action=key_action) for need in bound.extra),
        missing=(*bound.missing, *(hidden.missing if hidden else ())),
    )


def _user(scene: Scene, actor: Actor) -> Workload:
    starter = caller.parse(actor.name).started_by
    return next(
        row for row in scene.workloads(account_of(starter), FILE_USER) if row.arn == starter
    )


def _directories(user: Workload) -> set[str]:
    """Return all that a user with logical directories sees, without slashes around it."""
    ties = user.related.items()
    return {target.strip("/") for tie, target in ties if tie.startswith("directory:")}


def _shows(user: Workload, bucket: str) -> bool:
    """The whole of `bucket` is among what the user sees."""
    targets = _directories(user)
    return not targets or bucket.rpartition(":")[2] in targets


def _needs(action: str, resource: str = "{store}/*") -> tuple[Need, ...]:
    """Return what the server asks for to move a file of the user's.

    It assumes the role in the context of the user, as the page above says.
    """
    return (
        Need(
            by=_SERVICE,
            action="sts:AssumeRole",
            resource="{role}",
            context=(("aws:SourceAccount", "{account}"), ("aws:SourceArn", "{user}")),
        ),
        Need(action=action, resource=resource),
    )


TECHNIQUES = (
    Technique(
        id="transfer-import-key",
        title="Add a key of one's own to a user of a file server",
        attack="T1098.004",
        explanation="Whoever may add a public key to the user signs in as that user and moves "
        "the files that the user's role and session policy both allow; other requests cannot be "
        "made so. Close it by denying the call to all but those who keep the server.",
        effort=1,
        over=_own_users,
        needs=(Need(action="transfer:ImportSshPublicKey", resource="{user}"),),
        grants=Ability.ACT_AS,
        entity="{user}",
    ),
)

OF_USERS = (
    Technique(
        id="file-server-read",
        title="Download files of a bucket through a file server",
        attack="T1530",
        explanation="The server reads for its user whatever the user's role and session policy "
        "both allow, and decrypts it where they allow that too. Close it with a session policy, "
        "or a role, that names only the user's own files.",
        effort=1,
        over=_whole("s3:GetObject", "kms:Decrypt"),
        needs=_needs("s3:GetObject"),
        grants=Ability.READ,
        entity="{store}",
    ),
    Technique(
        id="file-server-read-part",
        title="Download some files of a bucket through a file server",
        attack="T1530",
        explanation="The server reads for its user whatever the user's role and session policy "
        "both allow and the user's directories show. Close it with a session policy, or a role, "
        "that names only the user's own files.",
        effort=1,
        over=_parts,
        needs=_needs("s3:GetObject", "{object}"),
        grants=Ability.READ,
        entity="{store}",
    ),
    Technique(
        id="file-server-write",
        title="Upload files to a bucket through a file server",
        attack="T1565.001",
        explanation="The server writes for its user wherever the user's role and session policy "
        "both allow it. Close it with a session policy, or a role, that names only the user's "
        "own files.",
        effort=1,
        over=_whole("s3:PutObject", "kms:GenerateDataKey"),
        needs=_needs("s3:PutObject"),
        grants=Ability.WRITE,
        entity="{store}",
    ),
)
"""What users of file servers can do, and nobody else."""
