# SPDX-License-Identifier: Apache-2.0
"""Reads what packets are sent to: `TO[:PORT[/PROTOCOL]]`.

Source: https://www.iana.org/assignments/protocol-numbers/
"""

import re

from msgspec import Struct

from bartizan.errors import UsageError
from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP

PROTOCOLS = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6, "icmp6": ICMPV6}
"""Names of protocols to their numbers."""
_NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMPV6: "icmpv6"}
_LAST_PORT, _LAST_TYPE, _LAST_PROTOCOL = 65535, 255, 255
_TAIL = re.compile(
    r"(?P<end>.+?):(?P<port>\d{1,6})(?:/(?P<protocol>[A-Za-z0-9]{1,8}))?", re.DOTALL
)
_BRACKETS = re.compile(r"\[(?P<end>[^\]]*)\](?P<tail>.*)", re.DOTALL)


class Service(Struct, frozen=True):
    """A protocol, and a port of it or a type of message."""

    protocol: int
    port: int


EVERY = Service(ANY, -1)
"""All ports of all protocols."""


def protocol_name(number: int) -> str:
    """Return what people call a protocol: a name, or its number."""
    return _NAMES.get(number, str(number))


def protocol_of(text: str) -> int:
    """Return the number of a protocol, by its name or number.

    Raises:
        UsageError: there is none such.
    """
    known = PROTOCOLS.get(text.lower())
    if known is not None:
        return known
    if text.isascii() and text.isdecimal() and int(text) <= _LAST_PROTOCOL:
        return int(text)
    raise UsageError(
        f"no protocol `{text}`", hint="write `tcp`, `udp`, `icmp`, `icmpv6` or a number up to 255"
    )


def service(protocol: int, port: int) -> Service:
    """Return a protocol with its port.

    Raises:
        UsageError: the protocol has no such port or type.
    """
    last = _LAST_TYPE if protocol in {ICMP, ICMPV6} else _LAST_PORT
    if not 0 <= port <= last:
        what = "type" if last == _LAST_TYPE else "port"
        raise UsageError(f"no {what} {port} of {protocol_name(protocol)}", hint=f"up to {last}")
    return Service(protocol, port)


def splits(text: str) -> list[tuple[str, Service]]:
    """Return each way to read `text` as a thing and a service: a name may itself end as a port
    does. An IPv6 address stands in brackets before a port.

    Raises:
        UsageError: there is no such port or protocol.
    """
    inside = _BRACKETS.fullmatch(text)
    if inside is not None:
        if not inside["tail"]:
            return [(inside["end"], EVERY)]
        tail = _TAIL.fullmatch("x" + inside["tail"])
        if tail is None or tail["end"] != "x":
            raise UsageError(f"`{inside['tail']}` is no port", hint="write `[ADDRESS]:PORT/tcp`")
        return [(inside["end"], _service(tail))]
    # The shortest head that leaves a port: what stands behind the last colon.
    head, colon, rest = text.rpartition(":")
    tail = _TAIL.fullmatch(f"x:{rest}") if head and colon else None
    return [(head, _service(tail)), (text, EVERY)] if tail else [(text, EVERY)]


def _service(tail: re.Match[str]) -> Service:
    return service(protocol_of(tail["protocol"] or "tcp"), int(tail["port"]))
