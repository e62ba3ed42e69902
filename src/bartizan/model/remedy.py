# SPDX-License-Identifier: Apache-2.0
"""Concrete changes to an estate, said without any vendor's API.

A reasoner proposes them beside each step; the source that read the estate turns one into changed
records (an overlay) and into the text of a command or of infrastructure code.
"""

from typing import TypeAlias

from msgspec import Struct

from bartizan.model.host_change import HostChange


class DropStatement(Struct, frozen=True, order=True):
    """Take one statement out of a policy document (of any type)."""

    policy: str
    """Id in the `policy` table."""
    statement: int
    """Position in the document, from 0."""
    sid: str = ""
    """Its Sid, for people."""


class Detach(Struct, frozen=True, order=True):
    """Take a managed policy off a principal."""

    policy: str
    """Id in the `policy` table."""
    target: str
    """ARN of the principal."""


class Forbid(Struct, frozen=True, order=True):
    """Add an explicit deny to a user or role."""

    principal: str
    """ARN of the user or role."""
    actions: tuple[str, ...]
    """Sorted actions."""
    resources: tuple[str, ...]
    """Sorted resource patterns."""


class Untrust(Struct, frozen=True, order=True):
    """Take one principal out of a statement of a trust or resource policy."""

    policy: str
    """Id in the `policy` table."""
    statement: int
    """Position in the document, from 0."""
    principal: str
    """As the document spells it."""


class Unshare(Struct, frozen=True, order=True):
    """Switch a share off."""

    resource: str
    """ARN of what is shared."""
    with_whom: str
    """As in the `share` table."""
    kind: str
    """Kind of the record that carries the switch."""
    record: str
    """Id of that record."""


class BlockPublicAccess(Struct, frozen=True, order=True):
    """Switch on all four blocks of public access of a bucket or account."""

    target: str
    """Bucket ARN or account id."""


class RemoveCredential(Struct, frozen=True, order=True):
    """Revoke a credential and take it out of the place where it lies."""

    lies_in: str
    """ARN of the thing that carries it."""
    field: str
    """Where in it."""


class Guard(Struct, frozen=True, order=True):
    """Add a guardrail (SCP) that denies actions in an account or unit."""

    target: str
    """Id of the account or unit."""
    actions: tuple[str, ...]
    """Sorted actions."""
    resources: tuple[str, ...]
    """Sorted resource patterns."""


class RevokeRule(Struct, frozen=True, order=True):
    """Take one rule out of a security group or access list."""

    owner: str
    """Id of the security group or access list."""
    rule: str
    """Id in the `rule` table."""
    direction: str
    """`in` or `out`."""
    number: int
    """Place in the order of an access list; 0 in a security group."""
    protocol: int
    """IANA number; -1 for all."""
    first: int
    """First port or ICMP type; -1 for any."""
    last: int
    """Last port or ICMP code; -1 for any."""
    peer_kind: str
    """`range`, `group` or `prefix-list`."""
    peer: str
    """The other side: a CIDR block or an id."""


class AuthorizeRule(Struct, frozen=True, order=True):
    """Add one rule that allows to a security group or access list."""

    owner: str
    """Id of the security group or access list."""
    direction: str
    """`in` or `out`."""
    number: int
    """Place in the order of an access list; 0 in a security group."""
    protocol: int
    """IANA number; -1 for all."""
    first: int
    """First port or ICMP type; -1 for any."""
    last: int
    """Last port or ICMP code; -1 for any."""
    peer_kind: str
    """`range`, `group` or `prefix-list`."""
    peer: str
    """The other side: a CIDR block or an id."""


class DropRoute(Struct, frozen=True, order=True):
    """Take one route that somebody wrote out of a route table of a network."""

    owner: str
    """Id of the route table."""
    destination: str
    """A CIDR block or the id of a prefix list, as in the `route` table."""
    target: str
    """Id of what it leads to."""


class AddRoute(Struct, frozen=True, order=True):
    """Write one route into a route table of a network; it replaces one to the same destination."""

    owner: str
    """Id of the route table."""
    destination: str
    """A CIDR block."""
    target_kind: str
    """As in the `route` table."""
    target: str
    """Id of what it leads to."""


class ReleaseAddress(Struct, frozen=True, order=True):
    """Take the public address off an interface."""

    interface: str
    """`eni-...`."""
    private: str
    """The private address that it stands for."""
    public: str
    """The public address."""


class AssociateAddress(Struct, frozen=True, order=True):
    """Let a new public address stand for a private one of an interface."""

    interface: str
    """`eni-...`."""
    private: str
    """The private address."""
    public: str
    """An address in the place of the one that nobody knows yet."""


NetworkChange: TypeAlias = (
    RevokeRule | AuthorizeRule | DropRoute | AddRoute | ReleaseAddress | AssociateAddress
)
"""A change to what lets packets pass."""

CloudChange: TypeAlias = (
    DropStatement
    | Detach
    | Forbid
    | Untrust
    | Unshare
    | BlockPublicAccess
    | RemoveCredential
    | Guard
    | NetworkChange
)
"""A change to a cloud."""

Change: TypeAlias = CloudChange | HostChange


class Remedy(Struct, frozen=True):
    """One change, what it says to people, and what it costs."""

    change: Change
    """What is done; equal changes are the same remedy."""
    title: str
    """One imperative sentence, no full stop."""
    cost: int
    """What it would break, ordinal; at least 1."""

    @property
    def id(self) -> str:
        """A name that stays the same from run to run."""
        return f"{type(self.change).__name__}:{self.change!r}"
