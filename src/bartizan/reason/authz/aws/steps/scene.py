# SPDX-License-Identifier: Apache-2.0
"""What stands in an estate that techniques can be tried on, found by account and kind."""

import copy
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar, cast

from bartizan.model.facts.estate import InstanceProfile, Key, Store, Trigger, Workload
from bartizan.model.facts.identity import AccessKey, Credential, IdentityProvider, Principal
from bartizan.model.facts.network import Interface
from bartizan.model.facts.organization import Assignment, Delegation
from bartizan.model.facts.policy import Policy
from bartizan.model.facts.service import ServicePort
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.admission import Admission
from bartizan.reason.authz.aws.steps.attempt import Attempts
from bartizan.reason.authz.aws.steps.hidden import Hidden, workloads
from bartizan.reason.authz.aws.steps.objects import Objects
from bartizan.reason.authz.aws.steps.providers import providers

R = TypeVar("R")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

FIXED_PATHS = ("/aws-service-role/", "/aws-reserved/")
"""Paths of roles that only their service can change.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""


class Scene:
    """An estate with the things that techniques act on."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.attempts = Attempts(estate)
        self.admission = Admission(estate)
        self.objects = Objects(estate)
        self.accounts: Sequence[str] = tuple(sorted(estate.accounts))
        """Accounts whose things are in reach."""
        self.reach: Sequence[str] | None = None
        self._only: str | None = None
        self._once: dict[tuple[str, str], object] = {}
        people = sorted(estate.principals.values(), key=lambda row: row.arn)
        self._people = _by(people, lambda row: (row.account, row.type))
        self.hidden = _hidden(estate)
        seen = sorted(estate.facts.rows(Workload), key=lambda row: row.arn)
        unseen = (found.workload for found in self.hidden.values())
        self._workloads = _by((*seen, *unseen), lambda row: (row.account, row.kind))
        stores = sorted(estate.facts.rows(Store), key=lambda row: row.arn)
        self.stores = _by(stores, lambda row: row.kind)
        self._stores = _by(stores, lambda row: (row.account, row.kind))
        self._store = {row.arn: row for row in stores}
        self._keys = _by(
            sorted(estate.facts.rows(Key), key=lambda row: row.arn), lambda row: row.account
        )
        self.keys_of_vendor = {row.arn for row in estate.facts.rows(Key) if row.manager == "AWS"}
        self.profiles: dict[str, list[str]] = defaultdict(list)
        for profile in estate.facts.rows(InstanceProfile):
            self.profiles[profile.role].append(profile.arn)
        held = sorted(estate.facts.rows(InstanceProfile), key=lambda row: row.arn)
        self.profiles_in = _by(held, lambda row: row.account)
        self.triggers: dict[str, list[str]] = defaultdict(list)
        for trigger in estate.facts.rows(Trigger):
            self.triggers[trigger.workload].append(trigger.source)
        self.interfaces = _by(estate.facts.rows(Interface), lambda row: row.thing)
        """What packets to a workload arrive at."""
        self.ports = _by(estate.facts.rows(ServicePort), lambda row: row.thing)
        self.keys = _by(estate.facts.rows(AccessKey), lambda row: row.principal)
        self._trusting: dict[tuple[str, str], list[Principal]] = {}
        self._changeable: dict[tuple[str, str], list[Principal]] = {}
        self._credentials = self._carried()
        self._assigned = _by(estate.facts.rows(Assignment), lambda row: row.account)
        used = {group for held in estate.groups.values() for group in held}
        self.inhabited = frozenset(used)
        """Groups that somebody is in."""
        self._policies = _by(_attached(estate), lambda row: row.account)
        self._providers = _by(providers(estate), lambda row: row.account)
        delegations = estate.facts.rows(Delegation)
        self.delegations = frozenset((row.account, row.service) for row in delegations)
        """Accounts with the services that they administer."""

    def within(self, accounts: Iterable[str], *, only: str | None = None) -> "Scene":
        """Return this scene with only the things of some accounts in reach.

        With `only`, of stores and keys this one alone, or none where it is empty.
        """
        view = copy.copy(self)
        view.narrow(only)
        view.accounts = view.reach = tuple(sorted(accounts))
        return view

    def narrow(self, only: str | None) -> None:
        """Leave of stores and keys in reach one alone, none where `only` is empty, or all."""
        self._only, self._once = only, {}

    def stores_of(self, kind: str) -> Sequence[Store]:
        """Return the stores of one kind that are in reach."""
        if self.reach is None:
            return self.stores[kind]
        return [store for account in self.reach for store in self.stores_in(account, kind)]

    def stores_in(self, account: str, kind: str) -> Sequence[Store]:
        """Return the stores of one kind in an account."""
        held = self._stores[account, kind]
        return held if self._only is None else [row for row in held if row.arn == self._only]

    def store(self, arn: str) -> Store:
        """Return a store by its ARN."""
        return self._store[arn]

    def bucket(self, arn: str) -> Store | None:
        """Return a bucket by its ARN, where it is in reach."""
        row = self._store.get(arn)
        if row is None or row.kind != "AWS::S3::Bucket":
            return None
        within = self.reach is None or row.account in self.reach
        return row if within and self._only in {None, arn} else None

    def once(self, key: tuple[str, str], make: Callable[["Scene", str], V]) -> V:
        """Return what is made for an account, made once for all that is in reach; `key` is a
        name for it, and the account.
        """
        if key not in self._once:
            self._once[key] = make(self, key[1])
        return cast("V", self._once[key])

    def encryption_keys(self) -> Iterable[Key]:
        """Yield the encryption keys that are in reach."""
        held = sorted(self._keys) if self.reach is None else self.reach
        for account in held:
            for key in self._keys[account]:
                if self._only in {None, key.arn}:
                    yield key

    def policies(self, account: str) -> Sequence[Policy]:
        """Return the customer-managed policies of an account that are attached to somebody."""
        return self._policies[account]

    def assignments(self) -> Sequence[Assignment]:
        """Return what permission sets are assigned in accounts that are in reach."""
        if self.reach is None:
            return self.estate.facts.rows(Assignment)
        return [row for account in self.reach for row in self._assigned.get(account, ())]

    def providers(self) -> Sequence[IdentityProvider]:
        """Return the outside directories of accounts that are in reach, or named as theirs."""
        if self.reach is None:
            return [row for account in self._providers for row in self._providers[account]]
        return [row for account in self.reach for row in self._providers.get(account, ())]

    def credentials(self, account: str) -> dict[Credential, tuple[str, ...]]:
        """Return the credentials that things of an account carry, or may carry unseen: each with
        what would have to be read to be sure.
        """
        return self._credentials.get(account, {})

    def people(self, account: str, kind: str) -> Sequence[Principal]:
        """Return the users, roles or groups of an account."""
        return self._people[account, kind]

    def workloads(self, account: str, kind: str) -> Sequence[Workload]:
        """Return the workloads of one kind in an account."""
        return self._workloads[account, kind]

    def roles_for(self, service: str, account: str) -> Sequence[Principal]:
        """Return the roles of an account that `service` may, or might, assume."""
        if (service, account) not in self._trusting:
            self._trusting[service, account] = [
                role
                for role in self._people[account, "role"]
                if not role.service_linked
                and self.admission.could_serve(service, role.arn)
                and self.attempts(service, "sts:AssumeRole", role.arn) is not None
            ]
        return self._trusting[service, account]

    def changeable(self, account: str, kind: str) -> Sequence[Principal]:
        """Return those users or roles that permissions can change."""
        if (account, kind) not in self._changeable:
            self._changeable[account, kind] = [
                row
                for row in self._people[account, kind]
                if not row.service_linked and not row.path.startswith(FIXED_PATHS)
            ]
        return self._changeable[account, kind]

    def _carried(self) -> dict[str, dict[Credential, tuple[str, ...]]]:
        rows: dict[Credential, tuple[str, ...]] = dict.fromkeys(
            self.estate.facts.rows(Credential), ()
        )
        rows |= {h.credential(): h.missing for h in self.hidden.values() if h.kind.carries}
        found: dict[str, dict[Credential, tuple[str, ...]]] = {}
        for row in sorted(rows, key=lambda row: (row.lies_in, row.field, row.id)):
            found.setdefault(row.account, {})[row] = rows[row]
        return found


def _hidden(estate: Estate) -> dict[str, Hidden]:
    """Return the workloads that may run without having been read, by ARN."""
    found: dict[str, Hidden] = {}
    for account in sorted(estate.accounts.values(), key=lambda row: row.id):
        for one in workloads(estate.gaps, account):
            found[one.workload.arn] = one
    return found


def _attached(estate: Estate) -> Iterator[Policy]:
    """Yield the customer-managed policies that somebody has, by id."""
    documents = estate.documents
    for name, row in sorted(documents.policies.items()):
        uses = documents.targets.get(name, ())
        if row.managed == "customer" and any(use.use == "identity" for use in uses):
            yield row


def _by(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, list[R]]:
    """Sort rows into lists; one that nobody asked for before is empty."""
    found: dict[K, list[R]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found
