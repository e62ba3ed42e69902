# SPDX-License-Identifier: Apache-2.0
"""A call that is denied hides no path and opens none: a few calls here, all in `tests/slow`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_scan import MemoryDraft, sign_in_as
from tests.fakes.aws_server import CALLER, FakeAws, Fault, Reply, account_of
from tests.fakes.denied_estate import complaints, scan, view

MEMBER, PARTNER = "222222222222", "999999999999"
REGION = "eu-west-1"
SERVICES = frozenset({"IAM", "S3"})
POLICIES = f"arn:aws:organizations::{CALLER}:policy/o-1/service_control_policy/"


def document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def roles(asked: Asked) -> dict[str, Any]:
    """A partner may act as a role of the member that reads all buckets, and is one's own admin."""
    if account_of(asked) != MEMBER:
        return {}
    trust = document(Principal={"AWS": f"arn:aws:iam::{PARTNER}:root"}, Action="sts:AssumeRole")
    reads = document(Action="s3:*", Resource="*")
    role = {
        "RoleName": "partner",
        "RoleId": "AROAPARTNER",
        "Path": "/",
        "Arn": f"arn:aws:iam::{MEMBER}:role/partner",
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": "reads", "PolicyDocument": reads}],
    }
    return {"RoleDetailList": [role]}


def buckets(asked: Asked) -> dict[str, Any]:
    own = account_of(asked) == MEMBER
    names = ("books", "vault") if own else ()
    return {"Buckets": [{"Name": one, "CreationDate": "2026-01-01T00:00:00Z"} for one in names]}


def summary(name: str) -> dict[str, str]:
    return {"Id": name, "Arn": POLICIES + name, "Name": name, "Type": "SERVICE_CONTROL_POLICY"}


def guardrails(asked: Asked) -> dict[str, Any]:
    """Everything is allowed at each level; the root keeps everybody from the vault."""
    scp = "SERVICE" in str(asked.parameters["Filter"])
    return {"Policies": [summary("p-full"), summary("p-vault")] if scp else []}


def guardrail(asked: Asked) -> dict[str, Any]:
    name = str(asked.parameters["PolicyId"])
    content = document(Action="*", Resource="*")
    if name == "p-vault":
        content = document(Effect="Deny", Action="s3:*", Resource="arn:aws:s3:::vault*")
    return {"Policy": {"PolicySummary": summary(name), "Content": content}}


def targets(asked: Asked) -> dict[str, Any]:
    full = asked.parameters["PolicyId"] == "p-full"
    return {"Targets": [{"TargetId": one} for one in ("r-1", *((CALLER, MEMBER) if full else ()))]}


REPLIES: dict[str, Reply] = {
    "iam:GetAccountAuthorizationDetails": roles,
    "s3:ListBuckets": buckets,
    "s3:GetBucketLocation": {"LocationConstraint": REGION},
    "s3:GetBucketPolicy": Fault("NoSuchBucketPolicy", status=404),
    "organizations:ListPolicies": guardrails,
    "organizations:DescribePolicy": guardrail,
    "organizations:ListTargetsForPolicy": targets,
}
CALLS = (
    "organizations:DescribeOrganization",
    "organizations:ListAccounts",
    "organizations:ListChildren",
    "organizations:ListTargetsForPolicy",
    "organizations:DescribePolicy",
    "iam:GetAccountAuthorizationDetails",
    "s3:ListBuckets",
    "s3:GetBucketPolicy",
)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    sign_in_as(monkeypatch)
    services = ("sts", "organizations", "ec2", "iam", "s3control", "s3")
    with FakeAws(services=services, members=[MEMBER], replies=dict(REPLIES)) as made:
        yield made


def read(aws: FakeAws) -> MemoryDraft:
    draft = MemoryDraft()
    scan(aws.url, draft, services=SERVICES)
    return draft


def test_each_of_a_few_calls_denied_hides_no_path_and_opens_none(aws: FakeAws) -> None:
    whole = view(read(aws).pieces)
    reached = {str(path.jewel.foothold) for path in whole.findings.proved}
    assert "read arn:aws:s3:::books" in reached
    assert "read arn:aws:s3:::vault" not in reached

    told: dict[str, list[str]] = {}
    for operation in CALLS:
        aws.denied = {operation}
        told[operation] = complaints(whole, view(read(aws).pieces), operation)

    assert {operation: said for operation, said in told.items() if said} == {}


def test_an_answer_that_lacks_a_denied_call_is_called_incomplete(
    aws: FakeAws,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path))
    aws.denied = {"s3:GetBucketPolicy"}
    pieces = read(aws).pieces
    draft = wiring.store().begin(scope="test", started_at=wiring.now(), resume=False)
    for name, rows in pieces.items():
        draft.write(name, [row for row in rows if "skipped" not in row.body.values()])
    draft.commit(sources=("aws",), finished_at=wiring.now())

    strict = run(["paths", "--format", "json"])
    said = json.loads(capfd.readouterr().out)
    lenient = run(["paths", "--allow-incomplete", "--fail-on", "never"])

    assert (strict, lenient) == (3, 0)
    assert "s3:GetBucketPolicy" in {row["action"] for row in said["unread"]}
