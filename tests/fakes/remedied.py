# SPDX-License-Identifier: Apache-2.0
"""Small estates to be changed by remedies, and the facts that are left of them."""

import json

from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record, Records
from bartizan.model.remedy import Change, Remedy
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
