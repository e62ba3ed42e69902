# SPDX-License-Identifier: Apache-2.0
"""S3: buckets and what the code writes apart of them.

Records are answers of
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import functools

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json
from bartizan.sources.terraform.draft import PROVIDER, Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, Write, keep
from bartizan.sources.terraform.types.s3_acl import ACL, access_list

_BUCKET, _TAGGING = "AWS::S3::Bucket", "AWS::S3::BucketTagging"
_POLICY, _ENCRYPTION = "AWS::S3::BucketPolicy", "AWS::S3::BucketEncryption"
_BLOCK, _ACCOUNT_BLOCK = "AWS::S3::BucketPublicAccessBlock", "AWS::S3::AccountPublicAccessBlock"
_OWNERSHIP = "AWS::S3::BucketOwnershipControls"
_OTHERS = (ACL, _OWNERSHIP, "AWS::S3::BucketNotification")
"""What `s3_part` writes of a bucket, and goes with it."""
_KMS = "aws:kms"
_ENCRYPTING = "server_side_encryption_configuration"
SWITCHES = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}
"""Switch to the argument that sets it."""

_kind = functools.partial(Kind, service="s3")
_keep = functools.partial(keep, service="s3", regional=False)


def _arn(thing: Thing, name: str) -> str:
    return name if name.startswith("arn:") else f"arn:{thing.place.partition}:s3:::{name}"


def bucket_of(thing: Thing) -> str:
    """Return the ARN of the bucket that a thing is of, which the code names by name or ARN.

    Raises:
        UntoldError: it is hidden.
    """
    return _arn(thing, thing.identity("bucket"))


def _bucket(thing: Thing, draft: Draft) -> None:
    name = thing.name("bucket")
    arn = _arn(thing, name)
    if thing.fresh and not draft.peek(_BUCKET, arn):
        _begin(thing, draft, arn)
    _keep(thing, draft, _BUCKET, arn, body={"Name": name, "BucketRegion": thing.place.region})
    _keep(thing, draft, _TAGGING, arn, body={"TagSet": thing.tags()})
    # Old code writes in the bucket what has a type of its own since; else these tell what was.
    if _wrote(thing, "policy") and thing.values.get("policy"):
        _policy(thing, draft)
    if _wrote(thing, "acl") and thing.values.get("acl"):
        _keep(thing, draft, ACL, arn, body=access_list(thing, draft, arn))
    if _wrote(thing, _ENCRYPTING):
        for block in thing.blocks(_ENCRYPTING):
            _encryption(block, draft, arn)


def _begin(thing: Thing, draft: Draft, arn: str) -> None:
    """Close a new bucket, as S3 does whoever makes it: all four switches are on and nobody's list
    of access counts, until something says else. Then a policy that lets in the public is refused,
    and one that was put all the same would let in nobody outside. What is set for the account or
    the organisation can only close more. Nothing is sure of a bucket that may be there already.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """
    if thing.perhaps_there:
        draft.unread(_perhaps(thing, arn))
        return
    body: Body = {"PublicAccessBlockConfiguration": dict.fromkeys(SWITCHES, True)}
    _keep(thing, draft, _BLOCK, arn, body=body)
    rules: Json = [{"ObjectOwnership": "BucketOwnerEnforced"}]
    _keep(thing, draft, _OWNERSHIP, arn, body={"OwnershipControls": {"Rules": rules}})


def _perhaps(thing: Thing, arn: str) -> Unread:
    return Unread(
        provider=PROVIDER,
        account=thing.account(),
        region="",
        service="s3",
        operation="GetPublicAccessBlock",
        action="",
        kind=_BLOCK,
        resource=arn,
        code="not-known",
        reason="without a state nobody knows whether the bucket is new, and so closed by default",
    )


def _wrote(thing: Thing, name: str) -> bool:
    return thing.written is None or name in thing.written


def _no_bucket(thing: Thing, draft: Draft) -> None:
    for kind in (_BUCKET, _TAGGING, _POLICY, _ENCRYPTION, _BLOCK, *_OTHERS):
        draft.drop(kind, bucket_of(thing))


def _policy(thing: Thing, draft: Draft) -> None:
    _keep(thing, draft, _POLICY, bucket_of(thing), body={"Policy": thing.document("policy")})


def _encryption(thing: Thing, draft: Draft, arn: str = "") -> None:
    rules: list[Json] = []
    for rule in thing.blocks("rule"):
        for default in rule.blocks("apply_server_side_encryption_by_default"):
            # What hides the algorithm stands for a key that nobody knows.
            algorithm = default.text("sse_algorithm")
            key = default.member("kms_master_key_id" if algorithm else "sse_algorithm")
            rules.append(_applied(algorithm or _KMS, key))
    if not rules and (rule_hidden := thing.member("rule")):
        rules.append(_applied(_KMS, rule_hidden))
    body: Body = {"ServerSideEncryptionConfiguration": {"Rules": rules}}
    _keep(thing, draft, _ENCRYPTION, arn or bucket_of(thing), body=body)


def _applied(algorithm: str, key: str) -> Json:
    applied: Json = {"SSEAlgorithm": algorithm, "KMSMasterKeyID": key}
    return {"ApplyServerSideEncryptionByDefault": applied}


def _switches(thing: Thing) -> Body:
    held: Json = {name: thing.flag(attribute) for name, attribute in SWITCHES.items()}
    return {"PublicAccessBlockConfiguration": held}


def _block(thing: Thing, draft: Draft) -> None:
    arn = bucket_of(thing)
    draft.read(_perhaps(thing, arn))
    _keep(thing, draft, _BLOCK, arn, body=_switches(thing))


def _account_block(thing: Thing, draft: Draft) -> None:
    _keep(thing, draft, _ACCOUNT_BLOCK, thing.account(), body=_switches(thing))


def _drop(kind: str, thing: Thing, draft: Draft) -> None:
    draft.drop(kind, bucket_of(thing))


def part_of_bucket(type_: str, *, put: Write, record: str) -> Kind:
    """Return the kind of a type whose objects are each one record of a bucket."""
    return _kind(
        type=type_, put=put, take=functools.partial(_drop, record), record=record, part=True
    )


KINDS = (
    _kind(type="aws_s3_bucket", put=_bucket, take=_no_bucket, record=_BUCKET),
    part_of_bucket("aws_s3_bucket_policy", put=_policy, record=_POLICY),
    part_of_bucket(
        "aws_s3_bucket_server_side_encryption_configuration", put=_encryption, record=_ENCRYPTION
    ),
    part_of_bucket("aws_s3_bucket_public_access_block", put=_block, record=_BLOCK),
    _kind(
        type="aws_s3_account_public_access_block",
        put=_account_block,
        take=lambda thing, draft: draft.drop(_ACCOUNT_BLOCK, thing.account()),
        record=_ACCOUNT_BLOCK,
    ),
)
