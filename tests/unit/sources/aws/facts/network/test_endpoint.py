# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Endpoint, EndpointService
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION

S3 = "com.amazonaws.eu-west-1.s3"


def endpoint(**fields: Any) -> tuple[Endpoint, ...]:  # noqa: ANN401 - JSON
    whole = {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "VpcEndpointType": "Interface",
        "ServiceName": S3,
        "State": "available",
        "NetworkInterfaceIds": ["eni-2", "eni-1"],
        **fields,
    }
    return network_facts((ACCOUNT, REGION, {"VpcEndpoints": [whole]})).rows(Endpoint)


def service(*unread: Unread, **fields: Any) -> EndpointService:  # noqa: ANN401 - JSON
    whole = {
        "ServiceId": "vpce-svc-1",
        "ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-1",
        "AcceptanceRequired": True,
        "NetworkLoadBalancerArns": ["arn:n"],
        "GatewayLoadBalancerArns": ["arn:g"],
        **fields,
    }
    given = {"ServiceConfigurations": [whole], "Unread": list(unread)}
    (found,) = network_facts((ACCOUNT, REGION, given)).rows(EndpointService)
    return found


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Interface", "interface"),
        ("Gateway", "gateway"),
        ("GatewayLoadBalancer", "gateway-load-balancer"),
        ("Resource", "resource"),
        ("ServiceNetwork", "service-network"),
        ("Tunnel", "tunnel"),
        (None, "gateway"),
    ],
)
def test_an_endpoint_is_of_a_kind(said: str | None, kind: str) -> None:
    (found,) = endpoint(VpcEndpointType=said)

    assert (found.kind, found.service, found.network) == (kind, S3, "vpc-1")
    assert (found.interfaces, found.available) == (("eni-1", "eni-2"), True)


@pytest.mark.parametrize(
    ("state", "available"),
    [("Available", True), ("PendingAcceptance", False), ("deleting", False)],
)
def test_an_endpoint_works_once_it_is_accepted(state: str, available: object) -> None:
    (found,) = endpoint(State=state)

    assert found.available is available


def test_an_endpoint_that_is_gone_is_none() -> None:
    assert [endpoint(State=state) for state in ("Deleted", "rejected", "Failed")] == [(), (), ()]


def test_an_endpoint_may_lead_to_a_resource() -> None:
    (found,) = endpoint(ServiceName=None, ResourceConfigurationArn="arn:r")

    assert found.service == "arn:r"


@pytest.mark.parametrize(
    ("state", "expected"),
    [("create-complete", [True]), ("create-in-progress", [False]), ("delete-complete", [])],
)
def test_an_endpoint_to_connect_to_instances_is_one_too(state: str, expected: list[bool]) -> None:
    one = {
        "InstanceConnectEndpointId": "eice-1",
        "VpcId": "vpc-1",
        "State": state,
        "PreserveClientIp": True,
        "NetworkInterfaceIds": ["eni-1"],
    }
    found = network_facts((ACCOUNT, REGION, {"InstanceConnectEndpoints": [one]})).rows(Endpoint)

    assert [row.available for row in found] == expected
    assert all(row.kind == "instance-connect" and row.preserves_client for row in found)


def test_a_service_says_who_may_make_endpoints_to_it() -> None:
    found = service(AllowedPrincipals=[{"Principal": "b"}, {"Principal": "a"}])

    assert (found.principals, found.acceptance, found.account) == (("a", "b"), True, ACCOUNT)
    assert found.balancers == ("arn:g", "arn:n")
    assert service().principals == ()


@pytest.mark.parametrize(
    "resource", ["", "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint-service/vpce-svc-1"]
)
def test_who_may_is_null_where_it_was_not_read(resource: str) -> None:
    gap = Unread(
        provider="aws",
        account=ACCOUNT,
        region=REGION,
        service="ec2",
        operation="DescribeVpcEndpointServicePermissions",
        action="",
        kind="AWS::EC2::VPCEndpointServicePermission",
        resource=resource,
        code="denied",
        reason="",
    )

    assert service(gap).principals is None
