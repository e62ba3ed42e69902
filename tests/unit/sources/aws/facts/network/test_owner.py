# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.network import Interface
from bartizan.model.record import Json, RecordList
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.aws_records import record
from tests.fakes.network_records import network_facts, network_records
from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import changed

UUID = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"


def thing(lists: dict[str, Any] | None = None, **fields: Any) -> str:  # noqa: ANN401 - JSON
    described = changed("NetworkInterfaces", Attachment=None, **fields) | (lists or {})
    (found,) = network_facts((ACCOUNT, REGION, described)).rows(Interface)
    return found.thing


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            "ELB app/shop/0123456789abcdef",
            "elasticloadbalancing:R:loadbalancer/app/shop/0123456789abcdef",
        ),
        ("ELB net/n/00ff", "elasticloadbalancing:R:loadbalancer/net/n/00ff"),
        ("ELB gwy/g/00ff", "elasticloadbalancing:R:loadbalancer/gwy/g/00ff"),
        ("ELB classic-one", "elasticloadbalancing:R:loadbalancer/classic-one"),
        (f"AWS Lambda VPC ENI-a-b-{UUID}", "lambda:R:function:a-b"),
        ("EFS mount target for fs-01 (fsmt-02)", "elasticfilesystem:R:file-system/fs-01"),
        ("Amazon EKS blue", "eks:R:cluster/blue"),
    ],
)
def test_a_services_interface_names_what_it_is_of(told: str, expected: str) -> None:
    service, _, rest = expected.partition(":R:")
    arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"

    assert thing(Description=told, RequesterManaged=True) == arn


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Interface for NAT Gateway nat-0a", "nat-0a"),
        ("VPC Endpoint Interface vpce-0a", "vpce-0a"),
        ("Network Interface for Transit Gateway Attachment tgw-attach-0a", "tgw-attach-0a"),
        ("something else", ""),
    ],
)
def test_a_services_interface_may_name_an_id(told: str, expected: str) -> None:
    assert thing(Description=told, RequesterId="amazon") == expected


def test_what_anybody_may_write_is_not_believed() -> None:
    assert not thing(Description="ELB app/shop/0123456789abcdef", RequesterManaged=False)


def test_a_thing_that_lists_the_interface_has_it() -> None:
    gateway = {
        "NatGatewayId": "nat-1",
        "VpcId": "vpc-1",
        "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-1"}],
    }
    endpoint = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "NetworkInterfaceIds": ["eni-1"]}

    assert thing({"NatGateways": [gateway]}) == "nat-1"
    assert thing({"VpcEndpoints": [endpoint]}) == "vpce-1"
    assert not thing({"VpcEndpoints": [endpoint | {"NetworkInterfaceIds": "damaged"}]})


@pytest.mark.parametrize("attached", [None, {"InstanceId": "i-1", "InstanceOwnerId": ACCOUNT}])
def test_a_task_has_its_own_interface_whatever_carries_it(attached: dict[str, Any] | None) -> None:
    task = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/main/1"
    details: Json = [
        {"name": "subnetId", "value": "s"},
        {"name": "networkInterfaceId", "value": "eni-1"},
    ]
    held: Json = [{"type": "ElasticNetworkInterface", "details": details}]

    def found(attachments: Json) -> str:
        described = changed("NetworkInterfaces", Attachment=attached)
        told = record("AWS::ECS::Task", task, taskArn=task, attachments=attachments)
        facts = AwsNormaliser()(RecordList((*network_records(described), told)))
        return facts.rows(Interface)[0].thing

    assert found(held) == task
    instance = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"
    assert found("damaged") == (instance if attached else "")
