# SPDX-License-Identifier: Apache-2.0
"""What was not read hides no way: everything reached before is still possible."""

from collections.abc import Callable, Iterable

import pytest
from msgspec import structs

from bartizan.model.facts.estate import InstanceProfile, Key, Share, Trigger, Workload
from bartizan.model.facts.identity import AccessKey, Credential, IdentityProvider
from bartizan.model.facts.organization import Delegation
from bartizan.model.facts.policy import KeyGrant, Policy
from bartizan.model.step import Step
from bartizan.model.table import Row
from bartizan.reason.authz.aws.steps.derivation import steps
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, trusts

A, B, MANAGEMENT = "111111111111", "222222222222", "999999999999"
SNAPSHOT = "arn:aws:ec2:us-east-1::snapshot/snap-1"


def saml() -> list[dict[str, object]]:
    provider = f"arn:aws:iam::{A}:saml-provider/corp"
    return [trusts({"Federated": provider}, "sts:AssumeRoleWithSAML")]


@pytest.fixture
def estate() -> EstateBuilder:
    """A directory lets people into roles, each of which reaches something in its own way."""
    built = EstateBuilder()
    built.organization()
    built.account(MANAGEMENT, management=True)
    built.account(A, member=True)
    built.account(B, member=True)
    built.delegation(A, "member.org.stacksets.cloudformation.amazonaws.com")
    built.directory(A, "corp")
    coder = [allow(["lambda:UpdateFunctionCode", "lambda:GetFunctionConfiguration"])]
    built.role("coder", A, trust=saml(), allows=coder)
    built.role("operator", A, trust=saml(), allows=[allow("ssm:SendCommand")])
    built.role(
        "deployer",
        A,
        trust=saml(),
        allows=[allow("cloudformation:*StackSet*"), allow("cloudformation:*Instances")],
    )
    built.role("builder", A, trust=saml(), allows=[allow("codebuild:StartBuild")])
    launched = built.service_role("launched", A, "ec2.amazonaws.com")
    built.instance_profile(launched)
    launcher = [allow("iam:PassRole", launched), allow("ec2:RunInstances")]
    built.role("launcher", A, trust=saml(), allows=launcher)
    runs = built.service_role("runs", A, "lambda.amazonaws.com", allows=[allow("s3:GetObject")])
    built.function("f", A, role=runs, called_by="events.amazonaws.com")
    sign_in = built.user("robot", A, allows=[allow("secretsmanager:GetSecretValue")])
    built.access_key(sign_in)
    built.credential("fp", f"arn:aws:lambda:us-east-1:{A}:function:f", authenticates=sign_in)
    reports = [allow("ssm:UpdateInstanceInformation")]
    host = built.service_role("host", A, "ec2.amazonaws.com", allows=reports)
    built.instance("i-1", A, role=host, related={"profile": "p"})
    project = built.service_role(
        "project", A, "codebuild.amazonaws.com", allows=[allow("sqs:ReceiveMessage")]
    )
    built.workload("AWS::CodeBuild::Project", "codebuild:project/p", A, role=project)
    built.store("AWS::SQS::Queue", f"arn:aws:sqs:us-east-1:{A}:q", A)
    key = built.key(
        "k", A, policy=[trusts({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*", Resource="*")]
    )
    built.grant(key, runs, ("Decrypt",))
    everyone = trusts("*", "s3:GetObject", Resource="*")
    built.bucket("open", A, policy=[everyone])
    built.bucket("sealed", A, key=key)
    built.secret("s", A)
    built.store("AWS::EC2::Snapshot", SNAPSHOT, A)
    built.share(SNAPSHOT, "all")
    return built


def reached(found: Iterable[Step]) -> set[str]:
    """Return everything that can be gained from the directory, the Internet or any account."""
    rest, held = list(found), set[str]()
    while True:
        new = {
            str(step.grants)
            for step in rest
            if all(need.ability == "start" or str(need) in held for need in step.needs)
        } - held
        if not new:
            return {name for name in held if not name.startswith(("hold", "write"))}
        held |= new


def of_kind(kind: str) -> Callable[[Row], bool]:
    return lambda row: isinstance(row, Workload) and row.kind == kind


def is_a(*kinds: type[Row]) -> Callable[[Row], bool]:
    return lambda row: isinstance(row, kinds)


def policy_of(part: str) -> Callable[[Row], bool]:
    return lambda row: isinstance(row, Policy) and part in row.id


CALLS: tuple[tuple[str, str, str, Callable[[Row], bool]], ...] = (
    ("lambda:ListFunctions", "AWS::Lambda::Function", "",
     lambda row: of_kind("AWS::Lambda::Function")(row) or is_a(Credential, Trigger)(row)),
    ("lambda:ListEventSourceMappings", "AWS::Lambda::EventSourceMapping", "", is_a(Trigger)),
    ("ec2:DescribeInstances", "AWS::EC2::Instance", "", of_kind("AWS::EC2::Instance")),
    ("codebuild:ListProjects", "AWS::CodeBuild::ProjectName", "",
     of_kind("AWS::CodeBuild::Project")),
    ("codebuild:BatchGetProjects", "AWS::CodeBuild::Project", "p",
     of_kind("AWS::CodeBuild::Project")),
    ("iam:ListInstanceProfiles", "AWS::IAM::InstanceProfile", "", is_a(InstanceProfile)),
    ("iam:ListSAMLProviders", "AWS::IAM::SAMLProvider", "", is_a(IdentityProvider)),
    ("iam:ListAccessKeys", "AWS::IAM::AccessKey", f"arn:aws:iam::{A}:user/robot",
     is_a(AccessKey)),
    ("kms:ListKeys", "AWS::KMS::KeyListEntry", "",
     lambda row: is_a(Key, KeyGrant)(row) or policy_of(":key/k#resource")(row)),
    ("kms:GetKeyPolicy", "AWS::KMS::KeyPolicy", f"arn:aws:kms:us-east-1:{A}:key/k",
     policy_of(":key/k#resource")),
    ("kms:ListGrants", "AWS::KMS::Grant", f"arn:aws:kms:us-east-1:{A}:key/k", is_a(KeyGrant)),
    ("s3:GetBucketPolicy", "AWS::S3::BucketPolicy", "arn:aws:s3:::open",
     policy_of(":open#resource")),
    ("ec2:DescribeSnapshotAttribute", "AWS::EC2::SnapshotPermission", SNAPSHOT, is_a(Share)),
    ("organizations:ListDelegatedAdministrators", "AWS::Organizations::DelegatedAdministrator",
     "", is_a(Delegation)),
)  # fmt: skip
"""A call that is denied: permission, kind of record, whose detail it is, and facts that go."""


def without(
    estate: EstateBuilder, call: tuple[str, str, str, Callable[[Row], bool]]
) -> EstateBuilder:
    action, kind, resource, gone = call
    changed = EstateBuilder()
    changed.rows = [row for row in estate.rows if not gone(row)]
    if action == "iam:ListInstanceProfiles":
        changed.rows = [
            structs.replace(row, role="") if isinstance(row, Workload)
            and row.kind == "AWS::EC2::Instance" else row
            for row in changed.rows
        ]  # fmt: skip
    if action == "iam:ListAccessKeys":
        changed.rows = [
            structs.replace(row, authenticates="") if isinstance(row, Credential) else row
            for row in changed.rows
        ]
    account = "" if action.startswith("organizations:") else A
    changed.unread(account, action, kind=kind, resource=resource)
    return changed


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_a_denied_call_leaves_every_way_possible(
    estate: EstateBuilder, call: tuple[str, str, str, Callable[[Row], bool]]
) -> None:
    before = reached(steps(estate.facts()))
    after = list(steps(without(estate, call).facts()))

    things = {name for name in before if ":function:f" in name or "i-1" in name or "/p" in name}
    if call[0] == "kms:ListKeys":
        things |= {name for name in before if name.startswith("decrypt")}
    assert before - things <= reached(after)
    lost = before - things - reached(step for step in after if step.proved)
    if lost:
        assert any(call[0] in item for step in after for item in step.missing)


def test_the_ways_of_the_estate_are_those_that_are_meant(estate: EstateBuilder) -> None:
    found = reached(step for step in steps(estate.facts()) if step.proved)

    assert {
        f"act-as arn:aws:iam::{A}:user/robot",
        f"act-as arn:aws:iam::{A}:role/runs",
        f"act-as arn:aws:iam::{A}:role/host",
        f"act-as arn:aws:iam::{A}:role/project",
        f"act-as arn:aws:iam::{A}:role/launched",
        f"administer {B}",
        "read arn:aws:s3:::open",
        f"read {SNAPSHOT}",
    } <= found


def test_what_is_closed_to_administrators_may_be_open_to_somebody_who_was_not_read(
    estate: EstateBuilder,
) -> None:
    closed = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    vault = estate.bucket("vault", A, policy=[closed])
    estate.unread(A, "iam:GetAccountAuthorizationDetails", kind="AWS::IAM::Role")

    found = [step for step in steps(estate.facts()) if step.grants.entity == vault]
    assert {str(need) for step in found for need in step.needs} >= {f"administer {A}"}
    assert not any(step.proved for step in found)


def test_a_key_of_which_nothing_but_its_id_was_read_possibly_decrypts(
    estate: EstateBuilder,
) -> None:
    mine = [trusts({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*", Resource="*")]
    key = estate.key("bare", A, policy=mine, manager="")
    estate.unread(A, "kms:DescribeKey", kind="AWS::KMS::Key", resource=key)

    found = [step for step in steps(estate.facts()) if str(step.grants) == f"decrypt {key}"]
    assert found
    assert {step.missing for step in found} == {(f"kms:DescribeKey of {key}",)}
