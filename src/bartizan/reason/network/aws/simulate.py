# SPDX-License-Identifier: Apache-2.0
"""Answers packets in the public format of `network simulate`, over the facts of a snapshot."""

import ipaddress
from collections.abc import Mapping
from typing import Any

import msgspec

from bartizan.errors import BartizanError, InputError, Location, UsageError
from bartizan.model.facts import Facts
from bartizan.model.packet import Blocked, Blocker, Hop, Leg, Packet, Reach, Reachable
from bartizan.model.reach import End, PortRange
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.packet_line import (
    BlockerSaid,
    ErrorSaid,
    HopSaid,
    LegSaid,
    PacketAnswer,
    PacketLine,
    PacketRefused,
    PacketSaid,
    ReasonSaid,
)
from bartizan.reason.network.aws.question.ends import Directory
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.service import protocol_of, service
from bartizan.reason.network.aws.topology.topology import Topology

_SEE_SCHEMA = "`bartizan schema network-simulate` prints the schema of a line"
_NOWHERE = Location("line")
_VERDICTS = {Reachable: "reachable", Blocked: "blocked", Unknown: "unknown"}


def schema() -> Mapping[str, Any]:
    """Return the JSON Schema of a line."""
    return msgspec.json.schema(PacketLine)


def answer_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of an answer."""
    (one, other), components = msgspec.json.schema_components(
        (PacketAnswer, PacketRefused), ref_template="#/$defs/{name}"
    )
    return {"anyOf": [one, other], "$defs": components}


def refused(error: BartizanError, *, name: str = "") -> Mapping[str, Any]:
    """Return the answer to the line `name`, which cannot be read."""
    at = "" if error.at is None else str(error.at)
    said = ErrorSaid(code=error.code, message=error.message, at=at, hint=error.hint)
    return _plain(PacketRefused(id=name, error=said))


class Simulator:
    """Decides packets in one estate."""

    def __init__(self, facts: Facts) -> None:
        self._directory = Directory(facts)
        self._topology = Topology(facts)

    def answer(self, text: bytes, at: Location = _NOWHERE) -> Mapping[str, Any]:
        """Answer one line of JSON; one that cannot be read is answered with its `error`."""
        name = ""
        try:
            value = _decoded(text, at)
            given = value.get("id", "")
            name = given if isinstance(given, str) else ""
            verdict = self._decided(_line(value, at))
        except BartizanError as error:
            placed = error if error.at is not None else _placed(error, at)
            return refused(placed, name=name)
        return _plain(_answer(name, verdict))

    def _decided(self, line: PacketLine) -> Reach:
        asked = service(protocol_of(str(line.protocol)), line.port)
        source, target = self._one(line.source), self._one(line.target)
        flow = Flow(
            source=source.names[0],
            target=target.names[0],
            port=PortRange(protocol=asked.protocol, first=asked.port, last=asked.port),
            source_address=_address(line.source_address) or source.address,
            address=_address(line.address) or target.address,
            source_port=line.source_port,
        )
        return decide(self._topology, flow)

    def _one(self, text: str) -> End:
        """Return one side, which must be one thing: of several, each has its own answer."""
        end = self._directory.end(text)
        if len(end.names) != 1:
            raise UsageError(
                f"`{text}` means {len(end.names)} interfaces, a packet has one",
                hint="name an interface by its id or one of its addresses",
            )
        return end


def _placed(error: BartizanError, at: Location) -> InputError:
    return InputError(error.message, at=at, hint=error.hint)


def _decoded(text: bytes, at: Location) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = "write one JSON object a line"
        raise InputError("not JSON", at=at, hint=hint) from error
    if not isinstance(value, dict):
        raise InputError("a packet is an object", at=at, hint=_SEE_SCHEMA)
    return value


def _line(value: dict[str, Any], at: Location) -> PacketLine:
    try:
        return msgspec.convert(value, PacketLine)
    except msgspec.ValidationError as error:
        message = str(error)
        message = message[:1].lower() + message[1:].replace(" - at `$.", " at `")
        raise InputError(message, at=at, hint=_SEE_SCHEMA) from error


def _address(text: str) -> str:
    if not text:
        return ""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise UsageError(f"no address `{text}`", hint="write one IPv4 or IPv6 address") from error


def _plain(value: msgspec.Struct) -> Mapping[str, Any]:
    held = msgspec.to_builtins(value)
    assert isinstance(held, dict)  # noqa: S101 - a struct is an object
    return held


def _answer(name: str, verdict: Reach) -> PacketAnswer:
    return PacketAnswer(
        id=name,
        verdict=_VERDICTS[type(verdict)],
        legs=[_leg(one) for one in verdict.legs] if isinstance(verdict, Reachable) else [],
        ways=[[_blocker(one) for one in way] for way in verdict.ways]
        if isinstance(verdict, Blocked)
        else [],
        missing=list(verdict.missing) if isinstance(verdict, Unknown) else [],
    )


def _leg(one: Leg) -> LegSaid:
    return LegSaid(
        packet=_packet(one.packet),
        there=[_hop(hop) for hop in one.there],
        back=[_hop(hop) for hop in one.back],
        to=one.to,
    )


def _hop(one: Hop) -> HopSaid:
    because = [ReasonSaid(subject=w.subject, rule=w.statement, why=w.why) for w in one.because]
    return HopSaid(at=one.at, does=one.does, packet=_packet(one.packet), because=because)


def _packet(one: Packet) -> PacketSaid:
    return PacketSaid(
        source=one.source,
        source_address=one.source_address,
        address=one.address,
        protocol=one.protocol,
        port=one.port,
        source_port=one.source_port,
    )


def _blocker(one: Blocker) -> BlockerSaid:
    return BlockerSaid(
        code=one.code, at=one.at, text=one.text, back=one.back, rules=list(one.rules)
    )
