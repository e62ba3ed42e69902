# SPDX-License-Identifier: Apache-2.0
"""Packets, how they go from hop to hop, and what stops them.

A packet here is the first one of a new flow: what answers it, and what follows, is let through by
connection tracking where the vendor tracks connections.
"""

from typing import TypeAlias

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.verdict import Unknown

ANY, ICMP, TCP, UDP, ICMPV6 = -1, 1, 6, 17, 58
"""IANA numbers of protocols; ANY is for rules alone."""

INTERNET = "internet"
"""The source that stands for any public address that is nobody's in the estate."""

CLIENT_PORTS = (1024, 65535)
"""Source ports that a client may have whose system is not known."""


class Packet(Struct, frozen=True, kw_only=True, order=True):
    """The first packet of a flow, as its sender makes it."""

    source: str
    """Where it comes from: id of an interface, `internet`, or id of a remote site."""
    source_address: str
    """The sender's address, as it is written into the packet."""
    address: str
    """The address that it is sent to."""
    protocol: int
    """IANA number."""
    port: int
    """Destination port; the type of an ICMP message; 0 for protocols without ports."""
    source_port: int
    """Source port; the code of an ICMP message; 0 for protocols without ports."""


class Hop(Struct, frozen=True, kw_only=True):
    """One thing that a packet passes, and how it looks afterwards."""

    at: str
    """Id of it: an interface, a security group, an access list, a route table, a gateway, ..."""
    does: str
    """One phrase: `sends`, `admits`, `routes to tgw-1`, `translates`, `receives`."""
    packet: Packet
    """The packet as it leaves."""
    because: tuple[Evidence, ...] = ()
    """The rule or route that decided."""


class Leg(Struct, frozen=True, kw_only=True):
    """One flow, there and back: a load balancer or an endpoint starts another one."""

    packet: Packet
    there: tuple[Hop, ...]
    """What it passes, in order; the last one receives it."""
    back: tuple[Hop, ...]
    """What the answer passes."""
    to: str
    """Id of the interface that receives it; `internet` or a remote site where it leaves."""


class Blocker(Struct, frozen=True, kw_only=True, order=True):
    """Something that stops a packet; to open the way, every blocker of one way must go."""

    code: str
    """As the vendor's own analyzer names it, `ENI_SG_RULES_MISMATCH`; ours begin with `X_`."""
    at: str
    """Id of what stops it."""
    text: str
    """One phrase for people, no full stop."""
    back: bool = False
    """It stops the answer, not the packet."""
    rules: tuple[str, ...] = ()
    """Ids of the rules or routes that stop it; empty where the lack of one does."""


class Reachable(Struct, frozen=True, kw_only=True):
    """A packet arrives and its answer comes back; the legs are a witness that can be replayed."""

    legs: tuple[Leg, ...]


class Blocked(Struct, frozen=True, kw_only=True):
    """No packet of the kind arrives with an answer; for each way, all that stops it."""

    ways: tuple[tuple[Blocker, ...], ...]
    """For each way that was tried, its blockers, the fewest first; never empty."""


Reach: TypeAlias = Reachable | Blocked | Unknown
"""Whether packets arrive; `Unknown.missing` names ids of what was not read or is not modelled."""
