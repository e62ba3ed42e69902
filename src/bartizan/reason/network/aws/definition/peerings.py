# SPDX-License-Identifier: Apache-2.0
"""Peerings: two networks that are joined, and nothing beyond.

https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html
"""

from bartizan.model.evidence import Evidence
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.place import Local, Nowhere, PeeringEdge, Place
from bartizan.reason.network.aws.topology.addresses import parse_range


def cross(journey: Journey, at: PeeringEdge) -> Place:
    """Go to the other network, for addresses of that network alone.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html: a peering is not
    transitive, and gives no use of the other side's gateways, endpoints, VPN or Direct Connect.
    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (PCX_REQUIRES_ADDRESS_IN_VPC_CIDR).
    """
    row = journey.topology.peerings.get(at.peering)
    if row is None or at.network not in row.networks:
        journey.lack(at.peering)
        return Nowhere()
    if not row.active:
        journey.stop("BAD_STATE_ATTACHMENT", row.id, "the peering is not active")
    first, last = row.networks
    other = last if at.network == first else first
    journey.entered = "peering"
    if len(set(row.regions)) == 1 and journey.scope == "network":
        journey.scope = "peering"
    else:
        journey.scope = "lost"
    does = f"leads to {other}"
    journey.hop(row.id, does, Evidence(subject=row.id, why=does))
    network = journey.topology.networks.get(other)
    texts = network.ranges if network else tuple(row.ranges.get(other, "").split(","))
    blocks = [block for block in map(parse_range, texts) if block]
    if blocks and not any(block.holds(journey.header.destination) for block in blocks):
        text = f"{journey.header.destination} is not in `{other}`"
        journey.stop("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", row.id, text)
        return Nowhere()
    if network is None:
        journey.lack(other)
        return Nowhere()
    return Local(other, "")
