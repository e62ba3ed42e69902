# SPDX-License-Identifier: Apache-2.0
"""Who is under whom: organisations, their units and accounts, and power delegated between them."""

from typing import ClassVar

from bartizan.model.table import Row


class Unit(Row, frozen=True):
    """A root or an organisational unit."""

    table: ClassVar[str] = "unit"

    id: str
    """`r-...` or `ou-...`."""
    provider: str
    """Which vendor's system it is in."""
    organization: str
    """Id of the organisation, `o-...`."""
    parent: str
    """Id of the unit above; empty for a root."""
    name: str
    """What people call it."""


class Account(Row, frozen=True):
    """An account, project or subscription: the unit of isolation."""

    table: ClassVar[str] = "account"

    id: str
    """Twelve digits for AWS."""
    provider: str
    """Which vendor's system it is in."""
    partition: str
    """`aws`, `aws-us-gov` or `aws-cn`."""
    name: str
    """What people call it; the id where it has no name."""
    organization: str
    """Id of the organisation; empty for an account on its own, or where that could not be read."""
    organization_path: str
    """`o-1/r-1/ou-1/ou-2/`, as `aws:PrincipalOrgPaths` spells it; empty without one."""
    parent: str
    """Id of the unit it is in; empty without an organisation."""
    management: bool
    """It is the organisation's management account, which no guardrail limits."""
    status: str
    """`ACTIVE`, `SUSPENDED`, ..., as the vendor says."""
    regions: tuple[str, ...]
    """Regions that are enabled, sorted; empty where that could not be read."""
    scp: bool
    """Service control policies are switched on in its organisation."""
    rcp: bool
    """Resource control policies are switched on in its organisation."""
    collected: bool
    """The source could sign in to it; else only what others say of it is known."""


class Delegation(Row, frozen=True):
    """A member account that administers a service for the whole organisation."""

    table: ClassVar[str] = "delegation"

    account: str
    """The delegated administrator."""
    service: str
    """Service principal, e.g. `member.org.stacksets.cloudformation.amazonaws.com`."""
    organization: str
    """Id of the organisation."""


class Assignment(Row, frozen=True):
    """Somebody of the directory may use a permission set in an account (Identity Center)."""

    table: ClassVar[str] = "assignment"

    account: str
    """Where the access is."""
    permission_set: str
    """ARN of the permission set."""
    permission_set_name: str
    """Its name; the role it makes is `AWSReservedSSO_<name>_<hex>`."""
    instance: str
    """ARN of the Identity Center instance."""
    instance_account: str
    """Account that owns the instance."""
    holder_type: str
    """`USER` or `GROUP`."""
    holder: str
    """Id in the identity store."""
