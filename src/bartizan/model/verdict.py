# SPDX-License-Identifier: Apache-2.0
"""Allowed, denied, or unknown, and why."""

from dataclasses import dataclass
from typing import TypeAlias

from bartizan.model.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Allowed:
    """Something grants it and nothing takes it away."""

    because: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Denied:
    """Something forbids it, or nothing grants it (then `because` is empty)."""

    because: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """We could not tell; `missing` names what we would have had to read."""

    missing: tuple[str, ...]


Verdict: TypeAlias = Allowed | Denied | Unknown
