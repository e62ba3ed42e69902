# SPDX-License-Identifier: Apache-2.0
"""Compares one value of a policy with one value of a request, by each family of operators.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Compare: TypeAlias = Callable[[str, str], bool]
"""Takes the policy's value, then the request's."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_LONGEST_NUMBER = 100
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 1 << 14


@lru_cache(_REMEMBERED)
def number(text: str) -> Decimal | None:
    """Read an integer or decimal number; None for anything else, exponents included."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


@lru_cache(_REMEMBERED)
def moment(text: str) -> Decimal | None:
    """Read a date of the W3C's ISO 8601 profile, or epoch seconds, as epoch seconds.

    Section "Date condition operators". Four digits alone are a year, as the profile has it.
    """
    hit = _DATE.fullmatch(text)
    if hit is None:
        return number(text)
    year, month, day, hour, minute, second, fraction, zone = hit.groups()
    try:
        start = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    elapsed = start - _offset(zone) - _EPOCH
    return Decimal(elapsed.days * 86_400 + elapsed.seconds) + Decimal(fraction or 0)


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta(0)
    size = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -size if zone[0] == "-" else size


@lru_cache(_REMEMBERED)
def network(text: str) -> IPv4Network | IPv6Network | None:
    """Read an address or a range; bits beyond the prefix are dropped, none means all."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(_REMEMBERED)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def in_network(policy: str, request: str) -> bool:
    """Section "IP address condition operators"; the two families never match each other."""
    block, address = network(policy), _address(request)
    return block is not None and address is not None and address in block


def same_bytes(policy: str, request: str) -> bool:
    """Section "Binary condition operators": both sides are base64 text."""
    try:
        wanted = base64.b64decode(policy, validate=True)
        return wanted == base64.b64decode(request, validate=True)
    except (binascii.Error, ValueError):
        return False


def same_truth(policy: str, request: str) -> bool:
    """Section "Boolean condition operators": `true` or `false` in any case, nothing else."""
    wanted = policy.lower()
    return wanted in {"true", "false"} and wanted == request.lower()


def ordered(read: Callable[[str], Decimal | None], holds: Callable[[int], bool]) -> Compare:
    """Return a comparison by size; `holds` takes the sign of request less policy. What `read`
    cannot read matches nothing.
    """

    def compare(policy: str, request: str) -> bool:
        wanted, given = read(policy), read(request)
        if wanted is None or given is None:
            return False
        return holds((given > wanted) - (given < wanted))

    return compare
