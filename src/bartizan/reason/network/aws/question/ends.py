# SPDX-License-Identifier: Apache-2.0
"""Finds what a question means: by id, ARN, name, tag or address, one thing or a group of them."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import Interface, Network, SecurityGroup, Subnet
from bartizan.model.facts.routing import Gateway, RemoteSite
from bartizan.model.facts.service import Balancer, Endpoint, EndpointService, ServicePort
from bartizan.model.packet import INTERNET
from bartizan.model.reach import End
from bartizan.reason.network.aws.question.gaps import unread
from bartizan.reason.network.aws.question.service import Service, splits

LONGEST = 2048
"""Characters of a text that is looked up."""
_HINT = (
    "write an id, an ARN, a name, `tag:Key=Value`, an address, a CIDR block or `internet`; "
    "a port follows a colon, and an IPv6 address before one stands in brackets"
)
_FEW = 3
"""Things of one name that are listed."""
_Block = ipaddress.IPv4Network | ipaddress.IPv6Network


class Directory:
    """What can be named in the networks of an estate; each index is made when first asked."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def end(self, text: str) -> End:
        """Find one side of a question.

        Raises:
            UsageError: nothing is called so.
        """
        if len(text) > LONGEST:
            raise UsageError(f"longer than {LONGEST} characters", hint=_HINT)
        found = self._find(text)
        if found is None:
            raise self._absent(text)
        return found

    def target(self, text: str) -> tuple[End, Service]:
        """Find the other side, with the port that stands behind it.

        Raises:
            UsageError: nothing is called so, or it could mean two things.
        """
        if len(text) > LONGEST:
            raise UsageError(f"longer than {LONGEST} characters", hint=_HINT)
        read = splits(text)
        found = [(end, asked) for name, asked in read if (end := self._find(name)) is not None]
        if len(found) > 1:
            raise UsageError(
                f"`{text}` is the name of one thing, and a port of another",
                hint="name it by its id",
            )
        if not found:
            raise self._absent(read[0][0])
        return found[0]

    def _absent(self, text: str) -> UsageError:
        """Say that nothing is called so, and what was not read that may be."""
        gaps = unread(self._facts, text)
        more = f"not read: {', '.join(gaps[:_FEW])}; " if gaps else ""
        return UsageError(f"nothing in the snapshot is called `{text}`", hint=more + _HINT)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Say of interfaces what people call them, or what they belong to."""
        held = {row.arn: row.name for row in self._facts.rows(Workload)}
        found = {}
        for row in self._facts.rows(Interface):
            name = row.name or held.get(row.thing, "") or row.thing
            if name and name != row.id:
                found[row.id] = name
        found |= {row.id: row.name for row in self._facts.rows(RemoteSite) if row.name}
        return found

    def _find(self, text: str) -> End | None:
        if text.lower() == INTERNET:
            return End(text=text, what="the Internet", names=(INTERNET,))
        if text.startswith("tag:"):
            return self._tagged(text)
        if (block := _block(text)) is not None:
            return self._addressed(text, block)
        if text in self._by_id:
            what, names = self._by_id[text]
            return End(text=text, what=what, names=tuple(sorted(names)))
        if text in self._by_name:
            return self._named(text, self._by_name[text])
        return None

    def _named(self, text: str, things: Iterable[str]) -> End:
        """Return all things of one name; an instance, its ARN and its interface are one."""
        meant = sorted(self._by_id[thing] for thing in things)
        held: dict[frozenset[str], str] = {}
        for what, names in [one for one in meant if one[1]] or meant:
            known = held.setdefault(names, what)
            if what.startswith("instance") or known.startswith("arn:"):
                held[names] = what
        said = sorted(held.values())
        more = f" and {len(said) - _FEW} more" if len(said) > _FEW else ""
        found = sorted({name for names in held for name in names})
        return End(text=text, what=", ".join(said[:_FEW]) + more, names=tuple(found))

    def _tagged(self, text: str) -> End | None:
        key, equals, value = text.removeprefix("tag:").partition("=")
        held = {
            name
            for thing, tags in self._tags
            if (tags.get(key) == value if equals else key in tags)
            for name in self._by_id[thing][1]
        }
        return End(text=text, what=f"what has {text}", names=tuple(sorted(held))) if held else None

    def _addressed(self, text: str, block: _Block) -> End | None:
        """Return who has an address, or one of a block; of a public one that nobody has, the
        Internet from that address.
        """
        held = sorted({name for name, own in self._addresses if _meets(own, block)})
        alone = block.num_addresses == 1
        exact = str(block.network_address) if alone else ""
        what = f"address {exact}" if alone else f"addresses in {block}"
        if held:
            return End(text=text, what=what, names=tuple(held), address=exact)
        if not alone:
            return None
        for site in self._facts.rows(RemoteSite):
            own = (known for known in map(_block, site.ranges) if known is not None)
            if any(_meets(known, block) for known in own):
                return End(text=text, what=f"{what} at {site.id}", names=(site.id,), address=exact)
        if block.is_private or block.is_multicast or block.is_link_local:
            return None
        return End(text=text, what=f"{what} on the Internet", names=(INTERNET,), address=exact)

    @cached_property
    def _addresses(self) -> list[tuple[str, _Block]]:
        return [
            (row.id, block)
            for row in self._facts.rows(Interface)
            for block in map(_block, (*row.addresses, *row.public.values()))
            if block is not None
        ]

    @cached_property
    def _by_id(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        """Id or ARN of each thing to a phrase for it and the interfaces that it has."""
        found: dict[str, tuple[str, set[str]]] = {}
        for row in self._facts.rows(Interface):
            for container, what in self._containers(row):
                phrase = f"{what} {container}".strip()
                found.setdefault(container, (phrase, set()))[1].add(row.id)
        for thing, what, held in self._holders():
            found.setdefault(thing, (f"{what} {thing}".strip(), set()))[1].update(held)
        return {name: (what, frozenset(held)) for name, (what, held) in found.items()}

    def _containers(self, row: Interface) -> Iterator[tuple[str, str]]:
        """Yield what an interface is, belongs to, or lies in."""
        yield row.id, "interface"
        yield row.subnet, "subnet"
        yield row.network, "network"
        for group in row.groups:
            yield group, "security group"
        if row.thing:
            yield row.thing, ""
            # An instance may be named by its id or its ARN.
            if ":instance/" in row.thing:
                yield row.thing.rpartition("/")[2], "instance"
            elif row.thing.startswith("i-"):
                yield self._instances.get(row.thing, row.thing), "instance"

    @cached_property
    def _instances(self) -> Mapping[str, str]:
        held = (row.arn for row in self._facts.rows(Workload) if ":instance/" in row.arn)
        return {arn.rpartition("/")[2]: arn for arn in held}

    def _holders(self) -> Iterator[tuple[str, str, Iterable[str]]]:
        facts = self._facts
        for balancer in facts.rows(Balancer):
            yield balancer.arn, "load balancer", balancer.interfaces
        for endpoint in facts.rows(Endpoint):
            yield endpoint.id, "endpoint", endpoint.interfaces
        for gateway in facts.rows(Gateway):
            yield gateway.id, f"{gateway.kind} gateway", gateway.interfaces
        for port in facts.rows(ServicePort):
            yield port.thing, "", port.interfaces
        for site in facts.rows(RemoteSite):
            yield site.id, "remote site", (site.id,)
        yield from self._empty()

    def _empty(self) -> Iterator[tuple[str, str, Iterable[str]]]:
        """Yield containers, which can be named although nothing lies in them."""
        facts = self._facts
        held = {row.arn: row.interfaces for row in facts.rows(Balancer)}
        for service in facts.rows(EndpointService):
            behind = (name for arn in service.balancers for name in held.get(arn, ()))
            yield service.id, "endpoint service", behind
        for subnet in facts.rows(Subnet):
            yield subnet.id, "subnet", ()
        for network in facts.rows(Network):
            yield network.id, "network", ()
        for group in facts.rows(SecurityGroup):
            yield group.id, "security group", ()

    @cached_property
    def _by_name(self) -> Mapping[str, frozenset[str]]:
        """What people call things to the ids of those that are called so."""
        found: dict[str, set[str]] = defaultdict(set)
        for thing, name in self._called():
            if name and thing in self._by_id:
                found[name].add(thing)
        return {name: frozenset(held) for name, held in found.items()}

    def _called(self) -> Iterator[tuple[str, str]]:
        facts = self._facts
        named = (
            facts.rows(Interface),
            facts.rows(Subnet),
            facts.rows(Network),
            facts.rows(SecurityGroup),
            facts.rows(Endpoint),
            facts.rows(Gateway),
            facts.rows(RemoteSite),
        )
        for rows in named:
            yield from ((row.id, row.name) for row in rows)
        for balancer in facts.rows(Balancer):
            yield balancer.arn, balancer.name
        for port in facts.rows(ServicePort):
            yield port.thing, _last(port.thing)
        for interface in facts.rows(Interface):
            yield interface.thing, _last(interface.thing)
        for workload in facts.rows(Workload):
            yield workload.arn, workload.name
            yield workload.arn.rpartition("/")[2], workload.name

    @cached_property
    def _tags(self) -> list[tuple[str, Mapping[str, str]]]:
        facts = self._facts
        tagged = (
            facts.rows(Interface),
            facts.rows(Subnet),
            facts.rows(Network),
            facts.rows(SecurityGroup),
        )
        found = [(row.id, row.tags) for rows in tagged for row in rows]
        found += [(row.arn, row.tags) for row in facts.rows(Balancer)]
        found += [(row.arn, row.tags) for row in facts.rows(Workload)]
        return [(thing, tags) for thing, tags in found if thing in self._by_id]


def _last(arn: str) -> str:
    """Return what people call a thing of which only the ARN is known: its last part."""
    return arn.rpartition(":")[2].rpartition("/")[2] if arn.startswith("arn:") else ""


def _block(text: str) -> _Block | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _meets(one: _Block, other: _Block) -> bool:
    return one.version == other.version and one.overlaps(other)
