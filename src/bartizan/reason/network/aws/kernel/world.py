# SPDX-License-Identifier: Apache-2.0
"""Everything on the way of packets, compiled."""

from msgspec import Struct

from bartizan.reason.network.aws.kernel.access_lists import AccessLists
from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.gates import Endpoints, Gateways, Peerings, Shields
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.interfaces import Interfaces, Relays
from bartizan.reason.network.aws.kernel.intervals import Ranges
from bartizan.reason.network.aws.kernel.ports import Ports
from bartizan.reason.network.aws.kernel.routes import Tables
from bartizan.reason.network.aws.kernel.transit import Sites, Transit


class World(Struct, frozen=True, kw_only=True):
    """What decides where packets go and whether they pass, but for groups at both ends."""

    line: Line
    """Addresses, cut where routes, access lists and networks cut them."""
    ports: Ports
    ground: Ground
    interfaces: Interfaces
    lists: AccessLists
    filters: AccessLists
    """Of each interface that forwards, what its groups let pass."""
    tables: Tables
    within: Ranges
    """Of each subnet, its ranges."""
    ranges: Ranges
    """Of each network, what may be its own."""
    relays: Relays
    gateways: Gateways
    peerings: Peerings
    endpoints: Endpoints
    shields: Shields
    transit: Transit
    sites: Sites

    @property
    def line_six(self) -> int:
        """Return the first stretch of IPv6."""
        return self.line.six
