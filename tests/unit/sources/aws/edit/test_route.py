# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import SourceError
from bartizan.model.record import Json, RecordList
from bartizan.model.remedy import AddRoute, Change, DropRoute
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.remedied import remedy
from tests.fakes.remedied_network import TABLE, of, route_table, small


def _routes(*changes: Change) -> list[Json]:
    (found,) = (
        AwsEditor().apply([remedy(one) for one in changes], small()).of("AWS::EC2::RouteTable")
    )
    routes = found.body["Routes"]
    assert isinstance(routes, list)
    return routes


def _before() -> list[Json]:
    routes = route_table().body["Routes"]
    assert isinstance(routes, list)
    return list(routes)


def test_the_route_to_that_destination_over_that_target_goes() -> None:
    local, _, announced, endpoint = _before()

    assert _routes(DropRoute(owner=TABLE, destination="0.0.0.0/0", target="igw-1")) == [
        local,
        announced,
        endpoint,
    ]


@pytest.mark.parametrize(
    ("owner", "destination", "target"),
    [
        (TABLE, "0.0.0.0/0", "igw-2"),
        (TABLE, "10.9.0.0/16", "vgw-1"),
        (TABLE, "192.0.2.0/24", "igw-1"),
        ("rtb-9", "0.0.0.0/0", "igw-1"),
    ],
)
def test_what_is_not_there_or_was_announced_is_not_taken_out(
    owner: str, destination: str, target: str
) -> None:
    with pytest.raises(SourceError, match=f"`{owner}`"):
        _routes(DropRoute(owner=owner, destination=destination, target=target))


def test_a_route_is_added_or_replaces_the_written_one() -> None:
    local, default, announced, endpoint = _before()
    new = AddRoute(owner=TABLE, destination="2001:db8::/32", target_kind="peering", target="pcx-1")
    other = AddRoute(
        owner=TABLE, destination="0.0.0.0/0", target_kind="nat-gateway", target="nat-1"
    )

    assert _routes(new) == [
        local,
        default,
        announced,
        endpoint,
        {
            "DestinationIpv6CidrBlock": "2001:db8::/32",
            "VpcPeeringConnectionId": "pcx-1",
            "Origin": "CreateRoute",
            "State": "active",
        },
    ]
    assert _routes(other)[1] == {
        "DestinationCidrBlock": "0.0.0.0/0",
        "NatGatewayId": "nat-1",
        "Origin": "CreateRoute",
        "State": "active",
    }
    assert len(_routes(other)) == 4


def test_nobody_writes_a_local_route_nor_one_into_what_is_no_list() -> None:
    local = AddRoute(owner=TABLE, destination="10.0.0.0/8", target_kind="local", target="local")
    odd = RecordList((of("RouteTable", "RouteTableId", TABLE, Routes={}),))
    new = AddRoute(owner=TABLE, destination="::/0", target_kind="peering", target="pcx-1")

    with pytest.raises(SourceError, match="`local`"):
        _routes(local)
    with pytest.raises(SourceError, match="no list"):
        AwsEditor().apply([remedy(new)], odd)
