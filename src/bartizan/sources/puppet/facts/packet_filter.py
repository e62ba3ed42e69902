# SPDX-License-Identifier: Apache-2.0
"""Rules of the packet filter of a host.

Sources: https://forge.puppet.com/modules/puppetlabs/firewall/reference, and for the names that its
releases before 6 have, https://forge.puppet.com/modules/puppetlabs/firewall/3.4.0/reference
"""

from collections.abc import Iterator

from bartizan.model.facts.host_part import HostRule
from bartizan.sources.puppet.facts.said import Said

_WORDS = (
    "ensure name chain table action jump proto protocol provider dport port source destination "
    "iniface noop before require notify subscribe tag alias loglevel schedule stage audit"
)
_TOLD = frozenset(_WORDS.split())
"""Parameters that this file reads, or that narrow no rule."""
_FAMILIES = {"iptables": "ipv4", "ip6tables": "ipv6", "ipv4": "ipv4", "ipv6": "ipv6"}


def rows(said: Said) -> Iterator[HostRule]:
    """Yield the row of a rule or of a chain."""
    match said.type:
        case "Firewall":
            yield _rule(said)
        case "Firewallchain":
            if said.text("policy"):
                yield _chain(said)
        case "Nftables::Rule":
            yield _native(said)
        case _:
            return


def _rule(said: Said) -> HostRule:
    action = "jump" if "jump" in said.parameters else "action"
    ports = "dport" if "dport" in said.parameters else "port"
    provider = said.text("protocol") or said.text("provider", "iptables")
    return HostRule(
        host=said.host,
        name=said.name(),
        default=False,
        chain=said.text("chain", "INPUT"),
        filter=said.text("table", "filter"),
        family=_FAMILIES.get(provider.lower(), ""),
        action=said.text(action).lower(),
        protocol=said.text("proto", "tcp"),
        ports=said.texts(ports),
        sources=said.texts("source"),
        destinations=said.texts("destination"),
        interface=said.text("iniface"),
        others=tuple(sorted(said.parameters.keys() - _TOLD)),
        **said.tail(
            said.state(),
            columns={
                "action": action,
                "chain": "chain",
                "destinations": "destination",
                "interface": "iniface",
                "ports": ports,
                "protocol": "proto",
                "sources": "source",
            },
        ),
    )


def _chain(said: Said) -> HostRule:
    """A chain is named `INPUT:filter:IPv4`, and its policy decides what no rule does."""
    chain, _, rest = said.name().partition(":")
    table, _, family = rest.partition(":")
    return HostRule(
        host=said.host,
        name=said.name(),
        default=True,
        chain=chain,
        filter=table,
        family=_FAMILIES.get(family.lower(), ""),
        action=said.text("policy").lower(),
        protocol="all",
        ports=(),
        sources=(),
        destinations=(),
        interface="",
        others=(),
        **said.tail(said.state(), columns={"action": "policy"}),
    )


def _native(said: Said) -> HostRule:
    """A rule in the language of nft(8), which is not read: only that there is one is told.

    Source: https://forge.puppet.com/modules/puppet/nftables/reference
    """
    tail = said.tail(said.state())
    tail["unknown"] = ("action", "destinations", "interface", "ports", "protocol", "sources")
    chain = said.text("rulename") or said.title
    return HostRule(
        host=said.host,
        name=chain,
        default=False,
        chain=chain.partition("-")[0],
        filter=said.text("table", "inet-filter"),
        family="both",
        action="",
        protocol="",
        ports=(),
        sources=(),
        destinations=(),
        interface="",
        others=("content",),
        **tail,
    )
