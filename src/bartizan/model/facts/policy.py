# SPDX-License-Identifier: Apache-2.0
"""What is written about whom: policy documents and what they are attached to."""

from typing import ClassVar

from bartizan.model.table import Row


class Policy(Row, frozen=True):
    """One policy document under its own name."""

    table: ClassVar[str] = "policy"

    id: str
    """ARN of a managed policy, SCP or RCP; else `<holder's ARN>#<what>`: `#inline/NAME`, `#trust`,
    `#resource`, `#session`; unique."""
    provider: str
    """Which vendor's system it is in; says which dialect reads the document."""
    type: str
    """`identity`, `trust`, `resource`, `session`, `scp`, `rcp`, `endpoint`."""
    account: str
    """Account that owns it; `aws` for policies that AWS manages."""
    name: str
    """What people call it."""
    managed: str
    """`customer`, `aws` or `inline`."""
    document: str | None
    """Verbatim JSON text; null where it exists but could not be read."""
    default_version: str
    """Version of a managed policy, `v3`; else empty."""
    kind: str
    """Kind of the record that carries the document, so that a change finds its way back."""
    record: str
    """Id of that record."""


class Attachment(Row, frozen=True):
    """A policy applies to something."""

    table: ClassVar[str] = "attachment"

    policy: str
    """Id of the policy."""
    target: str
    """ARN of a principal or resource, or id of a unit or account; for `session`, ARN of what
    starts the sessions of a role that the policy limits."""
    use: str
    """`identity`, `boundary`, `session`, `trust`, `resource`, `scp`, `rcp` or `endpoint`."""


class KeyGrant(Row, frozen=True):
    """A grant on a key: lets a principal use it, beside the key's policy."""

    table: ClassVar[str] = "key_grant"

    id: str
    """Id of the grant."""
    key: str
    """ARN of the key."""
    grantee: str
    """ARN of the principal, or a service principal."""
    retiring: str
    """ARN of the principal that may retire it; empty for none."""
    operations: tuple[str, ...]
    """As the API spells them: `Decrypt`, `GenerateDataKey`."""
    encryption_context_equals: tuple[str, ...]
    """`key=value` pairs that must all be given and no others; empty for no such constraint."""
    encryption_context_subset: tuple[str, ...]
    """`key=value` pairs that must be among those given; empty for no such constraint."""


class PublicAccessBlock(Row, frozen=True):
    """S3's block of public access, of an account or a bucket."""

    table: ClassVar[str] = "public_access_block"

    target: str
    """Account id or bucket ARN."""
    block_public_acls: bool
    """New public ACLs are refused."""
    ignore_public_acls: bool
    """Public ACLs have no effect."""
    block_public_policy: bool
    """New public policies are refused."""
    restrict_public_buckets: bool
    """A public policy is cut to its own account and service principals."""
