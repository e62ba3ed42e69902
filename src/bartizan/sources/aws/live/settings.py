# SPDX-License-Identifier: Apache-2.0
"""What the user decides about a live scan of AWS."""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct


def _now() -> datetime:
    return datetime.now(UTC)


class AwsSettings(Struct, frozen=True, kw_only=True):
    """How to sign in, what to read of what one finds, and how hard to ask."""

    key: bytes
    """Key of the fingerprints that stand in for secrets; one per home."""
    profile: str = ""
    """Named profile of the AWS configuration; empty for the usual chain of credentials."""
    role_name: str = "OrganizationAccountAccessRole"
    """Name, path included, of the role that is assumed in every account but the caller's own."""
    chain: tuple[str, ...] = ()
    """ARNs of roles to assume first, one from the other, before anything is read."""
    external_id: str = ""
    """Given with every AssumeRole; empty for none."""
    accounts: frozenset[str] = frozenset()
    """Ids of the accounts to read; empty for all. The others are named as unread."""
    regions: frozenset[str] = frozenset()
    """Regions to read where they are enabled; empty for all that are enabled."""
    services: frozenset[str] = frozenset()
    """Names of the services to read, as the table of calls has them; empty for all."""
    endpoint_url: str = ""
    """Where to send all calls instead; empty for AWS, or for what `AWS_ENDPOINT_URL` says."""
    concurrency: int = 16
    """How many calls may be under way at once."""
    clock: Callable[[], datetime] = _now
    """Tells the time, in UTC, that records carry."""
