# SPDX-License-Identifier: Apache-2.0
"""S3: access points, lists of access, who owns objects, and what buckets call.

Records are answers of
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
and https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
"""

import functools

from bartizan.model.arn import account_of
from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep
from bartizan.sources.terraform.types.ec2 import stays
from bartizan.sources.terraform.types.s3 import SWITCHES, bucket_of, part_of_bucket
from bartizan.sources.terraform.types.s3_acl import ACL, access_list

_ENTRY, _POINT = "AWS::S3::AccessPointEntry", "AWS::S3::AccessPoint"
_POLICY = "AWS::S3::AccessPointPolicy"
_OWNERSHIP, _NOTIFICATION = "AWS::S3::BucketOwnershipControls", "AWS::S3::BucketNotification"

_CALLED = (
    ("LambdaFunctionConfigurations", "lambda_function", "LambdaFunctionArn"),
    ("QueueConfigurations", "queue", "QueueArn"),
    ("TopicConfigurations", "topic", "TopicArn"),
)
"""Member to block, and to the member that names what is called; its argument has a like name."""

_kind = functools.partial(Kind, service="s3")
_keep = functools.partial(keep, service="s3", regional=False)


def _owner(thing: Thing) -> str:
    """Return the account of an access point, which may be said to be another one."""
    return thing.identity("account_id") if thing.said("account_id") else thing.account()


def _point_arn(thing: Thing) -> str:
    arn = thing.arn("s3", f"accesspoint/{thing.identity('name')}")
    return arn.replace(f":{account_of(arn)}:", f":{_owner(thing)}:", 1)


def _point(thing: Thing, draft: Draft) -> None:
    name, arn = thing.identity("name"), _point_arn(thing)
    networks = [block.text("vpc_id") for block in thing.blocks("vpc_configuration")]
    entry: Body = {
        "Name": name,
        "NetworkOrigin": "VPC" if networks else "Internet",
        "VpcConfiguration": {"VpcId": networks[0]} if networks else None,
        "Bucket": thing.text("bucket"),
        "AccessPointArn": arn,
    }
    place = {
        "service": "s3control",
        "account": account_of(arn),
        "region": thing.place.region,
    }
    draft.put(_ENTRY, arn, dict(entry), **place)
    body: Body = {**entry, "PublicAccessBlockConfiguration": _switches(thing)}
    draft.put(_POINT, arn, body, **place)
    if thing.said("policy"):
        _write(thing, draft, arn)


def _switches(thing: Thing) -> Body:
    """Return the four switches; an access point closes what nobody opens.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html
    """
    found: dict[str, Json] = dict.fromkeys(SWITCHES, True)
    for block in thing.blocks("public_access_block_configuration"):
        for name, argument in SWITCHES.items():
            found[name] = block.flag(argument) if block.said(argument) else True
    return found


def _write(thing: Thing, draft: Draft, arn: str) -> None:
    document = thing.document("policy")
    if document == "{}":
        draft.drop(_POLICY, arn)
        return
    draft.put(
        _POLICY,
        arn,
        {"Policy": document},
        service="s3control",
        account=account_of(arn) or thing.account(),
        region=thing.place.region,
    )


def _no_point(thing: Thing, draft: Draft) -> None:
    for kind in (_ENTRY, _POINT, _POLICY):
        draft.drop(kind, _point_arn(thing))


def _point_policy(thing: Thing, draft: Draft) -> None:
    _write(thing, draft, thing.identity("access_point_arn"))


def _acl(thing: Thing, draft: Draft) -> None:
    arn = bucket_of(thing)
    _keep(thing, draft, ACL, arn, body=access_list(thing, draft, arn))


def _ownership(thing: Thing, draft: Draft) -> None:
    rules: list[Json] = [
        {"ObjectOwnership": rule.text("object_ownership")} for rule in thing.blocks("rule")
    ]
    body: Body = {"OwnershipControls": {"Rules": rules}}
    _keep(thing, draft, _OWNERSHIP, bucket_of(thing), body=body)


def _notification(thing: Thing, draft: Draft) -> None:
    body: Body = {}
    for member, block, target in _CALLED:
        argument = f"{block}_arn"
        body[member] = [
            {target: one.text(argument), "Events": list[Json](sorted(one.texts("events")))}
            for one in thing.blocks(block)
        ]
    body["EventBridgeConfiguration"] = {} if thing.flag("eventbridge") else None
    _keep(thing, draft, _NOTIFICATION, bucket_of(thing), body=body)


KINDS = (
    _kind(
        type="aws_s3_access_point",
        put=_point,
        take=_no_point,
        record=_POINT,
        names=lambda thing: {
            "arn": _point_arn(thing),
            "id": f"{_owner(thing)}:{thing.identity('name')}",
        },
    ),
    _kind(
        type="aws_s3control_access_point_policy",
        put=_point_policy,
        take=lambda thing, draft: draft.drop(_POLICY, thing.identity("access_point_arn")),
        record=_POLICY,
        part=True,
    ),
    # The list of a bucket stays when the code lets go of it.
    _kind(type="aws_s3_bucket_acl", put=_acl, take=stays, record=ACL, part=True),
    part_of_bucket("aws_s3_bucket_ownership_controls", put=_ownership, record=_OWNERSHIP),
    part_of_bucket("aws_s3_bucket_notification", put=_notification, record=_NOTIFICATION),
)
