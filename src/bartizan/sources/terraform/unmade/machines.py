# SPDX-License-Identifier: Apache-2.0
"""Where machines may be that the snapshot does not know, and behind which groups.

Sources: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseLaunchTemplateData.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import UNREAD_KIND, Json, Record, Records
from bartizan.sources.terraform.draft import PROVIDER
from bartizan.sources.terraform.types.ec2 import INTERFACE, SECURITY_GROUP, SUBNET
from bartizan.sources.terraform.unmade.way import Way, dicts, ways

SCALING = "AWS::AutoScaling::AutoScalingGroup"
CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"
VERSION = "AWS::EC2::LaunchTemplateVersion"
_SERVICE = "autoscaling"

Place = tuple[str, str]
"""Account and region."""


class Machines(Struct, frozen=True, kw_only=True):
    """What is known of machines that nobody knows, in one account and region."""

    place: Place
    groups: frozenset[str] | None
    """The security groups that they may be in; None where they may be in any."""
    subnets: Mapping[str, Mapping[str, Json]]
    """The subnets that they may be in, by id, as records describe them."""
    ways: Sequence[Way] | None
    """What their groups let in; None where they may be in any."""

    @property
    def networks(self) -> frozenset[str]:
        """The networks that they may be in."""
        return frozenset(str(body.get("VpcId")) for body in self.subnets.values())

    @property
    def ranges(self) -> tuple[str, ...]:
        """The ranges of addresses that they may have."""
        return tuple(
            str(block)
            for body in self.subnets.values()
            for held in (body, *dicts(body.get("Ipv6CidrBlockAssociationSet")))
            for block in (held.get("CidrBlock"), held.get("Ipv6CidrBlock"))
            if block
        )

    @property
    def shut(self) -> bool:
        """Their groups let nobody in."""
        return self.ways is not None and not self.ways


def places(records: Records) -> Mapping[Place, bool]:
    """Return where interfaces are not all known, and whether Auto Scaling alone makes it so."""
    found: dict[Place, bool] = {}
    for row in records.of(UNREAD_KIND):
        body = row.body
        if body.get("kind") == INTERFACE and not body.get("resource"):
            place = (str(body.get("account", "")), str(body.get("region", "")))
            found[place] = found.get(place, True) and body.get("service") == _SERVICE
    return found


def machines(records: Records, place: Place, *, scaling: bool) -> Machines:
    """Return what `records` tell of machines in a place that are not known there; `scaling` says
    that Auto Scaling started all of them.
    """
    groups = _groups(records, place) if scaling else None
    wanted = _subnets(records, place) if scaling else None
    let_in: list[Way] | None = None
    if groups is not None:
        rows = (one.body for one in records.of(SECURITY_GROUP))
        held = (body for body in rows if body.get("GroupId") in groups)
        let_in = [way for body in held for way in ways(body.get("IpPermissions"))]
    subnets = {
        str(one.body.get("SubnetId")): one.body
        for one in records.of(SUBNET)
        if (one.account, one.region) == place
        and (wanted is None or one.body.get("SubnetId") in wanted)
    }
    return Machines(place=place, groups=groups, subnets=subnets, ways=let_in)


def gaps(laid: Laid, record: Record, causes: Iterable[str], *, reason: str) -> Iterator[Unread]:
    """Yield a gap at the first of what in the code changes one of some records."""
    for address in [one for name in causes for one in laid.touched.get(name, ())][:1]:
        yield Unread(
            provider=PROVIDER,
            account=record.account,
            region=record.region,
            service=record.service,
            operation=address,
            action="",
            kind=record.kind,
            resource=address,
            code="not-known",
            reason=reason,
        )


def _groups(records: Records, place: Place) -> frozenset[str] | None:
    """Return the security groups that machines of Auto Scaling may be in, by any version of their
    template; None where that is not known.
    """
    found: set[str] = set()
    data = {VERSION: _by(records, VERSION, "LaunchTemplateId")}
    data[CONFIGURATION] = _by(records, CONFIGURATION, "LaunchConfigurationName")
    for one in _scaling(records, place):
        template = one.body.get("LaunchTemplate")
        name = template.get("LaunchTemplateId") if isinstance(template, dict) else None
        configuration = str(one.body.get("LaunchConfigurationName"))
        held = (data[VERSION].get(str(name), ()), data[CONFIGURATION].get(configuration, ()))
        own = [_named(version) for versions in held for version in versions]
        if not own or not all(own):
            return None
        found.update(*own)
    return frozenset(found)


def _subnets(records: Records, place: Place) -> frozenset[str] | None:
    """Return the subnets that machines of Auto Scaling may be in; None where that is not known."""
    found: set[str] = set()
    for one in _scaling(records, place):
        written = one.body.get("VPCZoneIdentifier")
        if not isinstance(written, str) or not written:
            return None
        found.update(written.split(","))
    return frozenset(found)


def _scaling(records: Records, place: Place) -> Iterator[Record]:
    return (one for one in records.of(SCALING) if (one.account, one.region) == place)


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
    lists += [one.get("Groups") for one in dicts(cards)]
    return {
        one for held in lists if isinstance(held, list) for one in held if isinstance(one, str)
    }
