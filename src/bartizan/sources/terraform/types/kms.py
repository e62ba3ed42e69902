# SPDX-License-Identifier: Apache-2.0
"""KMS: keys, their policies and aliases.

Records are answers of https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
"""

import functools
import json
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep

_ENTRY, _KEY, _POLICY = "AWS::KMS::KeyListEntry", "AWS::KMS::Key", "AWS::KMS::KeyPolicy"
_TAGS, _ALIAS = "AWS::KMS::KeyTags", "AWS::KMS::Alias"
_GRANT = "AWS::KMS::Grant"
_LIMITS = {
    "EncryptionContextEquals": "encryption_context_equals",
    "EncryptionContextSubset": "encryption_context_subset",
}

_kind = functools.partial(Kind, service="kms")
_keep = functools.partial(keep, service="kms")


def _arn(thing: Thing) -> str:
    held = thing.values.get("arn")
    if isinstance(held, str) and held:
        return held
    thing.account()
    return thing.place.arn("kms", f"key/{thing.predicted()}", region=True)


def _names(thing: Thing) -> Mapping[str, str]:
    arn = _arn(thing)
    name = arn.rpartition("/")[2]
    return {"arn": arn, "key_id": name, "id": name}


def _key(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing)
    name = arn.rpartition("/")[2]
    enabled = not thing.said("is_enabled") or thing.flag("is_enabled")
    state = "Enabled" if enabled else "Disabled"
    described: Body = {"KeyId": name, "Arn": arn, "KeyManager": "CUSTOMER", "KeyState": state}
    _keep(thing, draft, _ENTRY, arn, body={"KeyArn": arn, "KeyId": name})
    _keep(thing, draft, _KEY, arn, body=described)
    if not thing.silent("policy") or not draft.peek(_POLICY, arn):
        policy = thing.document("policy", default=_delegation(thing))
        _keep(thing, draft, _POLICY, arn, body={"Policy": policy})
    _keep(thing, draft, _TAGS, arn, body={"Tags": thing.tags("TagKey", "TagValue")})


def _delegation(thing: Thing) -> str:
    """Return the policy of a key for which none was written: the account's policies decide.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    root = f"arn:{thing.place.partition}:iam::{thing.place.account}:root"
    allow = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def _no_key(thing: Thing, draft: Draft) -> None:
    arn = thing.identity("arn")
    for kind in (_ENTRY, _KEY, _POLICY, _TAGS):
        draft.drop(kind, arn)
    for one in [one for one in draft.held(_GRANT) if one.startswith(f"{arn}#")]:
        draft.drop(_GRANT, one)


def _of(thing: Thing, draft: Draft) -> str:
    """Return the ARN of the key that an object is about.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    key = thing.identity("key_id")
    found = key if key.startswith("arn:") else draft.named(_KEY, thing.account(), key)
    if not found:
        raise UntoldError("key_id")
    return found


def _policy(thing: Thing, draft: Draft) -> None:
    body: Body = {"Policy": thing.document("policy")}
    _keep(thing, draft, _POLICY, _of(thing, draft), body=body)


def _no_policy(thing: Thing, draft: Draft) -> None:
    """The key is left with the policy that AWS makes."""
    _keep(thing, draft, _POLICY, _of(thing, draft), body={"Policy": _delegation(thing)})


def _alias(thing: Thing, draft: Draft) -> None:
    name = thing.identity("name")
    arn = thing.place.arn("kms", name, region=True)
    target = thing.text("target_key_id").rpartition("/")[2]
    body: Body = {"AliasName": name, "AliasArn": arn, "TargetKeyId": target}
    _keep(thing, draft, _ALIAS, arn, body=body)


def _grant_id(thing: Thing) -> str:
    held = thing.values.get("grant_id")
    return held if isinstance(held, str) and held else thing.made("grant").rpartition("-")[2]


def _grant(thing: Thing, draft: Draft) -> None:
    """Put a grant.

    Raises:
        UntoldError: what limits it is hidden, so that it may allow nothing.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
    """
    key, own = _of(thing, draft), _grant_id(thing)
    limits: dict[str, Json] = {}
    for block in thing.blocks("constraints"):
        for member, argument in _LIMITS.items():
            if pairs := block.mapping(argument):
                limits[member] = pairs
    if unknown := next((name for name in thing.gaps if name.startswith("constraints")), ""):
        raise UntoldError(unknown)
    retiring = thing.text("retiring_principal")
    body: Body = {
        "KeyId": key,
        "GrantId": own,
        "GranteePrincipal": thing.identity("grantee_principal"),
        "RetiringPrincipal": retiring or None,
        "Operations": list[Json](sorted(thing.texts("operations"))),
        "Constraints": limits,
    }
    _keep(thing, draft, _GRANT, f"{key}#{own}", body=body)


def _no_grant(thing: Thing, draft: Draft) -> None:
    draft.drop(_GRANT, f"{_of(thing, draft)}#{thing.identity('grant_id')}")


KINDS = (
    _kind(type="aws_kms_key", put=_key, take=_no_key, record=_KEY, names=_names),
    _kind(
        type="aws_kms_key_policy",
        put=_policy,
        take=_no_policy,
        record=_POLICY,
        part=True,
    ),
    _kind(
        type="aws_kms_alias",
        put=_alias,
        take=lambda thing, draft: draft.drop(_ALIAS, thing.identity("arn")),
        record=_ALIAS,
    ),
    _kind(
        type="aws_kms_grant",
        put=_grant,
        take=_no_grant,
        record=_GRANT,
        part=True,
    ),
)
