# SPDX-License-Identifier: Apache-2.0
"""Who exists, and what could authenticate whom."""

from collections.abc import Mapping
from typing import ClassVar

from bartizan.model.table import Row


class Principal(Row, frozen=True):
    """A user, role, group or root user: something that policies are written for."""

    table: ClassVar[str] = "principal"

    arn: str
    """Its ARN, path included."""
    provider: str
    """Which vendor's system it is in."""
    type: str
    """`user`, `role`, `group` or `root`."""
    account: str
    """Account that it belongs to."""
    name: str
    """Without path."""
    path: str
    """`/` or `/a/b/`."""
    unique_id: str
    """`AIDA...`, `AROA...`, `AGPA...`; empty for root."""
    tags: Mapping[str, str]
    """Its own tags."""
    service_linked: bool
    """Only its service can use or change it, and guardrails do not limit it."""
    max_session: int
    """Seconds a session of a role may last; 0 for others."""
    console: bool
    """A password signs it in to the console."""
    mfa: bool
    """A second factor is registered for it."""
    last_used: str
    """ISO 8601; empty where never or not known."""
    created: str
    """ISO 8601; empty where not known."""


class Membership(Row, frozen=True):
    """A user is in a group."""

    table: ClassVar[str] = "membership"

    user: str
    """ARN of the user."""
    group: str
    """ARN of the group."""


class IdentityProvider(Row, frozen=True):
    """An outside directory whose word an account takes: OIDC or SAML."""

    table: ClassVar[str] = "identity_provider"

    arn: str
    """Its ARN, which trust policies name as `Federated`."""
    account: str
    """Account that trusts it."""
    type: str
    """`oidc` or `saml`."""
    issuer: str
    """Host and path of the OIDC issuer without scheme, as condition keys spell it; else empty."""
    audiences: tuple[str, ...]
    """OIDC client ids that are accepted."""


class AccessKey(Row, frozen=True):
    """A long-lived key of a user; its secret half is never known here."""

    table: ClassVar[str] = "access_key"

    id: str
    """`AKIA...`, which is no secret."""
    principal: str
    """ARN of the user it authenticates."""
    active: bool
    """It works."""
    created: str
    """ISO 8601."""
    last_used: str
    """ISO 8601; empty where never or not known."""


class Credential(Row, frozen=True):
    """A secret that lies where somebody can read it."""

    table: ClassVar[str] = "credential"

    id: str
    """Keyed fingerprint: equal secrets of one home have equal ids."""
    lies_in: str
    """ARN of the thing that carries it: a function, an instance, a parameter."""
    field: str
    """Where in it: `Environment.Variables.DB_PASSWORD`, `UserData`."""
    kind: str
    """`aws-access-key`, `kms-ciphertext`, `private-key`, `password`, `token`, `unknown`, ..."""
    authenticates: str
    """ARN of the principal it signs in as; empty where that is not known."""
    key: str
    """ARN of the key that must decrypt it first; empty where it lies open."""
    length: int
    """Characters of the value."""
    account: str
    """Account of the thing that carries it."""
