# SPDX-License-Identifier: Apache-2.0
"""What the nodes of load balancers, and endpoints for connecting to instances, may send.

https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
"""

from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Balancer, TargetGroup
from bartizan.model.packet import TCP
from bartizan.reason.network.aws.definition.access_lists import passes
from bartizan.reason.network.aws.definition.balancers import relays
from bartizan.reason.network.aws.definition.groups import OUT
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.listeners import unlisted
from bartizan.reason.network.aws.topology.addresses import IPV4, is_public

CONNECT = "ec2_instance_connect_endpoint"
CONNECT_PORTS = frozenset({22, 3389})


def may_send(journey: Journey, row: Interface) -> None:
    """Ask whether an interface of the vendor's sends such a packet, and whose address it bears."""
    if row.kind == CONNECT:
        _connects(journey, row)
        return
    balancer = journey.topology.services.balancer_of.get(row.id)
    own = journey.topology.has(row, journey.header.source)
    if balancer is not None:
        _sends_on(journey, balancer, row, own=own)
    elif unknown := journey.topology.services.unknown_balancer(row):
        journey.lack(unknown)
    elif not own and not row.forwards:
        text = f"{journey.header.source} is no address of it"
        journey.stop("ENI_ADDRESS_RESTRICTION", row.id, text)


def _sends_on(journey: Journey, balancer: Balancer, row: Interface, *, own: bool) -> None:
    """Let a load balancer send to its targets alone, at the ports for which they registered.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (TARGET_ADDRESS_RESTRICTION, TARGET_PORT_RESTRICTION, ELBV2_SOURCE_ADDRESS_PRESERVATION;
    ELB_ACL_RESTRICTION: a classic one asks the list of its subnet even within it.)
    """
    topology, header = journey.topology, journey.header
    holders = topology.holders.get(header.destination, ())
    to = [
        relay
        for holder in holders
        for relay in relays(topology, holder, protocol=header.protocol, port=header.port)
        if relay.node.id == row.id and header.destination in relay.addresses
    ]
    unread = unlisted(journey, balancer)
    if not to and unread:
        journey.lack(*unread)
    elif not to:
        text = f"{header.destination} port {header.port} is none of its targets"
        journey.stop("TARGET_ADDRESS_RESTRICTION", balancer.arn, text)
    if not own:
        _kept(journey, balancer, [relay.group for relay in to])
    if balancer.kind == "classic" and any(holder.subnet == row.subnet for holder in holders):
        passes(journey, row.subnet, OUT, code="ELB_ACL_RESTRICTION")


def _kept(journey: Journey, balancer: Balancer, groups: list[TargetGroup]) -> None:
    """Ask whether the node may send with the address of its client."""
    journey.memory.carried = True
    if journey.assumed:
        return
    kept = [
        "UDP" in group.protocol or "QUIC" in group.protocol or group.preserves_client
        for group in groups
    ]
    if balancer.kind == "network" and True in kept:
        return
    if balancer.kind == "network" and None in kept:
        journey.lack(*(group.arn for group in groups))
        return
    text = f"it sends with its own address, and {journey.header.source} is none"
    journey.stop("ENI_ADDRESS_RESTRICTION", balancer.arn, text)


def _connects(journey: Journey, row: Interface) -> None:
    """Let an endpoint for connecting to instances send.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html:
    TCP to ports 22 and 3389 of private IPv4 addresses, with its own address, or with the client's
    where it preserves that. Who may use it is for IAM to say; the inbound rules of its group say
    nothing, the outbound ones count.
    """
    header = journey.header
    if header.protocol != TCP or header.port not in CONNECT_PORTS:
        text = f"it connects to TCP ports 22 and 3389, not to {header.port}"
        journey.stop("PROTOCOL_RESTRICTION", row.id, text)
    if header.destination.version != IPV4 or is_public(header.destination):
        journey.stop("X_NOT_PRIVATE", row.id, "it connects to private IPv4 addresses")
    endpoint = journey.topology.services.endpoint_of.get(row.id)
    keeps = endpoint is not None and endpoint.preserves_client
    own = journey.topology.has(row, header.source)
    if endpoint is None:
        journey.lack(row.thing or row.id)
    elif keeps is own:
        whose = "the client's address" if keeps else "its own address"
        journey.stop("ENI_ADDRESS_RESTRICTION", row.id, f"it sends with {whose}")
    journey.memory.carried = keeps and not own
