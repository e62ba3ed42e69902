# SPDX-License-Identifier: Apache-2.0
"""KMS: keys, their policies, grants and aliases; never what they encrypt.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/control-access.html
"""

import functools
from collections.abc import Iterator, Mapping

from bartizan.model.facts.estate import Key
from bartizan.model.facts.policy import KeyGrant
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, mapping, rows, text, texts
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service

_call = functools.partial(Call, service="kms", scope=Scope.REGION)
_of_customer_key = functools.partial(
    _call,
    each="AWS::KMS::Key",
    parameters={"KeyId": "parent.KeyId"},
    when="parent.KeyManager == 'CUSTOMER'",
)

_CALLS = (
    _call(operation="ListKeys", kind="AWS::KMS::KeyListEntry", items="Keys", id="item.KeyArn"),
    _call(operation="ListAliases", kind="AWS::KMS::Alias", items="Aliases", id="item.AliasArn"),
    _call(
        operation="DescribeKey",
        kind="AWS::KMS::Key",
        each="AWS::KMS::KeyListEntry",
        parameters={"KeyId": "parent.KeyId"},
        items="[KeyMetadata]",
        id="item.Arn",
    ),
    _call(
        operation="GetKeyPolicy",
        kind="AWS::KMS::KeyPolicy",
        each="AWS::KMS::KeyListEntry",
        parameters={"KeyId": "parent.KeyId", "PolicyName": "'default'"},
        id="parent_id",
    ),
    _of_customer_key(
        operation="ListGrants",
        kind="AWS::KMS::Grant",
        items="Grants",
        id="join('#', [parent.Arn, item.GrantId])",
    ),
    _of_customer_key(
        operation="ListResourceTags",
        kind="AWS::KMS::KeyTags",
        id="parent_id",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Yield keys, their policies and their grants.

    Grants are read of customers' keys only: those on a key that AWS manages are made by its own
    services for themselves.
    """
    aliases: dict[tuple[str, str, str], list[str]] = {}
    for row in records.of("AWS::KMS::Alias"):
        place = (row.account, row.region, str(row.body.get("TargetKeyId")))
        aliases.setdefault(place, []).append(str(row.body.get("AliasName")))
    labels = {row.id: row for row in records.of("AWS::KMS::KeyTags")}
    described = {row.id for row in records.of("AWS::KMS::Key")}

    def key(record: Record) -> Iterator[Row]:
        yield _key(record, aliases, labels.get(record.id))

    def entry(record: Record) -> Iterator[Row]:
        if record.id not in described:
            yield _key(record, aliases, None)

    yield from rows(records, "AWS::KMS::KeyListEntry", entry)
    yield from rows(records, "AWS::KMS::Key", key)
    yield from rows(records, "AWS::KMS::KeyPolicy", _policy)
    yield from rows(records, "AWS::KMS::Grant", _grant)


def _key(
    record: Record,
    aliases: Mapping[tuple[str, str, str], list[str]],
    labels: Record | None,
) -> Key:
    """Return a key; of one that is only listed, state and manager stay empty."""
    name = text(record.body, "KeyId")
    return Key(
        arn=record.id,
        account=record.account,
        region=record.region,
        manager=text(record.body, "KeyManager"),
        state=text(record.body, "KeyState"),
        aliases=tuple(sorted(aliases.get((record.account, record.region, name), []))),
        tags=_tags(labels) if labels else {},
    )


def _tags(labels: Record) -> Mapping[str, str]:
    """Return a key's tags, which KMS alone writes as `TagKey` and `TagValue`."""
    listed = labels.body.get("Tags")
    pairs = [tag for tag in (listed if isinstance(listed, list) else []) if isinstance(tag, dict)]
    return {text(tag, "TagKey"): text(tag, "TagValue") for tag in pairs}


def _policy(record: Record) -> Iterator[Row]:
    written = document(record.body, "Policy") or None
    yield from resource_policy(record, target=record.id, document=written)


def _grant(record: Record) -> Iterator[Row]:
    """Yield one grant.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
    """
    body, limits = record.body, mapping(record.body, "Constraints")
    yield KeyGrant(
        id=text(body, "GrantId"),
        key=record.id.partition("#")[0],
        grantee=text(body, "GranteePrincipal") or text(body, "GranteeServicePrincipal"),
        retiring=text(body, "RetiringPrincipal") or text(body, "RetiringServicePrincipal"),
        operations=tuple(sorted(texts(body, "Operations"))),
        encryption_context_equals=_pairs(mapping(limits, "EncryptionContextEquals")),
        encryption_context_subset=_pairs(mapping(limits, "EncryptionContextSubset")),
    )


def _pairs(context: Mapping[str, Json]) -> tuple[str, ...]:
    return tuple(f"{name}={text(context, name)}" for name in sorted(context))


SERVICE = Service(name="KMS", calls=_CALLS, normalise=normalise)
