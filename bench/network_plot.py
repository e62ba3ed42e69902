# SPDX-License-Identifier: Apache-2.0
"""One network of a drawn organisation: its names, ranges and interfaces."""

import random
from dataclasses import dataclass

from bartizan.model.facts.network import (
    Interface,
)

EACH = 100
"""Interfaces of a network."""
REGION = "eu-west-1"
ROLES = 14
TIERS = ("public", "private", "data")
ZONES = ("euw1-az1", "euw1-az2")
DOMAINS = 3
GATEWAY_LIMIT = 4_500
"""Networks that one transit gateway joins."""
LEGACY = 20
PORTS = (22, 80, 443, 3306, 5432, 6379, 8080, 8443, 9092, 9200, 27017, 3389, 53, 123)
AT_ONCE = 200


@dataclass(slots=True)
class Plot:
    """One network while it is drawn."""

    number: int
    chance: random.Random
    size: int

    @property
    def id(self) -> str:
        """Its id."""
        return f"vpc-{self.number:05d}"

    @property
    def account(self) -> str:
        """Account that owns it; an account has four."""
        return f"{100_000_000_000 + self.number // 4:012d}"

    @property
    def base(self) -> int:
        """Its first address; every fiftieth has that of the one before it."""
        place = self.number - 1 if self.number % 50 == 49 else self.number  # noqa: PLR2004 - of fifty
        return (10 << 24) + place * 1024

    @property
    def domain(self) -> int:
        """Its routing domain."""
        return self.number % DOMAINS

    @property
    def gateway(self) -> str:
        """The transit gateway that it may join."""
        return f"tgw-{self.number // GATEWAY_LIMIT}"

    @property
    def six(self) -> bool:
        """It has IPv6."""
        return self.number % 3 == 0

    @property
    def joined(self) -> bool:
        """It is attached to a transit gateway: all but a tenth, and those that overlap."""
        return self.number % 10 != 0 and self.number % 50 != 49  # noqa: PLR2004 - of fifty

    def block(self, offset: int, length: int) -> str:
        """Return one of its ranges."""
        return f"{dotted(self.base + offset)}/{length}"

    @property
    def prefix_six(self) -> str:
        """How its IPv6 addresses begin."""
        return f"2600:1f18:{self.number >> 8:x}:{(self.number & 255) << 8:x}"


def dotted(value: int) -> str:
    """Write an IPv4 address."""
    return ".".join(str((value >> shift) & 255) for shift in (24, 16, 8, 0))


def six_of(plot: Plot, subnet: int) -> str:
    """Return how the IPv6 addresses of a subnet begin."""
    return f"2600:1f18:{plot.number >> 8:x}:{((plot.number & 255) << 8) + subnet:x}"


def group_of(plot: Plot, role: int) -> str:
    """Return the group of a role."""
    return f"sg-{plot.number:05d}-{role:02d}"


def interface(
    plot: Plot, name: str, place: int, *, addresses: tuple[str, ...], groups: tuple[str, ...],
    public: bool, kind: str = "interface",
) -> Interface:  # fmt: skip
    """Return one interface in the subnet of a place."""
    shown = {}
    if public:
        number = plot.number * 64 + int(name[-3:]) % 64
        shown = {addresses[0]: dotted((52 << 24) + number)}
    return Interface(
        id=f"eni-{plot.number:05d}-{name}", network=plot.id,
        subnet=f"subnet-{plot.number:05d}-{place // 2}{place % 2}", account=plot.account,
        region=REGION, kind=kind, thing=f"i-{plot.number:05d}-{name}", attached=True,
        addresses=addresses, public=shown, groups=groups, forwards=False, name="", tags={},
    )  # fmt: skip
