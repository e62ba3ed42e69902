# SPDX-License-Identifier: Apache-2.0
"""A world while it is being drawn: what there is so far, and dice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from tests.kernel.network.world import REGION, Described, World

ACCOUNTS = ("111111111111", "222222222222")
ZONES = ("a", "b")

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Room:
    """A network that is being drawn."""

    id: str
    ranges: tuple[str, ...]
    """Its IPv4 range, and its IPv6 range where it has one."""
    account: str
    subnets: list["Part"] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    gateway: str = ""
    """Id of its Internet gateway."""
    outward: str = ""
    """Id of its egress-only Internet gateway."""
    nat: str = ""
    """Id of its NAT gateway."""
    hosts: list["Machine"] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Part:
    """A subnet that is being drawn."""

    id: str
    ranges: tuple[str, ...]
    zone: str
    routes: list[dict[str, Any]] = field(default_factory=list)
    kept: bool = False
    """It is for nodes of gateways alone, and has routes of their kind."""
    taken: int = 0
    """How many of its addresses are in use."""


@dataclass(slots=True, kw_only=True)
class Machine:
    """An interface that is being drawn, with what is behind it."""

    id: str
    room: Room
    part: Part
    addresses: tuple[str, ...]
    public: str = ""
    groups: tuple[str, ...] = ()
    forwards: bool = False
    kind: str = "interface"
    attached: bool = True


@dataclass(slots=True, kw_only=True)
class Draft:
    """What has been drawn."""

    dice: Random
    name: str
    features: frozenset[str]
    rooms: list[Room] = field(default_factory=list)
    things: list[Described] = field(default_factory=list)
    publics: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    """Ids of prefix lists of IPv4 ranges."""
    appliance: Machine | None = None
    """An interface in the first network that packets of others may be led to."""
    behind: dict[str, str] = field(default_factory=dict)
    """Security groups of what a load balancer sends to, and the only range that they let in."""
    joined: set[tuple[str, str]] = field(default_factory=set)
    """Networks that may name groups of one another."""

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def one(self, values: Sequence[T]) -> T:
        return self.dice.choice(values)

    def some(self, values: Sequence[T], most: int) -> list[T]:
        return self.dice.sample(values, self.dice.randint(1, min(most, len(values))))

    @property
    def nodes(self) -> bool:
        """Something on the way chooses source ports, whose choice rules must not tell apart."""
        return bool(self.features & {"nat", "balancer"})

    def add(self, kind: str, name: str, body: dict[str, Any], *, account: str) -> None:
        """Add a thing; `name` is how its ARN ends."""
        service = kind.split("::")[1].lower()
        arn = f"arn:aws:{service}:{REGION}:{account}:{name}"
        self.things.append(Described(kind=kind, account=account, id=arn, body=body))

    def world(self) -> World:
        return World(name=self.name, things=tuple(self.things))
