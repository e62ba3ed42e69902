# SPDX-License-Identifier: Apache-2.0
"""Which regions of an account are read.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
"""

import re
from collections.abc import Iterable

from bartizan.model.record import Record
from bartizan.sources.aws.services.account import REGION

ALWAYS_ENABLED = {
    "aws": frozenset(
        {
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        }
    ),
    "aws-cn": frozenset({"cn-north-1", "cn-northwest-1"}),
    "aws-us-gov": frozenset({"us-gov-east-1", "us-gov-west-1"}),
}
"""Regions that no account can disable, by partition."""

_NAME = re.compile(r"[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}")
_APART = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")
"""How the names of regions begin that are in no account of the partition `aws`."""


def enabled(
    records: Iterable[Record], *, partition: str, wanted: frozenset[str]
) -> frozenset[str]:
    """Return the enabled regions that `records` tell of; where they tell of none, those wanted,
    else those that are always enabled.
    """
    told = frozenset(
        name
        for record in records
        if record.kind == REGION
        and record.body.get("OptInStatus") != "not-opted-in"
        and isinstance(name := record.body.get("RegionName"), str)
        # A name becomes part of a host's name: nothing else must get in.
        and _NAME.fullmatch(name)
        # Some endpoints tell of other partitions' regions, in which the account is not.
        and (partition != "aws" or not name.startswith(_APART))
    )
    return told or wanted or ALWAYS_ENABLED.get(partition, frozenset())
