# SPDX-License-Identifier: Apache-2.0
"""Finds what of the estate a host name or an ARN leads to, and the network that it is in."""

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from msgspec import Struct

from bartizan.model.record import Records
from bartizan.sources.aws.facts.body import MalformedBodyError, text
from bartizan.sources.aws.facts.network.balancer import LOAD_BALANCER
from bartizan.sources.aws.facts.network.owner import INSTANCE
from bartizan.sources.aws.facts.network.target import CLASSIC

FUNCTION_URL = "AWS::Lambda::Url"

_NAMED = (
    (LOAD_BALANCER, "DNSName", "VpcId"),
    (CLASSIC, "DNSName", "VPCId"),
    (INSTANCE, "PublicDnsName", "VpcId"),
)
"""Kind of record, the fields with its host name and its network."""


class Hosts(Struct, frozen=True):
    """Balancers, instances and functions by their host names."""

    names: Mapping[str, str]
    """Host name to ARN."""
    networks: Mapping[str, str]
    """ARN to the network that it is in."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read the names; what is malformed is told elsewhere."""
        names: dict[str, str] = {}
        networks: dict[str, str] = {}
        for kind, host, network in _NAMED:
            for record in records.of(kind):
                try:
                    names[text(record.body, host).lower()] = record.id
                    networks[record.id] = text(record.body, network)
                except MalformedBodyError:
                    continue
        for record in records.of(FUNCTION_URL):
            try:
                names[host_of(text(record.body, "FunctionUrl"))] = record.id.partition("#")[0]
            except MalformedBodyError:
                continue
        names.pop("", None)
        return cls(names, networks)

    def find(self, name: str) -> str:
        """Return the ARN of what a host name leads to, else the name itself."""
        plain = name.lower().removeprefix("dualstack.")
        return self.names.get(plain, name)

    def network(self, arn: str) -> str:
        """Return the network that a thing is in; empty where it is not known."""
        return self.networks.get(arn, "")


def host_of(url: str) -> str:
    """Return the host in a URL, lower case; empty for none.

    Raises:
        MalformedBodyError: it is no URL.
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError as error:
        raise MalformedBodyError(f"`{url}` is no URL") from error
