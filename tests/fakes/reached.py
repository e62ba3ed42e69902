# SPDX-License-Identifier: Apache-2.0
"""Answers about packets: one that arrives, and one that two ways stop."""

from bartizan.model.evidence import Evidence
from bartizan.model.packet import Blocked, Blocker, Hop, Leg, Packet, Reachable
from bartizan.model.reach import PortRange

PACKET = Packet(
    source="internet",
    source_address="203.0.113.1",
    address="198.51.100.7",
    protocol=6,
    port=443,
    source_port=1024,
)
RULE = Evidence(subject="sg-1", statement="sg-1#in/1", why="rule `sg-1#in/1` allows it in")
ARRIVES = Reachable(
    legs=(
        Leg(
            packet=PACKET,
            there=(
                Hop(at="eni-1", does="admits", packet=PACKET, because=(RULE,)),
                Hop(at="eni-1", does="receives", packet=PACKET),
            ),
            back=(Hop(at="eni-1", does="sends", packet=PACKET),),
            to="eni-1",
        ),
    )
)
STOPPED = Blocked(
    ways=(
        (Blocker(code="ENI_SG_RULES_MISMATCH", at="eni-2", text="no rule allows it"),),
        (
            Blocker(
                code="SUBNET_ACL_RESTRICTION", at="acl-1", text="rule 5 denies", back=True,
                rules=("acl-1#out/5",),
            ),
            Blocker(code="X_OURS", at="tgw-1", text="it is odd"),
        ),
    )
)  # fmt: skip
HTTPS = PortRange(protocol=6, first=443, last=443)
