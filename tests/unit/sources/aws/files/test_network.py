# SPDX-License-Identifier: Apache-2.0
"""A network in files gives the facts that a scan of it gives."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    Network,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import Gateway, Peering, Route, RouteTable
from bartizan.model.facts.service import Balancer, Endpoint
from bartizan.model.record import Json, RecordList
from bartizan.model.table import Row
from bartizan.sources.aws.files.config_type import TYPES
from bartizan.sources.aws.files.source import FileSource
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.aws_scan import NOON, CountingProgress, MemoryDraft
from tests.fakes.balanced_network import SHOP, balancer, node
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import small_network

TABLES: tuple[type[Row], ...] = (
    Network,
    Subnet,
    Interface,
    SecurityGroup,
    AccessList,
    Rule,
    RouteTable,
    Route,
    Gateway,
    Peering,
    Endpoint,
    Balancer,
)
COMMANDS = {
    "Vpcs": "describe-vpcs",
    "Subnets": "describe-subnets",
    "RouteTables": "describe-route-tables",
    "NetworkAcls": "describe-network-acls",
    "SecurityGroups": "describe-security-groups",
    "NetworkInterfaces": "describe-network-interfaces",
    "InternetGateways": "describe-internet-gateways",
    "NatGateways": "describe-nat-gateways",
    "VpcPeeringConnections": "describe-vpc-peering-connections",
    "VpcEndpoints": "describe-vpc-endpoints",
    "LoadBalancers": "elbv2-describe-load-balancers",
}


def world() -> dict[str, Any]:
    found = small_network(
        NatGateways=[{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-1"}],
        VpcPeeringConnections=[
            {
                "VpcPeeringConnectionId": "pcx-1",
                "Status": {"Code": "active"},
                "RequesterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"},
                "AccepterVpcInfo": {"VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16"},
            }
        ],
        VpcEndpoints=[{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "State": "available"}],
        LoadBalancers=[balancer()],
    )
    found["NetworkInterfaces"].append(node("eni-9", "ELB app/shop/0123456789abcdef"))
    return found


def loaded(folder: Path) -> Facts:
    draft = MemoryDraft()
    source = FileSource((folder,), kind=None, key=b"k", clock=lambda: NOON)
    source.collect(draft, CountingProgress())
    rows = [record for piece in draft.pieces.values() for record in piece]
    return AwsNormaliser()(RecordList(tuple(rows)))


def rows(facts: Facts, table: type[Row]) -> set[str]:
    return {repr(row) for row in facts.rows(table)}


def lowered(value: Json) -> Json:
    """Spell members as AWS Config does, and the ranges of a group twice."""
    if isinstance(value, list):
        return [lowered(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {f"{name[0].lower()}{name[1:]}": lowered(item) for name, item in value.items()}
    ranges = found.get("ipRanges")
    if isinstance(ranges, list):
        texts: list[Json] = [one["cidrIp"] for one in ranges if isinstance(one, dict)]
        found |= {"ipv4Ranges": ranges, "ipRanges": texts}
    return found


def as_config(path: Path) -> None:
    items: list[Json] = [
        {
            "resourceType": kind,
            "resourceId": "x",
            "ARN": element.get("LoadBalancerArn", ""),
            "awsAccountId": ACCOUNT,
            "awsRegion": REGION,
            "configurationItemStatus": "OK",
            "configuration": lowered(element),
        }
        for kind, known in TYPES.items()
        for element in world().get(known.member, ())
        if known.service in ("ec2", "elbv2")
    ]
    path.write_text(json.dumps({"configurationItems": items}))


def as_dumps(folder: Path) -> None:
    place = folder / ACCOUNT / REGION
    place.mkdir(parents=True)
    for listed, held in world().items():
        (place / f"{COMMANDS[listed]}.json").write_text(json.dumps({listed: held}))


@pytest.mark.parametrize("form", ["config", "dump"])
def test_a_network_in_files_is_the_network_that_a_scan_sees(tmp_path: Path, form: str) -> None:
    if form == "config":
        as_config(tmp_path / "snapshot.json")
    else:
        as_dumps(tmp_path)
    expected = network_facts((ACCOUNT, REGION, world()))

    found = loaded(tmp_path)

    for table in TABLES:
        assert rows(found, table) == rows(expected, table), table.table
        assert rows(found, table)


def test_the_ranges_of_an_old_snapshot_are_plain_text(tmp_path: Path) -> None:
    group: Json = {
        "groupId": "sg-1",
        "vpcId": "vpc-1",
        "ipPermissions": [{"ipProtocol": "-1", "ipRanges": ["10.0.0.0/8"]}],
    }
    item: Json = {
        "resourceType": "AWS::EC2::SecurityGroup",
        "resourceId": "sg-1",
        "awsAccountId": ACCOUNT,
        "awsRegion": REGION,
        "configuration": group,
    }
    (tmp_path / "snapshot.json").write_text(json.dumps({"configurationItems": [item]}))

    assert [row.peer for row in loaded(tmp_path).rows(Rule)] == ["10.0.0.0/8"]


def test_a_balancer_of_files_has_its_own_arn(tmp_path: Path) -> None:
    as_config(tmp_path / "snapshot.json")

    assert [row.arn for row in loaded(tmp_path).rows(Balancer)] == [SHOP]
