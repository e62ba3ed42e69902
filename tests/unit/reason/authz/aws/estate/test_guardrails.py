# SPDX-License-Identifier: Apache-2.0
"""What an organisation prevents, what it makes possible, and what is left open unread."""

import pytest

from tests.fakes.derived import gained
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow, deny, trusts

A, B, MANAGEMENT, VENDOR = "111111111111", "222222222222", "999999999999", "333333333333"


@pytest.fixture
def estate() -> EstateBuilder:
    built = EstateBuilder()
    built.account(A)
    return built


class TestGuardrails:
    @pytest.fixture
    def member(self) -> EstateBuilder:
        built = EstateBuilder()
        built.organization()
        built.account(MANAGEMENT, management=True)
        built.account(A, member=True)
        return built

    def test_a_service_control_policy_takes_the_step_away(self, member: EstateBuilder) -> None:
        member.guardrail(A, [deny("iam:CreateAccessKey")])
        user = member.user("u", A, allows=[allow("iam:CreateAccessKey")])
        victim = member.user("victim", A)

        assert not gained(member, f"act-as {user}", f"act-as {victim}")

    def test_the_management_account_is_not_limited(self, member: EstateBuilder) -> None:
        member.guardrail("r-1", [deny("iam:CreateAccessKey")])
        user = member.user("u", MANAGEMENT, allows=[allow("iam:CreateAccessKey")])
        victim = member.user("victim", MANAGEMENT)

        assert gained(member, f"act-as {user}", f"act-as {victim}")

    def test_a_resource_control_policy_keeps_strangers_out(self, member: EstateBuilder) -> None:
        condition = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-acme"}}
        member.guardrail(A, [deny("s3:*", Condition=condition)], use="rcp")
        partner = {"AWS": f"arn:aws:iam::{VENDOR}:root"}
        bucket = member.bucket(
            "data", A, policy=[trusts(partner, "s3:GetObject", Resource="arn:aws:s3:::data/*")]
        )

        assert not gained(member, f"start {VENDOR}", f"read {bucket}")

    def test_the_management_account_leads_to_every_member(self, member: EstateBuilder) -> None:
        assert gained(member, f"administer {MANAGEMENT}", "administer o-acme")
        assert gained(member, "administer o-acme", f"administer {A}")

    def test_the_role_that_organisations_make_takes_administrators_of_the_management_account(
        self, member: EstateBuilder
    ) -> None:
        trust = [trusts({"AWS": f"arn:aws:iam::{MANAGEMENT}:root"})]
        role = member.role("OrganizationAccountAccessRole", A, trust=trust, allows=FULL)

        assert gained(member, f"administer {MANAGEMENT}", f"act-as {role}")

    def test_a_delegated_account_deploys_into_members(self, member: EstateBuilder) -> None:
        member.account(B, member=True)
        member.delegation(A, "member.org.stacksets.cloudformation.amazonaws.com")
        user = member.user("u", A, allows=[allow("cloudformation:*")])

        assert gained(member, f"act-as {user}", f"administer {B}")
        assert not gained(member, f"act-as {user}", f"administer {MANAGEMENT}")


class TestUnread:
    def test_identities_that_are_hidden_may_let_anyone_in(self, estate: EstateBuilder) -> None:
        estate.unread(A, "iam:GetAccountAuthorizationDetails", kind="AWS::IAM::Role")

        (step,) = gained(estate, "start any-aws-account", f"administer {A}", proved=False)

        assert step.missing == (f"iam:GetAccountAuthorizationDetails of account {A}",)

    def test_a_hidden_bucket_policy_may_open_the_bucket(self, estate: EstateBuilder) -> None:
        bucket = estate.bucket("data", A)
        estate.unread(A, "s3:GetBucketPolicy", kind="AWS::S3::BucketPolicy", resource=bucket)

        (step,) = gained(estate, "start any-aws-account", f"read {bucket}", proved=False)

        assert step.missing == (f"s3:GetBucketPolicy of {bucket}",)

    def test_a_hidden_guardrail_leaves_no_step_proved(self) -> None:
        estate = EstateBuilder()
        estate.organization()
        estate.account(MANAGEMENT, management=True)
        estate.account(A, member=True)
        estate.unread("", "organizations:ListPoliciesForTarget", resource=A)
        user = estate.user("u", A, allows=FULL)

        assert not gained(estate, f"act-as {user}", f"administer {A}")
        assert gained(estate, f"act-as {user}", f"administer {A}", proved=False)
