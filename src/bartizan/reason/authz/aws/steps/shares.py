# SPDX-License-Identifier: Apache-2.0
"""Things that a switch, not a policy, opens to others: snapshots, images, access control lists.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Share, Store
from bartizan.model.facts.policy import PublicAccessBlock
from bartizan.model.remedy import Remedy, Unshare
from bartizan.model.step import Ability, Breaker, Foothold, Step
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.unread import names
from bartizan.reason.authz.aws.policy.document import Document, Effect, Principals, Statement
from bartizan.reason.authz.aws.request import Attached, Policies
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.structure import foothold

UNSHARE = 2

_BUCKET = "AWS::S3::Bucket"
_ACTIONS = {
    ("AWS::EC2::Snapshot", False): ("ebs:GetSnapshotBlock", ""),
    (_BUCKET, False): ("s3:GetObject", "/*"),
    (_BUCKET, True): ("s3:PutObject", "/*"),
}
"""Kind of what is shared, and whether it may be written, to what is asked for."""
_PUBLIC = frozenset({"anonymous", "all"})
"""Whom a list names that is public; one that names accounts is not.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""


def steps(scene: Scene) -> Iterator[Step]:
    """Yield who can read what is shared."""
    stores = {store.arn: store for kind in scene.stores.values() for store in kind}
    rows = scene.estate.facts.rows(Share)
    for row in sorted(rows, key=lambda row: (row.resource, row.with_whom, row.access, row.via)):
        store = stores.get(row.resource)
        for who, name in _audience(scene, row):
            step = _step(scene, row, store, audience=(who, name))
            if step is not None:
                yield step


def _audience(scene: Scene, row: Share) -> Iterator[tuple[Foothold, str]]:
    """Yield the footholds that the share lets in, with a caller who stands for each."""
    accounts = scene.estate.accounts
    if row.with_whom == "anonymous":
        yield foothold(Ability.START, "internet"), caller.ANONYMOUS
    elif row.with_whom == "all":
        yield foothold(Ability.START, "any-aws-account"), caller.outsider()
    elif row.with_whom in accounts:
        partition = accounts[row.with_whom].partition
        name = caller.administrator(row.with_whom, partition=partition)
        yield foothold(Ability.ADMINISTER, row.with_whom), name
    elif row.with_whom.isdigit():
        yield foothold(Ability.START, row.with_whom), caller.outsider(row.with_whom)
    else:
        for account in sorted(accounts.values(), key=lambda each: each.id):
            path = f"{account.organization_path}{account.organization}/"
            if row.with_whom.rsplit("/", 1)[-1] in path.split("/"):
                name = caller.administrator(account.id, partition=account.partition)
                yield foothold(Ability.ADMINISTER, account.id), name


def _step(
    scene: Scene, row: Share, store: Store | None, *, audience: tuple[Foothold, str]
) -> Step | None:
    """Return the step, unless a guardrail, a block or a key that is not shared prevents it."""
    who, name = audience
    missing: tuple[str, ...] = ()
    asks = []
    writes = row.access == "write"
    if store is not None and (store.kind, writes) in _ACTIONS:
        action, suffix = _ACTIONS[store.kind, writes]
        if row.via == "acl" and row.with_whom in _PUBLIC and _ignored(scene, store):
            return None
        resource = row.resource + suffix
        policies = scene.estate.policies(name, action, resource)
        if row.via == "acl":
            # What was not read of the block of public policies says nothing of lists.
            policies = structs.replace(policies, missing=())
        attempt = scene.attempts.under(_opened(policies), name, action, resource)
        if attempt is None:
            return None
        missing = (*attempt.missing, *_unread(scene, row, store))
    if store is not None and store.key:
        forwarded = (("kms:ViaService", _via(store)), ("aws:ViaAWSService", "true"))
        use = "kms:GenerateDataKey" if writes else "kms:Decrypt"
        key = scene.attempts(name, use, store.key, forwarded)
        if key is None:
            return None
        asks, missing = [key.ask], (*missing, *key.missing)
    change = Unshare(
        resource=row.resource, with_whom=row.with_whom, kind=row.kind, record=row.record
    )
    title = f"Stop sharing {row.resource.split(':', 5)[-1]} with {row.with_whom}"
    fact = Evidence(subject=row.resource, why=f"is shared with {row.with_whom} by {row.via}")
    return Step(
        technique="read-share",
        needs=(who,),
        grants=foothold(Ability.WRITE if writes else Ability.READ, row.resource),
        cost=1,
        evidence=(fact,),
        asks=tuple(asks),
        breakers=(Breaker(remedies=(Remedy(change=change, title=title, cost=UNSHARE),)),),
        missing=tuple(sorted(set(missing))),
    )


def _via(store: Store) -> str:
    service = "s3" if store.kind == _BUCKET else "ec2"
    return f"{service}.{store.region or store.key.split(':')[3]}.amazonaws.com"


def _ignored(scene: Scene, store: Store) -> bool:
    """Public access control lists have no effect on this bucket."""
    places = {store.arn, store.account}
    rows = scene.estate.facts.rows(PublicAccessBlock)
    return any(row.ignore_public_acls for row in rows if row.target in places)


def _unread(scene: Scene, row: Share, store: Store) -> tuple[str, ...]:
    """Name what was not read and may take the effect of an access control list away."""
    if row.via != "acl":
        return ()
    gaps = scene.estate.gaps
    controls = names(gap for gap in gaps.details(store.arn) if "Ownership" in gap.operation)
    if row.with_whom not in _PUBLIC:
        return controls
    return (*controls, *gaps.of_public_access_block(store.arn, account=store.account))


def _opened(policies: Policies) -> Policies:
    """Let a statement stand for the switch, so that everything that limits it is still asked."""
    statement = Statement(
        position=0,
        sid="",
        effect=Effect.ALLOW,
        action=("*",),
        not_action=None,
        resource=("*",),
        not_resource=None,
        principal=Principals(any=True),
        not_principal=None,
        conditions=(),
        text="",
    )
    document = Document(version="2012-10-17", statements=(statement,))
    written = Attached(id="bartizan:share", document=document)
    return structs.replace(policies, resource=written, block_public_access=None)
