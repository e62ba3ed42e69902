# SPDX-License-Identifier: Apache-2.0
"""Classes of protocols and ports that no rule tells apart, as bits of 64-bit words."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from bartizan.model.packet import ANY, CLIENT_PORTS, ICMP, ICMPV6, TCP, UDP
from bartizan.reason.network.aws.kernel.columns import Flags, Longs, Words

WORD = 64
_ALL = (1 << WORD) - 1
_LAST_PORT = 65535
_LAST_TYPE = 255
_ASKED = 1 << 12
"""Packets of which is remembered in which classes they are."""
_ECHO = {ICMP: (8, 0), ICMPV6: (128, 129)}
"""Type of a request and of its reply, which have no other code than 0; other messages are not
answered.

Source: https://www.iana.org/assignments/icmp-parameters and icmpv6-parameters
"""


class Spec(NamedTuple):
    """What a rule says of protocol and port."""

    protocol: int
    first: int
    last: int


class Bit(NamedTuple):
    """One port class, or several of one word, by their place in words."""

    word: int
    mask: np.uint64

    def of(self, words: Words) -> Flags:
        """Tell of each thing whether it has any of them."""
        return np.asarray((words[self.word] & self.mask) != 0)


def single(words: Words) -> Iterator[Bit]:
    """Yield each port class that one thing has."""
    for word, held in enumerate(words.tolist()):
        left = held
        while left:
            lowest = left & -left
            yield Bit(word, np.uint64(lowest))
            left ^= lowest


def parts(words: Words) -> Iterator[Bit]:
    """Yield all port classes that one thing has, by word."""
    for word in np.flatnonzero(words).tolist():
        yield Bit(word, words[word])


class PortClass(Struct, frozen=True):
    """Ports, or messages, that all rules treat alike."""

    protocol: int
    """IANA number; ANY for all protocols that no rule names."""
    first: int
    """First port or ICMP type; 0 for protocols without."""
    last: int
    """Last port or ICMP type; 0 for protocols without."""
    code: int
    """ICMP code; -1 for all that no rule names with this type."""


class Ports:
    """All port classes of an estate."""

    def __init__(self, specs: Iterable[Spec]) -> None:
        self.specs = frozenset(specs)
        self.classes: Sequence[PortClass] = _classes(self.specs)
        self.words = -(-len(self.classes) // WORD)
        self._of: dict[int, list[tuple[int, PortClass]]] = defaultdict(list)
        for bit, each in enumerate(self.classes):
            self._of[each.protocol].append((bit, each))
        self.every: Words = self._split((1 << len(self.classes)) - 1)
        clients = {protocol: self.split(Spec(protocol, *CLIENT_PORTS)) for protocol in (TCP, UDP)}
        self._whole = {
            protocol: self.split(Spec(protocol, -1, -1)) for protocol in (TCP, UDP, ICMP, ICMPV6)
        }
        echo = {
            protocol: (self.split(Spec(protocol, reply, 0)), self.split(Spec(protocol, asked, -1)))
            for protocol, (asked, reply) in _ECHO.items()
        }
        pairs = [*((ports, self._whole[at]) for at, ports in clients.items()), *echo.values()]
        self._answers = [(tuple(parts(answers)), asked) for answers, asked in pairs]
        """Pairs of what answers are, and what they answer."""
        self.asked = lru_cache(_ASKED)(self._find_asked)
        named = np.bitwise_or.reduce(list(self._whole.values()), axis=0)
        self._others = tuple(parts(self.every & ~named))
        self.tcp, self.udp = self._whole[TCP], self._whole[UDP]
        self.silent: Words = np.bitwise_or.reduce(
            [self._whole[protocol] & ~echo[protocol][1] for protocol in _ECHO], axis=0
        )
        """What needs no answer."""
        combinations = range(1 << len(self._answers))
        self._opened = np.stack([self._opened_by(number) for number in combinations], axis=1)

    def split(self, spec: Spec) -> Words:
        """Return the classes that a rule covers."""
        if spec.protocol == ANY:
            return self.every
        found = 0
        for bit, each in self._of.get(spec.protocol, ()):
            if _covers(spec, each):
                found |= 1 << bit
        return self._split(found)

    def tell(self, spec: Spec) -> bool:
        """Tell whether a rule covers whole classes."""
        if spec.protocol == ANY:
            return True
        if spec.protocol not in self._of:
            return False
        if spec.protocol not in (TCP, UDP) or spec.first < 0:
            return spec in self.specs or spec.protocol not in _ECHO
        held = [each for _, each in self._of[spec.protocol]]
        starts, ends = {each.first for each in held}, {each.last for each in held}
        return spec.first in starts and spec.last in ends

    def finer(self, specs: Iterable[Spec]) -> "tuple[Ports, Longs]":
        """Return classes that more rules tell apart, and of each the one that it is a part of."""
        made = Ports([*self.specs, *specs])
        return made, np.array([self._holding(each) for each in made.classes], dtype=np.int64)

    def _holding(self, part: PortClass) -> int:
        """Return which class has all that another one has; named codes stand before the others."""
        return next(
            bit
            for bit, each in self._of.get(part.protocol) or self._of[ANY]
            if each.protocol == ANY
            or (each.first <= part.first <= each.last and each.code in (part.code, -1))
        )

    def _find_asked(self, protocol: int, port: int) -> Words:
        """Return the classes that some packet of a protocol to a port is in."""
        classes = self._of.get(protocol) or self._of[ANY]
        found = 0
        for bit, each in classes:
            if each.protocol not in (TCP, UDP, *_ECHO) or each.first <= port <= each.last:
                found |= 1 << bit
        return self._split(found)

    def answered(self, back: Words) -> Words:
        """Return what may be sent so that the answer comes back where `back` lets answers pass:
        to some port of the client's, a reply to an echo, or the same protocol; other ICMP
        messages have no answer.
        """
        open_ = np.zeros(back.shape[1], dtype=np.uint8)
        for bit, (answers, _) in enumerate(self._answers):
            for part in answers:
                open_ |= part.of(back).view(np.uint8) << np.uint8(bit)
        found = self._opened[:, open_]
        for word, mask in self._others:
            found[word] |= back[word] & mask
        return found

    def _opened_by(self, number: int) -> Words:
        """Return what may be sent where the kinds of answers whose bits are set pass."""
        found = self.silent.copy()
        for bit, (_, asked) in enumerate(self._answers):
            if number >> bit & 1:
                found |= asked
        return found

    def _split(self, number: int) -> Words:
        return np.array(
            [(number >> (WORD * word)) & _ALL for word in range(self.words)], dtype=np.uint64
        )


def spread(words: Words, parents: Longs) -> Words:
    """Return words of finer classes, each of which has the bit of its parent."""
    one, parts = np.uint64(1), np.arange(len(parents))
    bits = words[parents // WORD] >> (parents % WORD).astype(np.uint64)[:, None] & one
    found = np.zeros((-(-len(parents) // WORD), words.shape[1]), dtype=np.uint64)
    np.bitwise_or.at(found, parts // WORD, bits << (parts % WORD).astype(np.uint64)[:, None])
    return found


def _covers(spec: Spec, each: PortClass) -> bool:
    if each.protocol in _ECHO:
        type_ = spec.first == -1 or spec.first == each.first == each.last
        return type_ and spec.last in (-1, each.code)
    if each.protocol in (TCP, UDP):
        return spec.first == -1 or (spec.first <= each.first and each.last <= spec.last)
    return True


def _classes(specs: Iterable[Spec]) -> Sequence[PortClass]:
    by_protocol: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for spec in specs:
        by_protocol[spec.protocol].add((spec.first, spec.last))
    found: list[PortClass] = []
    for protocol in (TCP, UDP):
        found += _port_classes(protocol, by_protocol.pop(protocol, set()))
    for protocol in _ECHO:
        found += _message_classes(protocol, by_protocol.pop(protocol, set()))
    by_protocol.pop(ANY, None)
    found += [PortClass(protocol, 0, 0, 0) for protocol in sorted(by_protocol)]
    return (*found, PortClass(ANY, 0, 0, 0))


def _port_classes(protocol: int, ranges: set[tuple[int, int]]) -> Iterable[PortClass]:
    cuts = {0, CLIENT_PORTS[0], CLIENT_PORTS[1] + 1, _LAST_PORT + 1}
    for first, last in ranges:
        if first >= 0:
            cuts |= {first, last + 1}
    ordered = sorted(cut for cut in cuts if 0 <= cut <= _LAST_PORT + 1)
    for first, end in itertools.pairwise(ordered):
        yield PortClass(protocol, first, end - 1, 0)


def _message_classes(protocol: int, named: set[tuple[int, int]]) -> Iterable[PortClass]:
    codes: dict[int, set[int]] = defaultdict(set)
    for type_, code in {*named, *((type_, 0) for type_ in _ECHO[protocol])}:
        if type_ <= _LAST_TYPE:
            codes[type_] |= {code} if code >= 0 else set()
    everywhere = codes.pop(-1, set())
    last = -1
    for type_ in (*sorted(codes), _LAST_TYPE + 1):
        stretches = [(last + 1, type_ - 1, everywhere)] if type_ > last + 1 else []
        if type_ <= _LAST_TYPE:
            stretches.append((type_, type_, codes[type_] | everywhere))
        for first, end, named_codes in stretches:
            held = (0,) if first in _ECHO[protocol] else (*sorted(named_codes), -1)
            for code in held:
                yield PortClass(protocol, first, end, code)
        last = type_
