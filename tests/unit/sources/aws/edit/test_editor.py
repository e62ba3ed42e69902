# SPDX-License-Identifier: Apache-2.0
import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import SourceError
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Share
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.policy import Attachment, Policy, PublicAccessBlock
from bartizan.model.record import Json, Record, RecordList, Records
from bartizan.model.remedy import (
    BlockPublicAccess,
    Change,
    Detach,
    DropStatement,
    Forbid,
    Guard,
    Remedy,
    RemoveCredential,
    Unshare,
    Untrust,
)
from bartizan.model.secret import mark
from bartizan.sources.aws.edit.editor import AwsEditor
from bartizan.sources.aws.normalise import AwsNormaliser

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/deploy"
USER = f"arn:aws:iam::{ACCOUNT}:user/ci"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/wide"
BUCKET = "arn:aws:s3:::ledger"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:pay"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
API = f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:abc"
SNAPSHOT = "arn:aws:ec2:eu-west-1::snapshot/snap-1"


def allow(sid: str, principal: Json = None) -> dict[str, Json]:
    one: dict[str, Json] = {"Sid": sid, "Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    return one | ({"Principal": principal} if principal is not None else {})


def document(*statements: Json) -> dict[str, Json]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def record(kind: str, name: str, body: dict[str, Json], *, region: str = "") -> Record:
    service = kind.split("::")[1].lower()
    return Record(
        provider="aws",
        account=ACCOUNT,
        region=region,
        service=service,
        kind=kind,
        id=name,
        body=body,
    )


def role(*inline: tuple[str, Json], trust: Json = None) -> Record:
    trusted = trust or document({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})
    policies: list[Json] = [{"PolicyName": n, "PolicyDocument": d} for n, d in inline]
    return record(
        "AWS::IAM::Role",
        ROLE,
        {
            "Arn": ROLE,
            "RoleName": "deploy",
            "AssumeRolePolicyDocument": trusted,
            "RolePolicyList": policies,
            "AttachedManagedPolicies": [
                {"PolicyName": "wide", "PolicyArn": MANAGED},
                {"PolicyName": "other", "PolicyArn": f"{MANAGED}2"},
            ],
        },
    )


def resource(kind: str, name: str, place: str, *statements: Json) -> Record:
    body: dict[str, Json] = {place: json.dumps(document(*statements))}
    return record(kind, name, body, region="eu-west-1")


def remedy(change: Change) -> Remedy:
    return Remedy(change=change, title="do it", cost=1)


def after(records: Records, *changes: Change) -> Facts:
    return AwsNormaliser()(AwsEditor().apply([remedy(c) for c in changes], records))


def written(facts: Facts, policy: str) -> list[dict[str, Json]]:
    (found,) = [row for row in facts.rows(Policy) if row.id == policy]
    assert found.document is not None
    held: list[dict[str, Json]] = json.loads(found.document)["Statement"]
    return held


def sids(facts: Facts, policy: str) -> list[Json]:
    return [statement.get("Sid") for statement in written(facts, policy)]


def policies(facts: Facts) -> set[str]:
    return {row.id for row in facts.rows(Policy)} | {row.policy for row in facts.rows(Attachment)}


def test_statements_go_by_their_original_positions_however_many_go() -> None:
    records = RecordList((role(("p", document(allow("a"), allow("b"), allow("c")))),))
    policy = f"{ROLE}#inline/p"

    facts = after(
        records,
        DropStatement(policy=policy, statement=2),
        DropStatement(policy=policy, statement=0),
        DropStatement(policy=policy, statement=0),
    )

    assert sids(facts, policy) == ["b"]


def test_nothing_else_of_a_record_changes_and_the_original_stays_as_it_was() -> None:
    before = role(("p", document(allow("a"), allow("b"))), ("q", document(allow("c"))))
    kept = json.dumps(dict(before.body))
    change = DropStatement(policy=f"{ROLE}#inline/p", statement=0)

    overlay = AwsEditor().apply([remedy(change)], RecordList((before,)))
    (changed,) = overlay.of("AWS::IAM::Role")

    assert json.dumps(dict(before.body)) == kept
    expected = json.loads(kept)
    del expected["RolePolicyList"][0]["PolicyDocument"]["Statement"][0]
    assert changed.body == expected


def test_an_inline_policy_without_statements_goes_with_its_attachment() -> None:
    records = RecordList(
        (role(("p", document(allow("a"))), ("q", document(allow("b"), allow("c")))),)
    )

    facts = after(
        records,
        DropStatement(policy=f"{ROLE}#inline/p", statement=0),
        DropStatement(policy=f"{ROLE}#inline/q", statement=0),
    )

    assert f"{ROLE}#inline/p" not in policies(facts)
    assert sids(facts, f"{ROLE}#inline/q") == ["c"]


def test_a_role_keeps_a_trust_policy_that_keeps_everybody_out() -> None:
    facts = after(RecordList((role(),)), DropStatement(policy=f"{ROLE}#trust", statement=0))

    assert written(facts, f"{ROLE}#trust") == [
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    ]


def test_only_the_version_in_force_of_a_managed_policy_is_edited() -> None:
    versions: list[Json] = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": document(allow("old"))},
        {
            "VersionId": "v2",
            "IsDefaultVersion": True,
            "Document": document(allow("a"), allow("b")),
        },
    ]
    body: dict[str, Json] = {
        "Arn": MANAGED,
        "DefaultVersionId": "v2",
        "PolicyVersionList": versions,
    }
    held = record("AWS::IAM::ManagedPolicy", MANAGED, body)

    overlay = AwsEditor().apply(
        [remedy(DropStatement(policy=MANAGED, statement=0))], RecordList((held,))
    )

    assert sids(AwsNormaliser()(overlay), MANAGED) == ["b"]
    (changed,) = overlay.of("AWS::IAM::ManagedPolicy")
    assert json.dumps(changed.body["PolicyVersionList"]).count('"old"') == 1


def test_a_managed_policy_without_statements_stays_and_grants_nothing() -> None:
    versions: list[Json] = [{"IsDefaultVersion": True, "Document": document(allow("a"))}]
    held = record("AWS::IAM::ManagedPolicy", MANAGED, {"PolicyVersionList": versions})

    facts = after(RecordList((held,)), DropStatement(policy=MANAGED, statement=0))

    assert written(facts, MANAGED) == [{"Effect": "Deny", "Action": "none:null", "Resource": "*"}]


RESOURCES = {
    BUCKET: resource("AWS::S3::BucketPolicy", BUCKET, "Policy", allow("a", "*"), allow("b", "*")),
    FUNCTION: resource(
        "AWS::Lambda::FunctionPolicy", FUNCTION, "Policy", allow("a", "*"), allow("b", "*")
    ),
    f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/r": resource(
        "AWS::ECR::RepositoryPolicy",
        f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/r",
        "policyText",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-abcdef": resource(
        "AWS::SecretsManager::ResourcePolicy",
        f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-abcdef",
        "ResourcePolicy",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t": resource(
        "AWS::DynamoDB::ResourcePolicy",
        f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t",
        "Policy",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog": resource(
        "AWS::Glue::ResourcePolicy",
        f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog",
        "PolicyInJson",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default": resource(
        "AWS::Events::EventBus",
        f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default",
        "Policy",
        allow("a", "*"),
        allow("b", "*"),
    ),
    QUEUE: record(
        "AWS::SQS::Queue",
        QUEUE,
        {"Attributes": {"Policy": json.dumps(document(allow("a", "*"), allow("b", "*")))}},
        region="eu-west-1",
    ),
    f"arn:aws:sns:eu-west-1:{ACCOUNT}:t": record(
        "AWS::SNS::Topic",
        f"arn:aws:sns:eu-west-1:{ACCOUNT}:t",
        {"Attributes": {"Policy": json.dumps(document(allow("a", "*"), allow("b", "*")))}},
        region="eu-west-1",
    ),
    API: record(
        "AWS::ApiGateway::RestApi",
        "arn:aws:apigateway:eu-west-1::/restapis/abc",
        {
            "id": "abc",
            "policy": json.dumps(json.dumps(document(allow("a", "*"), allow("b", "*"))))[1:-1],
        },
        region="eu-west-1",
    ),
}


@pytest.mark.parametrize("target", RESOURCES)
def test_statements_of_a_resource_go_and_with_the_last_the_policy(target: str) -> None:
    policy, records = f"{target}#resource", RecordList((RESOURCES[target],))
    first = DropStatement(policy=policy, statement=0)

    assert sids(after(records, first), policy) == ["b"]
    both = after(records, first, DropStatement(policy=policy, statement=1))
    assert policy not in policies(both)


@pytest.mark.parametrize("target", RESOURCES)
def test_there_is_a_command_for_every_resource_policy(target: str) -> None:
    records = RecordList((RESOURCES[target],))
    changes = [DropStatement(policy=f"{target}#resource", statement=at) for at in (0, 1)]
    editor = AwsEditor()

    one = editor.command(remedy(changes[0]), records)
    last = editor.command(remedy(changes[1]), records, after=[remedy(changes[0])])

    assert [shlex.split(line)[0] for line in one.splitlines()[1:]] == ["aws"]
    assert one != last


def test_a_key_keeps_a_policy_that_lets_nobody_use_it() -> None:
    held = resource("AWS::KMS::KeyPolicy", KEY, "Policy", allow("a", "*"))

    facts = after(RecordList((held,)), DropStatement(policy=f"{KEY}#resource", statement=0))

    assert [one["Effect"] for one in written(facts, f"{KEY}#resource")] == ["Deny"]


@pytest.mark.parametrize(
    ("principal", "taken", "left"),
    [
        ({"AWS": ["a", "b"]}, ["a"], [{"AWS": "b"}]),
        ({"AWS": ["a", "b", "c"]}, ["a"], [{"AWS": ["b", "c"]}]),
        ({"AWS": "a", "Service": "s"}, ["a"], [{"Service": "s"}]),
        ({"AWS": "a", "Service": ["s", "t"]}, ["s"], [{"AWS": "a", "Service": "t"}]),
        ({"AWS": ["a", "b"]}, ["a", "b"], [None]),
        ("*", ["*"], [None]),
        ({"AWS": "*"}, ["*"], [None]),
    ],
)
def test_a_principal_goes_and_with_the_last_its_statement(
    principal: Json, taken: list[str], left: list[Json]
) -> None:
    statement: Json = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    records = RecordList((role(trust=document(statement, allow("kept", {"AWS": "x"}))),))
    changes = [Untrust(policy=f"{ROLE}#trust", statement=0, principal=p) for p in taken]

    found = written(after(records, *changes), f"{ROLE}#trust")

    assert [one["Principal"] for one in found[:-1]] == [one for one in left if one is not None]
    assert found[-1]["Sid"] == "kept"


def test_a_detached_policy_is_no_longer_attached_and_others_are() -> None:
    facts = after(RecordList((role(),)), Detach(policy=MANAGED, target=ROLE))

    assert {row.policy for row in facts.rows(Attachment) if row.use == "identity"} == {
        f"{MANAGED}2"
    }


def test_what_is_forbidden_twice_meets_in_one_policy() -> None:
    one = Forbid(principal=ROLE, actions=("iam:PassRole",), resources=("*",))
    two = Forbid(principal=ROLE, actions=("s3:GetObject",), resources=(f"{BUCKET}/*",))

    facts = after(RecordList((role(("p", document(allow("a")))),)), two, one, one)

    assert written(facts, f"{ROLE}#inline/BartizanForbid") == [
        {"Effect": "Deny", "Action": ["iam:PassRole"], "Resource": ["*"]},
        {"Effect": "Deny", "Action": ["s3:GetObject"], "Resource": [f"{BUCKET}/*"]},
    ]
    assert sids(facts, f"{ROLE}#inline/p") == ["a"]


def test_a_guardrail_is_a_policy_of_the_organisation_with_its_target() -> None:
    organization = record(
        "AWS::Organizations::Organization",
        f"arn:aws:organizations::{ACCOUNT}:organization/o-abc",
        {"Id": "o-abc"},
    )
    change = Guard(target="ou-x-1", actions=("iam:CreateUser",), resources=("*",))

    facts = after(RecordList((organization,)), change)

    (policy,) = facts.rows(Policy)
    assert (policy.type, json.loads(policy.document or "")["Statement"]) == (
        "scp",
        [{"Effect": "Deny", "Action": ["iam:CreateUser"], "Resource": ["*"]}],
    )
    assert facts.rows(Attachment) == (Attachment(policy=policy.id, target="ou-x-1", use="scp"),)


def test_a_blocked_bucket_has_all_four_blocks_on() -> None:
    bucket = record("AWS::S3::Bucket", BUCKET, {"Name": "ledger"})

    for target in (BUCKET, ACCOUNT):
        facts = after(RecordList((bucket,)), BlockPublicAccess(target=target))
        assert facts.rows(PublicAccessBlock) == (
            PublicAccessBlock(
                target=target,
                block_public_acls=True,
                ignore_public_acls=True,
                block_public_policy=True,
                restrict_public_buckets=True,
            ),
        )


SHARES: list[tuple[Record, str]] = [
    (
        record(
            "AWS::EC2::SnapshotPermission",
            SNAPSHOT,
            {"CreateVolumePermissions": [{"Group": "all"}, {"UserId": "222222222222"}]},
            region="eu-west-1",
        ),
        "all",
    ),
    (
        record(
            "AWS::EC2::ImageLaunchPermission",
            "arn:aws:ec2:eu-west-1::image/ami-1",
            {"LaunchPermissions": [{"UserId": "333333333333"}, {"UserId": "222222222222"}]},
            region="eu-west-1",
        ),
        "333333333333",
    ),
    (
        record(
            "AWS::RDS::DBSnapshotAttributes",
            f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:s",
            {
                "DBSnapshotAttributes": [
                    {"AttributeName": "restore", "AttributeValues": ["all", "222222222222"]}
                ]
            },
            region="eu-west-1",
        ),
        "all",
    ),
    (
        record(
            "AWS::S3::BucketAcl",
            BUCKET,
            {
                "Owner": {"ID": "me"},
                "Grants": [
                    {
                        "Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
                        "Permission": "WRITE",
                    },
                    {"Grantee": {"ID": "222222222222"}, "Permission": "WRITE"},
                    {"Grantee": {"ID": "me"}, "Permission": "FULL_CONTROL"},
                ],
            },
        ),
        "anonymous",
    ),
]


@pytest.mark.parametrize(("held", "whom"), SHARES, ids=[s[0].kind for s in SHARES])
def test_one_share_goes_and_the_others_stay(held: Record, whom: str) -> None:
    records = RecordList((held,))
    change = Unshare(resource=held.id, with_whom=whom, kind=held.kind, record=held.id)

    before = {row.with_whom for row in AwsNormaliser()(records).rows(Share)}
    left = {row.with_whom for row in after(records, change).rows(Share)}

    assert before == {whom, "222222222222"}
    assert left == {"222222222222"}
    assert AwsEditor().command(remedy(change), records).splitlines()[1].startswith("aws ")


def function_with_key() -> RecordList:
    key = b"k"
    variables: dict[str, Json] = {
        "AWS_ACCESS_KEY_ID": mark("AKIAIOSFODNN7EXAMPLE", key=key),
        "AWS_SECRET_ACCESS_KEY": mark("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", key=key),
        "DB_PASSWORD": mark("correct horse battery", key=key),
    }
    body: dict[str, Json] = {"FunctionName": "pay", "Environment": {"Variables": variables}}
    access: dict[str, Json] = {
        "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "UserName": "ci",
        "Status": "Active",
    }
    user: dict[str, Json] = {"Arn": USER, "UserName": "ci"}
    return RecordList(
        (
            record("AWS::Lambda::Function", FUNCTION, body, region="eu-west-1"),
            record("AWS::IAM::AccessKey", "AKIAIOSFODNN7EXAMPLE", access),
            record("AWS::IAM::User", USER, user),
        )
    )


def test_a_removed_access_key_is_gone_from_its_place_and_switched_off() -> None:
    records = function_with_key()
    place = "Environment.Variables.AWS_SECRET_ACCESS_KEY"
    change = RemoveCredential(lies_in=FUNCTION, field=place)

    held = AwsNormaliser()(records).rows(Credential)
    overlay = AwsEditor().apply([remedy(change)], records)
    left = AwsNormaliser()(overlay).rows(Credential)

    assert {(row.field, row.authenticates) for row in held} >= {(place, USER)}
    assert {row.field for row in left} == {"Environment.Variables.DB_PASSWORD"}
    (key,) = overlay.of("AWS::IAM::AccessKey")
    assert key.body["Status"] == "Inactive"
    text = AwsEditor().command(remedy(change), records)
    assert "update-access-key --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive" in text


@pytest.mark.parametrize(
    ("kind", "name", "body"),
    [
        (
            "AWS::ECS::TaskDefinition",
            f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/t:1",
            {
                "containerDefinitions": [
                    {
                        "name": "web",
                        "environment": [
                            {"name": "A", "value": mark("fine", key=b"k")},
                            {"name": "DB_PASSWORD", "value": mark("correct horse", key=b"k")},
                        ],
                    }
                ]
            },
        ),
        (
            "AWS::EC2::LaunchTemplateVersion",
            f"arn:aws:ec2:eu-west-1:{ACCOUNT}:launch-template/lt-1#3",
            {"LaunchTemplateData": {"UserData": mark("ghp_" + "a1B2" * 9, key=b"k")}},
        ),
    ],
)
def test_a_removed_secret_is_found_by_the_place_that_the_table_names(
    kind: str, name: str, body: dict[str, Json]
) -> None:
    records = RecordList((record(kind, name, body, region="eu-west-1"),))

    (held,) = AwsNormaliser()(records).rows(Credential)
    change = RemoveCredential(lies_in=held.lies_in, field=held.field)

    assert after(records, change).rows(Credential) == ()


@pytest.mark.parametrize(
    "change",
    [
        DropStatement(policy=f"{ROLE}#inline/none", statement=0),
        DropStatement(policy=f"{ROLE}#trust", statement=7),
        DropStatement(policy="arn:aws:iam::aws:policy/AdministratorAccess", statement=0),
        Untrust(policy=f"{ROLE}#trust", statement=0, principal="nobody"),
        Detach(policy="arn:aws:iam::aws:policy/None", target=ROLE),
        Forbid(principal=f"{ROLE}x", actions=("s3:*",), resources=("*",)),
        Unshare(resource=SNAPSHOT, with_whom="all", kind="AWS::EC2::Snapshot", record=SNAPSHOT),
        BlockPublicAccess(target=BUCKET),
        RemoveCredential(lies_in=FUNCTION, field="Environment.Variables.X"),
        Guard(target=ACCOUNT, actions=("s3:*",), resources=("*",)),
    ],
    ids=lambda change: type(change).__name__,
)
def test_a_remedy_that_fits_no_record_is_an_error_and_no_silence(change: Change) -> None:
    with pytest.raises(SourceError):
        AwsEditor().apply([remedy(change)], RecordList((role(),)))


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=8))
def test_what_is_left_is_what_was_not_dropped_in_its_order(positions: list[int]) -> None:
    names = [f"s{number}" for number in range(6)]
    records = RecordList((role(("p", document(*map(allow, names)))),))
    policy = f"{ROLE}#inline/p"
    changes = [DropStatement(policy=policy, statement=number) for number in positions]

    facts = after(records, *changes)

    left = [name for number, name in enumerate(names) if number not in positions]
    assert (sids(facts, policy) if left else []) == left
    assert (policy in policies(facts)) is bool(left)


def test_commands_are_quoted_so_that_no_document_can_leave_its_word() -> None:
    hostile = allow("$(touch /x); '\"`id`")
    records = RecordList((role(("p", document(hostile, allow("b")))),))
    change = DropStatement(policy=f"{ROLE}#inline/p", statement=1)

    line = AwsEditor().command(remedy(change), records).splitlines()[-1]

    words = shlex.split(line)
    assert words[:3] == ["aws", "iam", "put-role-policy"]
    assert json.loads(words[-1])["Statement"] == [hostile]


def test_the_second_command_on_a_document_keeps_what_the_first_did() -> None:
    records = RecordList((role(("p", document(allow("a"), allow("b"), allow("c")))),))
    one, two = (
        remedy(DropStatement(policy=f"{ROLE}#inline/p", statement=number)) for number in (0, 2)
    )

    words = shlex.split(AwsEditor().command(two, records, after=[one]).splitlines()[-1])

    assert [s["Sid"] for s in json.loads(words[-1])["Statement"]] == ["b"]


def test_terraform_adds_and_leaves_templates_alone() -> None:
    records = RecordList((role(),))
    forbid = Forbid(principal=ROLE, actions=("s3:*",), resources=("arn:aws:s3:::${aws:x}",))

    text = AwsEditor().terraform(remedy(forbid), records)

    assert 'resource "aws_iam_role_policy"' in text
    assert "$${aws:x}" in text
    drop = DropStatement(policy=f"{ROLE}#trust", statement=0)
    assert AwsEditor().terraform(remedy(drop), records) == ""
