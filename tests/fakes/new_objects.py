# SPDX-License-Identifier: Apache-2.0
"""Objects of code that AWS has not named yet, and the facts that they give."""

from typing import Any, TypeVar

from bartizan.model.facts import Facts
from bartizan.model.laid import Laid
from bartizan.model.record import Record, RecordList
from bartizan.model.table import Row
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.network_records import network_records
from tests.fakes.planned_network import applied
from tests.fakes.terraform_plan import Described, change, plan

R = TypeVar("R", bound=Row)
HELD = network_records(applied())

_NONE_ON = {
    "block_public_acls": False,
    "block_public_policy": False,
    "ignore_public_acls": False,
    "restrict_public_buckets": False,
}
OPENED = (
    change("aws_s3_bucket_public_access_block.x", after={"bucket": "box", **_NONE_ON}),
    change(
        "aws_s3_bucket_ownership_controls.x",
        after={"bucket": "box", "rule": [{"object_ownership": "ObjectWriter"}]},
    ),
)
"""What the bucket `box` takes to be opened by its policy or its list of access."""


def laid(*changes: Described, records: tuple[Record, ...] = HELD) -> Laid:
    return lay([read(plan(*changes), "p")], RecordList(records), said={}, key=b"0" * 32)


def facts(found: Laid) -> Facts:
    return AwsNormaliser()(found.overlay)


def new(
    address: str, *computed: str, refers: Described | None = None, **after: object
) -> Described:
    """An object that is not there yet: its id, its ARN and `computed` are not known."""
    names = ("id", "arn", *computed)
    unknown: dict[str, Any] = dict.fromkeys((*names, *(refers or {})), True)
    found = change(address, after=after, unknown=unknown)
    return {**found, "computed": names, "refers": refers or {}}


def only(found: Laid, table: type[R], /, **fits: object) -> R:
    """Return the one row that is as `fits` says."""
    rows = [
        row
        for row in facts(found).rows(table)
        if all(getattr(row, name) == value for name, value in fits.items())
    ]
    assert len(rows) == 1, rows
    return rows[0]


def operations(found: Laid) -> list[str]:
    return [row.operation for row in found.gaps]


def kinds(found: Laid, begin: str) -> list[str]:
    """Return the kinds that begin so and of which records are left."""
    held = found.overlay
    return sorted(one for one in held.kinds() if one.startswith(begin) and [*held.of(one)])
