# SPDX-License-Identifier: Apache-2.0
"""What joins networks with one another and with the Internet, as numbers.

Each column has one more value at its end, for number -1, which stands for what is not known.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.network import InternetBlock, InternetBlockExclusion
from bartizan.model.facts.routing import Gateway, Peering, RemoteSite, RouteTable
from bartizan.model.facts.service import Endpoint
from bartizan.reason.network.aws.kernel.addresses import Line, Spans, spans
from bartizan.reason.network.aws.kernel.columns import Flags, Index, Ints, ints_of, truths
from bartizan.reason.network.aws.kernel.contested import Disputed
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.interfaces import Interfaces
from bartizan.reason.network.aws.topology.unread import BLOCKS, Gaps


class Tri(NamedTuple):
    """Of each thing, whether something surely holds, and whether it possibly does."""

    yes: Flags
    maybe: Flags


class Gateways(Struct, frozen=True):
    """Gateways at the edges of networks."""

    ids: Index
    known: Flags
    """Others are only named as where remote sites end."""
    network: Ints
    available: Flags
    edge: Ints
    """Route table that arriving packets look at; -1 for none."""
    of_network: Ints
    """Of each network, its Internet gateway that works; -1 for none."""
    unread: Flags
    """Of each network, whether it may have one that was not read."""
    nat_subnet: Ints
    """Of a NAT gateway, the subnet of its only interface; -1 where it has not one."""
    nat_source: Ints
    """Stretch of the address of that, and `nat_shown` of the public one; -1 for none."""
    nat_shown: Ints
    nat_contested: Ints
    """Whether others have these addresses: see `contested`."""
    nat_keys: tuple[Spans, Spans]
    """These addresses themselves, of each gateway."""

    @classmethod
    def compile(
        cls,
        facts: Facts,
        *,
        ground: Ground,
        interfaces: Interfaces,
        disputed: Disputed,
        line: Line,
    ) -> "Gateways":
        """Number the gateways."""
        named = [row.gateway for row in facts.rows(RemoteSite)]
        own = facts.rows(Gateway)
        ids = Index([*(row.id for row in own), *named])
        rows = [*own, *(_nothing(name) for name in ids.names()[len(own) :])]
        tables = {name: row.id for row in facts.rows(RouteTable) for name in row.gateways}
        working = [
            (number, ground.networks.get(row.network))
            for number, row in enumerate(rows)
            if row.kind == "internet" and row.available and row.network
        ]
        of_network = np.full(len(ground.networks) + 1, -1, dtype=np.int32)
        for number, network in reversed(working):
            of_network[network] = number
        some = {ground.networks.get(row.network) for row in rows if row.kind == "internet"}
        unread = ground.no_gateways.copy()
        unread[[number for number in some if number >= 0]] = False
        nats = [_nat(row, interfaces) for row in rows]
        texts = ([nat[at] if nat else "" for nat in nats] for at in (1, 2))
        keys = [spans(pa.array(each, pa.string())) for each in texts]
        lows = keys[0].low.tolist()
        contested = [
            disputed.get((nat[0], low), 0) if nat else 0
            for nat, low in zip(nats, lows, strict=True)
        ]
        return cls(
            ids=ids,
            known=truths([number < len(own) for number in range(len(rows))]),
            network=ints_of([_get(ground.networks, row.network) for row in rows]),
            available=truths([row.available for row in rows]),
            edge=ints_of(
                [ground.tables.get(tables[row.id]) if row.id in tables else -1 for row in rows]
            ),
            of_network=of_network,
            unread=unread,
            nat_subnet=ints_of([-1 if nat is None else interfaces.subnet[nat[0]] for nat in nats]),
            nat_source=stretches(keys[0], line),
            nat_shown=stretches(keys[1], line),
            nat_contested=np.array([*contested, 0], dtype=np.int32),
            nat_keys=(keys[0], keys[1]),
        )


def _nothing(name: str) -> Gateway:
    return Gateway(
        id=name, kind="", account="", region="", network="", subnet="", private=False,
        interfaces=(), available=False, name="",
    )  # fmt: skip


def _get(index: Index, name: str) -> int:
    return index.get(name) if name else -1


def _nat(row: Gateway, interfaces: Interfaces) -> tuple[int, str, str] | None:
    """Return number, address and public address of a NAT gateway's only interface."""
    if row.kind != "nat" or len(row.interfaces) != 1:
        return None
    number = interfaces.ids.get(row.interfaces[0])
    if number < 0:
        return None
    held = interfaces.row(number)
    address = next((text for text in held.addresses if ":" not in text and "/" not in text), "")
    shown = held.public.get(address, "") if held.attached else ""
    return number, address, shown


def stretches(held: Spans, line: Line) -> Ints:
    """Return the stretch of each address, and -1 for number -1."""
    return np.append(np.where(held.known, line.stretch(held.low), -1), -1).astype(np.int32)


class Peerings(Struct, frozen=True):
    """Pairs of networks that are joined."""

    ids: Index
    one: Ints
    other: Ints
    active: Flags
    near: Flags
    """Both ends are in one region."""

    @classmethod
    def compile(cls, facts: Facts, ground: Ground) -> "Peerings":
        """Number the peerings."""
        rows = facts.rows(Peering)
        ends = [row.networks if len(row.networks) == 2 else ("", "") for row in rows]  # noqa: PLR2004 - two ends
        return cls(
            ids=Index([row.id for row in rows]),
            one=ints_of([_get(ground.networks, end[0]) for end in ends]),
            other=ints_of([_get(ground.networks, end[1]) for end in ends]),
            active=truths([row.active for row in rows]),
            near=truths([len(set(row.regions)) == 1 for row in rows]),
        )

    def beyond(self, peerings: Ints, networks: Ints) -> Ints:
        """Return the network at the other end; -1 where it is none."""
        one, other = self.one[peerings], self.other[peerings]
        return np.where(networks == one, other, np.where(networks == other, one, -1))


class Endpoints(Struct, frozen=True):
    """Endpoints that routes lead to."""

    ids: Index
    kind: tuple[str, ...]
    available: Flags
    subnet: Ints
    """The subnet that its interfaces are in; -1 where they are not in one."""

    @classmethod
    def compile(cls, facts: Facts, interfaces: Interfaces) -> "Endpoints":
        """Number the endpoints."""
        rows = facts.rows(Endpoint)
        subnets = [
            {
                int(interfaces.subnet[number])
                for number in map(interfaces.ids.get, row.interfaces)
                if number >= 0
            }
            for row in rows
        ]
        return cls(
            ids=Index([row.id for row in rows]),
            kind=tuple(row.kind for row in rows),
            available=truths([row.available for row in rows]),
            subnet=ints_of([next(iter(held)) if len(held) == 1 else -1 for held in subnets]),
        )


class Shields(Struct, frozen=True):
    """What the switches against the Internet let pass, of each subnet: new flows into it and out
    of it through an Internet gateway, and out of it through gateways that nothing comes in by.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
    """

    into: Tri
    out: Tri
    translated: Tri

    @classmethod
    def compile(cls, facts: Facts, *, ground: Ground, gaps: Gaps) -> "Shields":
        """Read the switches and what they leave alone."""
        modes = {(row.account, row.region): row.mode for row in facts.rows(InternetBlock)}
        left: dict[str, set[str]] = {}
        for row in facts.rows(InternetBlockExclusion):
            left.setdefault(row.target, set()).add(row.mode)
        dark = {
            place: bool(gaps.listing(BLOCKS, account=place[0], region=place[1]))
            for place in set(ground.places.values())
        }
        names = [*ground.networks.names(), ""]
        known: dict[tuple[str, bool, frozenset[str]], tuple[int, int, int]] = {}
        found = []
        for subnet, network in zip(
            [*ground.subnets.names(), ""], ground.network.tolist(), strict=True
        ):
            place = ground.places.get(names[network], ("", ""))
            exempt = frozenset(left.get(names[network], set()) | left.get(subnet, set()))
            key = modes.get(place, ""), dark.get(place, True), exempt
            if key not in known:
                known[key] = _passing(*key)
            found.append(known[key])
        columns = np.array(found, dtype=np.int8).reshape(-1, 3).T
        into, out, translated = (Tri(column == 1, column != 0) for column in columns)
        return cls(into, out, translated)


def _passing(mode: str, dark: bool, left: frozenset[str]) -> tuple[int, int, int]:  # noqa: FBT001 - a key
    """Return for flows in, out and out by one-way gateways: 0 stopped, 1 let pass, 2 not known."""
    if mode in {"", "off"}:
        return (1, 1, 1) if mode else (2, 2, 2)
    if "allow-bidirectional" in left:
        return 1, 1, 1
    stopped = 2 if dark else 0
    if mode == "block-ingress":
        return stopped, stopped, 1
    egress = 1 if "allow-egress" in left else stopped
    return stopped, egress, egress
