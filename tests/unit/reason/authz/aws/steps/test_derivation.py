# SPDX-License-Identifier: Apache-2.0
"""What attackers can gain, over whole little estates."""

from typing import Any

import pytest

from bartizan.reason.authz.aws.steps.derivation import steps
from tests.fakes.derived import gained
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow, deny, trusts

A, B, VENDOR = "111111111111", "222222222222", "333333333333"


@pytest.fixture
def estate() -> EstateBuilder:
    built = EstateBuilder()
    built.account(A)
    return built


class TestAssumingRoles:
    def test_a_named_user_of_the_same_account_needs_no_policy(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A)
        role = estate.role("r", A, trust=[trusts({"AWS": user})])

        assert gained(estate, f"act-as {user}", f"act-as {role}", technique="sts-assume-role")

    def test_trust_in_the_account_alone_is_not_enough(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A)
        role = estate.role("r", A, trust=[trusts({"AWS": f"arn:aws:iam::{A}:root"})])

        assert not gained(estate, f"act-as {user}", f"act-as {role}")

    def test_across_accounts_both_sides_must_allow(self, estate: EstateBuilder) -> None:
        estate.account(B)
        willing = estate.user("willing", A, allows=[allow("sts:AssumeRole")])
        idle = estate.user("idle", A)
        role = estate.role("r", B, trust=[trusts({"AWS": [willing, idle]})])

        assert gained(estate, f"act-as {willing}", f"act-as {role}")
        assert not gained(estate, f"act-as {idle}", f"act-as {role}")

    def test_a_second_factor_stays_on_the_step(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A)
        condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        role = estate.role("r", A, trust=[trusts({"AWS": user}, Condition=condition)])

        (step,) = gained(estate, f"act-as {user}", f"act-as {role}")

        assert [c.text for c in step.conditions] == ["has a second factor"]
        assert step.cost > 1

    def test_any_account_may_assume_a_role_that_trusts_everyone(
        self, estate: EstateBuilder
    ) -> None:
        role = estate.role("r", A, trust=[trusts({"AWS": "*"})])

        assert gained(estate, "start any-aws-account", f"act-as {role}")

    def test_everyone_of_the_organisation_leaves_strangers_out(
        self, estate: EstateBuilder
    ) -> None:
        condition = {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}
        role = estate.role("r", A, trust=[trusts({"AWS": "*"}, Condition=condition)])

        assert not gained(estate, "start any-aws-account", f"act-as {role}")

    def test_a_partner_knows_its_external_id_and_a_stranger_must_learn_it(
        self, estate: EstateBuilder
    ) -> None:
        condition = {"StringEquals": {"sts:ExternalId": "s3cr3t-id"}}
        partner = {"AWS": f"arn:aws:iam::{VENDOR}:root"}
        role = estate.role("r", A, trust=[trusts(partner, Condition=condition)])

        (step,) = gained(estate, f"start {VENDOR}", f"act-as {role}")

        assert step.cost == 1
        assert "s3cr3t-id" not in repr(step.conditions)


class TestFederation:
    ISSUER = "token.actions.githubusercontent.com"

    def role(self, estate: EstateBuilder, subject: str | None) -> tuple[str, str]:
        provider = estate.provider(A, self.ISSUER)
        tests: dict[str, Any] = {f"{self.ISSUER}:aud": "sts.amazonaws.com"}
        if subject is not None:
            tests[f"{self.ISSUER}:sub"] = subject
        statement = trusts(
            {"Federated": provider},
            "sts:AssumeRoleWithWebIdentity",
            Condition={"StringLike": tests},
        )
        return provider, estate.role("ci", A, trust=[statement])

    def test_without_a_subject_anyone_on_the_internet_comes_in(
        self, estate: EstateBuilder
    ) -> None:
        _, role = self.role(estate, None)

        assert gained(estate, "start internet", f"act-as {role}", technique="federation-oidc")

    def test_with_a_subject_only_that_repository_comes_in(self, estate: EstateBuilder) -> None:
        provider, role = self.role(estate, "repo:acme/app:*")

        assert not gained(estate, "start internet", f"act-as {role}")
        assert gained(estate, f"start {provider}|repo:acme/app:*", f"act-as {role}")

    def test_an_open_end_in_the_organisation_lets_anyone_pick_a_name(
        self, estate: EstateBuilder
    ) -> None:
        _, role = self.role(estate, "repo:acme*")

        assert gained(estate, "start internet", f"act-as {role}")

    @pytest.mark.parametrize("principal", ["*", {"Federated": "*"}, {"Federated": ISSUER}])
    def test_a_trust_that_names_everybody_names_the_provider(
        self, estate: EstateBuilder, principal: object
    ) -> None:
        estate.provider(A, self.ISSUER)
        role = estate.role("ci", A, trust=[trusts(principal, "sts:AssumeRoleWithWebIdentity")])

        assert gained(estate, "start internet", f"act-as {role}", technique="federation-oidc")


class TestPassingRoles:
    def allowed(self, to: str = "*") -> list[dict[str, Any]]:
        condition = {"StringLike": {"iam:PassedToService": to}}
        return [
            allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
            allow("iam:PassRole", Condition=condition),
        ]

    def test_a_new_function_runs_as_the_role(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A, allows=self.allowed())
        role = estate.service_role("r", A, "lambda.amazonaws.com")

        assert gained(estate, f"act-as {user}", f"act-as {role}", technique="lambda-new-function")

    def test_a_role_that_trusts_another_service_is_no_use(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A, allows=self.allowed())
        role = estate.service_role("r", A, "codebuild.amazonaws.com")

        assert not gained(estate, f"act-as {user}", f"act-as {role}")

    def test_passing_to_another_service_is_no_use(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A, allows=self.allowed("ec2.amazonaws.com"))
        role = estate.service_role("r", A, "lambda.amazonaws.com")

        assert not gained(estate, f"act-as {user}", f"act-as {role}")

    def test_one_name_must_serve_every_need(self, estate: EstateBuilder) -> None:
        function = "arn:aws:lambda:*:*:function:"
        role = estate.service_role("r", A, "lambda.amazonaws.com")
        passing = allow("iam:PassRole", role)
        fits = estate.user(
            "fits",
            A,
            allows=[
                passing,
                allow("lambda:CreateFunction", function + "dev-*"),
                allow("lambda:InvokeFunction", function + "*-job"),
            ],
        )
        differs = estate.user(
            "differs",
            A,
            allows=[
                passing,
                allow("lambda:CreateFunction", function + "dev-*"),
                allow("lambda:InvokeFunction", function + "prod-*"),
            ],
        )

        assert gained(estate, f"act-as {fits}", f"act-as {role}", technique="lambda-new-function")
        assert not gained(estate, f"act-as {differs}", f"act-as {role}")

    def test_the_region_follows_the_guardrail(self, estate: EstateBuilder) -> None:
        condition = {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
        allows = [*self.allowed(), deny("lambda:*", Condition=condition)]
        user = estate.user("u", A, allows=allows)
        role = estate.service_role("r", A, "lambda.amazonaws.com")

        (step,) = gained(
            estate, f"act-as {user}", f"act-as {role}", technique="lambda-new-function"
        )

        created = next(ask for ask in step.asks if ask.action == "lambda:CreateFunction")
        assert ":eu-central-1:" in created.resource

    def test_a_boundary_takes_the_step_away(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A, allows=FULL, boundary=[allow("cloudwatch:*")])
        role = estate.service_role("r", A, "lambda.amazonaws.com")

        assert not gained(estate, f"act-as {user}", f"act-as {role}")
        assert not gained(estate, f"act-as {user}", f"administer {A}")

    def test_an_instance_needs_a_profile_around_the_role(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A, allows=[allow(["ec2:*", "iam:PassRole"])])
        inside = estate.service_role("inside", A, "ec2.amazonaws.com")
        outside = estate.service_role("outside", A, "ec2.amazonaws.com")
        estate.instance_profile(inside)

        assert gained(estate, f"act-as {user}", f"act-as {inside}", technique="ec2-new-instance")
        assert not gained(estate, f"act-as {user}", f"act-as {outside}")

    @pytest.mark.parametrize(
        ("actions", "profile", "technique"),
        [
            (["Create", "Add"], "full", "ec2-new-profile"),
            (["Add"], "empty", "ec2-changed-profile"),
            (["Add"], "full", ""),
            (["Add", "Remove"], "full", "ec2-changed-profile"),
            (["Create", "Remove"], "empty", ""),
        ],
    )
    def test_a_role_without_a_profile_is_put_into_one(
        self, estate: EstateBuilder, actions: list[str], profile: str, technique: str
    ) -> None:
        names = {
            "Create": "iam:CreateInstanceProfile",
            "Add": "iam:AddRoleToInstanceProfile",
            "Remove": "iam:RemoveRoleFromInstanceProfile",
        }
        may = ["ec2:RunInstances", "iam:PassRole", *(names[one] for one in actions)]
        user = estate.user("u", A, allows=[allow(may)])
        strong = estate.service_role("strong", A, "ec2.amazonaws.com")
        meek = estate.service_role("meek", A, "ec2.amazonaws.com")
        estate.instance_profile(meek, empty=profile == "empty")
        estate.service_role("elsewhere", B, "ec2.amazonaws.com")

        found = gained(estate, f"act-as {user}", f"act-as {strong}")

        assert {step.technique for step in found} == ({technique} if technique else set())

    def test_only_the_profiles_that_may_be_filled_are(self, estate: EstateBuilder) -> None:
        meek = estate.service_role("meek", A, "ec2.amazonaws.com")
        profile = estate.instance_profile(meek)
        change = ["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"]
        run = allow(["ec2:RunInstances", "iam:PassRole"])
        able = estate.user("able", A, allows=[run, allow(change, profile)])
        unable = estate.user("unable", A, allows=[run, allow(change, profile + "x")])
        strong = estate.service_role("strong", A, "ec2.amazonaws.com")

        assert gained(estate, f"act-as {able}", f"act-as {strong}")
        assert not gained(estate, f"act-as {unable}", f"act-as {strong}")


class TestWorkloads:
    def test_two_footholds_join_to_run_a_function(self, estate: EstateBuilder) -> None:
        role = estate.service_role("r", A, "lambda.amazonaws.com")
        function = estate.function("f", A, role=role)
        coder = estate.user("coder", A, allows=[allow("lambda:UpdateFunctionCode")])
        caller = estate.user("caller", A, allows=[allow("lambda:InvokeFunction")])

        assert gained(estate, f"act-as {coder}", f"plant-code {function}")
        assert not gained(estate, f"act-as {coder}", f"invoke {function}")
        assert gained(estate, f"act-as {caller}", f"invoke {function}")
        (joined,) = gained(estate, f"invoke {function}", f"run-code {function}")
        assert [str(need) for need in joined.needs] == [
            f"invoke {function}",
            f"plant-code {function}",
        ]
        assert gained(estate, f"run-code {function}", f"act-as {role}")

    @pytest.mark.parametrize(
        ("called_by", "assumed"), [("", ["assume:runs"]), (f"arn:aws:sqs:eu-west-1:{A}:q", [])]
    )
    def test_a_function_is_called_sooner_or_later(
        self, estate: EstateBuilder, called_by: str, assumed: list[str]
    ) -> None:
        role = estate.service_role("r", A, "lambda.amazonaws.com")
        function = estate.function("f", A, role=role, called_by=called_by)

        (waiting,) = gained(
            estate, f"plant-code {function}", f"run-code {function}", technique="wait-for-call"
        )
        assert [str(need) for need in waiting.needs] == [f"plant-code {function}"]
        assert [held.key for held in waiting.conditions] == assumed

    def test_commands_reach_an_instance_whose_agent_may_report(
        self, estate: EstateBuilder
    ) -> None:
        reporting = estate.service_role(
            "reporting", A, "ec2.amazonaws.com", allows=[allow("ssm:UpdateInstanceInformation")]
        )
        silent = estate.service_role("silent", A, "ec2.amazonaws.com")
        managed = estate.instance("i-1", A, role=reporting)
        alone = estate.instance("i-2", A, role=silent)
        user = estate.user("u", A, allows=[allow("ssm:SendCommand")])

        assert gained(estate, f"act-as {user}", f"run-code {managed}")
        (open_,) = gained(estate, f"act-as {user}", f"run-code {alone}", proved=False)
        assert open_.missing == (f"ssm:GetServiceSetting of account {A}",)

    def test_a_key_in_a_function_leads_to_its_user(self, estate: EstateBuilder) -> None:
        function = estate.function("f", A)
        victim = estate.user("victim", A)
        estate.access_key(victim)
        credential = estate.credential("fp1", function, authenticates=victim)
        reader = estate.user("reader", A, allows=[allow("lambda:GetFunctionConfiguration")])

        (found,) = gained(estate, f"act-as {reader}", f"hold {credential}")
        assert gained(estate, f"hold {credential}", f"act-as {victim}")
        assert any("Revoke" in r.title for b in found.breakers for r in b.remedies)

    def test_a_key_that_is_switched_off_leads_nowhere(self, estate: EstateBuilder) -> None:
        function = estate.function("f", A)
        victim = estate.user("victim", A)
        estate.access_key(victim, active=False)
        credential = estate.credential("fp1", function, authenticates=victim)

        assert not gained(estate, f"hold {credential}", f"act-as {victim}")

    def test_an_encrypted_environment_needs_its_key_as_well(self, estate: EstateBuilder) -> None:
        key = estate.key("k", A, policy=[])
        function = estate.function("f", A)
        credential = estate.credential("fp1", function, key=key)
        reader = estate.user("reader", A, allows=[allow(["lambda:GetFunction*", "kms:Decrypt"])])

        assert not gained(estate, f"act-as {reader}", f"hold {credential}")


class TestChangingPermissions:
    def test_writing_ones_own_policy_leads_to_administering(self, estate: EstateBuilder) -> None:
        role = f"arn:aws:iam::{A}:role/r"
        estate.service_role("r", A, "lambda.amazonaws.com", allows=[allow("iam:PutRolePolicy")])

        assert gained(estate, f"act-as {role}", f"write {role}")
        assert gained(estate, f"write {role}", f"administer {A}", technique="use-written-policy")

    def test_a_boundary_holds_whatever_is_written(self, estate: EstateBuilder) -> None:
        limits = [allow(["iam:PutRolePolicy", "s3:GetObject"])]
        role = estate.service_role(
            "r", A, "lambda.amazonaws.com", allows=[allow("iam:PutRolePolicy")], boundary=limits
        )
        bucket = estate.bucket("data", A)

        assert not gained(estate, f"write {role}", f"administer {A}")
        assert gained(estate, f"write {role}", f"act-as {role}#escalated")
        assert gained(estate, f"act-as {role}#escalated", f"read {bucket}")

    def test_a_new_version_serves_every_holder_of_the_policy(self, estate: EstateBuilder) -> None:
        policy = estate.policy(f"arn:aws:iam::{A}:policy/p", [allow("iam:CreatePolicyVersion")])
        writer = estate.user("writer", A)
        other = estate.user("other", A)
        estate.attach(policy, writer)
        estate.attach(policy, other)

        assert gained(estate, f"act-as {writer}", f"write {policy}")
        assert gained(estate, f"act-as {other}", f"administer {A}", technique="use-written-policy")

    def test_putting_oneself_into_a_group_brings_its_rights(self, estate: EstateBuilder) -> None:
        group = estate.group("admins", A, allows=FULL)
        user = estate.user("u", A, allows=[allow("iam:AddUserToGroup", group)])

        assert gained(estate, f"act-as {user}", f"act-as {user}#in/admins")
        assert gained(estate, f"act-as {user}#in/admins", f"administer {A}")

    def test_a_third_access_key_needs_room(self, estate: EstateBuilder) -> None:
        victim = estate.user("victim", A)
        estate.access_key(victim)
        estate.access_key(victim)
        maker = estate.user("maker", A, allows=[allow("iam:CreateAccessKey")])
        both = estate.user(
            "both", A, allows=[allow(["iam:CreateAccessKey", "iam:DeleteAccessKey"])]
        )

        assert not gained(estate, f"act-as {maker}", f"act-as {victim}")
        assert gained(estate, f"act-as {both}", f"act-as {victim}")

    def test_a_service_linked_role_cannot_be_changed(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A, allows=[allow("iam:UpdateAssumeRolePolicy")])
        role = estate.service_role("slr", A, "x.amazonaws.com", service_linked=True)

        assert not gained(estate, f"act-as {user}", f"act-as {role}")

    def test_everything_but_identity_is_no_administrator(self, estate: EstateBuilder) -> None:
        statement = {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}
        user = estate.user("power", A, allows=[statement])
        role = estate.service_role("r", A, "lambda.amazonaws.com", allows=FULL)

        assert not gained(estate, f"act-as {user}", f"administer {A}")
        assert not gained(estate, f"act-as {user}", f"act-as {role}")


def test_the_same_facts_give_the_same_steps_in_the_same_order(estate: EstateBuilder) -> None:
    estate.user("u", A, allows=FULL)
    estate.bucket("data", A)
    backwards = EstateBuilder()
    backwards.rows = estate.rows[::-1]

    assert list(steps(estate.facts())) == list(steps(backwards.facts()))
