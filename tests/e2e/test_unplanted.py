# SPDX-License-Identifier: Apache-2.0
"""An organisation that the example knows nothing of, written straight against the AWS API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from bartizan.cli.main import run
from bartizan.example.emulator import emulator

REGION = "eu-central-1"
STRANGER = "210987654321"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str = "*", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trusting(principal: dict[str, str], **more: object) -> str:
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


def client(service: str, endpoint: str, credentials: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - boto3 has no types
    given = credentials or {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given.get("SessionToken"),
    )


@dataclass(frozen=True)
class Member:
    """An account of the organisation, signed in to."""

    endpoint: str
    id: str

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
        answer = client("sts", self.endpoint).assume_role(
            RoleArn=f"arn:aws:iam::{self.id}:role/OrganizationAccountAccessRole",
            RoleSessionName="build",
        )
        return client(service, self.endpoint, answer["Credentials"])


def build(endpoint: str) -> dict[str, str]:
    """A stranger may enter one member, and go on to an encrypted bucket in the other."""
    organizations = client("organizations", endpoint)
    organizations.create_organization(FeatureSet="ALL")
    ids = {}
    for name in ("front", "vault"):
        made = organizations.create_account(Email=f"{name}@x.example", AccountName=name)
        ids[name] = made["CreateAccountStatus"]["AccountId"]
    build_front(Member(endpoint, ids["front"]), vault=ids["vault"])
    build_vault(Member(endpoint, ids["vault"]), front=ids["front"])
    return ids


def build_front(front: Member, *, vault: str) -> None:
    iam = front.client("iam")
    iam.create_role(
        RoleName="door",
        AssumeRolePolicyDocument=trusting({"AWS": f"arn:aws:iam::{STRANGER}:root"}),
    )
    reader = f"arn:aws:iam::{vault}:role/reader"
    iam.put_role_policy(
        RoleName="door", PolicyName="on", PolicyDocument=policy(allow("sts:AssumeRole", reader))
    )
    only = {"StringEquals": {"aws:PrincipalAccount": vault}}
    iam.create_role(
        RoleName="closed", AssumeRolePolicyDocument=trusting({"AWS": "*"}, Condition=only)
    )


def build_vault(vault: Member, *, front: str) -> None:
    owner = {"AWS": f"arn:aws:iam::{vault.id}:root"}
    made = vault.client("kms").create_key(Policy=policy(allow("kms:*", Principal=owner)))
    key = made["KeyMetadata"]["Arn"]
    iam = vault.client("iam")
    door = {"AWS": f"arn:aws:iam::{front}:role/door"}
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trusting(door))
    iam.put_role_policy(
        RoleName="reader",
        PolicyName="read",
        PolicyDocument=policy(
            allow("s3:GetObject", "arn:aws:s3:::strong-room/*"), allow("kms:Decrypt", key)
        ),
    )
    s3 = vault.client("s3")
    s3.create_bucket(
        Bucket="strong-room", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket="strong-room",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": rule}]
        },
    )


@pytest.fixture(scope="module")
def ids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with pytest.MonkeyPatch.context() as patch, emulator() as endpoint:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("BARTIZAN_HOME", str(home))
        ids = build(endpoint)
        words = ["scan", "aws", "--endpoint-url", endpoint, "--regions", REGION]
        assert run([*words, "--allow-incomplete"]) == 0
        yield ids


@pytest.fixture
def report(ids: dict[str, str], tmp_path: Path) -> dict[str, Any]:
    del ids  # the scan that it stands for is what is needed
    out = tmp_path / "paths.json"
    assert run(["paths", "--format", "json", "--out", str(out), "--allow-incomplete"]) == 1
    found: dict[str, Any] = json.loads(out.read_bytes())
    return found


def test_a_scan_over_the_command_line_finds_the_path_of_a_stranger(
    report: dict[str, Any], ids: dict[str, str]
) -> None:
    (path,) = (p for p in report["paths"] if p["jewel"]["entity"].endswith("strong-room"))

    assert [step["grants"]["entity"] for step in path["steps"]] == [
        f"arn:aws:iam::{ids['front']}:role/door",
        f"arn:aws:iam::{ids['vault']}:role/reader",
        "arn:aws:s3:::strong-room",
    ]
    assert path["entry"]["entity"] == STRANGER


def test_what_nobody_can_do_is_not_reported(report: dict[str, Any]) -> None:
    assert "role/closed" not in json.dumps(report["paths"])


def test_the_cut_is_checked_on_the_changed_estate(report: dict[str, Any]) -> None:
    assert report["cut"]["paths_left"] == 0
    assert report["cut"]["optimal"] is True
    assert report["cut"]["lower_bound"] == report["cut"]["cost"]


def test_one_request_is_decided_and_explained(
    ids: dict[str, str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    reader = f"arn:aws:iam::{ids['vault']}:role/reader"

    allowed = run(["can", reader, "s3:GetObject", "arn:aws:s3:::strong-room/k", "--explain"])
    said = capfdbinary.readouterr().out
    refused = run(["can", reader, "s3:PutObject", "arn:aws:s3:::strong-room/k"])

    assert (allowed, refused) == (0, 0)
    assert said.lower().startswith(b"allowed")
    assert capfdbinary.readouterr().out.lower().startswith(b"denied")


def test_nothing_is_new_between_a_snapshot_and_itself(ids: dict[str, str]) -> None:
    del ids

    assert run(["diff", "latest", "latest"]) == 0


def test_the_snapshot_verifies(ids: dict[str, str]) -> None:
    del ids

    assert run(["snapshot", "verify"]) == 0
