# SPDX-License-Identifier: Apache-2.0
"""Endpoints that routes lead to: of services, and of load balancers for appliances.

https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
"""

from bartizan.model.facts.service import Endpoint
from bartizan.model.packet import ICMP, TCP
from bartizan.reason.network.aws.definition.access_lists import crosses
from bartizan.reason.network.aws.definition.journey import ECHO, Journey
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    EndpointEdge,
    FromService,
    Leaving,
    Local,
    Nowhere,
    Place,
)


def go_in(journey: Journey, at: EndpointEdge) -> Place:
    """Enter an endpoint to which a route leads."""
    row = journey.topology.services.endpoints.get(at.endpoint)
    if row is None:
        crosses(journey, leaves=at.subnet, enters="")
        journey.lack(at.endpoint)
        return Nowhere()
    if not row.available:
        journey.stop("BAD_STATE", row.id, "it does not work")
    match row.kind:
        case "gateway":
            return _service(journey, row, at)
        case "gateway-load-balancer":
            return _inspection(journey, row, at)
        case _:
            crosses(journey, leaves=at.subnet, enters="")
            journey.lack(row.id)
            return Nowhere()


def _service(journey: Journey, row: Endpoint, at: EndpointEdge) -> Place:
    """Go to a service of the vendor by a gateway endpoint.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: for what is in the
    network alone, not for what comes over a peering, a transit gateway or from a remote site.
    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (VPCE_GATEWAY_PROTOCOL_RESTRICTION): TCP and ICMP echo.
    """
    crosses(journey, leaves=at.subnet, enters="")
    header = journey.header
    echo = header.protocol == ICMP and header.port in ECHO[ICMP]
    if header.protocol != TCP and not echo:
        text = f"it takes no packets of protocol {header.protocol}"
        journey.stop("VPCE_GATEWAY_PROTOCOL_RESTRICTION", row.id, text)
    if not journey.topology.holders_in(at.network, header.source):
        text = f"{header.source} is no interface of `{at.network}`"
        journey.stop("X_ENDPOINT_OF_ANOTHER_NETWORK", row.id, text)
    journey.scope = "lost"
    journey.hop(row.id, f"leads to {row.service}")
    return Arrived(row.id)


def answer(journey: Journey, at: FromService) -> Place:
    """Come back from a service through the endpoint by which it was reached."""
    row = journey.topology.services.endpoints[at.endpoint]
    journey.hop(row.id, "answers")
    return Local(row.network, "")


def _inspection(journey: Journey, row: Endpoint, at: EndpointEdge) -> Place:
    """Pass an appliance, or Network Firewall, behind a Gateway Load Balancer.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html: what the
    appliance does not drop comes back to the endpoint as it was, and goes on by the route table
    of the endpoint's subnet. Whether it drops depends on rules that we do not model, so the
    endpoint is named as missing; what stops the packet elsewhere stops it all the same.
    """
    interfaces = journey.topology.interfaces
    subnets = {interfaces[name].subnet for name in row.interfaces if name in interfaces}
    if len(subnets) != 1:
        crosses(journey, leaves=at.subnet, enters="")
        journey.lack(row.id)
        return Nowhere()
    (subnet,) = subnets
    crosses(journey, leaves=at.subnet, enters=subnet)
    journey.lack(row.id)
    journey.scope = "lost"
    journey.passed.add(row.id)
    journey.hop(row.id, "inspects")
    return Leaving(subnet)
