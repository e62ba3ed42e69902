# SPDX-License-Identifier: Apache-2.0
"""Facts of what is only supposed are those of its records, whatever these are a change of."""

import pytest

from bartizan.app import wiring
from bartizan.app.supposed import Supposed
from bartizan.model.facts.identity import Principal
from bartizan.model.record import Overlay, Record, RecordList, Records
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.gate_case import MANIFEST
from tests.fakes.statements import trusts

ARN = f"arn:aws:iam::{ACCOUNT}:role/r"


def role(name: str, unique: str) -> Record:
    trust = {"Statement": [trusts({"AWS": ACCOUNT})]}
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    more = {"Arn": arn, "RoleId": unique, "AssumeRolePolicyDocument": trust}
    return record("AWS::IAM::Role", arn, RoleName=name, **more)  # type: ignore[arg-type]


def put(records: Records, *held: Record) -> Overlay:
    return Overlay(records, {one.key: one for one in held})


@pytest.mark.parametrize("twice", [False, True])
def test_a_role_that_changes_is_read_anew_in_whichever_change_it_does(twice: bool) -> None:  # noqa: FBT001 - a parameter of a test
    before = Supposed(MANIFEST, RecordList((role("r", "AROA1"),)), wiring.normaliser())
    records = put(before.records, role("r", "AROA2"))
    if twice:
        records = put(records, role("s", "AROA3"))

    facts = Supposed(MANIFEST, records, wiring.normaliser(), before).facts()

    found = {one.arn: one.unique_id for one in facts.rows(Principal)}
    assert found[ARN] == "AROA2"
    assert facts.rows(Principal) == wiring.normaliser()(records).rows(Principal)
