# SPDX-License-Identifier: Apache-2.0
"""A change is judged by the paths that it opens, over what is there already."""

import json
from collections.abc import Sequence
from importlib.resources import files

import jsonschema
import pytest
from msgspec import structs

from bartizan.app import wiring
from bartizan.app.gate import gate
from bartizan.app.paths import Engine, Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.gate import Gate, Judgement
from bartizan.model.record import Json, Record, RecordList
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.model.step import Step
from bartizan.report.gate import GATE_FORMATS
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import read
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.terraform_plan import Described, change, plan

OUTSIDE = "999999999999"
TRUST: dict[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OUTSIDE}:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
ALL: dict[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
NOTHING: dict[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}
ARN = f"arn:aws:iam::{ACCOUNT}:role/vendor"
TRUST_OF_VENDOR: dict[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": ARN}, "Action": "sts:AssumeRole"}],
}
INLINE: Described = {"name": "all", "role": "vendor"}


def estate(*inline: dict[str, Json]) -> tuple[Record, ...]:
    """An account with a role that an outside account may act as."""
    policies: list[Json] = [
        {"PolicyName": f"p{number}", "PolicyDocument": one} for number, one in enumerate(inline)
    ]
    root = f"arn:aws:iam::{ACCOUNT}:root"
    return (
        record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=root),
        *all_asked(ACCOUNT),
        record(
            "AWS::IAM::Role", ARN, RoleName="vendor", RoleId="AROAV", Path="/", Arn=ARN,
            AssumeRolePolicyDocument=TRUST, RolePolicyList=policies,
        ),
    )  # fmt: skip


def judged(
    *changes: Described,
    records: tuple[Record, ...] = (),
    errored: bool = False,
    account: str = ACCOUNT,
    question: Question = Question(cut=False),  # noqa: B008 - it never changes
    engine: Engine | None = None,
    access: bool = False,
) -> Gate:
    manifest = Manifest(
        id=SnapshotId("s"), format=1, tool_version="", parent=None, sources=(),
        started_at="2026-01-01T00:00:00Z", finished_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    snapshot = Supposed(manifest, RecordList(records or estate()), wiring.normaliser())
    told = plan(*changes, account=account, errored=errored)
    planned = PlannedChange(plans=(read(told, "p.json"),), said={}, key=b"0" * 32)
    return gate(engine or wiring.engine(Settings()), snapshot, planned, question, access=access)


def policy(document: Json) -> Described:
    return change("aws_iam_role_policy.all", after=INLINE | {"policy": json.dumps(document)})


def test_a_policy_that_makes_an_outsider_administrator_is_caught() -> None:
    found = judged(policy(ALL))

    assert found.judgement is Judgement.NEW
    assert {path.jewel.foothold.entity for path in found.comparison.appeared} == {ACCOUNT}


def test_its_twin_that_allows_nothing_is_let_through_in_silence() -> None:
    found = judged(policy(NOTHING))

    assert found.judgement is Judgement.CLEAN
    assert found.comparison.appeared == ()


def test_a_path_that_was_there_already_is_not_told_again() -> None:
    found = judged(policy(ALL), records=estate(ALL))

    assert found.judgement is Judgement.CLEAN
    assert found.comparison.unchanged > 0


def test_a_boundary_that_goes_opens_what_it_held_back() -> None:
    role = {
        "name": "vendor", "path": "/", "arn": ARN, "assume_role_policy": json.dumps(TRUST),
        "permissions_boundary": f"arn:aws:iam::{ACCOUNT}:policy/none",
    }  # fmt: skip
    arn = f"arn:aws:iam::{ACCOUNT}:policy/none"
    version: Json = {"VersionId": "v1", "IsDefaultVersion": True, "Document": NOTHING}
    none = record(
        "AWS::IAM::ManagedPolicy", arn, Arn=arn, PolicyName="none", DefaultVersionId="v1",
        PolicyVersionList=[version],
    )  # fmt: skip
    caller, *told, vendor = estate(ALL)
    limit: Json = {"PermissionsBoundaryArn": arn}
    bounded = structs.replace(vendor, body={**vendor.body, "PermissionsBoundary": limit})
    held = (caller, *told, bounded, none)
    loose = change("aws_iam_role.vendor", before=role, after=role | {"permissions_boundary": None})

    assert judged(loose, records=held).judgement is Judgement.NEW


def _causes(found: Gate) -> set[str]:
    return {one for held in found.causes.values() for one in held}


def test_whom_a_policy_of_aws_is_given_to_says_what_opens_a_path() -> None:
    """The path's last statement is in a policy that others have too, and nothing before it is new:
    whoever may replace the code of the function acts as its role.
    """
    worker, function = (
        f"arn:aws:iam::{ACCOUNT}:role/worker",
        f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f",
    )
    trust: Json = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    change_code: dict[str, Json] = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"],
                "Resource": "*",
            }
        ],
    }
    records = (
        *estate(change_code),
        record(
            "AWS::IAM::Role", worker, RoleName="worker", RoleId="AROAW", Path="/", Arn=worker,
            AssumeRolePolicyDocument=trust,
        ),
        record("AWS::Lambda::Function", function, FunctionArn=function, Role=worker),
    )  # fmt: skip
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    given = {"role": "worker", "policy_arn": admin}

    found = judged(
        change("aws_iam_role_policy_attachment.w", after=given),
        change("aws_iam_user.u", after={"name": "u", "path": "/"}),
        records=records,
    )

    assert found.judgement is Judgement.NEW
    assert _causes(found) == {"aws_iam_role_policy_attachment.w"}


def test_access_is_told_of_whoever_has_it_by_name_and_once() -> None:
    issuer = "token.actions.githubusercontent.com"
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"
    docs = f"arn:aws:iam::{ACCOUNT}:role/docs"

    def trust(subject: str) -> Json:
        condition: Json = {
            "StringEquals": {f"{issuer}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{issuer}:sub": subject},
        }
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": provider},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": condition,
                }
            ],
        }

    narrow, wide = "repo:acme/docs:ref:refs/heads/main", "repo:acme/docs:*"
    records = (
        *estate(),
        record(
            "AWS::IAM::OIDCProvider", provider, Arn=provider, Url=issuer,
            ClientIDList=["sts.amazonaws.com"],
        ),
        record(
            "AWS::IAM::Role", docs, RoleName="docs", RoleId="AROAD", Path="/", Arn=docs,
            AssumeRolePolicyDocument=trust(narrow),
        ),
    )  # fmt: skip
    role = {"name": "docs", "path": "/", "arn": docs}
    before, after = (role | {"assume_role_policy": json.dumps(trust(s))} for s in (narrow, wide))

    found = judged(
        change("aws_iam_role.docs", before=before, after=after), records=records, access=True
    )
    told = " ".join(GATE_FORMATS["text"](found).decode().split())

    assert found.judgement is Judgement.CLEAN
    assert told.count("act as role docs") == 1
    assert (
        f"any workflow of acme/docs (GitHub Actions) can now act as role docs in {ACCOUNT}: "
        "Assume a role with a token of an outside identity provider"
    ) in told


def test_what_attackers_allow_their_own_is_no_reason() -> None:
    found = judged(policy(ALL))

    reasons = [
        one.subject
        for path in found.comparison.appeared
        for step in path.steps
        for one in step.evidence
    ]
    assert f"{ARN}#trust" in reasons
    assert not [one for one in reasons if one.startswith("bartizan:")]


def test_a_grant_on_a_key_says_that_it_opens_a_path() -> None:
    key, secret = (
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k",
        f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-abcdef",
    )
    root: Json = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    whole: Json = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}],
    }
    read: dict[str, Json] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
        ],
    }
    records = (
        *estate(read),
        record("AWS::KMS::KeyListEntry", key, KeyArn=key, KeyId="k"),
        record("AWS::KMS::Key", key, Arn=key, KeyId="k", KeyManager="CUSTOMER", Enabled=True),
        record("AWS::KMS::KeyPolicy", key, Policy=json.dumps(whole)),
        record("AWS::SecretsManager::Secret", secret, ARN=secret, Name="s", KmsKeyId=key),
    )
    grant = {"key_id": "k", "grantee_principal": ARN, "operations": ["Decrypt"], "grant_id": "g"}

    found = judged(change("aws_kms_grant.v", after=grant), records=records)

    assert found.judgement is Judgement.NEW
    assert _causes(found) == {"aws_kms_grant.v"}


def test_an_account_of_which_nothing_was_read_is_never_clean() -> None:
    role = {"name": "r", "path": "/", "assume_role_policy": json.dumps(NOTHING)}
    made, other = change("aws_iam_role.r", after=role), "222222222222"
    listed = record("AWS::Organizations::Account", "a", Id=other)

    found = judged(made, account=other)
    known = judged(made, account=other, records=(*estate(), listed))

    assert found.judgement is Judgement.UNKNOWN
    assert [row.operation for row in found.gaps] == ["aws_iam_role.r.provider"]
    assert found.gaps[0].reason == "the snapshot holds nothing of its account 222222222222"
    assert known.judgement is Judgement.CLEAN


def test_a_policy_that_nobody_can_read_yet_cannot_be_told() -> None:
    found = judged(change("aws_iam_role_policy.all", after=INLINE, unknown={"policy": True}))

    assert found.judgement is Judgement.UNKNOWN


def test_a_plan_of_a_part_is_never_clean() -> None:
    assert judged(policy(NOTHING), errored=True).judgement is Judgement.UNKNOWN


def test_a_path_that_the_change_closes_is_gone() -> None:
    gone = change(
        "aws_iam_role_policy.p0",
        before={"name": "p0", "role": "vendor", "policy": json.dumps(ALL)},
    )

    found = judged(gone, records=estate(ALL))

    assert found.comparison.gone
    assert found.judgement is Judgement.CLEAN


def strict() -> Engine:
    """An engine by whose definition no step holds."""

    def recheck(steps: Sequence[Step], _: Facts) -> Sequence[Step]:
        if steps:
            raise DisagreementError("none of them")
        return steps

    engine = wiring.engine(Settings())
    reasoners = [structs.replace(one, recheck=recheck) for one in engine.reasoners]
    return structs.replace(engine, reasoners=reasoners)


def test_what_appears_and_what_goes_is_decided_again_before_it_is_shown() -> None:
    with pytest.raises(DisagreementError):
        judged(policy(ALL), engine=strict())
    inline = {"name": "p0", "role": "vendor", "policy": json.dumps(ALL)}
    with pytest.raises(DisagreementError):
        judged(
            change("aws_iam_role_policy.p0", before=inline), records=estate(ALL), engine=strict()
        )


def test_what_is_not_shown_is_not_decided_again() -> None:
    found = judged(policy(ALL), records=estate(ALL), engine=strict())

    assert found.comparison.unchanged > 0


def test_a_path_that_is_only_dearer_than_the_new_ones_is_not_gone() -> None:
    assume: dict[str, Json] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
    }
    every: Json = [{"PolicyName": "all", "PolicyDocument": ALL}]
    arn = f"arn:aws:iam::{ACCOUNT}:role/behind"
    behind = record(
        "AWS::IAM::Role", arn, RoleName="behind", Path="/", RoleId="AROAB", Arn=arn,
        AssumeRolePolicyDocument=TRUST_OF_VENDOR, RolePolicyList=every,
    )  # fmt: skip
    cheapest = Question(cut=False, alternatives=0)

    found = judged(policy(ALL), records=(*estate(assume), behind), question=cheapest)

    assert found.judgement is Judgement.NEW
    assert found.comparison.gone == ()


def test_a_type_that_is_not_understood_cannot_be_told() -> None:
    assert judged(change("aws_unheard_of.x", after={})).judgement is Judgement.UNKNOWN


def test_every_format_says_the_judgement() -> None:
    found = judged(policy(ALL))

    told = {name: render(found).decode() for name, render in GATE_FORMATS.items()}

    assert "new attack path" in told["text"]
    assert "new attack path" in told["markdown"]
    document = json.loads(told["json"])
    assert document["judgement"] == "new-paths"
    schema = json.loads((files("bartizan.report") / "schema/gate.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
