# SPDX-License-Identifier: Apache-2.0
"""On which ports the nodes of a load balancer take packets.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
"""

from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Balancer, Listener
from bartizan.model.packet import TCP, UDP
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.topology.unread import BALANCERS

CARRIED = {
    "HTTP": (TCP,),
    "HTTPS": (TCP,),
    "SSL": (TCP,),
    "TCP": (TCP,),
    "TLS": (TCP,),
    "UDP": (UDP,),
    "TCP_UDP": (TCP, UDP),
    "QUIC": (UDP,),
    "TCP_QUIC": (TCP, UDP),
}
"""Protocols of listeners and target groups, as IP carries them.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-listener-config.html
"""


def listens(journey: Journey, row: Interface) -> None:
    """Ask whether a load balancer whose node this is takes the packet.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html: a load balancer
    takes what one of its listeners is for, and nothing else.
    """
    balancer = journey.topology.services.balancer_of.get(row.id)
    if balancer is None:
        if unknown := journey.topology.services.unknown_balancer(row):
            journey.lack(unknown)
        return
    taking = accepting(
        journey, balancer, protocol=journey.header.protocol, port=journey.header.port
    )
    unread = unlisted(journey, balancer)
    if not taking and unread:
        journey.lack(*unread)
    elif not taking:
        classic = balancer.kind == "classic"
        code = "ELB_LISTENERS_MISMATCH" if classic else "ELBV2_LISTENERS_MISMATCH"
        journey.stop(code, balancer.arn, f"no listener is for port {journey.header.port}")


def accepting(
    journey: Journey, balancer: Balancer, *, protocol: int, port: int
) -> tuple[Listener, ...]:
    """Return the listeners of a load balancer that take a protocol and port."""
    return tuple(
        row
        for row in journey.topology.services.listeners.get(balancer.arn, ())
        if row.port == port and protocol in CARRIED.get(row.protocol, ())
    )


def unlisted(journey: Journey, balancer: Balancer) -> tuple[str, ...]:
    """Name what could not be read of a load balancer's listeners and targets."""
    gaps = journey.topology.gaps
    if gaps.detail(BALANCERS, balancer.arn):
        return (balancer.arn,)
    return gaps.listing(BALANCERS, account=balancer.account, region=balancer.region)
