# SPDX-License-Identifier: Apache-2.0
"""One question to the kernel: an action on a resource, and what requests for it hold.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct, field

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate import setting
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate, is_of_caller, is_trust
from bartizan.reason.authz.aws.estate.ownership import Place
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.keys import (
    ORGANIZATION_KEYS,
    OWNER_KEYS,
    SENSITIVE,
    SOURCE_OWNER,
    TAG,
    Kind,
)
from bartizan.reason.authz.aws.kernel.statement import allowing
from bartizan.reason.authz.aws.kernel.values import NEVER_KNOWN, State, Values
from bartizan.reason.authz.aws.policy.document import Statement
from bartizan.reason.authz.aws.request import Context as RequestContext
from bartizan.reason.authz.aws.request import Request, RequestPrincipal, RequestResource

_NEVER = NEVER_KNOWN.key


class View(Struct, frozen=True):
    """Callers to whom a request looks the same, but for what is settled for each."""

    kind: Kind
    home: bool
    """They ask within their own account."""
    like: RequestPrincipal
    """One of them."""


class Asked(Struct, frozen=True, dict=True):
    """An action on a resource, with what is stated of the request."""

    estate: Estate
    action: str
    resource: str
    chosen: Chosen = field(default_factory=dict)
    complete: bool = False
    contexts: dict[tuple[Kind, bool], "Held"] = field(default_factory=dict)
    """What requests hold, as far as it was asked for; questions `alike` may share it."""
    judged: dict[int, object] = field(default_factory=dict)
    """What policies said, by the identity of those who hold them."""

    @property
    def alike(self) -> Hashable:
        """Questions for which this is equal hold the same keys."""
        tagged = setting.tells_tags(self.action)
        stated = tuple(sorted(self.chosen.items())) if self.chosen else ()
        return self.resource, self.action.partition(":")[0], tagged, stated, self.complete

    @cached_property
    def name(self) -> str:
        """The action in lower case."""
        return self.action.lower()

    @cached_property
    def place(self) -> Place:
        """What the resource's ARN speaks of."""
        return self.estate.ownership.of(self.resource)

    @cached_property
    def seen(self) -> str:
        """The resource as policies see it."""
        return scope.seen(self.action, self.resource)

    @cached_property
    def exists(self) -> int:
        """Whether there are such requests: NO, MAYBE or YES."""
        return scope.exists(self.action, self.resource)

    @cached_property
    def of_caller(self) -> bool:
        """The resource counts as each caller's own."""
        return is_of_caller(self.place)

    @cached_property
    def owner(self) -> str:
        """The account that owns the resource; `*` for each caller's own, empty for not known."""
        if self.of_caller or self.place.account == "aws":
            return "*"
        return self.place.account

    @cached_property
    def trust(self) -> bool:
        """It asks a role's trust policy."""
        return is_trust(self.action)

    @cached_property
    def said(self) -> Mapping[str, Values]:
        """What the question states, by key in lower case."""
        return {
            key.lower(): ((value,) if isinstance(value, str) else tuple(value)) or State.ABSENT
            for key, value in self.chosen.items()
        }

    @cached_property
    def tags(self) -> tuple[tuple[str, Values], ...]:
        """What it states of the caller's tags."""
        return tuple(sorted((k, v) for k, v in self.said.items() if k.startswith(TAG)))

    @cached_property
    def hidden(self) -> bool:
        """Something about the resource could not be read that may allow or deny anything."""
        return bool(self.estate.unlisted(self.place))

    @cached_property
    def openers(self) -> tuple[Statement, ...] | None:
        """The statements of the resource's own policy that could allow it to those whom they name;
        None where something else on its side could, or what it says is not known.
        """
        if self.estate.grants(self.resource) or self.estate.unread_grants(self.resource):
            return None
        policy = self.estate.resource_policy(self.resource, self.trust)
        if policy is None:
            return ()
        return None if policy.document is None else allowing(policy.document, self.name)

    def many(self, key: str) -> bool:
        """A request may hold many values of `key`."""
        known = catalogue.condition_key(key)
        if known is not None:
            return known.multivalued
        given = {name.lower() for name, value in self.chosen.items() if isinstance(value, tuple)}
        return key.lower() in given

    def sensitive(self, keys: frozenset[str]) -> frozenset[str]:
        """Return those of `keys` that not every caller's request holds alike."""
        return keys & SENSITIVE

    def value(self, key: str, view: View) -> Values:
        """Return what `key`, in lower case, holds for callers for whom it is not settled."""
        return self.context(view).value(key)

    def context(self, view: View) -> "Held":
        """Return what the requests of some callers hold."""
        found = self.contexts.get((view.kind, view.home))
        if found is None:
            found = self.contexts[view.kind, view.home] = Held(self, view)
        return found


def holding(estate: Estate, action: str, resource: str) -> Hashable:
    """Return that for which requests of one caller, where it is equal, hold the same keys."""
    place, service = estate.ownership.of(resource), action.partition(":")[0]
    tags: Hashable = place.tags is None
    if place.tags:
        tags = (frozenset(place.tags.items()), service, setting.tells_tags(action))
    dark = bool(estate.gaps.of_tags(place.arn, account=place.account))
    global_ = not place.region and setting.is_of_one_region(service) and service
    return place.account, is_of_caller(place), place.region, tags, dark, global_


class Held:
    """The condition keys of the requests of callers of one kind."""

    def __init__(self, asked: Asked, view: View) -> None:
        self._asked, self._view = asked, view
        estate, place = asked.estate, asked.place
        account = place.account or (view.like.account if asked.of_caller else "")
        # Callers of many accounts look the same; what they hold says which is theirs.
        owner = None if asked.of_caller else estate.accounts.get(account)
        known = setting.known(view.like, place, owner, tags={}, action=asked.action)
        self._values: dict[str, Values] = {
            key.lower(): ((value,) if isinstance(value, str) else tuple(value)) or State.ABSENT
            for key, value in known.items()
        }
        self._values |= asked.said
        self._request = Request(
            principal=view.like,
            action=asked.action,
            resource=RequestResource(arn=asked.resource, account=account),
            context=RequestContext(values=asked.chosen, complete=asked.complete),
        )
        self._account = account
        self._known: dict[str, Values] = {}

    def value(self, key: str) -> Values:
        """Return what `key`, in lower case, holds."""
        if key not in self._known:
            self._known[key] = State.UNKNOWN if key == _NEVER else self._find(key)
        return self._known[key]

    def starting_with(self, prefix: str) -> frozenset[str]:
        """Return what follows `prefix`, in lower case, in the keys that are stated."""
        return frozenset(k[len(prefix) :] for k in self._values if k.startswith(prefix))

    def _find(self, key: str) -> Values:
        # What the vendor fills in, then what is stated, then what is certainly not there.
        of_resource = self._of_resource(key)
        if of_resource:
            return (of_resource,)
        if key in self._values:
            return self._values[key]
        lacking = self._asked.complete or self._lacks(key)
        return State.ABSENT if lacking else State.UNKNOWN

    def _of_resource(self, key: str) -> str:
        """Return what follows from whose the resource is; empty where nothing does."""
        if key in OWNER_KEYS:
            return self._account if self._account.isdigit() else ""
        like = self._view.like
        if key not in ORGANIZATION_KEYS or self._asked.of_caller:
            return ""
        if not (self._view.home and like.organization):
            return ""
        return like.organization if key == "aws:resourceorgid" else like.organization_path

    def _lacks(self, key: str) -> bool:
        undocumented = key == SOURCE_OWNER and self._view.home
        if not undocumented and self._view.kind.lacks(key):
            return True
        return self._asked.estate.lacks(self._request, key)


Views: TypeAlias = Sequence[tuple[View, int]]
"""Callers to whom a request looks the same, with who they are; together they are all."""


class Audience(Struct, frozen=True):
    """Callers, parted into those to whom a request looks the same."""

    views: Views
    alike: dict[int, Views] = field(default_factory=dict)
    """Members to whom it looks the same as far as some holdings ask, by the holdings' identity."""
