# SPDX-License-Identifier: Apache-2.0
"""Fronts: ways in from the Internet that have no interface of their own, but send by some.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html
"""

from collections.abc import Iterator

from msgspec.structs import replace

from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Front
from bartizan.model.packet import TCP, Blocked, Hop, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.direct import flows
from bartizan.reason.network.aws.definition.nat import CHOSEN_PORTS
from bartizan.reason.network.aws.definition.walk import shut
from bartizan.reason.network.aws.topology.topology import Topology


def through_fronts(
    topology: Topology, target: Interface, *, protocol: int, port: int
) -> Iterator[Reach]:
    """Say of each public front whether it sends to an interface.

    A front for a network (CloudFront with a VPC origin, API Gateway with a VPC link) sends by
    interfaces in it, with their groups. Where nothing says which those are, it is unknown,
    unless the target takes nothing at that port from anybody. Fronts without a network send
    from public addresses like everybody on the Internet.
    """
    if protocol != TCP:
        return
    for front in topology.services.fronts:
        if front.public and front.network and _leads(topology, front, target):
            yield _by(topology, front, target, port)


def _leads(topology: Topology, front: Front, target: Interface) -> bool:
    balancer = topology.services.balancer_of.get(target.id)
    names = {target.thing, target.id, balancer.arn if balancer else ""} - {""}
    return not names.isdisjoint(front.forwards_to)


def _by(topology: Topology, front: Front, target: Interface, port: int) -> Reach:
    links = [row for row in topology.of_thing.get(front.id, ()) if row.network == front.network]
    if not links:
        answer = shut(topology, target, protocol=TCP, port=port)
        return answer if isinstance(answer, Blocked) else Unknown((front.id,))
    link = links[0]
    answer = flows(
        topology, link.id, target.id, protocol=TCP, port=port, client_ports=CHOSEN_PORTS
    )
    if not isinstance(answer, Reachable):
        return answer
    first, *rest = answer.legs
    entry = Hop(at=front.id, does="takes requests from the Internet", packet=first.packet)
    return Reachable(legs=(replace(first, there=(entry, *first.there)), *rest))
