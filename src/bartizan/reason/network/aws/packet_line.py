# SPDX-License-Identifier: Apache-2.0
"""A packet as a line of JSON, and the answer to it: the format of `bartizan network simulate`.

The classes are the schema; their docstrings are what it says.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

_Port = Annotated[int, Meta(ge=0, le=65535)]
_Text = Annotated[str, Meta(max_length=2048)]


class PacketLine(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One flow of which its first packet is decided."""

    source: Annotated[_Text, Meta(description="Who sends it: as FROM of `bartizan reach`.")] = (
        msgspec.field(name="from")
    )
    target: Annotated[_Text, Meta(description="Who is to get it: as TO, without a port.")] = (
        msgspec.field(name="to")
    )
    id: Annotated[str, Meta(description="Comes back with the answer.")] = ""
    protocol: Annotated[
        str | int, Meta(description="`tcp`, `udp`, `icmp`, `icmpv6`, or an IANA number.")
    ] = "tcp"
    port: Annotated[
        _Port, Meta(description="Destination port, or type of an ICMP message; 0 without ports.")
    ] = 0
    source_port: Annotated[
        _Port | None, Meta(description="Null for any that clients take, 1024 to 65535.")
    ] = None
    source_address: Annotated[_Text, Meta(description="Empty for any that it has.")] = ""
    address: Annotated[_Text, Meta(description="Empty for any that it has.")] = ""


class PacketSaid(msgspec.Struct):
    """A packet as it is on the way."""

    source: Annotated[str, Meta(description="Interface, remote site or `internet`.")]
    source_address: str
    address: str
    protocol: int
    port: int
    source_port: int


class ReasonSaid(msgspec.Struct):
    """The rule or route that decided."""

    subject: Annotated[str, Meta(description="Group, access list, route table, ...")]
    rule: Annotated[str, Meta(description="The rule or route in it; may be empty.")]
    why: Annotated[str, Meta(description="One phrase.")]


class HopSaid(msgspec.Struct):
    """One thing that a packet passes."""

    at: Annotated[str, Meta(description="Id of it.")]
    does: Annotated[str, Meta(description="One phrase.")]
    packet: Annotated[PacketSaid, Meta(description="The packet as it leaves.")]
    because: Annotated[list[ReasonSaid], Meta(description="What decided.")]


class LegSaid(msgspec.Struct):
    """One flow, there and back; a load balancer starts another one."""

    packet: PacketSaid
    there: Annotated[list[HopSaid], Meta(description="What it passes, in order.")]
    back: Annotated[list[HopSaid], Meta(description="What the answer passes.")]
    to: Annotated[str, Meta(description="Who receives it.")]


class BlockerSaid(msgspec.Struct):
    """Something that stops a packet."""

    code: Annotated[str, Meta(description="As the vendor's analyzer names it; ours begin `X_`.")]
    at: Annotated[str, Meta(description="Id of what stops it.")]
    text: Annotated[str, Meta(description="One phrase.")]
    back: Annotated[bool, Meta(description="It stops the answer.")]
    rules: Annotated[list[str], Meta(description="Rules or routes that stop it.")]


class PacketAnswer(msgspec.Struct):
    """What becomes of the flow of one line."""

    id: str
    verdict: Annotated[
        str, Meta(description="What happens.", extra_json_schema={
            "enum": ["reachable", "blocked", "unknown"]})
    ]  # fmt: skip
    legs: Annotated[list[LegSaid], Meta(description="A witness; empty unless reachable.")]
    ways: Annotated[
        list[list[BlockerSaid]],
        Meta(description="Blockers of each way, the fewest first; empty unless blocked."),
    ]
    missing: Annotated[list[str], Meta(description="What was not read; empty unless unknown.")]


class ErrorSaid(msgspec.Struct):
    """What is wrong with a line."""

    code: str
    message: str
    at: Annotated[str, Meta(description="File and line.")]
    hint: str


class PacketRefused(msgspec.Struct):
    """The answer to a line that cannot be read."""

    id: str
    error: ErrorSaid
