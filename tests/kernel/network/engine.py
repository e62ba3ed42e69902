# SPDX-License-Identifier: Apache-2.0
"""What the engine says of a world, which it reads as it reads a real estate.

Nothing else in this folder imports the engine; a test in `tests/house` holds to that.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.packet import Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.definition.walk import walk
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.network_records import network_facts
from tests.kernel.network.observation import NOBODY_SAYS, Observation
from tests.kernel.network.questions import Question
from tests.kernel.network.world import REGION, World

LISTS = {
    "VPC": "Vpcs",
    "Subnet": "Subnets",
    "NetworkInterface": "NetworkInterfaces",
    "SecurityGroup": "SecurityGroups",
    "NetworkAcl": "NetworkAcls",
    "RouteTable": "RouteTables",
    "InternetGateway": "InternetGateways",
    "EgressOnlyInternetGateway": "EgressOnlyInternetGateways",
    "NatGateway": "NatGateways",
    "VPCPeeringConnection": "VpcPeeringConnections",
    "TransitGateway": "TransitGateways",
    "TransitGatewayAttachment": "TransitGatewayAttachments",
    "TransitGatewayVpcAttachment": "TransitGatewayVpcAttachments",
    "TransitGatewayRouteTable": "TransitGatewayRouteTables",
    "PrefixList": "PrefixLists",
    "LoadBalancer": "LoadBalancers",
    "TargetGroup": "TargetGroups",
    "Listener": "Listeners",
}
"""Kinds, and the lists of the API's answers in which they are."""

PARTS = {
    "PrefixListEntry": "Entries",
    "TransitGatewayRouteTableAssociation": "Associations",
    "TransitGatewayRoute": "Routes",
}
"""Kinds of which one thing has many, and where they are in it."""

MEMBERS = {
    "LoadBalancerAttributes": "Attributes",
    "TargetGroupAttributes": "Attributes",
    "TargetHealth": "TargetHealthDescriptions",
}
"""Kinds of which one thing has one, and the member that holds it."""


def described(world: World, account: str) -> dict[str, list[dict[str, Any]]]:
    """Return what one account sees, as lists of the API's answers."""
    lists: dict[str, list[dict[str, Any]]] = {}
    known: dict[str, dict[str, Any]] = {}
    for thing in world.things:
        kind = thing.kind.rpartition("::")[2]
        if thing.account == account and kind in LISTS:
            # An attachment is listed twice; its parts are those of neither.
            known[thing.id] = dict(thing.body)
            lists.setdefault(LISTS[kind], []).append(known[thing.id])
    for thing in world.things:
        kind, parent = thing.kind.rpartition("::")[2], known.get(thing.id.partition("#")[0])
        if thing.account == account and parent is not None:
            if kind in PARTS:
                parent.setdefault(PARTS[kind], []).append(thing.body)
            elif kind in MEMBERS:
                parent[MEMBERS[kind]] = thing.body[MEMBERS[kind]]
    return lists


def facts_of(world: World, *, denied: str = "", denied_to: str = "") -> Facts:
    """Return the facts of a world; calls may be refused as `network_facts` says."""
    accounts = sorted({thing.account for thing in world.things})
    places = ((account, REGION, described(world, account)) for account in accounts)
    return network_facts(*places, denied=denied, denied_to=denied_to)


class Engine(Struct, frozen=True, kw_only=True):
    """The functions by which an engine answers: the real ones, or those of a mutant."""

    topology: Callable[[Facts], Any] = Topology
    walk: Callable[[Any, Packet], Reach] = walk
    reaches: Callable[..., Reach] = reaches


class Comparison(Struct, frozen=True, kw_only=True):
    """What packets and the engine say of one question."""

    observation: Observation
    verdict: Reach

    @property
    def unknown(self) -> bool:
        return isinstance(self.verdict, Unknown)

    @property
    def mismatch(self) -> bool:
        """Say whether they contradict each other; what is unknown contradicts nothing."""
        if self.unknown:
            return False
        seen = self.observation
        if not isinstance(self.verdict, Reachable):
            return seen.arrived
        if not seen.arrived:
            return True
        told = seen.question.target or NOBODY_SAYS in seen.by
        return not told and self.verdict.legs[-1].to not in seen.by


def ask(engine: Engine, topology: Any, question: Question) -> Reach:  # noqa: ANN401
    """Return what an engine says of one question."""
    first = question.first
    if question.target:
        ports = (first.source_port, first.source_port)
        return engine.reaches(
            topology,
            question.source,
            question.target,
            first.protocol,
            question.port,
            client_ports=ports,
        )
    packet = Packet(
        source=question.source,
        source_address=first.source,
        address=first.address,
        protocol=first.protocol,
        port=first.port,
        source_port=first.source_port,
    )
    return engine.walk(topology, packet)


Seen: TypeAlias = Iterable[Observation]


def compare(engine: Engine, facts: Facts, seen: Seen) -> Iterator[Comparison]:
    """Yield what an engine says beside what packets did, of every question."""
    topology = engine.topology(facts)
    for observation in seen:
        verdict = ask(engine, topology, observation.question)
        yield Comparison(observation=observation, verdict=verdict)
