# SPDX-License-Identifier: Apache-2.0
"""CloudFront distributions as ways in from the Internet, also to what has no public address.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
and https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.service import Front
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import flag, mapping, objects, text
from bartizan.sources.aws.facts.network.gap import missing
from bartizan.sources.aws.facts.network.host import Hosts
from bartizan.sources.aws.facts.network.view import made

DISTRIBUTION = "AWS::CloudFront::Distribution"
VPC_ORIGIN = "AWS::CloudFront::VpcOrigin"


def distributions(records: Records) -> Iterator[Row]:
    """Yield each distribution as a front, with all that it may send requests to."""
    hosts = Hosts.of(records)
    origins = {
        (record.account, str(record.body.get("Id"))): record for record in records.of(VPC_ORIGIN)
    }
    yield from made(records.of(DISTRIBUTION), lambda row: _front(row, hosts, origins))


def _front(
    record: Record, hosts: Hosts, origins: Mapping[tuple[str, str], Record]
) -> Iterator[Row]:
    body = record.body
    sent: set[str] = set()
    networks: set[str] = set()
    for origin in objects(body, "Origins", "Items"):
        private = text(origin, "VpcOriginConfig", "VpcOriginId")
        if not private:
            sent.add(hosts.find(text(origin, "DomainName")))
            continue
        held = origins.get((record.account, private))
        endpoint = text(held.body, "OriginEndpointArn") if held else ""
        sent.add(endpoint or text(origin, "DomainName"))
        networks.add(hosts.network(endpoint))
        if not hosts.network(endpoint):
            yield missing(
                record,
                kind=VPC_ORIGIN,
                resource=record.id,
                code="skipped",
                reason=f"where its origin {private} is was not read",
            )
    yield Front(
        id=record.id,
        kind=DISTRIBUTION,
        account=record.account,
        region="",
        name=text(body, "DomainName"),
        public=flag(body, "Enabled"),
        authenticates="other" if _signed(body) else "nothing",
        forwards_to=tuple(sorted(sent - {""})),
        # Origins of several networks are rare; the first is as good as any to start from.
        network=next(iter(sorted(networks - {""})), ""),
    )


def _signed(body: Mapping[str, Json]) -> bool:
    """Tell whether every behaviour asks for signed URLs or cookies."""
    behaviours = [
        mapping(body, "DefaultCacheBehavior"),
        *objects(body, "CacheBehaviors", "Items"),
    ]
    return all(
        flag(one, "TrustedSigners", "Enabled") or flag(one, "TrustedKeyGroups", "Enabled")
        for one in behaviours
    )
