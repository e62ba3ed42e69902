# SPDX-License-Identifier: Apache-2.0
"""What stands in an estate that techniques can be tried on, found by account and kind."""

from collections import defaultdict
from collections.abc import Sequence

from bartizan.model.facts.estate import InstanceProfile, Store, Trigger, Workload
from bartizan.model.facts.identity import AccessKey, Principal
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.attempt import Attempts
from bartizan.reason.authz.aws.steps.hidden import Hidden, workloads

FIXED_PATHS = ("/aws-service-role/", "/aws-reserved/")
"""Paths of roles that only their service can change.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""


class Scene:
    """An estate with the things that techniques act on."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.attempts = Attempts(estate)
        self._people: dict[tuple[str, str], list[Principal]] = defaultdict(list)
        for person in sorted(estate.principals.values(), key=lambda row: row.arn):
            self._people[person.account, person.type].append(person)
        self._workloads: dict[tuple[str, str], list[Workload]] = defaultdict(list)
        for workload in sorted(estate.facts.rows(Workload), key=lambda row: row.arn):
            self._workloads[workload.account, workload.kind].append(workload)
        self.hidden: dict[str, Hidden] = {}
        for account in sorted(estate.accounts.values(), key=lambda row: row.id):
            for found in workloads(estate.gaps, account):
                self.hidden[found.workload.arn] = found
                self._workloads[account.id, found.workload.kind].append(found.workload)
        self.stores: dict[str, list[Store]] = defaultdict(list)
        for store in sorted(estate.facts.rows(Store), key=lambda row: row.arn):
            self.stores[store.kind].append(store)
        self.profiles: dict[str, list[str]] = defaultdict(list)
        for profile in estate.facts.rows(InstanceProfile):
            self.profiles[profile.role].append(profile.arn)
        self.triggers: dict[str, list[str]] = defaultdict(list)
        for trigger in estate.facts.rows(Trigger):
            self.triggers[trigger.workload].append(trigger.source)
        self.keys: dict[str, list[AccessKey]] = defaultdict(list)
        for key in estate.facts.rows(AccessKey):
            self.keys[key.principal].append(key)
        self._trusting: dict[tuple[str, str], list[Principal]] = {}

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
                and self.attempts(service, "sts:AssumeRole", role.arn) is not None
            ]
        return self._trusting[service, account]

    def changeable(self, account: str, kind: str) -> Sequence[Principal]:
        """Return those users or roles that permissions can change."""
        return [
            row
            for row in self._people[account, kind]
            if not row.service_linked and not row.path.startswith(FIXED_PATHS)
        ]
