# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Front
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import small_network


def fronts(**fields: Any) -> tuple[Front, ...]:  # noqa: ANN401 - JSON
    whole = {"VerifiedAccessEndpointId": "vae-1", "ApplicationDomain": "app.example", **fields}
    given = small_network(VerifiedAccessEndpoints=[whole])
    return network_facts((ACCOUNT, REGION, given)).rows(Front)


@pytest.mark.parametrize(
    ("options", "target"),
    [
        (
            {"LoadBalancerOptions": {"LoadBalancerArn": "arn:b", "SubnetIds": ["subnet-1"]}},
            "arn:b",
        ),
        ({"NetworkInterfaceOptions": {"NetworkInterfaceId": "eni-1"}}, "eni-1"),
        ({"RdsOptions": {"RdsDbInstanceArn": "arn:d", "SubnetIds": ["subnet-2"]}}, "arn:d"),
        ({"CidrOptions": {"Cidr": "10.1.1.0/24", "SubnetIds": ["subnet-2"]}}, "10.1.1.0/24"),
    ],
)
def test_an_endpoint_leads_into_a_network(options: dict[str, Any], target: str) -> None:
    (row,) = fronts(**options)

    assert (row.name, row.public, row.authenticates) == ("app.example", True, "other")
    assert (row.forwards_to, row.network) == ((target,), "vpc-1")


def test_an_endpoint_that_is_gone_is_none_and_one_that_is_made_is_not_public_yet() -> None:
    (waiting,) = fronts(Status={"Code": "pending"})

    assert not waiting.public
    assert fronts(Status={"Code": "deleted"}) == ()


def test_an_endpoint_of_another_shape_is_told() -> None:
    given = small_network(
        VerifiedAccessEndpoints=[{"VerifiedAccessEndpointId": "vae-1", "RdsOptions": "damaged"}]
    )
    facts = network_facts((ACCOUNT, REGION, given))

    assert facts.rows(Front) == ()
    assert [row.code for row in facts.rows(Unread)] == ["malformed"]
