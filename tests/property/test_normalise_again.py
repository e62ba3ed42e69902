# SPDX-License-Identifier: Apache-2.0
"""Facts of a change, made from those before it, are the facts of all its records."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from bartizan.model.facts import TABLES, Facts
from bartizan.model.record import Overlay, Record, RecordKey, RecordList, Records
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.gate_case import CASES, applied, planned
from tests.fakes.statements import allow, trusts

NORMALISE = AwsNormaliser()
CHANGES = [
    name for name, case in CASES.items() if "base" in case and "change" in case.get("opens", {})
]


def same(overlay: Records, before: Facts) -> bool:
    """Tell whether every table has the same rows, in the same order."""
    found, whole = NORMALISE(overlay, before), NORMALISE(overlay)
    return all(found.rows(table) == whole.rows(table) for table in TABLES)


@pytest.mark.parametrize("name", CHANGES)
def test_facts_of_changes_made_from_those_before_are_those_of_all_records(name: str) -> None:
    case: Any = CASES[name]
    base, member = case["base"], case.get("member", False)
    records = applied(base, member=member)

    laid = planned(base, {**base, **case["opens"]["change"]}).over(records)

    assert same(laid.overlay, NORMALISE(records))


MANAGED = (
    f"arn:aws:iam::{ACCOUNT}:policy/told",
    f"arn:aws:iam::{ACCOUNT}:policy/untold",
    "arn:aws:iam::aws:policy/AdministratorAccess",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
)
ODD: st.SearchStrategy[Any] = st.sampled_from([None, "", 1, [], {}, [[]], "text"])
NAMES = st.sampled_from(["a", "b", "c", "d"])


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


@st.composite
def roles(draw: st.DrawFn, name: str) -> Record:
    """Draw a role, sometimes with a field that is not what AWS says."""
    document = {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", draw(NAMES))]}
    attached = draw(st.lists(st.sampled_from(MANAGED), max_size=3))
    body: dict[str, Any] = {
        "RoleName": name,
        "Arn": arn(name),
        "RoleId": f"AROA{draw(NAMES)}",
        "Tags": [{"Key": "k", "Value": draw(NAMES)}],
        "AssumeRolePolicyDocument": {"Statement": [trusts({"AWS": ACCOUNT})]},
        "RolePolicyList": [
            {"PolicyName": one, "PolicyDocument": document}
            for one in draw(st.lists(NAMES, max_size=2, unique=True))
        ],
        "AttachedManagedPolicies": [{"PolicyArn": one} for one in attached],
    }
    if draw(st.booleans()):
        body["PermissionsBoundary"] = {"PermissionsBoundaryArn": draw(st.sampled_from(MANAGED))}
    if draw(st.booleans()) and draw(st.booleans()):
        body[draw(st.sampled_from(sorted(body)))] = draw(ODD)
    return record("AWS::IAM::Role", arn(name), **body)


TOLD = record(
    "AWS::IAM::ManagedPolicy", MANAGED[0], Arn=MANAGED[0], PolicyName="told", DefaultVersionId="v1"
)


@settings(deadline=None)
@given(st.data())
def test_facts_of_drawn_roles_made_from_those_before_are_those_of_all_records(
    data: st.DataObject,
) -> None:
    held = [data.draw(roles(name)) for name in sorted(data.draw(st.sets(NAMES)))]
    put = [data.draw(roles(name)) for name in sorted(data.draw(st.sets(NAMES)))]
    gone = {RecordKey("AWS::IAM::Role", arn(name)) for name in data.draw(st.sets(NAMES))}
    told = [TOLD] if data.draw(st.booleans()) else []
    records = RecordList((*held, *told))
    changed = {one.key: one for one in put}
    if data.draw(st.booleans()):
        changed[TOLD.key] = TOLD

    overlay = Overlay(records, changed, frozenset(gone - changed.keys()))

    assert same(overlay, NORMALISE(records))
