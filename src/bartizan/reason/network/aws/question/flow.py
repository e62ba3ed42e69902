# SPDX-License-Identifier: Apache-2.0
"""Decides one flow whose addresses or source port may be stated."""

from msgspec import Struct

from bartizan.model.packet import ANY, CLIENT_PORTS, Reach
from bartizan.model.reach import PortRange
from bartizan.reason.network.aws.definition.direct import flows
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.definition.space import Space, of_source
from bartizan.reason.network.aws.question.atoms import unnamed
from bartizan.reason.network.aws.question.ways import folded
from bartizan.reason.network.aws.topology.addresses import parse_range
from bartizan.reason.network.aws.topology.topology import Topology


class Flow(Struct, frozen=True, kw_only=True):
    """One flow, as far as somebody said how it is."""

    source: str
    """Id of an interface or remote site, or `internet`."""
    target: str
    port: PortRange
    """Its first port is meant; of protocol -1, any protocol that no rule names."""
    source_address: str = ""
    """Empty for any that the source has."""
    ranges: tuple[str, ...] = ()
    """Where that lies, if no address is stated; empty for anywhere."""
    address: str = ""
    """Empty for any that the target has."""
    source_port: int | None = None
    """None for any that clients take."""


def decide(topology: Topology, flow: Flow) -> Reach:
    """Say whether it arrives and its answer comes back; with an address of the target stated,
    only what is sent to that one.
    """
    protocol = flow.port.protocol if flow.port.protocol != ANY else unnamed(topology)
    client = CLIENT_PORTS if flow.source_port is None else (flow.source_port, flow.source_port)
    if flow.address:
        verdict = flows(
            topology,
            flow.source,
            flow.target,
            protocol=protocol,
            port=flow.port.first,
            client_ports=client,
            sources=_sources(topology, flow),
            targets=_only(flow.address),
        )
    else:
        verdict = reaches(
            topology,
            flow.source,
            flow.target,
            protocol,
            flow.port.first,
            client_ports=client,
            sources=_sources(topology, flow),
        )
    return folded(verdict)


def _sources(topology: Topology, flow: Flow) -> Space | None:
    """Return where it may come from, if not from anywhere that its source has."""
    if flow.source_address or not flow.ranges:
        return _only(flow.source_address)
    blocks = [block for block in map(parse_range, flow.ranges) if block is not None]
    return of_source(topology, flow.source).within(blocks)


def _only(text: str) -> Space | None:
    block = parse_range(text) if text else None
    return None if block is None else Space((block,))
