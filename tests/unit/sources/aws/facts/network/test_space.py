# SPDX-License-Identifier: Apache-2.0
from typing import Any

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import Network, Subnet
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import changed, small_network

OTHER = "222222222222"


def subnets(*places: tuple[str, str, dict[str, Any]]) -> dict[str, Subnet]:
    return {row.id: row for row in network_facts(*places).rows(Subnet)}


def gap(account: str, kind: str, resource: str = "") -> Unread:
    return Unread(
        provider="aws",
        account=account,
        region=REGION,
        service="ec2",
        operation="Describe",
        action="",
        kind=kind,
        resource=resource,
        code="truncated",
        reason="",
    )


def test_a_network_has_the_ranges_that_are_associated_now() -> None:
    (network,) = network_facts((ACCOUNT, REGION, small_network())).rows(Network)

    assert network.ranges == ("10.1.0.0/16", "2600:1f18::/56")
    assert (network.name, network.account, network.region) == ("shop", ACCOUNT, REGION)


def test_a_network_without_associations_has_its_one_range() -> None:
    described = changed("Vpcs", CidrBlockAssociationSet=None, Ipv6CidrBlockAssociationSet=None)

    (network,) = network_facts((ACCOUNT, REGION, described)).rows(Network)

    assert network.ranges == ("10.1.0.0/16",)


def test_a_subnet_has_its_own_route_table_or_else_the_main_one() -> None:
    found = subnets((ACCOUNT, REGION, small_network()))

    assert [found[f"subnet-{n}"].route_table for n in (1, 2)] == ["rtb-1", "rtb-main"]
    assert {row.acl for row in found.values()} == {"acl-1"}


def test_an_association_that_failed_holds_nowhere() -> None:
    failed = [{"SubnetId": "subnet-1", "AssociationState": {"State": "failed"}}]
    found = subnets((ACCOUNT, REGION, changed("RouteTables", 1, Associations=failed)))

    assert found["subnet-1"].route_table == "rtb-main"


def test_the_main_table_is_not_guessed_where_not_all_tables_were_read() -> None:
    unread = gap(ACCOUNT, "AWS::EC2::RouteTable")
    found = subnets((ACCOUNT, REGION, small_network(Unread=[unread])))

    assert [found[f"subnet-{n}"].route_table for n in (1, 2)] == ["rtb-1", ""]


def test_the_main_table_is_not_guessed_beside_a_malformed_one() -> None:
    found = subnets((ACCOUNT, REGION, changed("RouteTables", 1, Associations="damaged")))

    assert {row.route_table for row in found.values()} == {""}


def test_a_participant_does_not_know_the_main_table_of_a_shared_network() -> None:
    found = subnets((OTHER, REGION, small_network()))

    assert [found[f"subnet-{n}"].route_table for n in (1, 2)] == ["rtb-1", ""]


def test_a_shared_subnet_is_one_row_and_its_owners_view_counts() -> None:
    seen = small_network()
    seen["Subnets"][0] |= {"Tags": [{"Key": "Name", "Value": "as the participant calls it"}]}

    found = network_facts((OTHER, REGION, seen), (ACCOUNT, REGION, small_network()))

    rows = [row for row in found.rows(Subnet) if row.id == "subnet-1"]
    assert [(row.account, row.name) for row in rows] == [(ACCOUNT, "")]
    assert len(found.rows(Network)) == 1


def test_a_subnet_without_a_network_is_malformed() -> None:
    facts = network_facts((ACCOUNT, REGION, changed("Subnets", VpcId=None)))

    assert [row.id for row in facts.rows(Subnet)] == ["subnet-2"]
    assert [(row.code, row.reason) for row in facts.rows(Unread)] == [
        ("malformed", "`VpcId` is missing")
    ]
