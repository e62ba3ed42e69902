# SPDX-License-Identifier: Apache-2.0
"""Decides whether one side can send packets to another and be answered, by whatever way."""

from bartizan.model.packet import CLIENT_PORTS, INTERNET, Reach
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.direct import flows
from bartizan.reason.network.aws.topology.topology import Topology


def reaches(  # noqa: PLR0917 - a flow is told by these four
    topology: Topology,
    source: str,
    target: str,
    protocol: int,
    port: int,
    *,
    client_ports: tuple[int, int] = CLIENT_PORTS,
) -> Reach:
    """Say whether `source` reaches a port of `target`: an interface, `internet`, a remote site.

    There must be an address of each side and a source port of the client with which packets
    arrive and answers come back, directly or over what takes packets on the target's behalf.
    """
    absent = tuple(name for name in (source, target) if not known(topology, name))
    if absent:
        return Unknown(absent)
    return flows(topology, source, target, protocol=protocol, port=port, client_ports=client_ports)


def known(topology: Topology, name: str) -> bool:
    """Tell whether anything is known of a side."""
    return name == INTERNET or name in topology.interfaces or name in topology.sites
