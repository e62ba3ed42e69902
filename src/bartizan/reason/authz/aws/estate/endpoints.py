# SPDX-License-Identifier: Apache-2.0
"""What the policies of VPC endpoints let through, of requests that are said to come over one.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, section
"Properties of the network"
"""

import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from bartizan.errors import PolicyError
from bartizan.model.facts import Facts
from bartizan.model.facts.organization import Account
from bartizan.model.facts.service import Endpoint
from bartizan.reason.authz.aws.estate.unread import Gaps
from bartizan.reason.authz.aws.policy.document import Document, Effect, Statement
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.request import Attached

KIND = "AWS::EC2::VPCEndpoint"
_ENDPOINT = "aws:sourcevpce"
_NETWORKS = frozenset({"aws:sourcevpc", "aws:sourcevpcarn"})
KEYS = _NETWORKS | {_ENDPOINT}
"""Condition keys, in lower case, that a request has only where it comes through an endpoint."""

_SERVICE = 3
"""Parts of a service's name before its own: `com.amazonaws.eu-west-1.s3`."""

Chosen = Mapping[str, str | tuple[str, ...]]
Ways = Sequence[tuple[Attached, ...]]
"""The policies of each endpoint that a request may come through, one of which must let it; none
where no policy is known to limit it."""


class Endpoints:
    """Finds what limits requests that come through endpoints."""

    def __init__(self, facts: Facts, accounts: Mapping[str, Account], gaps: Gaps) -> None:
        self._rows, self._limits = facts.made(Endpoint, _limits)
        self._accounts, self._gaps = accounts, gaps
        self._policy = functools.cache(self._find_policy)

    @property
    def limit(self) -> bool:
        """Some endpoint does not let everything through, or may not."""
        return bool(self._limits or self._dark)

    @property
    def policies(self) -> tuple[Attached, ...]:
        """What does not let everything through, each text once."""
        names = {id(held): name for name, held in self._limits.items()}
        return tuple(map(self._policy, names.values()))

    def ways(self, chosen: Chosen, action: str) -> Ways:
        """Return what limits a request for `action` that holds what is `chosen`."""
        if not chosen or not self.limit:
            return ()
        said = {key.lower(): value for key, value in chosen.items() if key.lower() in KEYS}
        if name := _text(said.get(_ENDPOINT)):
            return self._of([name] if name in self._rows else [])
        for key in sorted(_NETWORKS & said.keys()):
            network = _text(said[key]).rpartition("/")[2]
            rows = self._by_network.get(network, ())
            return self._of([row.id for row in rows if _leads_to(row.service, action)])
        return ()

    def _of(self, names: Sequence[str]) -> Ways:
        if not names:
            return [tuple(map(_hidden, self._dark))] if self._dark else ()
        # Through one that lets everything through nothing limits.
        free = not all(name in self._limits for name in names)
        return () if free else [(self._policy(name),) for name in names]

    @cached_property
    def _by_network(self) -> Mapping[str, Sequence[Endpoint]]:
        found: dict[str, list[Endpoint]] = defaultdict(list)
        for row in self._rows.values():
            found[row.network].append(row)
        return found

    @cached_property
    def _dark(self) -> tuple[str, ...]:
        """What hides endpoints, of any account."""
        return self._gaps.of_listing(KIND)

    def _find_policy(self, name: str) -> Attached:
        row, held = self._rows[name], self._limits[name]
        owner = self._accounts.get(row.account)
        place = f"arn:{owner.partition if owner else 'aws'}:ec2:{row.region}:{row.account}"
        policy = f"{place}:vpc-endpoint/{name}#endpoint"
        if isinstance(held, str):
            return Attached(id=policy, document=None, missing=f"document of {policy}: {held}")
        return Attached(id=policy, document=held)


def _limits(
    rows: tuple[Endpoint, ...],
) -> tuple[Mapping[str, Endpoint], Mapping[str, Document | str]]:
    """Return all endpoints, and the policies of those that may not let everything through; where
    one cannot be read, why.
    """
    documents: dict[str, Document | str] = {}
    for row in rows:
        if row.policy and row.policy not in documents:
            documents[row.policy] = _read(row.policy)
    held = {row.id: documents[row.policy] for row in rows if row.policy}
    found = {n: one for n, one in held.items() if isinstance(one, str) or not _is_open(one)}
    return {row.id: row for row in rows}, found


def _read(text: str) -> Document | str:
    """Return a document, or why it is none."""
    try:
        return read(text, name="policy", type="endpoint")
    except PolicyError as error:
        return str(error)


def _is_open(document: Document) -> bool:
    """Tell whether a policy lets everything through, as the default one does."""
    return any(map(_is_everything, document.statements)) and all(
        statement.effect is Effect.ALLOW for statement in document.statements
    )


def _is_everything(statement: Statement) -> bool:
    who = statement.principal
    return (
        who is not None
        and who.any
        and "*" in (statement.action or ())
        and "*" in (statement.resource or ())
        and not statement.conditions
    )


def _leads_to(service: str, action: str) -> bool:
    """Tell whether what an endpoint leads to, `com.amazonaws.eu-west-1.ecr.api`, answers an
    action, as far as the names tell.
    """
    prefix = action.partition(":")[0].lower()
    name = ".".join(service.split(".")[_SERVICE:])
    return name == prefix or name.startswith((f"{prefix}.", f"{prefix}-"))


def _hidden(missing: str) -> Attached:
    return Attached(id="unread endpoint", document=None, missing=missing)


def _text(value: str | tuple[str, ...] | None) -> str:
    """Return a key's only value."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else ""
    return value or ""
