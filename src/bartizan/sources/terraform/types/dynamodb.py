# SPDX-License-Identifier: Apache-2.0
"""DynamoDB: tables, their copies in other regions, and their policies.

Records are answers of https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html
"""

import functools
from collections.abc import Iterator, Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing

_NAME, _TABLE = "AWS::DynamoDB::TableName", "AWS::DynamoDB::Table"
_POLICY = "AWS::DynamoDB::ResourcePolicy"

_kind = functools.partial(Kind, service="dynamodb")


def _arn(thing: Thing) -> str:
    return thing.arn("dynamodb", f"table/{thing.identity('name')}")


def _elsewhere(arn: str, region: str) -> str:
    """Return the ARN of a table's copy in another region."""
    parts = arn.split(":")
    return ":".join((*parts[:3], region, *parts[4:]))


def _encryption(key: str) -> Json:
    """Return how a table is encrypted under a key of the customer's; None where it is under one of
    AWS's own.
    """
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key} if key else None


def _key(thing: Thing) -> str:
    """Return the key that is written, or in its place what hides it; empty for those of AWS.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html
    """
    for block in thing.blocks("server_side_encryption"):
        if block.member("enabled"):
            return block.member("enabled")
        if block.flag("enabled") and block.said("kms_key_arn"):
            return block.member("kms_key_arn")
    return ""


def _copies(thing: Thing) -> Iterator[tuple[str, str]]:
    """Yield region and key of each copy."""
    for block in thing.blocks("replica"):
        if region := block.text("region_name"):
            yield region, block.member("kms_key_arn") if block.said("kms_key_arn") else ""


def _table(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing)
    here = arn.split(":")[3]
    copies = dict(_copies(thing))
    for region in _regions(draft.peek(_TABLE, arn)) - copies.keys():
        _drop(_elsewhere(arn, region), draft)
    for region, key in {here: _key(thing), **copies}.items():
        _keep(thing, draft, region, key=key, others={here, *copies} - {region})


def _keep(thing: Thing, draft: Draft, region: str, *, key: str, others: set[str]) -> None:
    arn, name, account = _elsewhere(_arn(thing), region), thing.identity("name"), thing.account()
    body: Body = {
        "TableName": name,
        "TableArn": arn,
        "SSEDescription": _encryption(key),
        "Replicas": [{"RegionName": other} for other in sorted(others)],
    }
    place = {"service": "dynamodb", "account": account, "region": region}
    draft.put(_NAME, arn, {"TableName": name}, **place)
    draft.put(_TABLE, arn, body, **place)


def _regions(body: Mapping[str, Json]) -> set[str]:
    held = body.get("Replicas")
    return {
        str(one.get("RegionName"))
        for one in (held if isinstance(held, list) else ())
        if isinstance(one, dict)
    }


def _drop(arn: str, draft: Draft) -> None:
    for kind in (_NAME, _TABLE, _POLICY):
        draft.drop(kind, arn)


def _no_table(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing)
    for region in {arn.split(":")[3], *(region for region, _ in _copies(thing))}:
        _drop(_elsewhere(arn, region), draft)


def _policy(thing: Thing, draft: Draft) -> None:
    arn = thing.identity("resource_arn")
    draft.put(
        _POLICY,
        arn,
        {"Policy": thing.document("policy")},
        service="dynamodb",
        account=thing.account(),
        region=arn.split(":")[3] if arn.count(":") > 3 else thing.place.region,  # noqa: PLR2004 - where an ARN has its region
    )


KINDS = (
    _kind(
        type="aws_dynamodb_table",
        put=_table,
        take=_no_table,
        record=_TABLE,
        names=lambda thing: {"arn": _arn(thing), "id": thing.identity("name")},
    ),
    _kind(
        type="aws_dynamodb_resource_policy",
        put=_policy,
        take=lambda thing, draft: draft.drop(_POLICY, thing.identity("resource_arn")),
        record=_POLICY,
        part=True,
    ),
)
