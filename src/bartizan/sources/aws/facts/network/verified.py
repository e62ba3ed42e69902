# SPDX-License-Identifier: Apache-2.0
"""Verified Access: ways in from the Internet, gated by a policy, that end inside a network.

Source: https://docs.aws.amazon.com/verified-access/latest/ug/verified-access-endpoints.html
"""

from collections.abc import Iterator

from bartizan.model.facts.service import Front
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import text, texts
from bartizan.sources.aws.facts.network.space import SUBNET
from bartizan.sources.aws.facts.network.view import made, needed

VERIFIED_ACCESS = "AWS::EC2::VerifiedAccessEndpoint"

_OPTIONS = ("LoadBalancerOptions", "NetworkInterfaceOptions", "RdsOptions", "CidrOptions")
_TARGETS = (
    ("LoadBalancerOptions", "LoadBalancerArn"),
    ("NetworkInterfaceOptions", "NetworkInterfaceId"),
    ("RdsOptions", "RdsDbInstanceArn"),
    ("RdsOptions", "RdsDbClusterArn"),
    ("RdsOptions", "RdsDbProxyArn"),
    ("CidrOptions", "Cidr"),
)


def verified(records: Records) -> Iterator[Row]:
    """Yield each endpoint of Verified Access as a front."""
    networks = {
        str(row.body.get("SubnetId")): str(row.body.get("VpcId", "")) for row in records.of(SUBNET)
    }
    for record in records.of("AWS::EC2::NetworkInterface"):
        name = str(record.body.get("NetworkInterfaceId"))
        networks[name] = str(record.body.get("VpcId", ""))

    def front(record: Record) -> Iterator[Row]:
        body = record.body
        state = text(body, "Status", "Code")
        if state == "deleted":
            return
        places = [one for option in _OPTIONS for one in texts(body, option, "SubnetIds")]
        places.append(text(body, "NetworkInterfaceOptions", "NetworkInterfaceId"))
        needed(body, "VerifiedAccessEndpointId")
        yield Front(
            id=record.id,
            kind=record.kind,
            account=record.account,
            region=record.region,
            name=text(body, "ApplicationDomain") or text(body, "EndpointDomain"),
            public=state in ("", "active", "updating"),
            authenticates="other",
            forwards_to=tuple(sorted({text(body, *path) for path in _TARGETS} - {""})),
            network=next((networks[one] for one in places if one in networks), ""),
        )

    yield from made(records.of(VERIFIED_ACCESS), front)
