# SPDX-License-Identifier: Apache-2.0
"""Where a packet can be between two decisions."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sent:
    """An interface is about to send it."""

    interface: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """It has left an interface in a subnet, whose route table decides."""

    subnet: str


@dataclass(frozen=True, slots=True)
class Local:
    """It is to be delivered inside a network."""

    network: str
    subnet: str
    """The subnet that it comes from; empty where it enters the network."""


@dataclass(frozen=True, slots=True)
class Reaching:
    """It comes to an interface."""

    interface: str
    subnet: str
    """The subnet that it comes from; empty where it enters the network."""


@dataclass(frozen=True, slots=True)
class InternetEdge:
    """It comes to the Internet gateway of a network, from inside."""

    gateway: str
    network: str


@dataclass(frozen=True, slots=True)
class EgressOnlyEdge:
    """It comes to an egress-only Internet gateway, from inside."""

    gateway: str
    network: str


@dataclass(frozen=True, slots=True)
class OnInternet:
    """It is on the Internet."""


@dataclass(frozen=True, slots=True)
class Nat:
    """It comes to a NAT gateway to be translated."""

    gateway: str
    network: str
    subnet: str
    """The subnet that it comes from."""


@dataclass(frozen=True, slots=True)
class PeeringEdge:
    """It comes to one end of a peering."""

    peering: str
    network: str


@dataclass(frozen=True, slots=True)
class TransitEdge:
    """It comes to a transit gateway from a network."""

    gateway: str
    network: str
    subnet: str
    """The subnet that it comes from."""


@dataclass(frozen=True, slots=True)
class Transit:
    """It is in a transit gateway, in front of the table of the attachment it came through."""

    gateway: str
    attachment: str
    zone: str
    """Zone that it comes from; empty where it comes from no network."""


@dataclass(frozen=True, slots=True)
class VirtualEdge:
    """It comes to a virtual private gateway, from inside."""

    gateway: str
    network: str


@dataclass(frozen=True, slots=True)
class OnSite:
    """It leaves a remote site."""

    site: str


@dataclass(frozen=True, slots=True)
class EndpointEdge:
    """It comes to an endpoint that a route leads to."""

    endpoint: str
    network: str
    subnet: str
    """The subnet that it comes from; empty where it enters the network."""


@dataclass(frozen=True, slots=True)
class FromService:
    """It leaves a service through a gateway endpoint."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """It is where it was sent: an interface, `internet`, a remote site, an endpoint."""

    to: str


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Nobody knows where it would go from here."""


Place: TypeAlias = (
    Sent
    | Leaving
    | Local
    | Reaching
    | InternetEdge
    | EgressOnlyEdge
    | OnInternet
    | Nat
    | PeeringEdge
    | TransitEdge
    | Transit
    | VirtualEdge
    | OnSite
    | EndpointEdge
    | FromService
    | Arrived
    | Nowhere
)
