# SPDX-License-Identifier: Apache-2.0
"""Which regions are read."""

import pytest

from bartizan.sources.aws.live.region import ALWAYS_ENABLED, enabled
from tests.fakes.records import record


def test_what_the_account_says_decides() -> None:
    told = [
        record("a", kind="AWS::EC2::Region", RegionName="me-south-1", OptInStatus="opted-in"),
        record("b", kind="AWS::EC2::Region", RegionName="af-south-1", OptInStatus="not-opted-in"),
        record("c", kind="AWS::EC2::Vpc", RegionName="eu-west-1"),
    ]

    found = enabled(told, partition="aws", wanted=frozenset({"eu-west-1"}))

    assert found == {"me-south-1"}


@pytest.mark.parametrize("name", ["evil.example#", "us-east-1.evil.example", "", 7, "US-EAST-1"])
def test_a_name_that_is_no_region_never_becomes_part_of_a_host(name: str | int) -> None:
    told = [record("a", kind="AWS::EC2::Region", RegionName=name)]

    assert enabled(told, partition="aws", wanted=frozenset({"eu-west-1"})) == {"eu-west-1"}


@pytest.mark.parametrize(
    ("partition", "name"),
    [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")],
)
def test_the_regions_of_each_partition_are_its_own(partition: str, name: str) -> None:
    told = [record(name, kind="AWS::EC2::Region", RegionName=name)]

    assert enabled(told, partition=partition, wanted=frozenset()) == {name}
    assert name in ALWAYS_ENABLED[partition]


def test_regions_of_other_partitions_are_not_read() -> None:
    names = ("us-gov-west-1", "cn-north-1", "us-iso-east-1", "eu-west-1")
    told = [record(name, kind="AWS::EC2::Region", RegionName=name) for name in names]

    assert enabled(told, partition="aws", wanted=frozenset()) == {"eu-west-1"}
