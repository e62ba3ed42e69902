# SPDX-License-Identifier: Apache-2.0
"""Sends real packets between namespaces from one process, and says which were answered.

A TCP probe arrived if its connection was made and the other side read what was sent over it; a UDP
or ICMP one if its answer came from the address that was asked. Nothing is ever refused aloud: who
does not answer within a moment does not answer.
"""

import errno
import select
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TypeAlias

from msgspec import Struct, field

from tests.kernel.network.laboratory import Laboratory

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58

QUIET = 0.03
"""Seconds without any event after which no more is waited for."""
DEADLINE = 0.5
"""Seconds after which no more is waited for in any case."""

_MARK = ((socket.IPPROTO_IPV6, socket.IPV6_TCLASS, struct.pack("i", 16 << 2)),)
"""By this mark gateways that let answers in alone know an answer from what begins a flow."""

_RCVBUFFORCE = 33
"""`SO_RCVBUFFORCE` of socket(7), which the library has no name for."""
_ROOM = 1 << 22
"""Bytes that wait for a listener: all probes are sent before the first is read, and what finds no
room is dropped by the kernel, not by the world.
"""

Listening: TypeAlias = tuple[str, int, tuple[int, ...]]
"""Address, port, and protocols that something listens for."""


class Probe(Struct, frozen=True, kw_only=True, order=True):
    """One packet to send, with what must come back."""

    space: str
    """Namespace that it is sent from."""
    source: str
    """Address that it is sent from."""
    source_port: int
    address: str
    """Address that it is sent to."""
    port: int
    protocol: int
    """IANA number; of ICMP the echo."""


class Prober(Struct):
    """Sockets in the namespaces of a laboratory, for one world."""

    laboratory: Laboratory
    listeners: Mapping[str, Sequence[Listening]]
    """Namespace to what listens in it."""
    _stack: ExitStack = field(default_factory=ExitStack)
    _poll: select.epoll = field(default_factory=select.epoll)
    _accepting: dict[int, tuple[socket.socket, str]] = field(default_factory=dict)
    _reading: dict[int, tuple[socket.socket, str]] = field(default_factory=dict)
    _connecting: dict[int, tuple[socket.socket, int]] = field(default_factory=dict)
    _datagrams: dict[int, tuple[socket.socket, str]] = field(default_factory=dict)
    _udp: dict[tuple[str, str, int], socket.socket] = field(default_factory=dict)
    _echo: dict[tuple[str, str], socket.socket] = field(default_factory=dict)
    _echoing: set[int] = field(default_factory=set)
    _read: dict[int, str] = field(default_factory=dict)
    _connected: set[int] = field(default_factory=set)
    _answered: dict[int, str] = field(default_factory=dict)

    def run(self, probes: Sequence[Probe], *, patience: float = 1.0) -> list[str | None]:
        """Send probes at once; return for each the namespace that answered, or nothing.

        Of an ICMP echo nobody says which namespace it was; it is `?` there.
        """
        with self._stack:
            self._stack.callback(self._poll.close)
            self._listen()
            self._send(probes)
            self._wait(probes, patience)
        return [self._answer(number, probe) for number, probe in enumerate(probes)]

    def _answer(self, number: int, probe: Probe) -> str | None:
        if probe.protocol == TCP:
            return self._read.get(number) if number in self._connected else None
        return self._answered.get(number)

    def _socket(self, address: str, kind: int, protocol: int = 0) -> socket.socket:
        """Return a socket of the namespace that this is called in."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made = socket.socket(family, kind, protocol)
        self._stack.callback(made.close)
        made.settimeout(0)
        return made

    def _bound(self, address: str, port: int, kind: int) -> socket.socket:
        made = self._socket(address, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((address, port))
        return made

    def _listen(self) -> None:
        for space, places in self.listeners.items():
            with self.laboratory.inside(space):
                for address, port, protocols in places:
                    if TCP in protocols:
                        self._stream(space, address, port)
                    if UDP in protocols:
                        self._datagram(space, address, port)

    def _stream(self, space: str, address: str, port: int) -> None:
        made = self._bound(address, port, socket.SOCK_STREAM)
        made.listen(4096)
        self._accepting[made.fileno()] = (made, space)
        self._poll.register(made.fileno(), select.EPOLLIN)

    def _datagram(self, space: str, address: str, port: int) -> socket.socket:
        """Return the UDP socket of an address and port, which both asks and answers."""
        key = (space, address, port)
        if key not in self._udp:
            made = self._udp[key] = self._bound(address, port, socket.SOCK_DGRAM)
            made.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, _ROOM)
            self._datagrams[made.fileno()] = (made, space)
            self._poll.register(made.fileno(), select.EPOLLIN)
        return self._udp[key]

    def _ping(self, space: str, address: str) -> socket.socket:
        """Return the socket from which an address sends echoes."""
        key = (space, address)
        if key not in self._echo:
            protocol = ICMPV6 if ":" in address else ICMP
            made = self._echo[key] = self._socket(address, socket.SOCK_DGRAM, protocol)
            made.bind((address, 0))
            self._datagrams[made.fileno()] = (made, space)
            self._echoing.add(made.fileno())
            self._poll.register(made.fileno(), select.EPOLLIN)
        return self._echo[key]

    def _send(self, probes: Sequence[Probe]) -> None:
        spaces: dict[str, list[tuple[int, Probe]]] = {}
        for number, probe in enumerate(probes):
            spaces.setdefault(probe.space, []).append((number, probe))
        for space, chosen in spaces.items():
            with self.laboratory.inside(space):
                for number, probe in chosen:
                    self._one(number, probe)

    def _one(self, number: int, probe: Probe) -> None:
        try:
            if probe.protocol == TCP:
                self._connect(number, probe)
            elif probe.protocol == UDP:
                made = self._datagram(probe.space, probe.source, probe.source_port)
                made.sendto(struct.pack("!cI", b"Q", number), (probe.address, probe.port))
            else:
                kind = 128 if ":" in probe.address else 8
                made = self._ping(probe.space, probe.source)
                echo = struct.pack("!BBHHHI", kind, 0, 0, 0, number & 0xFFFF, number)
                made.sendto(echo, (probe.address, 0))
        except PermissionError:
            pass  # The sender's own filters said so: a drop on the way out is told to it.

    def _connect(self, number: int, probe: Probe) -> None:
        made = self._bound(probe.source, probe.source_port, socket.SOCK_STREAM)
        # It ends at once, without an answer that might meet the next world.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        result = made.connect_ex((probe.address, probe.port))
        if result in (0, errno.EINPROGRESS):
            self._connecting[made.fileno()] = (made, number)
            self._poll.register(made.fileno(), select.EPOLLOUT)

    def _wait(self, probes: Sequence[Probe], patience: float) -> None:
        end = time.monotonic() + DEADLINE * patience
        while (left := end - time.monotonic()) > 0:
            events = self._poll.poll(min(left, QUIET * patience))
            if not events:
                return
            for handle, _ in events:
                self._handle(handle, probes)

    def _handle(self, handle: int, probes: Sequence[Probe]) -> None:
        if handle in self._connecting:
            self._poll.unregister(handle)
            made, number = self._connecting.pop(handle)
            if made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                self._connected.add(number)
                made.send(struct.pack("!I", number))
        elif handle in self._accepting:
            self._accept(*self._accepting[handle])
        elif handle in self._reading:
            self._poll.unregister(handle)
            made, space = self._reading.pop(handle)
            text = _received(made)
            if len(text) == 4:
                self._read[struct.unpack("!I", text)[0]] = space
        else:
            self._datagrams_of(handle, probes)

    def _accept(self, listening: socket.socket, space: str) -> None:
        while True:
            try:
                made, _ = listening.accept()
            except OSError:
                return
            self._stack.callback(made.close)
            made.settimeout(0)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._reading[made.fileno()] = (made, space)
            self._poll.register(made.fileno(), select.EPOLLIN)

    def _datagrams_of(self, handle: int, probes: Sequence[Probe]) -> None:
        made, space = self._datagrams[handle]
        while True:
            try:
                text, peer = made.recvfrom(64)
            except OSError:
                return
            if handle in self._echoing:
                self._pinged(space, text, peer[0], probes)
            elif text[:1] == b"Q":
                answer = b"A" + text[1:5] + space.encode()
                try:
                    made.sendmsg([answer], _MARK if ":" in peer[0] else (), 0, peer)
                except PermissionError:
                    continue
            else:
                (number,) = struct.unpack_from("!I", text, 1)
                probe = probes[number]
                # In networks that overlap, an answer may come to somebody else of that address.
                if (space, probe.address, probe.port) == (probe.space, *peer[:2]):
                    self._answered[number] = text[5:].decode()

    def _pinged(self, space: str, text: bytes, peer: str, probes: Sequence[Probe]) -> None:
        (number,) = struct.unpack_from("!I", text, 8)
        if (probes[number].space, probes[number].address) == (space, peer):
            self._answered[number] = "?"


def _received(made: socket.socket) -> bytes:
    try:
        return made.recv(16)
    except OSError:
        return b""
