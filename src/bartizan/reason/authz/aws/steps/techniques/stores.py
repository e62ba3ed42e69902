# SPDX-License-Identifier: Apache-2.0
"""Reading data where it lies, with the key that it is encrypted with, and opening it to oneself.

A service that decrypts for its caller asks the key in the caller's name, so the same principal
must be allowed both.
Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

from collections.abc import Iterator

from msgspec import Struct, structs

from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Store
from bartizan.model.step import Ability, Condition
from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.estate.unread import names
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.people_over import reachable_once_opened
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Over, Technique
from bartizan.reason.authz.aws.steps.techniques.parts import named_parts


class _Kind(Struct, frozen=True):
    """How data of one kind of store is read, and how its own policy is written."""

    kind: str
    what: str
    read: str
    suffix: str = ""
    """What is read: the store's ARN and this."""
    via: str = ""
    """The service that decrypts, as `kms:ViaService` begins."""
    sealed_with: str = ""
    """Key of the encryption context that names the store."""
    write_policy: str = ""
    attack: str = "T1530"


_KINDS = (
    _Kind(
        "AWS::S3::Bucket",
        "bucket",
        "s3:GetObject",
        suffix="/*",
        via="s3",
        sealed_with="aws:s3:arn",
        write_policy="s3:PutBucketPolicy",
    ),
    _Kind(
        "AWS::SecretsManager::Secret",
        "secret",
        "secretsmanager:GetSecretValue",
        via="secretsmanager",
        sealed_with="SecretARN",
        write_policy="secretsmanager:PutResourcePolicy",
        attack="T1555.006",
    ),
    _Kind(
        "AWS::SSM::Parameter",
        "parameter",
        "ssm:GetParameter",
        via="ssm",
        sealed_with="PARAMETER_ARN",
        attack="T1555.006",
    ),
    _Kind(
        "AWS::DynamoDB::Table",
        "table",
        "dynamodb:Scan",
        via="dynamodb",
        write_policy="dynamodb:PutResourcePolicy",
    ),
    _Kind(
        "AWS::SQS::Queue",
        "queue",
        "sqs:ReceiveMessage",
        via="sqs",
        write_policy="sqs:SetQueueAttributes",
    ),
    _Kind("AWS::SNS::Topic", "topic", "sns:Subscribe", write_policy="sns:SetTopicAttributes"),
    _Kind(
        "AWS::ECR::Repository",
        "image repository",
        "ecr:BatchGetImage",
        write_policy="ecr:SetRepositoryPolicy",
    ),
    _Kind("AWS::Kinesis::Stream", "stream", "kinesis:GetRecords", via="kinesis"),
    _Kind("AWS::EC2::Snapshot", "disk snapshot", "ebs:GetSnapshotBlock", via="ebs"),
)


def _via(scene: Scene, actor: Actor, kind: _Kind, store: Store) -> tuple[Need, ...]:
    """Return the need to decrypt with the store's key.

    Objects are sealed with their own ARN, or with the bucket's where it has a bucket key; which
    it is, the snapshot does not tell.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    needs = [
        _decryption(kind, store, arn)
        for arn in dict.fromkeys((store.arn + kind.suffix, store.arn))
    ]
    works = (n for n in needs if scene.attempts(actor.name, n.action, n.resource, n.context))
    return (next(works, needs[0]),)


def _decryption(kind: _Kind, store: Store, sealed_with: str) -> Need:
    partition = store.key.split(":", 2)[1] if store.key.startswith("arn:") else "aws"
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    region = store.region or store.key.split(":", 4)[3]
    context: list[tuple[str, str | None]] = []
    if kind.via:
        context += [("kms:ViaService", f"{kind.via}.{region}.{suffix}")]
        context += [("aws:ViaAWSService", "true")]
    if kind.sealed_with:
        context.append((f"kms:EncryptionContext:{kind.sealed_with}", sealed_with))
    return Need(action="kms:Decrypt", resource=store.key, context=tuple(context))


def _stores(kind: _Kind) -> Over:
    def stores(scene: Scene, account: str) -> Iterator[Binding]:
        for store in scene.stores_of(kind.kind):
            policy = scene.estate.resource_policy(store.arn, False)  # noqa: FBT003 - cached by position
            lets_in = policy is not None and scene.admission.could(account, store.arn)
            if store.account == account or lets_in:
                yield _bound(scene, kind, store)

    def with_key(scene: Scene, actor: Actor, binding: Binding) -> Iterator[Binding]:
        yield _with_key(scene, actor, kind, binding)

    return Offered(bindings=stores, finish=with_key)


def bucket_parts(scene: Scene, actor: Actor) -> Iterator[Binding]:
    """Try the parts of buckets that policies name, where the whole cannot be read."""
    for store, text in named_parts(scene, actor):
        bound = of_bucket(scene, actor, store)
        only = Condition(text=f"only objects like `{text}`", key="resource", effort=2)
        names = {**bound.names, "object": pattern.instance(text)}
        yield structs.replace(bound, names=names, conditions=(only,))


def buckets(action: str) -> Over:
    """Try every bucket in which the actor may be allowed `action`, with the need for its key."""
    return _stores(structs.replace(_KINDS[0], read=action))


def of_bucket(scene: Scene, actor: Actor, bucket: Store) -> Binding:
    """Return a bucket, with the need for its key."""
    return _binding(scene, actor, _KINDS[0], bucket)


def _opened(kind: _Kind) -> Over:
    """Try every store of the account whose data the actor could read if its policy let it."""

    def stores(scene: Scene, account: str) -> Iterator[Binding]:
        for store in scene.stores_in(account, kind.kind):
            yield _bound(scene, kind, store)

    def opened(scene: Scene, actor: Actor, bound: Binding) -> Iterator[Binding]:
        store = bound.names["store"]
        if scene.attempts(actor.name, kind.write_policy, store) is None:
            return
        attempt = reachable_once_opened(scene, actor, kind.read, store + kind.suffix)
        if attempt is not None:
            whole = _with_key(scene, actor, kind, bound)
            yield structs.replace(whole, missing=attempt.missing)

    return Offered(bindings=stores, finish=opened)


def _binding(scene: Scene, actor: Actor, kind: _Kind, store: Store) -> Binding:
    return _with_key(scene, actor, kind, _bound(scene, kind, store))


def _with_key(scene: Scene, actor: Actor, kind: _Kind, bound: Binding) -> Binding:
    """Add the need for the key of a store that is bound."""
    store = scene.store(bound.names["store"])
    if not store.key:
        return bound
    return structs.replace(bound, extra=_via(scene, actor, kind, store))


def _bound(scene: Scene, kind: _Kind, store: Store) -> Binding:
    facts = [Evidence(subject=store.arn, why=f"is a {kind.what}")]
    if store.key:
        facts.append(Evidence(subject=store.arn, why=f"is encrypted with {store.key}"))
    details = scene.estate.gaps.details(store.arn)
    unread = names(row for row in details if "Encryption" in row.operation)
    return Binding(
        names={"store": store.arn, "region": store.region},
        evidence=tuple(facts),
        missing=unread,
    )


def _keys(scene: Scene, account: str) -> Iterator[Binding]:
    """Try every key that works and is the customer's own."""
    for key in scene.encryption_keys():
        # Of a key that is only listed neither manager nor state is known.
        if key.manager not in {"CUSTOMER", ""} or key.state not in {"Enabled", ""}:
            continue
        if key.account == account or scene.admission.could(account, key.arn):
            details = scene.estate.gaps.details(key.arn)
            unread = names(row for row in details if row.operation == "DescribeKey")
            yield Binding(names={"store": key.arn, "region": key.region}, missing=unread)


def _own_keys(write: Need) -> Over:
    """Try the keys of the actor's own account, where guardrails let a new policy work."""

    def keys(scene: Scene, account: str) -> Iterator[Binding]:
        for bound in _keys(scene, account):
            if account_of(bound.names["store"]) == account:
                yield bound

    def opened(scene: Scene, actor: Actor, bound: Binding) -> Iterator[Binding]:
        key = bound.names["store"]
        if scene.attempts(actor.name, write.action, key, write.context) is None:
            return
        attempt = reachable_once_opened(scene, actor, "kms:Decrypt", key)
        if attempt is not None:
            yield structs.replace(bound, missing=(*bound.missing, *attempt.missing))

    return Offered(bindings=keys, finish=opened)


def _shareable(scene: Scene, account: str) -> Iterator[Binding]:
    """Try every snapshot of the account that is not sealed with a key which AWS manages.

    One that is sealed with a customer's key is of use only to whoever the key is opened to.
    """
    for store in scene.stores_in(account, "AWS::EC2::Snapshot"):
        if store.key in scene.keys_of_vendor:
            continue
        grant = Need(action="kms:CreateGrant", resource=store.key)
        yield Binding(
            names={"store": store.arn, "region": store.region},
            evidence=(Evidence(subject=store.arn, why="is a disk snapshot"),),
            extra=(grant,) if store.key else (),
        )


def _reading(kind: _Kind) -> Technique:
    return Technique(
        id=f"read-{kind.what.replace(' ', '-')}",
        title=f"Read a {kind.what}",
        attack=kind.attack,
        explanation=f"Whoever is allowed `{kind.read}`, and to decrypt where a key of its own "
        "guards the data, reads it. Close it by naming in the policies only those who need it.",
        effort=1,
        over=_stores(kind),
        needs=(Need(action=kind.read, resource="{store}" + kind.suffix),),
        grants=Ability.READ,
        entity="{store}",
        administrator=True,
        abroad=True,
    )


def _opening(kind: _Kind) -> Technique:
    return Technique(
        id=f"open-{kind.what.replace(' ', '-')}",
        title=f"Write oneself into the policy of a {kind.what}",
        attack="T1098",
        explanation=f"Whoever is allowed `{kind.write_policy}` grants themselves the rest. Close "
        "it by denying the call to all but those who keep the policy.",
        effort=2,
        over=_opened(kind),
        needs=(Need(action=kind.write_policy, resource="{store}"),),
        grants=Ability.READ,
        entity="{store}",
        administrator=True,
    )


_PUT_KEY_POLICY = Need(action="kms:PutKeyPolicy", resource="{store}")
_CREATE_GRANT = Need(
    action="kms:CreateGrant",
    resource="{store}",
    context=(("kms:GrantIsForAWSResource", "false"),),
)
TECHNIQUES = (
    Technique(
        id="read-part-of-bucket",
        title="Read a part of a bucket",
        attack="T1530",
        explanation="A policy opens some objects of the bucket. Close it by naming in the policy "
        "only those who need them.",
        effort=1,
        over=bucket_parts,
        needs=(Need(action="s3:GetObject", resource="{object}"),),
        grants=Ability.READ,
        entity="{store}",
        administrator=True,
        abroad=True,
    ),
    *(_reading(kind) for kind in _KINDS),
    *(_opening(kind) for kind in _KINDS if kind.write_policy),
    Technique(
        id="use-key",
        title="Decrypt with a key",
        attack="T1552",
        explanation="Whoever may decrypt with the key opens whatever ciphertext of it they come "
        "by. Close it in the key's policy, which alone decides who else may be allowed.",
        effort=1,
        over=Offered(bindings=_keys),
        needs=(Need(action="kms:Decrypt", resource="{store}"),),
        grants=Ability.DECRYPT,
        entity="{store}",
        administrator=True,
        abroad=True,
    ),
    Technique(
        id="open-key",
        title="Write oneself into the policy of a key",
        attack="T1098",
        explanation="Whoever may write a key's policy may let themselves decrypt with it. Close "
        "it by keeping `kms:PutKeyPolicy` to the key's administrators.",
        effort=2,
        over=_own_keys(_PUT_KEY_POLICY),
        needs=(_PUT_KEY_POLICY,),
        grants=Ability.DECRYPT,
        entity="{store}",
        administrator=True,
    ),
    Technique(
        id="grant-key",
        title="Grant oneself the use of a key",
        attack="T1098",
        explanation="Whoever may make grants on a key may let themselves decrypt with it. Close "
        "it with the condition `kms:GrantIsForAWSResource` on the statement that allows it.",
        effort=2,
        over=_own_keys(_CREATE_GRANT),
        needs=(_CREATE_GRANT,),
        grants=Ability.DECRYPT,
        entity="{store}",
        administrator=True,
    ),
    Technique(
        id="share-snapshot",
        title="Share a disk snapshot with an account of one's own",
        attack="T1537",
        explanation="A snapshot that is not encrypted with an AWS managed key can be shared with "
        "any account, which then reads it. Close it by denying the call.",
        effort=2,
        over=Offered(bindings=_shareable),
        needs=(Need(action="ec2:ModifySnapshotAttribute", resource="{store}"),),
        grants=Ability.READ,
        entity="{store}",
        administrator=True,
    ),
)
