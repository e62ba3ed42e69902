# SPDX-License-Identifier: Apache-2.0
"""What the code writes apart and IAM keeps with its holder: inline policies, attachments, members.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

import functools
from collections.abc import Callable, Iterator
from typing import TypeAlias

from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, listed, parsed
from bartizan.sources.terraform.types.iam import GROUP, ROLE, USER, attached, write_inline

_kind = functools.partial(Kind, service="iam", part=True)

_HOLDERS = {"role": ROLE, "user": USER, "group": GROUP}
_INLINE = {ROLE: "RolePolicyList", USER: "UserPolicyList", GROUP: "GroupPolicyList"}

Holder: TypeAlias = tuple[str, Body]


def _holder(thing: Thing, draft: Draft, noun: str, name: str) -> Holder:
    """Return the kind and body of the principal that an object belongs to.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    kind = _HOLDERS[noun]
    body = draft.body(kind, draft.named(kind, thing.account(), last(name)))
    if body is None:
        raise UntoldError(noun)
    return kind, body


def _named(thing: Thing, draft: Draft, noun: str) -> Holder:
    return _holder(thing, draft, noun, thing.identity(noun))


def _put_inline(noun: str, thing: Thing, draft: Draft) -> None:
    kind, body = _named(thing, draft, noun)
    write_inline(body, _INLINE[kind], thing.called(), parsed(thing.document("policy")))


def _take_inline(noun: str, thing: Thing, draft: Draft) -> None:
    kind, body = _named(thing, draft, noun)
    name = thing.identity("name")
    _without(body, _INLINE[kind], "PolicyName", name)


def _put_attached(noun: str, thing: Thing, draft: Draft) -> None:
    _, body = _named(thing, draft, noun)
    _attach(body, thing.member("policy_arn"))


def _take_attached(noun: str, thing: Thing, draft: Draft) -> None:
    _, body = _named(thing, draft, noun)
    _without(body, "AttachedManagedPolicies", "PolicyArn", thing.identity("policy_arn"))


def _attach(body: Body, policy: str) -> None:
    _without(body, "AttachedManagedPolicies", "PolicyArn", policy)
    listed(body, "AttachedManagedPolicies").append(attached(policy))


def _without(body: Body, member: str, key: str, value: str) -> None:
    held = listed(body, member)
    held[:] = [one for one in held if not (isinstance(one, dict) and one.get(key) == value)]


def _each(thing: Thing, draft: Draft) -> Iterator[Body]:
    """Yield the bodies of all principals that an exclusive attachment names."""
    for noun in _HOLDERS:
        for name in thing.texts(f"{noun}s"):
            yield _holder(thing, draft, noun, name)[1]


def _put_everywhere(thing: Thing, draft: Draft) -> None:
    """The attachment is exclusive: the policy goes from whoever else has it."""
    policy = thing.identity("policy_arn")
    for kind in _HOLDERS.values():
        for name in draft.held(kind):
            body = draft.peek(kind, name)
            entries = body.get("AttachedManagedPolicies")
            if isinstance(entries, list) and any(
                isinstance(one, dict) and one.get("PolicyArn") == policy for one in entries
            ):
                _without(
                    draft.body(kind, name) or {}, "AttachedManagedPolicies", "PolicyArn", policy
                )
    for body in _each(thing, draft):
        _attach(body, policy)


def _take_everywhere(thing: Thing, draft: Draft) -> None:
    for body in _each(thing, draft):
        _without(body, "AttachedManagedPolicies", "PolicyArn", thing.identity("policy_arn"))


def _members(thing: Thing, draft: Draft) -> Iterator[tuple[Body, str]]:
    """Yield the bodies of users and the group that an object puts each in."""
    if thing.type == "aws_iam_group_membership":
        for user in thing.texts("users"):
            yield _holder(thing, draft, "user", user)[1], thing.member("group")
    else:
        _, body = _named(thing, draft, "user")
        for group in thing.members("groups"):
            yield body, group


def _put_member(thing: Thing, draft: Draft) -> None:
    for body, group in _members(thing, draft):
        groups = listed(body, "GroupList")
        if group.startswith(f"{thing.address}."):
            # All that a group gives is policies: one that cannot be read stands for them.
            _attach(body, group)
        elif group not in groups:
            groups.append(group)


def _take_member(thing: Thing, draft: Draft) -> None:
    for body, group in _members(thing, draft):
        groups = listed(body, "GroupList")
        groups[:] = [one for one in groups if one != group]


def _put_only(noun: str, thing: Thing, draft: Draft) -> None:
    """The list is exclusive: a principal has these policies and no other ones. As long as part of
    it is hidden, what else there is stays.
    """
    kind, body = _holder(thing, draft, noun, thing.identity(f"{noun}_name"))
    if thing.type.endswith("_policy_attachments_exclusive"):
        policies = sorted(thing.members("policy_arns"))
        if not thing.gaps:
            body["AttachedManagedPolicies"] = []
        for policy in policies:
            _attach(body, policy)
        return
    names = thing.texts("policy_names")
    held = listed(body, _INLINE[kind])
    if not thing.gaps:
        held[:] = [one for one in held if isinstance(one, dict) and one["PolicyName"] in names]


def _let_go(_noun: str, _thing: Thing, _draft: Draft) -> None:
    """The principal keeps what it has when the code lets go of the list."""


_Two: TypeAlias = tuple[Callable[[str, Thing, Draft], None], Callable[[str, Thing, Draft], None]]


def _of(noun: str, suffix: str, both: _Two) -> Kind:
    put, take = both
    return _kind(
        type=f"aws_iam_{noun}_{suffix}",
        put=functools.partial(put, noun),
        take=functools.partial(take, noun),
        record=_HOLDERS[noun],
    )


KINDS = (
    *(_of(noun, "policy", (_put_inline, _take_inline)) for noun in _HOLDERS),
    *(_of(noun, "policy_attachment", (_put_attached, _take_attached)) for noun in _HOLDERS),
    _kind(
        type="aws_iam_policy_attachment",
        put=_put_everywhere,
        take=_take_everywhere,
        record="AWS::IAM::ManagedPolicy",
    ),
    *(
        _of(noun, suffix, (_put_only, _let_go))
        for noun in _HOLDERS
        for suffix in ("policies_exclusive", "policy_attachments_exclusive")
    ),
    _kind(type="aws_iam_group_membership", put=_put_member, take=_take_member, record=GROUP),
    _kind(type="aws_iam_user_group_membership", put=_put_member, take=_take_member, record=USER),
)
