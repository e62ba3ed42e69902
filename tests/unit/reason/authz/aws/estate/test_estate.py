# SPDX-License-Identifier: Apache-2.0
"""One decision over the facts of an estate."""

import pytest
from msgspec import structs

from bartizan.model.facts.organization import Account
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow, deny, trusts

A, B, MANAGEMENT = "111111111111", "222222222222", "999999999999"


@pytest.fixture
def built() -> EstateBuilder:
    estate = EstateBuilder()
    estate.organization()
    estate.account(MANAGEMENT, management=True)
    estate.account(A, member=True)
    return estate


def verdict(built: EstateBuilder, principal: str, action: str, resource: str) -> Verdict:
    return decide(Estate(built.facts()), principal, action, resource).verdict


def test_a_users_group_counts(built: EstateBuilder) -> None:
    user = built.user("u", A)
    built.group("g", A, members=[user], allows=[allow("s3:*")])
    bucket = built.bucket("b", A)

    assert isinstance(verdict(built, user, "s3:GetObject", f"{bucket}/k"), Allowed)


def test_a_session_is_its_role(built: EstateBuilder) -> None:
    built.service_role("r", A, "lambda.amazonaws.com", allows=[allow("s3:*")])
    bucket = built.bucket("b", A)
    session = f"arn:aws:sts::{A}:assumed-role/r/somebody"

    assert isinstance(verdict(built, session, "s3:GetObject", f"{bucket}/k"), Allowed)


def test_a_service_is_judged_by_the_resource_alone(built: EstateBuilder) -> None:
    role = built.service_role("r", A, "lambda.amazonaws.com")

    assert isinstance(verdict(built, "lambda.amazonaws.com", "sts:AssumeRole", role), Allowed)
    assert isinstance(verdict(built, "ec2.amazonaws.com", "sts:AssumeRole", role), Denied)


def test_nobody_in_particular_needs_a_public_policy(built: EstateBuilder) -> None:
    everyone = trusts("*", "s3:GetObject", Resource="*")
    shown, closed = built.bucket("shown", A, policy=[everyone]), built.bucket("closed", A)

    assert isinstance(verdict(built, "anonymous", "s3:GetObject", f"{shown}/k"), Allowed)
    assert isinstance(verdict(built, "anonymous", "s3:GetObject", f"{closed}/k"), Denied)


def test_every_level_above_the_account_must_allow(built: EstateBuilder) -> None:
    user = built.user("u", A, allows=FULL)

    assert isinstance(verdict(built, user, "ec2:DescribeInstances", "*"), Allowed)
    built.guardrail("r-1", [deny("ec2:*")])
    assert isinstance(verdict(built, user, "ec2:DescribeInstances", "*"), Denied)


def test_a_principal_of_an_account_that_was_not_read_is_unknown(built: EstateBuilder) -> None:
    built.account(B, member=True, collected=False)
    key = built.key(
        "k", A, policy=[trusts({"AWS": f"arn:aws:iam::{B}:root"}, "kms:*", Resource="*")]
    )

    answer = verdict(built, f"arn:aws:iam::{B}:role/x", "kms:Decrypt", key)

    assert answer == Unknown((f"iam:GetAccountAuthorizationDetails of account {B}",))


def test_a_bucket_of_a_stranger_may_let_anybody_in(built: EstateBuilder) -> None:
    user = built.user("u", A, allows=FULL)

    assert isinstance(verdict(built, user, "s3:GetObject", "arn:aws:s3:::elsewhere/k"), Unknown)


def test_nothing_but_a_role_is_asked_for_its_trust(built: EstateBuilder) -> None:
    user, key = built.user("u", A), built.key("k", A, policy=[])

    assert isinstance(verdict(built, user, "sts:AssumeRoleTomorrow", key), Denied)


def test_unread_grants_leave_a_denial_open(built: EstateBuilder) -> None:
    user = built.user("u", A)
    key = built.key("k", A, policy=[])
    built.unread(A, "kms:ListGrants", kind="AWS::KMS::Grant", resource=key)

    assert verdict(built, user, "kms:Decrypt", key) == Unknown((f"kms:ListGrants of {key}",))


def test_unread_tags_leave_a_condition_on_them_open(built: EstateBuilder) -> None:
    bucket = built.bucket("b", A)
    condition = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    user = built.user("u", A, allows=[allow("s3:GetObject", Condition=condition)])

    assert isinstance(verdict(built, user, "s3:GetObject", f"{bucket}/k"), Denied)
    built.unread(A, "s3:GetBucketTagging", kind="AWS::S3::BucketTagging", resource=bucket)
    assert isinstance(verdict(built, user, "s3:GetObject", f"{bucket}/k"), Unknown)


def test_without_having_asked_for_an_organisation_nothing_is_sure() -> None:
    estate = EstateBuilder()
    estate.account(A)
    user = estate.user("u", A, allows=FULL)
    estate.unread("", "organizations:DescribeOrganization")

    answer = verdict(estate, user, "ec2:DescribeInstances", "*")

    assert answer == Unknown(("organizations:DescribeOrganization of the organisation",))


def test_a_bucket_that_no_listing_told_of_is_unknown_for_want_of_the_listing(
    built: EstateBuilder,
) -> None:
    user = built.user("u", A, allows=FULL)
    built.unread(A, "s3:ListAllMyBuckets", kind="AWS::S3::Bucket")

    answer = verdict(built, user, "s3:GetObject", "arn:aws:s3:::mine/k")

    assert isinstance(answer, Unknown)
    assert any(f"s3:ListAllMyBuckets of account {A}" in item for item in answer.missing)


def test_a_snapshot_that_no_listing_told_of_is_not_taken_for_ones_own(
    built: EstateBuilder,
) -> None:
    user = built.user("u", A, allows=FULL)
    snapshot = "arn:aws:ec2:us-east-1::snapshot/snap-1"
    listed = verdict(built, user, "ebs:GetSnapshotBlock", snapshot)
    built.account(B, member=True)
    built.unread(B, "ec2:DescribeSnapshots", kind="AWS::EC2::Snapshot", region="us-east-1")

    assert isinstance(listed, Allowed)
    assert verdict(built, user, "ebs:GetSnapshotBlock", snapshot) == Unknown(
        (f"ec2:DescribeSnapshots of account {B} in us-east-1",)
    )


def test_a_guardrail_whose_targets_are_not_known_may_stand_over_anybody(
    built: EstateBuilder,
) -> None:
    user, bucket = built.user("u", A, allows=FULL), built.bucket("b", A)
    policy = f"arn:aws:organizations::{MANAGEMENT}:policy/o-1/service_control_policy/p-1"
    built.unread("", "organizations:ListTargetsForPolicy", resource=policy)

    missing = f"organizations:ListTargetsForPolicy of {policy}"
    assert verdict(built, user, "ec2:DescribeInstances", "*") == Unknown((missing,))
    assert verdict(built, user, "s3:GetObject", f"{bucket}/k") == Unknown((missing,))


def test_a_resource_guardrail_of_unknown_targets_limits_resources_alone(
    built: EstateBuilder,
) -> None:
    user, bucket = built.user("u", A, allows=FULL), built.bucket("b", A)
    policy = f"arn:aws:organizations::{MANAGEMENT}:policy/o-1/resource_control_policy/p-1"
    built.unread("", "organizations:ListTargetsForPolicy", resource=policy)

    assert isinstance(verdict(built, user, "iam:ListUsers", "*"), Allowed)
    assert isinstance(verdict(built, user, "s3:GetObject", f"{bucket}/k"), Unknown)


def test_units_that_are_not_known_may_carry_guardrails(built: EstateBuilder) -> None:
    placed = next(row for row in built.rows if isinstance(row, Account) and row.id == A)
    built.rows.remove(placed)
    built.rows.append(structs.replace(placed, parent="", organization_path=""))
    user = built.user("u", A, allows=FULL)

    unasked = verdict(built, user, "ec2:DescribeInstances", "*")
    built.unread("", "organizations:ListChildren", resource="arn:aws:organizations::9:ou/o-1/ou-1")
    refused = verdict(built, user, "ec2:DescribeInstances", "*")

    assert unasked == Unknown((f"organizations:ListParents of account {A}",))
    assert refused == Unknown(
        ("organizations:ListChildren of arn:aws:organizations::9:ou/o-1/ou-1",)
    )


def test_where_an_account_stands_whole_no_other_unit_matters(built: EstateBuilder) -> None:
    user = built.user("u", A, allows=FULL)
    built.unread("", "organizations:ListChildren", resource="arn:aws:organizations::9:ou/o-1/ou-1")
    built.unread("", "organizations:ListAccounts")

    assert isinstance(verdict(built, user, "ec2:DescribeInstances", "*"), Allowed)


def test_a_malformed_policy_is_unread_not_empty(built: EstateBuilder) -> None:
    user = built.user("u", A)
    built.policy(
        f"{user}#inline/bad", [{"Effect": "Alow", "Action": "*", "Resource": "*"}], target=user
    )

    answer = verdict(built, user, "ec2:DescribeInstances", "*")

    assert isinstance(answer, Unknown)
    assert f"{user}#inline/bad" in answer.missing[0]


class TestContextFromTheEstate:
    def test_a_session_may_bring_another_value_for_its_roles_tag(
        self, built: EstateBuilder
    ) -> None:
        wanted = allow("sqs:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "b"}})
        tagging = trusts("*", "sts:*")
        fixed = trusts({"AWS": A}, "sts:AssumeRole")
        free = built.role("free", A, trust=[tagging], allows=[wanted], tags={"team": "a"})
        bound = built.role("bound", A, trust=[fixed], allows=[wanted], tags={"team": "a"})
        queue = f"arn:aws:sqs:us-east-1:{A}:q"

        assert verdict(built, free, "sqs:SendMessage", queue) == Unknown(
            ("context:aws:PrincipalTag/team",)
        )
        assert isinstance(verdict(built, bound, "sqs:SendMessage", queue), Denied)

    def test_a_role_without_session_tags_has_its_own(self, built: EstateBuilder) -> None:
        wanted = allow("sqs:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "a"}})
        tagging = trusts("*", "sts:*")
        role = built.role("r", A, trust=[tagging], allows=[wanted], tags={"team": "a"})

        answer = verdict(built, role, "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{A}:q")

        assert isinstance(answer, Allowed)

    def test_tags_that_no_source_reads_are_unknown(self, built: EstateBuilder) -> None:
        wanted = allow("sqs:*", Condition={"StringEquals": {"aws:ResourceTag/team": "a"}})
        user = built.user("u", A, allows=[wanted])
        queue = built.store("AWS::SQS::Queue", f"arn:aws:sqs:us-east-1:{A}:q", A)

        assert verdict(built, user, "sqs:SendMessage", queue) == Unknown(
            ("context:aws:ResourceTag/team",)
        )

    @pytest.mark.parametrize("test", ["StringEquals", "StringNotEquals"])
    def test_tags_of_a_bucket_may_not_count(self, built: EstateBuilder, test: str) -> None:
        wanted = allow("s3:*", Condition={test: {"aws:ResourceTag/team": "a"}})
        user = built.user("u", A, allows=[wanted])
        bucket = built.bucket("b", A, tags={"team": "a"})

        assert isinstance(verdict(built, user, "s3:GetObject", f"{bucket}/k"), Unknown)

    def test_a_bucket_without_the_tag_has_it_in_no_case(self, built: EstateBuilder) -> None:
        wanted = allow("s3:*", Condition={"StringEquals": {"aws:ResourceTag/team": "a"}})
        user = built.user("u", A, allows=[wanted])
        bucket = built.bucket("b", A, tags={"other": "a"})

        assert isinstance(verdict(built, user, "s3:GetObject", f"{bucket}/k"), Denied)

    def test_a_roles_tags_do_not_tell_who_may_pass_it(self, built: EstateBuilder) -> None:
        wanted = allow("iam:*", Condition={"StringEquals": {"aws:ResourceTag/team": "a"}})
        user = built.user("u", A, allows=[wanted])
        role = built.role("r", A, trust=[trusts({"AWS": A}, "sts:AssumeRole")], tags={"team": "a"})

        assert isinstance(verdict(built, user, "iam:PassRole", role), Unknown)
        assert isinstance(verdict(built, user, "iam:GetRole", role), Allowed)

    def test_an_organization_that_could_not_be_read_may_be_the_one(self) -> None:
        alone = EstateBuilder()
        alone.account(A)
        wanted = allow("s3:*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
        user = alone.user("u", A, allows=[wanted])
        bucket = alone.bucket("b", A)

        assert isinstance(verdict(alone, user, "s3:GetObject", f"{bucket}/k"), Denied)
        alone.unread(A, "organizations:DescribeOrganization")
        answer = verdict(alone, user, "s3:GetObject", f"{bucket}/k")
        assert isinstance(answer, Unknown)
        assert "context:aws:PrincipalOrgID" in answer.missing

    def test_what_a_service_sends_on_may_tell_by_whom(self, built: EstateBuilder) -> None:
        test = {"ForAnyValue:StringEquals": {"aws:CalledVia": "dynamodb.amazonaws.com"}}
        user = built.user("u", A, allows=[allow("kms:*", Condition=test)])
        key = built.key("k", A, policy=[trusts({"AWS": A}, "kms:*", Resource="*")])
        estate = Estate(built.facts())

        assert isinstance(decide(estate, user, "kms:Decrypt", key).verdict, Denied)
        sent = decide(estate, user, "kms:Decrypt", key, chosen={"aws:ViaAWSService": "true"})
        assert sent.verdict == Unknown(("context:aws:CalledVia",))

    def test_global_services_lie_where_the_partition_has_them(self, built: EstateBuilder) -> None:
        here = allow("iam:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})
        user = built.user("u", A, allows=[here])

        assert isinstance(verdict(built, user, "iam:ListUsers", "*"), Allowed)

    def test_a_federated_user_is_nobody_that_the_snapshot_tells_of(
        self, built: EstateBuilder
    ) -> None:
        estate = Estate(built.facts())

        assert not estate.knows(f"arn:aws:sts::{A}:federated-user/f")

    def test_guardrails_of_resources_spare_keys_of_the_vendor(self, built: EstateBuilder) -> None:
        built.guardrail("r-1", [{**deny("kms:*"), "Principal": "*"}], use="rcp")
        user = built.user("u", A, allows=FULL)
        everyone = [trusts({"AWS": A}, "kms:*", Resource="*")]
        ours = built.key("ours", A, policy=everyone)
        theirs = built.key("theirs", A, policy=everyone, manager="AWS")

        assert isinstance(verdict(built, user, "kms:Decrypt", ours), Denied)
        assert isinstance(verdict(built, user, "kms:Decrypt", theirs), Allowed)

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("s3:GetObject", f"arn:aws:s3:us-east-1:{A}:accesspoint/ap/object/k"),
            ("es:ESHttpGet", f"arn:aws:es:us-east-1:{A}:domain/d"),
        ],
    )
    def test_a_policy_that_no_source_reads_may_deny(
        self, built: EstateBuilder, action: str, resource: str
    ) -> None:
        user = built.user("u", A, allows=FULL)

        assert verdict(built, user, action, resource) == Unknown((f"policy of {resource}",))
