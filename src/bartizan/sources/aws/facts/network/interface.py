# SPDX-License-Identifier: Apache-2.0
"""Network interfaces: their addresses, groups, and what they belong to.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.network import Interface
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import (
    MalformedBodyError,
    flag,
    mapping,
    number,
    objects,
    tags,
    text,
)
from bartizan.sources.aws.facts.network.owner import Owners
from bartizan.sources.aws.facts.network.view import (
    address,
    block,
    made,
    needed,
    owner_of,
    views,
)

NETWORK_INTERFACE = "AWS::EC2::NetworkInterface"
EIP = "AWS::EC2::EIP"

_IN_USE = frozenset({"in-use", "associated"})
_KINDS = {"natGateway": "nat_gateway"}
"""What the vendor's model spells otherwise than its answers do."""


def interfaces(records: Records) -> Iterator[Row]:
    """Yield every interface once, with the public addresses that stand for it."""
    owners = Owners.of(records)
    mapped = _mapped(records)
    found = views(records, NETWORK_INTERFACE, "NetworkInterfaceId")
    yield from made(found, lambda row: _interface(row, owners, mapped))


def _mapped(records: Records) -> Mapping[str, Mapping[str, str]]:
    """Return what addresses say of themselves: interface to private to public address."""
    found: dict[str, dict[str, str]] = {}
    for record in records.of(EIP):
        try:
            held = [text(record.body, m) for m in ("NetworkInterfaceId", "PrivateIpAddress")]
            public = text(record.body, "PublicIp")
            if all(held) and public:
                found.setdefault(held[0], {})[address(held[1])] = address(public)
        except MalformedBodyError:
            continue
    return found


def _interface(
    record: Record, owners: Owners, mapped: Mapping[str, Mapping[str, str]]
) -> Iterator[Row]:
    body = record.body
    name, labels = needed(body, "NetworkInterfaceId"), tags(body, "TagSet")
    thing, kind = owners.find(record), text(body, "InterfaceType") or "interface"
    called = labels.get("Name") or owners.names.get(thing) or text(body, "Description")
    yield Interface(
        id=name,
        network=needed(body, "VpcId"),
        subnet=needed(body, "SubnetId"),
        account=owner_of(record),
        region=record.region,
        kind=_KINDS.get(kind, kind),
        thing=thing,
        attached=_attached(body),
        addresses=_addresses(body),
        public={**mapped.get(name, {}), **_public(body)},
        groups=tuple(sorted(needed(one, "GroupId") for one in objects(body, "Groups"))),
        forwards=body.get("SourceDestCheck") is not None and not flag(body, "SourceDestCheck"),
        denies_internet=flag(body, "DenyAllIgwTraffic"),
        primary=not number(body, "Attachment", "DeviceIndex"),
        name=called,
        tags=labels,
    )


def _attached(body: Mapping[str, Json]) -> bool:
    """Tell whether packets come and go: `associated` is the state of one that another carries."""
    status = text(body, "Status")
    if not status:
        return text(body, "Attachment", "Status") == "attached"
    return status in _IN_USE


def _addresses(body: Mapping[str, Json]) -> tuple[str, ...]:
    held = objects(body, "PrivateIpAddresses")
    primary = text(body, "PrivateIpAddress")
    found = [primary] if primary else []
    found += [needed(one, "PrivateIpAddress") for one in held if flag(one, "Primary")]
    found += [needed(one, "PrivateIpAddress") for one in held]
    sixes = objects(body, "Ipv6Addresses")
    found += [needed(one, "Ipv6Address") for one in sixes if flag(one, "IsPrimaryIpv6")]
    found += [needed(one, "Ipv6Address") for one in sixes]
    blocks = [needed(one, "Ipv4Prefix") for one in objects(body, "Ipv4Prefixes")]
    blocks += [needed(one, "Ipv6Prefix") for one in objects(body, "Ipv6Prefixes")]
    listed = [*(address(one) for one in found), *(block(one) for one in blocks)]
    return tuple(dict.fromkeys(listed))


def _public(body: Mapping[str, Json]) -> Mapping[str, str]:
    """Return the public address of each private one that has one."""
    held = [(text(body, "PrivateIpAddress"), mapping(body, "Association"))]
    held += [
        (needed(one, "PrivateIpAddress"), mapping(one, "Association"))
        for one in objects(body, "PrivateIpAddresses")
    ]
    return {
        address(private): address(text(association, "PublicIp"))
        for private, association in held
        if private and text(association, "PublicIp")
    }
