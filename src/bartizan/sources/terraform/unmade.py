# SPDX-License-Identifier: Apache-2.0
"""Machines that nobody knows, as an Auto Scaling group starts them, and what newly arrives there.

Where the interfaces of a region are not all known, what is behind a security group is possible
before the change as after it, and so no news. That more arrives there is.

Sources: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseLaunchTemplateData.html
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import UNREAD_KIND, Json, Record, Records
from bartizan.sources.terraform.draft import PROVIDER
from bartizan.sources.terraform.types.ec2 import INTERFACE, SECURITY_GROUP

_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"
_VERSION = "AWS::EC2::LaunchTemplateVersion"
_SCALING = "autoscaling"

_Place = tuple[str, str]
"""Account and region."""


def unmade(laid: Laid, records: Records) -> Iterator[Unread]:
    """Yield a gap for each security group that lets more in to machines that `records` do not
    know, or that these come to be in, at what in the code does that.
    """
    places = _places(records)
    if not places:
        return
    was, now = ({p: _groups(held, p) for p in places} for held in (records, laid.overlay))
    old = {one.id: one.body for one in records.of(SECURITY_GROUP)}
    for one in laid.overlay.of(SECURITY_GROUP):
        place = (one.account, one.region)
        if place not in places:
            continue
        name = str(one.body.get("GroupId", ""))
        before = old.get(one.id, {})
        if not places[place] or _among(name, now[place]):
            # To machines that come to be in it, all is new that it lets in.
            known = not places[place] or _among(name, was[place])
            if known and one.key not in laid.overlay.put:
                continue
            ways = [*_ways(before.get("IpPermissions"))] if known else []
            news = [way for way in _ways(one.body.get("IpPermissions")) if not _covered(way, ways)]
            if news:
                yield from _gaps(laid, one, (one.id, *_templates(laid)))


def _among(name: str, groups: frozenset[str] | None) -> bool:
    return groups is None or name in groups


def _templates(laid: Laid) -> Iterator[str]:
    """Yield what says which groups machines are in, of what changes."""
    for key in laid.overlay.put:
        if key.kind in (_GROUP, _CONFIGURATION, _VERSION):
            yield key.id


def _places(records: Records) -> Mapping[_Place, bool]:
    """Return where interfaces are not all known, and whether Auto Scaling alone makes it so."""
    found: dict[_Place, bool] = {}
    for row in records.of(UNREAD_KIND):
        body = row.body
        if body.get("kind") == INTERFACE and not body.get("resource"):
            place = (str(body.get("account", "")), str(body.get("region", "")))
            found[place] = found.get(place, True) and body.get("service") == _SCALING
    return found


def _groups(records: Records, place: _Place) -> frozenset[str] | None:
    """Return the security groups that machines of Auto Scaling may be in, by any version of their
    template; None where that is not known.
    """
    found: set[str] = set()
    data = {_VERSION: _by(records, _VERSION, "LaunchTemplateId")}
    data[_CONFIGURATION] = _by(records, _CONFIGURATION, "LaunchConfigurationName")
    for one in records.of(_GROUP):
        if (one.account, one.region) != place:
            continue
        template = one.body.get("LaunchTemplate")
        name = template.get("LaunchTemplateId") if isinstance(template, dict) else None
        configuration = str(one.body.get("LaunchConfigurationName"))
        held = (data[_VERSION].get(str(name), ()), data[_CONFIGURATION].get(configuration, ()))
        own = [_named(version) for versions in held for version in versions]
        if not own or not all(own):
            return None
        found.update(*own)
    return frozenset(found)


def _by(records: Records, kind: str, member: str) -> dict[str, list[Mapping[str, Json]]]:
    found: dict[str, list[Mapping[str, Json]]] = {}
    for one in records.of(kind):
        found.setdefault(str(one.body.get(member)), []).append(one.body)
    return found


def _named(body: Mapping[str, Json]) -> set[str]:
    """Return the security groups that a template's version or a configuration names."""
    data = body.get("LaunchTemplateData")
    inner = data if isinstance(data, dict) else body
    cards = inner.get("NetworkInterfaces")
    lists = [inner.get("SecurityGroupIds"), inner.get("SecurityGroups")]
    lists += [one.get("Groups") for one in _dicts(cards)]
    return {
        one for held in lists if isinstance(held, list) for one in held if isinstance(one, str)
    }


def _gaps(laid: Laid, record: Record, causes: Iterable[str]) -> Iterator[Unread]:
    for address in [one for name in causes for one in laid.touched.get(name, ())][:1]:
        yield Unread(
            provider=PROVIDER,
            account=record.account,
            region=record.region,
            service=record.service,
            operation=address,
            action="",
            kind=SECURITY_GROUP,
            resource=address,
            code="not-known",
            reason=f"it lets more in at {record.body.get('GroupId')}, "
            "and which machines are behind that the snapshot does not tell",
        )


class _Way(Struct, frozen=True):
    """One thing that a group lets in."""

    protocol: str
    first: int
    last: int
    peer: str

    def covers(self, other: "_Way") -> bool:
        """Tell whether it lets in all that another one does."""
        if self.protocol != "-1":
            if self.protocol != other.protocol:
                return False
            if (self.first, self.last) != (-1, -1) and not (
                self.first <= other.first and other.last <= self.last
            ):
                return False
        return self.peer == other.peer or _within(other.peer, self.peer)


def _covered(way: _Way, ways: Iterable[_Way]) -> bool:
    return any(one.covers(way) for one in ways)


def _ways(permissions: Json) -> Iterator[_Way]:
    for one in _dicts(permissions):
        first, last = one.get("FromPort"), one.get("ToPort")
        for member, name in (
            ("IpRanges", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6"),
            ("UserIdGroupPairs", "GroupId"),
            ("PrefixListIds", "PrefixListId"),
        ):
            for peer in _dicts(one.get(member)):
                yield _Way(
                    protocol=str(one.get("IpProtocol")),
                    first=first if isinstance(first, int) else -1,
                    last=last if isinstance(last, int) else -1,
                    peer=str(peer.get(name)),
                )


def _within(inner: str, outer: str) -> bool:
    try:
        one, other = ipaddress.ip_network(inner), ipaddress.ip_network(outer)
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return one.subnet_of(other)
    return False


def _dicts(value: Json) -> Iterable[Mapping[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
