# SPDX-License-Identifier: Apache-2.0
"""What is written about each account, as texts: all that decides what its people may do there.

A row of facts counts for the account that it is about. What many accounts share (a policy of the
vendor, a guardrail of a unit) counts for each by its id, and is the same for all of them.
"""

from collections.abc import Iterator
from enum import Flag, auto

from msgspec import Struct, structs

from bartizan.model.arn import account_of
from bartizan.model.facts.estate import (
    Association,
    InstanceProfile,
    Key,
    PodIdentity,
    Store,
    Workload,
)
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import (
    AccessKey,
    Credential,
    IdentityProvider,
    Membership,
    Principal,
)
from bartizan.model.facts.network import Interface
from bartizan.model.facts.organization import Account, Assignment, Delegation, Unit
from bartizan.model.facts.pipeline import CodeRoot
from bartizan.model.facts.policy import KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate.estate import Estate


class Side(Flag):
    """In which questions a row matters."""

    CALLER = auto()
    """What people of the account may do elsewhere."""
    OWNER = auto()
    """What people of other accounts may do here."""
    HOME = auto()
    """What people of the account may do here."""


COMMON = "*"

_OF_NETWORKS = frozenset({"subnet", "vpc"})
"""Ties of workloads that no request is decided by, and no technique asks for."""

ALL = Side.CALLER | Side.OWNER | Side.HOME
_CALLER = Side.CALLER | Side.HOME
_OWNER = Side.OWNER | Side.HOME


class Line(Struct, frozen=True):
    """One text about one account."""

    account: str
    side: Side
    text: str
    document: str = ""
    """The policy document that the text holds, if any."""
    thing: str = ""
    """The store or key that it is about alone; `COMMON` where it is about all of the account."""


class Rows:
    """Yields what is written about accounts."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._owners = {row.arn: row.account for row in estate.facts.rows(Store)}
        self._targets: dict[str, set[str]] = {
            policy: {self.owner(use.target) for use in uses}
            for policy, uses in estate.documents.targets.items()
        }
        self.keys = {row.arn: row.key for row in estate.facts.rows(Store)}
        """Stores and keys, each with the key that it is encrypted with."""
        self.keys |= {row.arn: "" for row in estate.facts.rows(Key)}
        self._units = {row.id: row for row in estate.facts.rows(Unit)}
        self._above: dict[tuple[str, str], str] = {}
        self.by_place = self._speaks_of_places()
        """Some policy, or something unread, asks where in the organisation an account is."""

    def owner(self, thing: str) -> str:
        """Return the account that `thing` is of: an ARN or the id of an account; a unit its id."""
        return account_of(thing) or self._owners.get(thing, "") or thing

    def shared(self) -> Iterator[Policy]:
        """Yield the policies that more than one account has; what nobody has says nothing."""
        for id_, row in self._estate.documents.policies.items():
            if self._targets.get(id_) and not self._own(id_):
                yield row

    def lines(self) -> Iterator[Line]:
        """Yield everything that counts for one account."""
        yield from self._accounts()
        yield from self._loose()
        yield from self._run()
        yield from self._stored()
        yield from self._attached()
        for row in self._estate.facts.rows(Unread):
            for account in {row.account, self.owner(row.resource) if row.resource else ""} - {""}:
                yield Line(account, ALL, repr(row), thing=COMMON)

    def _accounts(self) -> Iterator[Line]:
        for row in self._estate.accounts.values():
            # Its name is in texts for people only, and `in_words` puts it there.
            shown = structs.replace(row, name="")
            if not self.by_place:
                shown = structs.replace(shown, organization_path="", parent="")
            yield Line(row.id, ALL, repr(shown), thing=COMMON)
            yield Line(row.id, _CALLER, self._way(row, "scp"))
            yield Line(row.id, _OWNER, self._way(row, "rcp"), thing=COMMON)

    def _way(self, row: Account, use: str) -> str:
        """Write down the guardrails on the way from `row` up."""
        if (row.parent, use) not in self._above:
            levels: list[str] = []
            unit, seen = row.parent, set[str]()
            while unit and unit not in seen:
                seen.add(unit)
                levels.append(repr([p.id for p in self._estate.documents.of(unit, use)]))
                above = self._units.get(unit)
                levels.append("" if above else unit)
                unit = above.parent if above is not None else ""
            self._above[row.parent, use] = f"{use} {levels!r} {unit!r}"
        return self._above[row.parent, use]

    def _loose(self) -> Iterator[Line]:
        facts = self._estate.facts
        for person in facts.rows(Principal):
            for account in {person.account, account_of(person.arn)}:
                yield Line(account, ALL, repr(person))
        tables: tuple[tuple[type[Row], Side, str], ...] = (
            (Membership, _CALLER, "user"),
            (IdentityProvider, _CALLER, "arn"),
            (AccessKey, _CALLER, "principal"),
            (Delegation, ALL, "account"),
            (PodIdentity, _CALLER, "role"),
            (InstanceProfile, Side.HOME, "account"),
        )
        for table, side, field in tables:
            for row in facts.rows(table):
                yield Line(self.owner(getattr(row, field)), side, repr(row))
        for work in facts.rows(Workload):
            ties = {tie: to for tie, to in work.related.items() if tie not in _OF_NETWORKS}
            text = repr(structs.replace(work, related=ties))
            yield Line(work.account, ALL if "StackSet" in work.kind else _OWNER, text)
        for row in facts.rows(Interface):
            yield Line(row.account, Side.HOME, f"{row.id} {row.thing}")
        for row in facts.rows(Credential):
            yield Line(row.account, Side.HOME, repr(row))
        for assigned in facts.rows(Assignment):
            for account in {assigned.account, assigned.instance_account}:
                yield Line(account, ALL, repr(assigned))

    def _run(self) -> Iterator[Line]:
        """Yield what is run on hosts, which counts for whoever keeps the document as well."""
        for row in self._estate.facts.rows(Association):
            for account in {row.account, self.owner(row.document)} - {""}:
                yield Line(account, Side.HOME, repr(row))

    def _stored(self) -> Iterator[Line]:
        things: tuple[tuple[type[Row], str], ...] = (
            (Store, "arn"),
            (Key, "arn"),
            (KeyGrant, "key"),
            (PublicAccessBlock, "target"),
        )
        for table, field in things:
            for row in self._estate.facts.rows(table):
                about = getattr(row, field)
                yield Line(self.owner(about), _OWNER, repr(row), thing=self._thing(about))
        for root in self._estate.facts.rows(CodeRoot):
            if root.store in self._owners:
                text = f"state {root.id!r} {root.store} {root.state}"
                yield Line(self.owner(root.store), _OWNER, text, thing=root.store)

    def _attached(self) -> Iterator[Line]:
        documents = self._estate.documents
        for id_, uses in documents.targets.items():
            policy = documents.policies.get(id_)
            own = self._own(id_)
            for use in uses:
                side = _SIDES.get(use.use, ALL)
                thing = COMMON if use.use == "rcp" else self._thing(use.target)
                account = self.owner(use.target)
                yield Line(account, side, f"{use.use} {id_} {use.target}", thing=thing)
                if own and policy is not None:
                    bare = structs.replace(policy, document=None)
                    text = f"{bare!r} {policy.document}"
                    yield Line(account, side, text, policy.document or "", thing)

    def _thing(self, about: str) -> str:
        """Say which store or key a row is about; what is about an account is common."""
        if about in self.keys:
            return about
        return COMMON if about in self._estate.accounts else ""

    def _own(self, policy: str) -> bool:
        """One account alone has it."""
        accounts = self._targets.get(policy, ())
        return len(accounts) == 1 and next(iter(accounts)) in self._estate.accounts

    def _speaks_of_places(self) -> bool:
        facts = self._estate.facts
        if any(row.service == "organizations" for row in facts.rows(Unread)):
            return True
        texts = (row.document for row in facts.rows(Policy) if row.document)
        return any("orgpaths" in text.lower() or "\\u" in text for text in texts)


_SIDES = {
    "identity": _CALLER,
    "boundary": _CALLER,
    "session": _CALLER,
    "scp": _CALLER,
    "rcp": _OWNER,
    "resource": _OWNER,
    "trust": ALL,
}
