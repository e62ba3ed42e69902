# SPDX-License-Identifier: Apache-2.0
"""Makes a concrete request of what a search found, and lets the definition judge it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.diff.caller import OWN_KEYS, Example, fitted
from bartizan.reason.authz.aws.diff.context import Held
from bartizan.reason.authz.aws.diff.search import Point
from bartizan.reason.authz.aws.policy.document import Document, Effect, Principals, Statement
from bartizan.reason.authz.aws.request import (
    Attached,
    Caller,
    Context,
    Level,
    Policies,
    Request,
    RequestResource,
)

_ROLE = re.compile(r"arn:[^:]*:iam::[^:]*:role/")
_KEY = re.compile(r"arn:[^:]*:kms:[^:]*:[^:]*:key/")
_OF_RESOURCE = frozenset({"aws:resourceaccount", "s3:resourceaccount"})


class Witness(Struct, frozen=True, kw_only=True):
    """A request that one policy allows and the other does not."""

    request: Request
    known: bool
    """The catalogue has its action."""


def _full(principal: Principals | None = None) -> Attached:
    everything = Statement(
        position=0,
        sid="",
        effect=Effect.ALLOW,
        action=("*",),
        not_action=None,
        resource=("*",),
        not_resource=None,
        principal=principal,
        not_principal=None,
        conditions=(),
        text="",
    )
    return Attached(id="everything", document=Document("2012-10-17", (everything,)))


FULL = _full()
"""An identity policy that allows everything, to stand beside policies that only limit."""
TO_ALL = _full(Principals(any=True))


def policies(document: Document, request: Request, *, type: str) -> Policies:  # noqa: A002 - the word of the `policy` table
    """Return what stands around `document` so that it alone decides `request`."""
    judged = (Attached(id=type, document=document),)
    match type:
        case "identity":
            return Policies(identity=judged, resource=_delegation(request))
        case "boundary":
            return Policies(identity=(FULL,), boundary=judged, resource=_delegation(request))
        case "scp":
            level = Level(target="account", policies=judged)
            return Policies(identity=(FULL,), scp=(level,), resource=_delegation(request))
        case "rcp":
            level = Level(target="account", policies=judged)
            return Policies(
                identity=(FULL,), session=_session(request), rcp=(level,), resource=TO_ALL
            )
        case _:
            own = () if _is_at_home(request) and not _must_be_named(request) else (FULL,)
            return Policies(identity=own, session=_session(request), resource=judged[0])


def _session(request: Request) -> tuple[Attached, ...] | None:
    """A federated user has nothing without a session policy."""
    return (FULL,) if request.principal.type is Caller.FEDERATED_USER else None


def _is_at_home(request: Request) -> bool:
    return request.principal.account == request.resource.account


def _must_be_named(request: Request) -> bool:
    """Roles and keys are guarded by their own policies even within the account."""
    arn = request.resource.arn
    return _KEY.match(arn) is not None or _ROLE.match(arn) is not None


def _delegation(request: Request) -> Attached | None:
    """Return a resource policy that leaves all to the caller's account, where one is needed."""
    if _is_at_home(request) and not _must_be_named(request):
        return None
    return _full(Principals(aws=(request.principal.account,)))


def confirm(request: Request, old: Document, new: Document, *, type: str) -> bool:  # noqa: A002 - as above
    """Return whether the definition allows `request` under `old` and denies it under `new`."""
    before = decide(request, policies(old, request, type=type))
    if not isinstance(before.verdict, Allowed):
        return False
    after = decide(request, policies(new, request, type=type))
    return isinstance(after.verdict, Denied)


def request_of(
    point: Point,
    action: str,
    example: Example,
    *,
    holes: Mapping[str, str],
    spelled: Mapping[str, str],
    owner: str,
) -> Request:
    """Return the request at `point`; `holes` are the texts of the characters that stand for
    variables, `spelled` the condition keys as the policies write them, `owner` the
    account of a resource whose ARN has none.
    """
    table = str.maketrans(dict(holes))
    keys = {
        key: Held(tuple(v.translate(table) for v in held.values), held.many)
        if held.values
        else held
        for key, held in point.keys.items()
    }
    who = fitted(example, keys)
    arn = point.resource.translate(table)
    settled = {*example.fixed, *_OF_RESOURCE, *(OWN_KEYS if example.free else ())}
    values = {
        spelled.get(key, key): held.values if held.many else held.values[0]
        for key, held in sorted(keys.items())
        if held.values and key not in settled
    }
    return Request(
        principal=who,
        action=_as_listed(action),
        resource=RequestResource(arn=arn, account=_owner(arn, keys) or owner),
        context=Context(values=values, complete=True),
    )


def _as_listed(action: str) -> str:
    """Write a known action as its service does."""
    known = catalogue.action(action)
    return action if known is None else str(known)


def _owner(arn: str, keys: Mapping[str, Held]) -> str:
    """Return the account of the resource as its keys or its ARN say."""
    asked = [keys[key] for key in sorted(_OF_RESOURCE & keys.keys())]
    for held in asked:
        # The vendor's own resources are the ones that have no such key.
        return held.values[0] if held.values else "aws"
    return account_of(arn)


def text_of_hole(key: str, example: Example) -> str:
    """Return the value that a variable gets in a request: one that no policy spells out."""
    held = example.fixed.get(key)
    if held is not None and held.values:
        return held.values[0]
    return "some-" + re.sub(r"[^a-z0-9]+", "-", key.rpartition(":")[2])
