# SPDX-License-Identifier: Apache-2.0
"""Reads configuration snapshots of AWS Config as answers of the services' own APIs.

Source: https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.session import get_session
from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json
from bartizan.sources.aws.files.config_type import TYPES
from bartizan.sources.aws.files.dump import Dump
from bartizan.sources.aws.unread import PROVIDER

_GONE = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"})


class _Item(Struct, frozen=True, kw_only=True):
    """One resource of a snapshot."""

    kind: str
    account: str
    region: str
    """Empty for global ones."""
    arn: str
    name: str
    element: dict[str, Json]
    """As the service's own API would answer it."""
    beside: Mapping[str, Json]
    """What Config says of it apart: policies and other details."""


def snapshot_dumps(
    path: Path, content: Mapping[str, Json]
) -> tuple[Sequence[Dump], Sequence[Unread]]:
    """Return the answers that a snapshot stands for, and a row for each type of resource that is
    not understood.

    Raises:
        InputError: it is no snapshot of AWS Config.
    """
    listed = content.get("configurationItems")
    if not isinstance(listed, list):
        raise InputError(
            "no snapshot of AWS Config: `configurationItems` is no list", at=Location(str(path))
        )
    items: dict[tuple[str, str, str], list[_Item]] = {}
    unread: dict[Unread, None] = {}
    for position, entry in enumerate(listed):
        item = _item(path, position, entry)
        if isinstance(item, _Item):
            items.setdefault((item.kind, item.account, item.region), []).append(item)
        elif item is not None:
            unread[item] = None
    dumps = [dump for held in items.values() for dump in _dumps(path, held)]
    return dumps, sorted(unread, key=lambda row: (row.account, row.region, row.kind, row.resource))


def _item(path: Path, position: int, entry: Json) -> _Item | Unread | None:
    """Return a resource, why it is not understood, or None where it is no longer there.

    Raises:
        InputError: it does not say what it is or of which account.
    """
    if not isinstance(entry, dict):
        entry = {}
    text = {name: value for name, value in entry.items() if isinstance(value, str)}
    kind, account = text.get("resourceType", ""), text.get("awsAccountId", "")
    if not kind or not account:
        raise InputError(
            "a configuration item without `resourceType` or `awsAccountId`",
            at=Location(f"{path}: configurationItems[{position}]"),
        )
    if text.get("configurationItemStatus", "") in _GONE:
        return None
    region = text.get("awsRegion", "").replace("global", "")
    known = TYPES.get(kind)
    arn = text.get("ARN") or text.get("arn", "")
    if known is None:
        return _unread(kind, account, region, "", "unsupported", "a type that is not understood")
    body = _decoded(entry.get("configuration"))
    if not isinstance(body, dict):
        return _unread(kind, account, region, arn, "malformed", "it has no configuration")
    element = _shaped(body, _shape(known.service, known.shape))
    name = text.get("resourceName") or text.get("resourceId", "")
    if isinstance(element, dict):
        if known.arn and arn:
            element.setdefault(known.arn, arn)
        if known.name and name:
            element.setdefault(known.name, name)
    beside = _decoded(entry.get("supplementaryConfiguration"))
    return _Item(
        kind=kind,
        account=account,
        region="" if known.everywhere else region,
        arn=arn,
        name=name,
        element=element if isinstance(element, dict) else {},
        beside=beside if isinstance(beside, dict) else {},
    )


def _unread(  # noqa: PLR0917 - a row
    kind: str, account: str, region: str, resource: str, code: str, reason: str
) -> Unread:
    return Unread(
        provider=PROVIDER,
        account=account,
        region=region,
        service="config",
        operation="configurationItems",
        action="",
        kind=kind,
        resource=resource,
        code=code,
        reason=reason,
    )


def _decoded(value: Json) -> Json:
    """Return what a value is; Config writes objects as JSON text in places."""
    if isinstance(value, str) and value[:1] in ("{", "[", '"'):
        try:
            return _decoded(json.loads(value))
        except (ValueError, RecursionError):
            return value
    return value


def _shape(service: str, name: str) -> Shape:
    return _model(service).shape_for(name)


@cache
def _model(service: str) -> ServiceModel:
    return get_session().get_service_model(service)


def _shaped(value: Json, shape: Shape) -> Json:
    """Return a value with its members spelled as the service's model spells them. IAM's policies
    are URL-encoded there, as its API writes them.
    """
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        value = _ranges(value)
        names = {name.lower(): name for name in shape.members}
        spelled = {names.get(name.lower(), name): item for name, item in value.items()}
        return {
            name: _shaped(item, shape.members[name]) if name in shape.members else item
            for name, item in spelled.items()
            if item is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_shaped(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: _shaped(item, shape.value) for name, item in value.items()}
    if isinstance(value, str) and value.startswith("%7B"):
        return unquote(value)
    return value


def _ranges(value: dict[str, Json]) -> dict[str, Json]:
    """Return a permission of a security group with its ranges as the API has them: Config says
    them twice, as objects under a name of its own and as plain text under the API's.
    """
    listed = value.get("ipv4Ranges", value.get("ipRanges"))
    if not isinstance(listed, list):
        return value
    kept = {name: held for name, held in value.items() if name != "ipv4Ranges"}
    told: list[Json] = [{"cidrIp": one} if isinstance(one, str) else one for one in listed]
    return kept | {"ipRanges": told}


def _dumps(path: Path, items: Sequence[_Item]) -> Iterator[Dump]:
    """Yield the answers that resources of one type, account and region stand for."""
    first = items[0]
    known = TYPES[first.kind]
    elements: list[Json] = [item.element for item in items]
    match first.kind:
        case "AWS::EC2::Instance":
            yield _dump(path, first, {"Reservations": [{"Instances": elements}]})
        case "AWS::KMS::Key":
            keys: list[Json] = [{"KeyArn": item.arn, "KeyId": item.name} for item in items]
            yield _dump(path, first, {"Keys": keys}, operation="ListKeys")
            for item in items:
                yield _dump(path, item, {"KeyMetadata": item.element}, parent=item.arn)
        case "AWS::DynamoDB::Table":
            names: list[Json] = [item.name for item in items]
            yield _dump(path, first, {"TableNames": names}, operation="ListTables")
            for item in items:
                yield _dump(path, item, {"Table": item.element}, parent=item.arn)
        case _:
            yield _dump(path, first, {known.member: elements})
    for item in items:
        yield from _details(path, item)


def _details(path: Path, item: _Item) -> Iterator[Dump]:
    """Yield the answers about one resource that Config keeps beside it."""
    match item.kind:
        case "AWS::S3::Bucket":
            held = _decoded(item.beside.get("BucketPolicy"))
            if isinstance(held, dict) and "policyText" in held:
                yield _policy(path, item, held["policyText"], "GetBucketPolicy")
            block = _decoded(item.beside.get("PublicAccessBlockConfiguration"))
            if isinstance(block, dict):
                shape = _shape("s3", "PublicAccessBlockConfiguration")
                answer = {"PublicAccessBlockConfiguration": _shaped(block, shape)}
                yield _dump(path, item, answer, operation="GetPublicAccessBlock", parent=item.name)
        case "AWS::Lambda::Function" if "Policy" in item.beside:
            yield _policy(path, item, item.beside["Policy"], "GetPolicy")
        case "AWS::KMS::Key" if "Policy" in item.beside:
            yield _policy(path, item, item.beside["Policy"], "GetKeyPolicy")
        case _:
            return


def _policy(path: Path, item: _Item, policy: Json, operation: str) -> Dump:
    """Return the answer that is a policy; an empty one where Config says that there is none."""
    document = _decoded(policy)
    if isinstance(document, dict):
        document = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    answer: dict[str, Json] = {"Policy": document} if document else {}
    parent = item.name if item.kind == "AWS::S3::Bucket" else item.arn
    return _dump(path, item, answer, operation=operation, parent=parent)


def _dump(
    path: Path,
    item: _Item,
    response: Mapping[str, Json],
    *,
    operation: str = "",
    parent: str = "",
) -> Dump:
    known = TYPES[item.kind]
    return Dump(
        path=path,
        service=known.service,
        operation=operation or known.operation,
        parent=parent,
        page=0,
        account=item.account,
        region=item.region,
        partition=item.arn.split(":")[1] if item.arn.startswith("arn:") else "aws",
        response=response,
    )
