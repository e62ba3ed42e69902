# SPDX-License-Identifier: Apache-2.0
"""Where a packet can be between two decisions."""

from typing import TypeAlias

from msgspec import Struct


class Sent(Struct, frozen=True):
    """An interface is about to send it."""

    interface: str


class Leaving(Struct, frozen=True):
    """It has left an interface in a subnet, whose route table decides."""

    subnet: str


class Local(Struct, frozen=True):
    """It is to be delivered inside a network."""

    network: str
    subnet: str
    """The subnet that it comes from; empty where it enters the network."""


class Reaching(Struct, frozen=True):
    """It comes to an interface."""

    interface: str
    subnet: str
    """The subnet that it comes from; empty where it enters the network."""


class InternetEdge(Struct, frozen=True):
    """It comes to the Internet gateway of a network, from inside."""

    gateway: str
    network: str


class EgressOnlyEdge(Struct, frozen=True):
    """It comes to an egress-only Internet gateway, from inside."""

    gateway: str
    network: str


class OnInternet(Struct, frozen=True):
    """It is on the Internet."""


class Nat(Struct, frozen=True):
    """It comes to a NAT gateway to be translated."""

    gateway: str
    network: str
    subnet: str
    """The subnet that it comes from."""


class PeeringEdge(Struct, frozen=True):
    """It comes to one end of a peering."""

    peering: str
    network: str


class TransitEdge(Struct, frozen=True):
    """It comes to a transit gateway from a network."""

    gateway: str
    network: str
    subnet: str
    """The subnet that it comes from."""


class Transit(Struct, frozen=True):
    """It is in a transit gateway, in front of the table of the attachment it came through."""

    gateway: str
    attachment: str
    zone: str
    """Zone that it comes from; empty where it comes from no network."""


class VirtualEdge(Struct, frozen=True):
    """It comes to a virtual private gateway, from inside."""

    gateway: str
    network: str


class OnSite(Struct, frozen=True):
    """It leaves a remote site."""

    site: str


class EndpointEdge(Struct, frozen=True):
    """It comes to an endpoint that a route leads to."""

    endpoint: str
    network: str
    subnet: str
    """The subnet that it comes from; empty where it enters the network."""


class FromService(Struct, frozen=True):
    """It leaves a service through a gateway endpoint."""

    endpoint: str


class Arrived(Struct, frozen=True):
    """It is where it was sent: an interface, `internet`, a remote site, an endpoint."""

    to: str


class Nowhere(Struct, frozen=True):
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
