# SPDX-License-Identifier: Apache-2.0
"""How reports say packets, what they pass and what stops them."""

from collections.abc import Iterable, Mapping, Sequence

from bartizan.model.packet import (
    ANY,
    ICMP,
    ICMPV6,
    INTERNET,
    TCP,
    UDP,
    Blocked,
    Blocker,
    Hop,
    Leg,
    Packet,
    Reach,
    Reachable,
)
from bartizan.model.reach import PortRange
from bartizan.model.record import Json
from bartizan.model.verdict import Unknown
from bartizan.report.sheet import Sheet, Style

PROTOCOLS: Mapping[int, str] = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMPV6: "icmpv6"}
"""Number of a protocol to its name."""
LAST_PORT = 65535
_MESSAGES = (ICMP, ICMPV6)
_FEW_WAYS = 1


def protocol(number: int) -> str:
    """Name a protocol."""
    return "all protocols" if number == ANY else PROTOCOLS.get(number, f"protocol {number}")


def port_range(one: PortRange) -> str:
    """Say ports of one protocol: `tcp 80-90`."""
    name = protocol(one.protocol)
    if one.protocol in _MESSAGES:
        types = str(one.first) if one.first == one.last else f"{one.first}-{one.last}"
        return f"all {name}" if (one.first, one.last) == (0, 255) else f"{name} type {types}"
    if one.protocol not in PROTOCOLS:
        return name
    if (one.first, one.last) == (0, LAST_PORT):
        return f"all {name}"
    return f"{name} {one.first}" if one.first == one.last else f"{name} {one.first}-{one.last}"


def ports(ranges: Iterable[PortRange]) -> str:
    """Say a set of ports; protocol -1 in it is every one that is not named otherwise."""
    return ", ".join(
        "every protocol that no rule names" if one.protocol == ANY else port_range(one)
        for one in ranges
    )


def packet(one: Packet) -> str:
    """Say a packet in one line: who sends it, to which address and port."""
    if one.protocol in _MESSAGES:
        what = f"{protocol(one.protocol)} type {one.port} code {one.source_port}"
        return f"{one.source_address} -> {one.address} {what}"
    if one.protocol not in PROTOCOLS:
        return f"{one.source_address} -> {one.address} {protocol(one.protocol)}"
    ends = (_socket(one.source_address, one.source_port), _socket(one.address, one.port))
    return f"{ends[0]} -> {ends[1]} {protocol(one.protocol)}"


def _socket(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def write_verdict(
    sheet: Sheet, verdict: Reach, *, indent: int = 2, every_way: bool = False
) -> None:
    """Write why an answer is what it is: the witness, the blockers, or what is missing; with
    `every_way` the blockers of all ways.
    """
    match verdict:
        case Reachable(legs=legs):
            for leg in legs:
                _write_leg(sheet, leg, indent=indent)
        case Blocked(ways=ways):
            write_ways(sheet, ways, indent=indent, every_way=every_way)
        case Unknown(missing=missing):
            sheet.listing(missing, label="missing  ", indent=indent)


def _write_leg(sheet: Sheet, leg: Leg, *, indent: int) -> None:
    sheet.write(packet(leg.packet), label="packet   ", indent=indent, style=Style.ACCENT)
    sheet.write(_hops(leg.there), label="there    ", indent=indent)
    if leg.back:
        sheet.write(_hops(leg.back), label="back     ", indent=indent)


def _hops(hops: Sequence[Hop]) -> str:
    return "; ".join(_hop(one) for one in hops)


def _hop(one: Hop) -> str:
    why = ", ".join(because.why for because in one.because)
    return f"{one.at} {one.does}" + (f" ({why})" if why else "")


def write_ways(
    sheet: Sheet,
    ways: Sequence[Sequence[Blocker]],
    *,
    indent: int = 2,
    every_way: bool = False,
) -> None:
    """Write what stops packets, of the way with the fewest blockers or of every way."""
    shown = ways if every_way else ways[:_FEW_WAYS]
    for number, way in enumerate(shown, start=1):
        if len(shown) > 1:
            sheet.write(f"way {number}", indent=indent, style=Style.FAINT)
        for one in way:
            rules = f" [{', '.join(one.rules)}]" if one.rules else ""
            back = " (the answer)" if one.back else ""
            text = f"{one.code} at {one.at}: {one.text}{rules}{back}"
            sheet.write(text, label="blocker  ", indent=indent)
    if len(ways) > len(shown):
        more = len(ways) - len(shown)
        said = "1 more way; `--blockers` shows it"
        if more > 1:
            said = f"{more:,} more ways; `--blockers` shows them"
        sheet.write(said, indent=indent)


def verdict_json(verdict: Reach) -> dict[str, Json]:
    """Say an answer for programs."""
    legs: list[Json] = []
    ways: list[Json] = []
    missing: list[Json] = []
    match verdict:
        case Reachable():
            legs = [leg_json(one) for one in verdict.legs]
        case Blocked():
            ways = [[blocker_json(one) for one in way] for way in verdict.ways]
        case Unknown():
            missing = list(verdict.missing)
    return {"answer": word(verdict), "legs": legs, "ways": ways, "missing": missing}


def word(verdict: Reach) -> str:
    """Name an answer: `reachable`, `blocked` or `unknown`."""
    words: Mapping[type, str] = {Reachable: "reachable", Blocked: "blocked", Unknown: "unknown"}
    return words[type(verdict)]


def ports_json(ranges: Iterable[PortRange]) -> Json:
    """Say ports for programs."""
    return [{"protocol": one.protocol, "first": one.first, "last": one.last} for one in ranges]


def leg_json(one: Leg) -> Json:
    """Say one flow for programs."""
    return {
        "packet": packet_json(one.packet),
        "there": [_hop_json(hop) for hop in one.there],
        "back": [_hop_json(hop) for hop in one.back],
        "to": one.to,
    }


def packet_json(one: Packet) -> dict[str, Json]:
    """Say a packet for programs."""
    return {
        "source": one.source,
        "source_address": one.source_address,
        "address": one.address,
        "protocol": one.protocol,
        "port": one.port,
        "source_port": one.source_port,
    }


def _hop_json(one: Hop) -> Json:
    because: list[Json] = [
        {"subject": why.subject, "rule": why.statement, "why": why.why} for why in one.because
    ]
    return {"at": one.at, "does": one.does, "packet": packet_json(one.packet), "because": because}


def blocker_json(one: Blocker) -> Json:
    """Say a blocker for programs."""
    return {
        "code": one.code,
        "at": one.at,
        "text": one.text,
        "back": one.back,
        "rules": list(one.rules),
    }


def entity(name: str, names: Mapping[str, str]) -> str:
    """Name one side: what people call it, and its id."""
    if name == INTERNET:
        return "the Internet"
    return f"{names[name]} ({name})" if name in names else name
