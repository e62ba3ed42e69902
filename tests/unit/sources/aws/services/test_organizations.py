# SPDX-License-Identifier: Apache-2.0
"""Units, guardrails and delegation, from what Organizations answers."""

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.organization import Delegation, Unit
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, RecordList
from bartizan.model.table import Row
from bartizan.sources.aws.services.organizations import (
    CHILD,
    DELEGATED,
    POLICY,
    RESOURCE_POLICY,
    ROOT,
    SUMMARY,
    TARGET,
    UNIT,
    normalise,
    organization_of,
)
from tests.fakes.records import record

ARN = "arn:aws:organizations::111111111111:"
SCP = f"{ARN}policy/o-1/service_control_policy/p-1"
FULL = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"


def summary(arn: str, kind: str = "SERVICE_CONTROL_POLICY") -> dict[str, Json]:
    return {"Id": arn.rpartition("/")[2], "Arn": arn, "Name": "guard", "Type": kind}


def rows_of(*records: object) -> list[Row]:
    return list(normalise(RecordList(tuple(records))))  # type: ignore[arg-type] # records all


def test_a_unit_knows_what_it_is_below() -> None:
    found = rows_of(
        record(f"{ARN}root/o-1/r-1", kind=ROOT, Id="r-1", Name="Root"),
        record(f"{ARN}ou/o-1/ou-1", kind=UNIT, Id="ou-1", Name="prod"),
        record("r-1/ou-1", kind=CHILD, Id="ou-1"),
    )

    assert found == [
        Unit(id="r-1", provider="aws", organization="o-1", parent="", name="Root"),
        Unit(id="ou-1", provider="aws", organization="o-1", parent="r-1", name="prod"),
    ]


def test_a_guardrail_is_kept_word_for_word_with_what_it_is_over() -> None:
    found = rows_of(
        record(SCP, kind=POLICY, PolicySummary=summary(SCP), Content='{"Statement": [] }'),
        record(SCP, kind=SUMMARY, **summary(SCP)),
        record(f"{SCP}/ou-1", kind=TARGET, TargetId="ou-1"),
        record(f"{SCP}/222222222222", kind=TARGET, TargetId="222222222222"),
    )

    (policy,) = [row for row in found if isinstance(row, Policy)]
    assert (policy.id, policy.type, policy.managed) == (SCP, "scp", "customer")
    assert policy.document == '{"Statement": [] }'
    assert (policy.kind, policy.record) == (POLICY, SCP)
    assert [row for row in found if isinstance(row, Attachment)] == [
        Attachment(policy=SCP, target="222222222222", use="scp"),
        Attachment(policy=SCP, target="ou-1", use="scp"),
    ]


def test_a_guardrail_that_could_not_be_read_is_not_taken_for_an_empty_one() -> None:
    found = rows_of(
        record(SCP, kind=SUMMARY, **summary(SCP)),
        record(f"{SCP}/ou-1", kind=TARGET, TargetId="ou-1"),
    )

    (policy,) = [row for row in found if isinstance(row, Policy)]
    assert policy.document is None
    assert Attachment(policy=SCP, target="ou-1", use="scp") in found


def test_a_guardrail_of_aws_is_told_from_the_customers() -> None:
    held = {**summary(FULL), "AwsManaged": True}
    (policy,) = rows_of(record(FULL, kind=POLICY, PolicySummary=held, Content="{}"))

    assert isinstance(policy, Policy)
    assert (policy.managed, policy.account) == ("aws", "aws")


def test_the_type_decides_what_a_policy_is_used_as() -> None:
    rcp = SCP.replace("service", "resource")
    tag = SCP.replace("service_control", "tag")
    found = rows_of(
        record(rcp, kind=POLICY, PolicySummary=summary(rcp, "RESOURCE_CONTROL_POLICY")),
        record(f"{rcp}/r-1", kind=TARGET, TargetId="r-1"),
        record(tag, kind=POLICY, PolicySummary=summary(tag, "TAG_POLICY"), Content="{}"),
        record(f"{tag}/r-1", kind=TARGET, TargetId="r-1"),
    )

    assert [row.type for row in found if isinstance(row, Policy)] == ["rcp"]
    assert [row.use for row in found if isinstance(row, Attachment)] == ["rcp"]


def test_a_delegated_administrator_is_named_with_its_service() -> None:
    arn = f"{ARN}account/o-1/333333333333"
    name = f"{arn}/sso.amazonaws.com"
    found = rows_of(record(name, kind=DELEGATED, ServicePrincipal="sso.amazonaws.com"))

    assert found == [
        Delegation(account="333333333333", service="sso.amazonaws.com", organization="o-1")
    ]


def test_the_organisations_own_policy_is_a_resource_policy() -> None:
    arn = f"{ARN}resourcepolicy/o-1/rp-1"
    policy, attachment = rows_of(record(arn, kind=RESOURCE_POLICY, Content="{}"))

    assert isinstance(policy, Policy)
    assert (policy.id, policy.type, policy.document) == (f"{arn}#resource", "resource", "{}")
    assert attachment == Attachment(policy=f"{arn}#resource", target=arn, use="resource")


def test_a_record_of_another_shape_is_a_gap_and_the_others_stay() -> None:
    found = rows_of(
        record(f"{ARN}ou/o-1/ou-1", kind=UNIT, Id=7),
        record(f"{ARN}ou/o-1/ou-2", kind=UNIT, Id="ou-2"),
    )

    assert [type(row) for row in found] == [Unread, Unit]


def test_the_organisation_is_read_from_any_of_its_arns() -> None:
    assert organization_of(f"{ARN}account/o-abc/222222222222") == "o-abc"
    assert organization_of(f"{ARN}policy/o-abc/service_control_policy/p-1") == "o-abc"
    assert organization_of(FULL) == ""
