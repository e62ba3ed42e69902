# SPDX-License-Identifier: Apache-2.0
"""What the documents of one kind say about one request, before kinds are combined."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from msgspec import Struct, field

from bartizan.model.evidence import Evidence
from bartizan.reason.authz.aws.definition.context import Looked
from bartizan.reason.authz.aws.definition.principal import Named
from bartizan.reason.authz.aws.definition.statement import Ask, applies, reaches
from bartizan.reason.authz.aws.definition.truth import Truth, all_of, any_of, maybe
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.request import Attached

_NOUNS = {
    "identity": "identity policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
    "endpoint": "endpoint policy",
}

_LIMITS = frozenset({"boundary", "session", "scp", "rcp", "endpoint"})
"""Kinds that grant nothing."""


_LATEST = 8
"""How often it is remembered what some documents say, for requests that hold other keys."""


class Reading(Struct):
    """The statements of one kind of policy that speak of the request."""

    kind: str
    """As `Decision.by` has it."""
    denies: Truth = False
    direct: Truth = False
    """Some statement allows it and names the caller directly, or names nobody."""
    role: Truth = False
    """Some statement allows it to the role or the user behind the caller's session."""
    account: Truth = False
    """Some statement allows it to the caller's account."""
    denying: list[Evidence] = field(default_factory=list)
    granting: list[Evidence] = field(default_factory=list)
    """What certainly allows."""
    possible: list[Evidence] = field(default_factory=list)
    """What may allow."""
    by_account: list[Evidence] = field(default_factory=list)
    """Those of the two that name only the account."""

    def allows(self) -> Truth:
        """Return whether anything allows, however it names the caller."""
        return any_of((self.direct, self.role, self.account))


class Memory:
    """What documents were found to say of one caller's requests for one action on one thing. It
    holds for any of them in which all condition keys that were looked at hold the same.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, list[tuple[Looked, Reading]]] = defaultdict(list)

    def read_all(
        self, kind: str, documents: Iterable[Attached], ask: Ask, *, level: int = 0
    ) -> Reading:
        """Read the documents of one kind, or of one level of it, unless what they say is known."""
        known = self._known[kind, level]
        for looked, reading in known:
            if ask.surroundings.hold(looked):
                return reading
        looked = ask.surroundings.looked = Looked({}, {})
        reading = read_all(kind, documents, ask)
        known.insert(0, (looked, reading))
        del known[_LATEST:]
        return reading


def read_all(kind: str, documents: Iterable[Attached], ask: Ask) -> Reading:
    """Read the documents of one kind. One that could not be read may allow and may deny."""
    reading = Reading(kind)
    for attached in documents:
        if attached.document is None:
            unread = maybe(attached.missing or attached.id)
            reading.denies = any_of((reading.denies, unread))
            reading.direct = any_of((reading.direct, unread))
            continue
        variables = attached.document.version == "2012-10-17"
        for statement in attached.document.statements:
            if covers_action(statement, ask.action):
                _add(reading, statement, attached.id, ask, variables=variables)
    return reading


def _add(
    reading: Reading, statement: Statement, policy: str, ask: Ask, *, variables: bool
) -> None:
    allow = statement.effect is Effect.ALLOW
    if allow and reading.kind in _LIMITS and reading.direct is True:
        # A limit needs one allow, and none of them is ever taken away as a remedy.
        return
    how = reaches(statement, ask)
    named = how.any()
    if named is False:
        return
    fits = applies(statement, ask, variables=variables)
    if fits is False:
        return
    if not allow:
        truth = all_of((named, fits))
        reading.denies = any_of((reading.denies, truth))
        if truth is True:
            reading.denying.append(_evidence(reading.kind, statement, policy, "denies"))
        return
    _allow(reading, how, fits)
    if reading.kind in _LIMITS:
        return
    evidence = _evidence(reading.kind, statement, policy, "allows")
    certain = fits is True and named is True
    (reading.granting if certain else reading.possible).append(evidence)
    if how.direct is False and how.role is False:
        reading.by_account.append(evidence)


def _allow(reading: Reading, how: Named, fits: Truth) -> None:
    """Add an allow in each way in which it names the caller."""
    for way in ("direct", "role", "account"):
        named = getattr(how, way)
        if named is not False:
            so_far = getattr(reading, way)
            setattr(reading, way, any_of((so_far, all_of((named, fits)))))


def _evidence(kind: str, statement: Statement, policy: str, does: str) -> Evidence:
    what = _what(
        statement.action, statement.not_action, statement.resource, statement.not_resource
    )
    return Evidence(
        subject=policy,
        statement=statement.sid or f"#{statement.position}",
        position=statement.position,
        why=f"{_NOUNS[kind]} {does} {what}",
        excerpt=statement.text,
    )


def _what(
    action: tuple[str, ...] | None,
    not_action: tuple[str, ...] | None,
    resource: tuple[str, ...] | None,
    not_resource: tuple[str, ...] | None,
) -> str:
    """Say what a statement speaks of, in a phrase."""
    actions = _list(action) if action is not None else f"all but {_list(not_action or ())}"
    if resource is not None:
        return f"{actions} on {_list(resource)}"
    if not_resource is not None:
        return f"{actions} on all but {_list(not_resource)}"
    return f"{actions} on its resource"


def _list(items: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{item[:100]}`" for item in items[:3])
    return f"{shown} and {len(items) - 3} more" if len(items) > 3 else shown  # noqa: PLR2004 - one line
