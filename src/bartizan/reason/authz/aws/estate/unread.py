# SPDX-License-Identifier: Apache-2.0
"""What could not be read, and which answers could have turned out otherwise with it.

A part that a source could not read leaves a row in `unread`. Here each such row is found again by
the question that it leaves open: policies of a principal, a resource, or an organisation.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread

_IAM_DETAIL = frozenset(
    {
        "AWS::IAM::User",
        "AWS::IAM::Role",
        "AWS::IAM::Group",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::AWSManagedPolicy",
    }
)
"""Kinds without which the permissions of an account's principals are not known."""

_NO_GUARDRAIL = ("Delegated", "ServiceAccess", "Handshake", "Tags", "ResourcePolicy")
"""Parts of names of operations of Organizations that say nothing of guardrails."""

_MEMBERSHIP = frozenset({"DescribeOrganization", "ListAccounts"})
"""Operations that tell who is in an organisation, and of its guardrails no more than that."""

_TREE = ("ListChildren", "ListParents", "UnitsForParent")
"""Parts of names of operations that tell who is below whom."""

_POLICY_TYPES = {"scp": "/service_control_policy/", "rcp": "/resource_control_policy/"}
"""How the ARN of a guardrail says what it is.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""


def name(row: Unread) -> str:
    """Name a read that failed, as answers print it: the permission and the place."""
    action = row.action or f"{row.service}:{row.operation}"
    place = row.resource or (f"account {row.account}" if row.account else "the organisation")
    region = f" in {row.region}" if row.region and not row.resource else ""
    return f"{action} of {place}{region}"


def names(rows: Iterable[Unread]) -> tuple[str, ...]:
    """Name several reads that failed, sorted and without repeats."""
    found = {name(row) for row in rows}
    return tuple(sorted(found)) if found else ()


class Gaps:
    """The `unread` table by what it leaves open."""

    def __init__(self, facts: Facts) -> None:
        self._by_resource: dict[str, list[Unread]] = {}
        self._by_account: dict[str, list[Unread]] = {}
        self._delegations: list[Unread] = []
        self._listings: dict[str, list[Unread]] = {}
        self._organization: list[Unread] = []
        for row in facts.rows(Unread):
            if row.provider not in {"", "aws"} or row.code == "not-enabled":
                continue
            self._by_account.setdefault(row.account, []).append(row)
            if row.service == "organizations":
                if "Delegated" in row.operation:
                    self._delegations.append(row)
                if not any(part in row.operation for part in _NO_GUARDRAIL):
                    self._organization.append(row)
            elif row.resource:
                self._by_resource.setdefault(row.resource, []).append(row)
            else:
                self._listings.setdefault(row.account, []).append(row)

    def of_principals(self, account: str) -> tuple[str, ...]:
        """Name what hides the permissions of every principal of `account`."""
        return names(row for row in self._listings.get(account, ()) if row.kind in _IAM_DETAIL)

    def of_principal(self, arn: str) -> tuple[str, ...]:
        """Name what hides the permissions of one principal."""
        return names(row for row in self._by_resource.get(arn, ()) if "Tag" not in row.operation)

    def of_policy(self, resource: str, *, account: str) -> tuple[str, ...]:
        """Name what hides the resource policy of `resource`."""
        about = self._about(resource, account)
        return names(row for row in about if is_about_policy(row)) if about else ()

    def of_tags(self, resource: str, *, account: str) -> tuple[str, ...]:
        """Name what hides the tags of `resource`."""
        about = self._about(resource, account)
        return names(row for row in about if "Tag" in row.operation) if about else ()

    def of_public_access_block(self, bucket: str, *, account: str) -> tuple[str, ...]:
        """Name what hides the block of public access of a bucket or its account."""
        about = (self._by_resource.get(one, ()) for one in (bucket, account))
        rows = (*chain(*about), *self._listings.get(account, ()))
        return names(row for row in rows if _is_about(row, "PublicAccessBlock"))

    def of_grants(self, key: str, *, account: str) -> tuple[str, ...]:
        """Name what hides the grants on a key."""
        return names(row for row in self._about(key, account) if _is_about(row, "Grant"))

    def of_listing(self, kind: str) -> tuple[str, ...]:
        """Name what hides, in any account, which things of `kind` there are."""
        rows = (row for listed in self._listings.values() for row in listed)
        return names(row for row in rows if row.kind == kind)

    def of_guardrails(self, target: str, use: str) -> tuple[str, ...]:
        """Name what hides the guardrails of an account or unit; `use` is `scp` or `rcp`.

        A guardrail whose targets are not known may stand over anybody.
        """
        return names(
            row
            for row in self._organization
            if not _about_tree(row)
            and row.operation not in _MEMBERSHIP
            and (
                row.resource in {"", target}
                or ("Targets" in row.operation and _POLICY_TYPES[use] in row.resource)
            )
        )

    def of_tree(self) -> tuple[str, ...]:
        """Name what hides who is below whom in the organisation."""
        return names(row for row in self._organization if _about_tree(row))

    def of_organization(self, *, member: bool) -> tuple[str, ...]:
        """Name what hides whether there are guardrails; a `member` is known to be in one."""
        return names(
            row
            for row in self._organization
            if not row.resource and not (member and row.operation in _MEMBERSHIP)
        )

    def of_delegations(self) -> tuple[str, ...]:
        """Name what hides which accounts administer services for the organisation."""
        return names(self._delegations)

    def of_kind(self, kind: str, *, account: str, resource: str = "") -> tuple[str, ...]:
        """Name what hides things of one kind, in an account or beside one resource."""
        rows = self._by_account.get(account, ())
        return names(
            row
            for row in rows
            if row.kind == kind and (not resource or row.resource in {"", resource})
        )

    def all_of(self, account: str) -> Iterator[Unread]:
        """Yield everything of `account` that could not be read."""
        yield from self._by_account.get(account, ())

    def among(self, resources: frozenset[str]) -> frozenset[str]:
        """Return those of some resources of which something could not be read."""
        return frozenset(self._by_resource.keys() & resources)

    def services(self, account: str) -> frozenset[str]:
        """Name the services of which things of `account` could not be read, as ARNs have them."""
        return frozenset(map(_prefix, self._listings.get(account, ())))

    def details(self, resource: str) -> Iterator[Unread]:
        """Yield what of one resource could not be read."""
        yield from self._by_resource.get(resource, ())

    def _about(self, resource: str, account: str) -> Sequence[Unread]:
        held, listed = self._by_resource.get(resource, ()), self._listings.get(account)
        if not listed:
            return held
        service = resource.split(":", 3)[2] if resource.startswith("arn:") else ""
        return [*held, *(row for row in listed if _prefix(row) == service)]


def _prefix(row: Unread) -> str:
    return (row.action or row.service).split(":", 1)[0]


def _about_tree(row: Unread) -> bool:
    return any(part in row.operation for part in _TREE)


def _is_about(row: Unread, word: str) -> bool:
    """Tell whether a call, or the kind of record that it is for, has a word in its name."""
    return word in row.operation or word in row.kind


def is_about_policy(row: Unread) -> bool:
    """What could not be read would say what some policy is, or which there are."""
    told = "Policies" in row.operation or row.kind.endswith("Policy")
    # Of code the operation is a place in it.
    return told or "Policy" in row.operation or "_policy" in row.operation
