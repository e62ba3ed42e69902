# SPDX-License-Identifier: Apache-2.0
"""The directory of Identity Center: users, groups, and who is in which.

Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Operations.html
"""

import functools
import uuid

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_USER, _GROUP = "AWS::IdentityStore::User", "AWS::IdentityStore::Group"
_MEMBER, _INSTANCE = "AWS::IdentityStore::GroupMembership", "AWS::SSO::Instance"

_kind = functools.partial(Kind, service="identitystore")
_keep = functools.partial(keep, service="identitystore")


def _own(thing: Thing, attribute: str) -> str:
    """Return the id of a thing, or one like AWS makes for a new one."""
    held = thing.values.get(attribute)
    if isinstance(held, str) and held:
        return held
    return str(uuid.UUID(bytes=thing.made(attribute).encode()[-16:]))


def _id(thing: Thing, draft: Draft, name: str) -> str:
    """Return the id of a record: it names the instance, as far as that was read."""
    store = thing.identity("identity_store_id")
    for one in draft.matching(_INSTANCE, store, "IdentityStoreId"):
        return f"{draft.peek(_INSTANCE, one).get('InstanceArn')}#{name}"
    return f"{store}#{name}"


def _user(thing: Thing, draft: Draft) -> None:
    name = _own(thing, "user_id")
    body: Body = {
        "UserId": name,
        "UserName": thing.text("user_name"),
        "IdentityStoreId": thing.identity("identity_store_id"),
    }
    _keep(thing, draft, _USER, _id(thing, draft, name), body=body)


def _group(thing: Thing, draft: Draft) -> None:
    name = _own(thing, "group_id")
    body: Body = {
        "GroupId": name,
        "DisplayName": thing.text("display_name"),
        "IdentityStoreId": thing.identity("identity_store_id"),
    }
    _keep(thing, draft, _GROUP, _id(thing, draft, name), body=body)


def _member(thing: Thing, draft: Draft) -> None:
    name = _own(thing, "membership_id")
    body: Body = {
        "MembershipId": name,
        "GroupId": thing.identity("group_id"),
        "MemberId": {"UserId": thing.identity("member_id")},
        "IdentityStoreId": thing.identity("identity_store_id"),
    }
    _keep(thing, draft, _MEMBER, _id(thing, draft, name), body=body)


def _drop(kind: str, attribute: str, thing: Thing, draft: Draft) -> None:
    draft.drop(kind, _id(thing, draft, thing.identity(attribute)))


def _names(attribute: str, thing: Thing) -> dict[str, str]:
    own = _own(thing, attribute)
    return {attribute: own, "id": f"{thing.identity('identity_store_id')}/{own}"}


KINDS = (
    _kind(
        type="aws_identitystore_user",
        put=_user,
        take=functools.partial(_drop, _USER, "user_id"),
        record=_USER,
        names=functools.partial(_names, "user_id"),
    ),
    _kind(
        type="aws_identitystore_group",
        put=_group,
        take=functools.partial(_drop, _GROUP, "group_id"),
        record=_GROUP,
        names=functools.partial(_names, "group_id"),
    ),
    _kind(
        type="aws_identitystore_group_membership",
        put=_member,
        take=functools.partial(_drop, _MEMBER, "membership_id"),
        record=_MEMBER,
        part=True,
    ),
)
