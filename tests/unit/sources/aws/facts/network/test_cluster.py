# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import ServicePort
from bartizan.model.record import Record
from bartizan.sources.aws.services import vpc
from tests.fakes.balanced_network import node
from tests.fakes.network_records import network_records
from tests.fakes.service_records import ACCOUNT, REGION, aws_record, facts_of

EKS = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/blue"


def found(
    *records: Record,
    interfaces: list[dict[str, Any]] | None = None,
    unread: tuple[Unread, ...] = (),
) -> tuple[list[ServicePort], list[Unread]]:
    held = network_records({"NetworkInterfaces": interfaces or [], "Unread": unread})
    facts = facts_of(vpc.SERVICE, *records, *held)
    return list(facts.rows(ServicePort)), list(facts.rows(Unread))


def kubernetes(**fields: Any) -> Record:  # noqa: ANN401 - JSON
    return aws_record(
        "AWS::EKS::Cluster", EKS, {"resourcesVpcConfig": {"vpcId": "vpc-1", **fields}}
    )


def brokers(kind: str = "Provisioned", **fields: Any) -> Record:  # noqa: ANN401 - JSON
    return aws_record("AWS::MSK::Cluster", "arn:k", {kind: fields or {"NumberOfBrokerNodes": 1}})


def broker(interface: str) -> Record:
    body: dict[str, Any] = {"BrokerNodeInfo": {"AttachedENIId": interface}}
    return aws_record("AWS::MSK::Node", f"arn:k#{interface}", body)


def ports(*records: Record) -> list[tuple[int, bool, str]]:
    rows, _ = found(*records, interfaces=[node("eni-1", "x")])
    assert {(row.network, row.interfaces) for row in rows} == {("vpc-1", ("eni-1",))}
    return [(row.port, row.public, row.needs) for row in rows]


def test_a_clusters_endpoint_takes_packets_from_the_listed_ranges() -> None:
    ranges = ["203.0.113.0/24", "198.51.100.0/24"]
    (row,), _ = found(
        kubernetes(endpointPublicAccess=True, publicAccessCidrs=ranges),
        interfaces=[node("eni-1", "Amazon EKS blue")],
    )

    assert (row.port, row.interfaces, row.needs) == (443, ("eni-1",), "credentials")
    assert (row.public, row.public_ranges) == (True, ("198.51.100.0/24", "203.0.113.0/24"))


def test_a_clusters_endpoint_may_be_open_to_all_or_private() -> None:
    (opened,), _ = found(kubernetes(endpointPublicAccess=True))
    (private,), gaps = found(kubernetes(publicAccessCidrs=["0.0.0.0/0"]))

    assert opened.public_ranges == ("0.0.0.0/0",)
    assert (private.public, private.public_ranges) == (False, ())
    assert [gap.resource for gap in gaps] == [EKS]


def test_a_search_domain_is_in_a_network_or_public() -> None:
    options = {"VPCId": "vpc-1", "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    kind = "AWS::OpenSearchService::Domain"
    signs = {"Enabled": True}
    inner: dict[str, Any] = {
        "DomainName": "logs",
        "VPCOptions": options,
        "AdvancedSecurityOptions": signs,
    }
    (inside,), _ = found(
        aws_record(kind, "arn:d", inner),
        interfaces=[node("eni-1", "ES logs"), node("eni-2", "ES b")],
    )
    (outside,), gaps = found(aws_record(kind, "arn:d", {"DomainName": "logs"}))

    assert (inside.interfaces, inside.public, inside.needs) == (("eni-1",), False, "credentials")
    assert (outside.network, outside.public, outside.public_ranges) == ("", True, ("0.0.0.0/0",))
    assert (outside.needs, gaps) == ("unknown", [])


def test_a_deleted_search_domain_listens_nowhere() -> None:
    gone = aws_record("AWS::OpenSearchService::Domain", "arn:d", {"Deleted": True})

    assert found(gone) == ([], [])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"NumberOfBrokerNodes": 1}, [(9094, False, "nothing")]),
        (
            {"EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "PLAINTEXT"}}},
            [(9092, False, "nothing")],
        ),
        (
            {"ClientAuthentication": {"Tls": {"Enabled": True}}},
            [(9094, False, "credentials")],
        ),
        (
            {
                "ClientAuthentication": {
                    "Sasl": {"Scram": {"Enabled": True}, "Iam": {"Enabled": True}}
                },
                "BrokerNodeGroupInfo": {
                    "ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}
                },
            },
            [
                (9096, False, "credentials"),
                (9196, True, "credentials"),
                (9098, False, "credentials"),
                (9198, True, "credentials"),
            ],
        ),
    ],
)
def test_brokers_listen_for_each_way_to_sign_in(
    fields: dict[str, Any], expected: list[tuple[int, bool, str]]
) -> None:
    assert ports(brokers(**fields), broker("eni-1")) == expected


def test_serverless_brokers_say_that_their_interfaces_are_hidden() -> None:
    rows, gaps = found(brokers("Serverless"))

    assert [(row.port, row.interfaces) for row in rows] == [(9098, ())]
    assert [gap.resource for gap in gaps] == ["arn:k"]


def test_a_file_system_listens_where_it_is_mounted() -> None:
    mounts = [
        aws_record(
            "AWS::EFS::MountTarget",
            f"arn:f#{name}",
            {"VpcId": network, "NetworkInterfaceId": f"eni-{name}"},
        )
        for name, network in (("a", "vpc-1"), ("b", "vpc-1"), ("c", "vpc-2"))
    ]
    rows, _ = found(aws_record("AWS::EFS::FileSystem", "arn:f", {}), *mounts)

    assert [(row.network, row.interfaces, row.port, row.needs) for row in rows] == [
        ("vpc-1", ("eni-a", "eni-b"), 2049, "nothing"),
        ("vpc-2", ("eni-c",), 2049, "nothing"),
    ]


def test_a_file_system_with_a_policy_or_an_unread_one_may_ask_for_more() -> None:
    system = aws_record("AWS::EFS::FileSystem", "arn:f", {})
    mount = aws_record("AWS::EFS::MountTarget", "arn:f#m", {"NetworkInterfaceId": "eni-1"})
    policy = aws_record("AWS::EFS::FileSystemPolicy", "arn:f", {"Policy": "{}"})
    gap = Unread(
        provider="aws",
        account=ACCOUNT,
        region=REGION,
        service="efs",
        operation="DescribeFileSystemPolicy",
        action="",
        kind="AWS::EFS::FileSystemPolicy",
        resource="arn:f",
        code="denied",
        reason="",
    )

    assert [row.needs for row in found(system, mount, policy)[0]] == ["unknown"]
    assert [row.needs for row in found(system, mount, unread=(gap,))[0]] == ["unknown"]
