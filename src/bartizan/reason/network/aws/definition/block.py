# SPDX-License-Identifier: Apache-2.0
"""The switch that stops packets between the Internet and the networks of an account and region.

https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from bartizan.model.facts.network import Interface
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.topology.unread import BLOCKS

CODE = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"


def allows(journey: Journey, interface: Interface, *, inbound: bool, gateway: str = "") -> None:
    """Ask the switch about a flow between the Internet and an interface.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html:
    `block-bidirectional` stops all of it at Internet gateways and egress-only ones;
    `block-ingress` leaves alone what NAT gateways and egress-only gateways carry.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessExclusion.html:
    an exclusion of the network or the subnet allows both directions, or what goes out (under
    `block-bidirectional`). It is the switch of the account that owns the network.
    """
    topology = journey.topology
    network = topology.networks.get(interface.network)
    if network is None:
        journey.lack(interface.network)
        return
    row = topology.blocks.get((network.account, network.region))
    unread = topology.gaps.listing(BLOCKS, account=network.account, region=network.region)
    if row is None:
        journey.lack(*(unread or (f"InternetBlock of {network.account} {network.region}",)))
        return
    outbound_only = gateway == "egress-only" or interface.kind == "nat_gateway"
    if row.mode == "off" or (row.mode == "block-ingress" and outbound_only and not inbound):
        return
    excluded = {
        held.mode
        for target in (interface.network, interface.subnet)
        for held in topology.exclusions.get(target, ())
    }
    if "allow-bidirectional" in excluded:
        return
    if "allow-egress" in excluded and not inbound and row.mode == "block-bidirectional":
        return
    if unread:
        journey.lack(*unread)
        return
    journey.stop(CODE, network.id, f"`{row.mode}` of account {network.account} stops it")
