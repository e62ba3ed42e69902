# SPDX-License-Identifier: Apache-2.0
"""What usually listens on a port, and whether people administer things through it.

Names are those of the registry of port numbers, or what made the port known where that has none.
Source: https://www.iana.org/assignments/service-names-port-numbers/
"""

from msgspec import Struct

from bartizan.model.packet import TCP, UDP

PROTOCOLS = {TCP: "tcp", UDP: "udp"}
"""Protocols with ports, as people write them."""


class Known(Struct, frozen=True):
    """A port that is known."""

    port: int
    name: str
    protocol: int = TCP


SIGN_IN = (
    Known(22, "SSH"),
    Known(23, "Telnet"),
    Known(3389, "RDP"),
    Known(5900, "VNC"),
    Known(5985, "WinRM"),
    Known(5986, "WinRM"),
)
"""Ports through which one signs in to a host and then runs code on it."""

_CONTROL = (
    Known(135, "RPC"),
    Known(161, "SNMP", UDP),
    Known(445, "SMB"),
    Known(623, "IPMI", UDP),
    Known(2375, "Docker"),
    Known(2376, "Docker"),
    Known(6443, "Kubernetes"),
    Known(10250, "kubelet"),
)
_DATA = (
    Known(389, "LDAP"),
    Known(1433, "SQL Server"),
    Known(1434, "SQL Server", UDP),
    Known(1521, "Oracle"),
    Known(2049, "NFS"),
    Known(2181, "ZooKeeper"),
    Known(2379, "etcd"),
    Known(3306, "MySQL"),
    Known(5432, "PostgreSQL"),
    Known(5439, "Redshift"),
    Known(5601, "dashboards"),
    Known(5672, "AMQP"),
    Known(6379, "Redis"),
    Known(7687, "Bolt"),
    Known(8182, "Gremlin"),
    Known(9042, "Cassandra"),
    Known(9092, "Kafka"),
    Known(9200, "Elasticsearch"),
    Known(9300, "Elasticsearch"),
    Known(11211, "memcached"),
    Known(11211, "memcached", UDP),
    Known(27017, "MongoDB"),
)

ADMINISTRATION = tuple(
    sorted((*SIGN_IN, *_CONTROL, *_DATA), key=lambda known: (known.protocol, known.port))
)
"""Ports that hosts and data are administered through, which nobody means to open to the world."""

_SERVED = (443, 80)
"""Ports on which people serve the public on purpose."""


def administration(protocol: int, first: int, last: int) -> tuple[str, ...]:
    """Return what is administered through ports of a range, as `SSH (22)`, in their order."""
    return tuple(
        f"{known.name} ({known.port})"
        for known in ADMINISTRATION
        if known.protocol == protocol and first <= known.port <= last
    )


def signs_in(protocol: int, first: int, last: int) -> bool:
    """Tell whether a range holds a port through which one signs in to hosts."""
    return any(k.protocol == protocol and first <= k.port <= last for k in SIGN_IN)


def only_signs_in(protocol: int, first: int, last: int) -> bool:
    """Tell whether a range holds nothing but one such port."""
    return first == last and signs_in(protocol, first, last)


def serves(protocol: int, first: int, last: int) -> bool:
    """Tell whether a range is a port on which the public is served."""
    return protocol == TCP and first == last and first in _SERVED


def witness(protocol: int, first: int, last: int) -> int:
    """Return the port of a range that says most to people."""
    known = [k.port for k in ADMINISTRATION if k.protocol == protocol]
    for port in (*_SERVED, 22, 3389, *known):
        if first <= port <= last:
            return port
    return max(first, min(last, 1))


def written(protocol: int, first: int, last: int) -> str:
    """Write ports as people do: `443/tcp`, `0-1023/udp`."""
    ports = str(first) if first == last else f"{first}-{last}"
    return f"{ports}/{PROTOCOLS.get(protocol, str(protocol))}"
