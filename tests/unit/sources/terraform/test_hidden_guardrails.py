# SPDX-License-Identifier: Apache-2.0
"""What code hides of an organisation leaves open what stands over an account."""

import pytest

from bartizan.model.record import RecordList
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.gate_case import organization
from tests.fakes.guarded_account import GUARDED, ROLE, UNGUARDED, written
from tests.fakes.hidden_plan import Objects, Place, planned
from tests.fakes.statements import deny
from tests.fakes.terraform_plan import Described, plan

_UNIT = "aws_organizations_organizational_unit"
DECIDING: list[tuple[Objects, str, Place, object, object]] = [
    (UNGUARDED, "aws_organizations_account.own", ("parent_id",), "ou-two", "ou-one"),
    (UNGUARDED, f"{_UNIT}.two", ("parent_id",), "r-1", "ou-one"),
    (UNGUARDED, "aws_organizations_policy_attachment.n", ("target_id",), "ou-one", ACCOUNT),
    (GUARDED, "aws_organizations_policy_attachment.n", ("policy_id",), "p-m", "p-n"),
    (GUARDED, "aws_organizations_policy.n", ("content",), written(deny("glacier:*")),
     written(deny("*"))),
]  # fmt: skip


def verdict(changes: list[Described]) -> Verdict:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    caller = record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=root)
    records = RecordList((caller, *all_asked(ACCOUNT), *organization()))
    found = lay([read(plan(*changes), "p")], records, said={}, key=b"0" * 32, there=True)
    estate = Estate(AwsNormaliser()(found.overlay))
    asked = (ROLE, "s3:ListAllMyBuckets", "*")
    return decide(estate, *asked, chosen={}, complete=True).verdict


@pytest.mark.parametrize(
    ("objects", "hides", "opens", "closes"),
    [(objects, (address, place), *values) for objects, address, place, *values in DECIDING],
)
def test_what_would_stand_over_an_account_leaves_it_open_where_it_is_hidden(
    objects: Objects, hides: tuple[str, Place], opens: object, closes: object
) -> None:
    address, place = hides
    assert isinstance(verdict(planned(objects, address, place, opens)), Allowed)
    assert isinstance(verdict(planned(objects, address, place, closes)), Denied)
    assert isinstance(verdict(planned(objects, address, place, None)), Unknown)
