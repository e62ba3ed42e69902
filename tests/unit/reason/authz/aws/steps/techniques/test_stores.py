# SPDX-License-Identifier: Apache-2.0
"""Who reads what, with which key."""

import pytest

from tests.fakes.derived import gained
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, deny, trusts

A, VENDOR = "111111111111", "333333333333"


@pytest.fixture
def estate() -> EstateBuilder:
    built = EstateBuilder()
    built.account(A)
    return built


class TestData:
    def test_reading_needs_the_key_too(self, estate: EstateBuilder) -> None:
        key = estate.key(
            "k", A, policy=[trusts({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*", Resource="*")]
        )
        bucket = estate.bucket("data", A, key=key)
        half = estate.user("half", A, allows=[allow("s3:GetObject")])
        whole = estate.user("whole", A, allows=[allow(["s3:GetObject", "kms:Decrypt"])])

        assert not gained(estate, f"act-as {half}", f"read {bucket}")
        assert gained(estate, f"act-as {whole}", f"read {bucket}")

    def test_a_key_policy_that_names_one_role_leaves_others_out(
        self, estate: EstateBuilder
    ) -> None:
        one = estate.service_role("one", A, "lambda.amazonaws.com", allows=[allow("s3:GetObject")])
        key = estate.key("k", A, policy=[trusts({"AWS": one}, "kms:Decrypt", Resource="*")])
        bucket = estate.bucket("data", A, key=key)
        other = estate.user("other", A, allows=[allow(["s3:*", "kms:Decrypt"])])

        assert gained(estate, f"act-as {one}", f"read {bucket}")
        assert not gained(estate, f"act-as {other}", f"read {bucket}")

    @pytest.mark.parametrize(
        ("sealed_with", "opens"),
        [("data/*", True), ("data", True), ("other", False), ("other/*", False)],
    )
    def test_a_key_may_be_for_a_bucket_or_for_its_objects(
        self, estate: EstateBuilder, sealed_with: str, *, opens: bool
    ) -> None:
        only = {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{sealed_with}"}
        statement = trusts({"AWS": A}, "kms:*", Resource="*", Condition={"StringLike": only})
        key = estate.key("k", A, policy=[statement])
        bucket = estate.bucket("data", A, key=key)
        user = estate.user("u", A, allows=[allow(["s3:GetObject", "kms:Decrypt"])])

        assert bool(gained(estate, f"act-as {user}", f"read {bucket}")) is opens

    def test_a_part_of_a_bucket_is_read_under_a_condition_that_says_so(
        self, estate: EstateBuilder
    ) -> None:
        bucket = estate.bucket("data", A)
        user = estate.user("u", A, allows=[allow("s3:GetObject", f"{bucket}/logs/*")])

        (step,) = gained(estate, f"act-as {user}", f"read {bucket}")

        assert step.technique == "read-part-of-bucket"
        assert [c.text for c in step.conditions] == [f"only objects like `{bucket}/logs/*`"]

    @pytest.mark.parametrize(
        ("named", "like"),
        [
            ("home/${aws:username}/*", "home/u/*"),
            ("${aws:PrincipalTag/team, 'red'}/*", "red/*"),
            ("${aws:RequestTag/team}/*", "bartizan/*"),
        ],
    )
    def test_a_part_that_a_variable_names_is_read_as_well(
        self, estate: EstateBuilder, named: str, like: str
    ) -> None:
        bucket = estate.bucket("data", A)
        user = estate.user("u", A, allows=[allow("s3:GetObject", f"{bucket}/{named}")])

        (step,) = gained(estate, f"act-as {user}", f"read {bucket}")

        assert [c.text for c in step.conditions] == [f"only objects like `{bucket}/{like}`"]

    def test_a_part_that_a_buckets_policy_names_after_the_caller_is_read(
        self, estate: EstateBuilder
    ) -> None:
        user = estate.user("u", A)
        homes = "arn:aws:s3:::data/${aws:username}/*"
        opened = [trusts({"AWS": "*"}, "s3:GetObject", Resource=homes)]
        bucket = estate.bucket("data", A, policy=opened)

        assert gained(estate, f"act-as {user}", f"read {bucket}")

    def test_a_grant_opens_the_key(self, estate: EstateBuilder) -> None:
        user = estate.user("u", A)
        key = estate.key("k", A, policy=[])
        estate.grant(key, user, ("Decrypt",))

        assert gained(estate, f"act-as {user}", f"decrypt {key}")

    def test_a_public_bucket_is_open_unless_blocked(self, estate: EstateBuilder) -> None:
        everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
        shown = estate.bucket("shown", A, policy=[everyone])
        blocked = estate.bucket("blocked", A, policy=[everyone])
        estate.block_public_access(blocked)

        (step,) = gained(estate, "start internet", f"read {shown}")
        assert not gained(estate, "start internet", f"read {blocked}")
        assert any("Block public access" in r.title for b in step.breakers for r in b.remedies)

    def test_what_is_open_to_anybody_is_not_said_of_a_partner_again(
        self, estate: EstateBuilder
    ) -> None:
        everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
        partner = trusts({"AWS": f"arn:aws:iam::{VENDOR}:root"}, "s3:GetObject", Resource="*")
        both = estate.bucket("both", A, policy=[everyone, partner])
        own = estate.bucket("own", A, policy=[partner])

        assert gained(estate, "start internet", f"read {both}")
        assert not gained(estate, f"start {VENDOR}", f"read {both}")
        assert gained(estate, f"start {VENDOR}", f"read {own}")

    def test_writing_a_buckets_policy_opens_it(self, estate: EstateBuilder) -> None:
        bucket = estate.bucket("data", A)
        user = estate.user("u", A, allows=[allow("s3:PutBucketPolicy")])

        assert gained(estate, f"act-as {user}", f"read {bucket}", technique="open-bucket")

    def test_a_deny_on_a_tag_holds(self, estate: EstateBuilder) -> None:
        secret = estate.secret("s", A, tags={"team": "finance"})
        other = estate.secret("other", A)
        condition = {"StringEquals": {"aws:ResourceTag/team": "finance"}}
        allows = [allow("secretsmanager:GetSecretValue"), deny("*", Condition=condition)]
        user = estate.user("u", A, allows=allows)

        assert not gained(estate, f"act-as {user}", f"read {secret}")
        assert gained(estate, f"act-as {user}", f"read {other}")

    def test_a_shared_snapshot_is_read_from_any_account(self, estate: EstateBuilder) -> None:
        arn = "arn:aws:ec2:us-east-1::snapshot/snap-1"
        estate.store("AWS::EC2::Snapshot", arn, A)
        estate.share(arn, "all")

        (step,) = gained(estate, "start any-aws-account", f"read {arn}")
        assert [type(r.change).__name__ for b in step.breakers for r in b.remedies] == ["Unshare"]
