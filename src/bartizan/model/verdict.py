# SPDX-License-Identifier: Apache-2.0
"""Allowed, denied, or unknown, and why."""

from typing import TypeAlias

from msgspec import Struct

from bartizan.model.evidence import Evidence


class Allowed(Struct, frozen=True):
    """Something grants it and nothing takes it away."""

    because: tuple[Evidence, ...]


class Denied(Struct, frozen=True):
    """Something forbids it, or nothing grants it (then `because` is empty)."""

    because: tuple[Evidence, ...] = ()


class Unknown(Struct, frozen=True):
    """We could not tell; `missing` names what we would have had to read."""

    missing: tuple[str, ...]


Verdict: TypeAlias = Allowed | Denied | Unknown
