# SPDX-License-Identifier: Apache-2.0
"""Which packets a world is asked about: a sample of all ways from one thing to another."""

from collections.abc import Iterator, Sequence
from random import Random

from msgspec import Struct

from tests.kernel.network.prober import ICMP, ICMPV6, TCP, UDP, Listening, Probe
from tests.kernel.network.world import (
    EACH,
    INTERNET_CLIENTS,
    INTERNET_HOSTS,
    LISTENS,
    PORTS,
    STEERED,
)
from tests.kernel.network.writer import nodes
from tests.kernel.network.writer.orders import balancer_nodes
from tests.kernel.network.writer.plan import Plan

CLIENT_PORTS = (1024, 20000, 40000, 65535)
"""A source port of each class that rules of worlds without nodes tell apart."""
LOW, HIGH = 20000, 40000
"""Even source ports of the classes that rules of worlds with nodes tell apart; the odd ones beside
them have the node choose from the other class."""
INTERNET = "internet"
MOST = 260
"""So many questions of single packets a world is asked at most."""


class Leg(Struct, frozen=True, kw_only=True):
    """One flow, as packets that rules do not tell apart; what they choose for nodes differs."""

    probes: tuple[Probe, ...]
    to: str = ""
    """Who must answer; empty for anybody."""


class Question(Struct, frozen=True, kw_only=True):
    """Whether packets arrive and are answered: on all legs of one of several ways."""

    source: str
    """Interface, or `internet`."""
    ways: tuple[tuple[Leg, ...], ...]
    target: str = ""
    """Whom the question is about where it is about more than one packet."""
    port: int = 0
    """Port at that target."""

    @property
    def probes(self) -> Iterator[Probe]:
        """Yield all packets of it."""
        return (probe for way in self.ways for leg in way for probe in leg.probes)

    @property
    def first(self) -> Probe:
        """Return the packet that stands for those that rules do not tell apart."""
        return self.ways[0][0].probes[0]


def listeners(plan: Plan) -> dict[str, list[Listening]]:
    """Return what listens where."""
    both: tuple[int, ...] = (TCP, UDP)
    one: tuple[int, ...] = (TCP,)
    places = {"inet": [(address, port, both) for address in INTERNET_HOSTS for port in PORTS]}
    balancers = balancer_nodes(plan)
    for name, box in plan.boxes.items():
        if plan.interfaces[name]["InterfaceType"] == "interface":
            node = name in balancers
            places[f"b{box}"] = [
                (address, port, one if node else both)
                for address in plan.addresses(name)
                for port in ((LISTENS,) if node else PORTS)
            ]
    return places


def questions(plan: Plan) -> list[Question]:
    """Return the questions of a world, the same each time."""
    dice = Random(plan.world.name)  # noqa: S311 - nothing secret
    found = list(_single(plan, dice))
    if len(found) > MOST:
        found = dice.sample(found, MOST)
    return found + list(_over_balancer(plan))


def senders(plan: Plan) -> list[str]:
    """Return the interfaces that something sends from."""
    balancers = balancer_nodes(plan)
    return [
        name
        for name, body in plan.interfaces.items()
        if body["InterfaceType"] == "interface" and name not in balancers
    ]


def _space(plan: Plan, source: str) -> str:
    return "inet" if source == INTERNET else f"b{plan.boxes[source]}"


def _single(plan: Plan, dice: Random) -> Iterator[Question]:
    """Yield questions from each sender, and the Internet, to each address."""
    sending = senders(plan)
    proxies = balancer_nodes(plan) if _kind(plan) == "application" else []
    # A proxy sends to its own targets alone, about which there are questions of their own.
    for source in [*sending, INTERNET]:
        for target in [*sending, *proxies, INTERNET]:
            if source == target:
                continue
            if _apart(plan, source, target) and dice.random() < 0.8:
                continue
            pairs = list(_pairs(plan, source, target))
            for own, other in dice.sample(pairs, min(len(pairs), 2)):
                ports = (LISTENS, *PORTS[:1]) if target in proxies else PORTS
                yield from _asked(plan, dice, source, (own, other), ports=ports)
                if target not in proxies and dice.random() < 0.5:
                    yield _echo(plan, source, (own, other))


def _kind(plan: Plan) -> str:
    """Return the kind of the load balancer; empty where there is none."""
    return next((str(body["Type"]) for body in plan.world.of("LoadBalancer")), "")


def _apart(plan: Plan, source: str, target: str) -> bool:
    """Say whether nothing leads from one thing to another, as a glance tells."""
    if INTERNET in (source, target):
        name = target if source == INTERNET else source
        return not plan.gateway(plan.interfaces[name]["VpcId"])
    here, there = plan.interfaces[source]["VpcId"], plan.interfaces[target]["VpcId"]
    joined = any(True for _ in plan.world.of("TransitGateway"))
    return here != there and not joined and not plan.peered(here, there)


def _pairs(plan: Plan, source: str, target: str) -> Iterator[tuple[str, str]]:
    """Yield addresses that one may send from, and to, of one version."""
    everybody = (*INTERNET_HOSTS, *INTERNET_CLIENTS)
    own = list(everybody) if source == INTERNET else plan.addresses(source)
    others = list(INTERNET_HOSTS) if target == INTERNET else list(plan.publics(target))
    if target != INTERNET:
        # Nobody on the Internet has a way to a private address.
        told = plan.addresses(target)
        others += [one for one in told if source != INTERNET or ":" in one]
    for mine in own:
        # In networks that overlap, two may have one address, and a packet to itself goes nowhere.
        alike = (other for other in others if (":" in mine) is (":" in other))
        yield from ((mine, other) for other in alike if other != mine)


def _client_ports(plan: Plan, dice: Random, port: int) -> tuple[int, ...]:
    """Draw the source ports of one question.

    Two ports that both listen are never asked of one another: their flows in both directions
    would be one flow.
    """
    if not any(True for kind in ("NatGateway", "LoadBalancer") for _ in plan.world.of(kind)):
        free = [one for one in CLIENT_PORTS if not {one, port} <= set(PORTS)]
        return (dice.choice(free),)
    first = dice.choice((LOW, HIGH))
    return first, first + 1


def _asked(
    plan: Plan, dice: Random, source: str, pair: tuple[str, str], *, ports: Sequence[int]
) -> Iterator[Question]:
    for protocol in (TCP, UDP):
        for port in dice.sample(ports, min(len(ports), 2)):
            leg = _leg(
                plan, source, pair, protocol, port=port, clients=_client_ports(plan, dice, port)
            )
            yield Question(source=source, ways=((leg,),))


def _echo(plan: Plan, source: str, pair: tuple[str, str]) -> Question:
    kind, number = (ICMPV6, 128) if ":" in pair[0] else (ICMP, 8)
    leg = _leg(plan, source, pair, kind, port=number, clients=(0,))
    return Question(source=source, ways=((leg,),))


def _leg(
    plan: Plan,
    source: str,
    pair: tuple[str, str],
    protocol: int,
    *,
    port: int,
    clients: Sequence[int],
    to: str = "",
) -> Leg:
    own, other = pair
    probes = tuple(
        Probe(
            space=_space(plan, source),
            source=own,
            source_port=client,
            address=other,
            port=port,
            protocol=protocol,
        )
        for client in clients
    )
    return Leg(probes=probes, to=to)


def _over_balancer(plan: Plan) -> Iterator[Question]:
    """Yield whether the load balancer's targets are reached, over it or directly."""
    found = nodes.listener(plan)
    if found is None:
        return
    group = found[2]
    asked = balancer_nodes(plan)
    for source in [*senders(plan), INTERNET]:
        for target in sorted(nodes.registered(plan) - {source}):
            for first in STEERED:
                ways = [*_directly(plan, source, target, first)]
                for place, node in enumerate(asked):
                    if target in nodes.targets(plan, node):
                        ways += _by(plan, source, target, node, first=first + EACH * place)
                if ways:
                    yield Question(
                        source=source, ways=tuple(ways), target=target, port=group["Port"]
                    )


def _carried(plan: Plan) -> tuple[int, int]:
    """Return the protocol of the load balancer's flows, and the port of its targets."""
    group = next(plan.world.of("TargetGroup"))
    return (UDP if group["Protocol"] == "UDP" else TCP), group["Port"]


def _directly(plan: Plan, source: str, target: str, first: int) -> Iterator[tuple[Leg, ...]]:
    protocol, port = _carried(plan)
    # These ports are of the same class, but nothing steers answers to them.
    clients = (first + 1000, first + 1001)
    for pair in _pairs(plan, source, target):
        yield (_leg(plan, source, pair, protocol, port=port, clients=clients, to=target),)


def _by(
    plan: Plan, source: str, target: str, node: str, *, first: int
) -> Iterator[tuple[Leg, ...]]:
    """Yield the ways over one node, which passes packets on or begins a flow of its own."""
    protocol, port = _carried(plan)
    proxies = _kind(plan) == "application"
    clients = tuple(range(first, first + 4))
    for pair in _pairs(plan, source, node):
        if ":" in pair[0]:
            continue
        to = node if proxies else target
        leg = _leg(plan, source, pair, protocol, port=LISTENS, clients=clients, to=to)
        if not proxies:
            yield (leg,)
            continue
        onward = plan.addresses(node)[0], plan.addresses(target)[0]
        own = _leg(plan, node, onward, protocol, port=port, clients=(LOW, HIGH), to=target)
        yield leg, own
