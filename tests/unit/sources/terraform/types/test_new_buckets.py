# SPDX-License-Identifier: Apache-2.0
"""New buckets are closed until the code opens them, and others are what they are."""

import pytest
from msgspec import structs

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.policy import PublicAccessBlock
from bartizan.model.laid import Laid
from bartizan.model.record import RecordList
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import OPENED, facts, laid, new
from tests.fakes.terraform_plan import Described, change, plan

BUCKET = "arn:aws:s3:::box"


def switches(found: Laid) -> list[tuple[bool, ...]]:
    """Return the four switches of each block of public access."""
    return [
        (row.block_public_acls, row.ignore_public_acls, row.block_public_policy,
         row.restrict_public_buckets)
        for row in facts(found).rows(PublicAccessBlock)
    ]  # fmt: skip


ALL_ON, ALL_OFF = [(True,) * 4], [(False,) * 4]


def test_a_new_bucket_is_closed_until_the_code_opens_it() -> None:
    bucket = new("aws_s3_bucket.b", bucket="box")

    assert switches(laid(bucket, records=())) == ALL_ON
    assert switches(laid(bucket, *OPENED, records=())) == ALL_OFF
    assert misfits(laid(bucket, *OPENED, records=())) == []


def test_a_bucket_that_is_replaced_is_a_new_one() -> None:
    values = {"bucket": "box", "arn": BUCKET}
    made = laid(new("aws_s3_bucket.b", bucket="box"), *OPENED, records=())
    records = tuple(made.overlay.put.values())

    again = change("aws_s3_bucket.b", before=values, after=values, actions=("delete", "create"))

    assert switches(laid(again, records=records)) == ALL_ON
    assert switches(laid(again, *OPENED, records=records)) == ALL_OFF


def test_what_is_there_already_is_not_closed_by_code_that_describes_it() -> None:
    values = {"bucket": "box", "arn": BUCKET}
    there = record("AWS::S3::Bucket", BUCKET, Name="box")
    made, kept = new("aws_s3_bucket.b", bucket="box"), change("aws_s3_bucket.b", after=values)
    changed = change("aws_s3_bucket.b", before=values, after=values | {"force_destroy": True})
    imported = change("aws_s3_bucket.b", before=values, after=values, actions=("no-op",))
    state = lay([read(plan(made), "p")], RecordList(()), said={}, key=b"0" * 32, there=True)

    for one in (made, kept, changed, imported):
        assert switches(laid(one, records=(there,))) == []
    assert switches(state) == []


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_without_a_state_nobody_knows_whether_a_bucket_is_new(*, there: bool) -> None:
    known = (record("AWS::S3::Bucket", BUCKET, Name="box"),) if there else ()

    def blind(*changes: Described) -> Laid:
        planned = structs.replace(read(plan(*changes), "p"), blind=True)
        return lay([planned], RecordList(known), said={}, key=b"0" * 32)

    bucket = new("aws_s3_bucket.b", bucket="box")
    found, told = blind(bucket), blind(bucket, *OPENED)

    unread = [row.resource for row in facts(found).rows(Unread)]
    assert (switches(found), unread) == ([], [] if there else [BUCKET])
    assert (switches(told), facts(told).rows(Unread), told.gaps) == (ALL_OFF, (), ())
