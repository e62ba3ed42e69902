# SPDX-License-Identifier: Apache-2.0
"""From plans, states and code to a snapshot of what code makes, and to answers about it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from tests.fakes.terraform_code import needs_terraform, write
from tests.fakes.terraform_plan import change, plan

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
CANARY = "hunter2-canary"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
READ = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))


def _resource(type_: str, name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": attributes}],
    }


def _state(place: Path, *found: dict[str, Any]) -> Path:
    top = {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}}
    place.write_text(json.dumps({**top, "resources": list(found)}))
    return place


ROLE_STATE = _resource(
    "aws_iam_role",
    "r",
    {"arn": ROLE, "name": "r", "path": "/", "unique_id": "AROAR", "assume_role_policy": TRUST},
)
POLICY_STATE = _resource("aws_iam_role_policy", "p", {"name": "p", "role": "r", "policy": READ})


def _bodies(reference: str = "latest") -> dict[tuple[str, str], Any]:
    records = wiring.store().open(reference).records
    return {
        (one.kind, one.id): one.body
        for kind in records.kinds()
        for one in records.of(kind)
        if kind != "Bartizan::Unread"
    }


def test_a_state_becomes_a_snapshot_that_answers(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bucket = _resource("aws_s3_bucket", "b", {"bucket": "b", "arn": "arn:aws:s3:::b"})
    place = _state(tmp_path / "terraform.tfstate", ROLE_STATE, POLICY_STATE, bucket)

    assert run(["load", str(place), "--whole"]) == 0

    assert _verdicts(capfd) == {"s3:GetObject": "allowed", "s3:PutObject": "denied"}
    assert ("AWS::STS::CallerIdentity", ACCOUNT) in _bodies()


def _verdicts(capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return what the role may do to the bucket."""
    found = {}
    for action in ("s3:GetObject", "s3:PutObject"):
        capfd.readouterr()
        run(["can", ROLE, action, "arn:aws:s3:::b/k", "--format", "json"])
        found[action] = json.loads(capfd.readouterr().out)["verdict"]
    return found


def test_what_others_may_have_put_beside_the_code_is_unknown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bucket = _resource("aws_s3_bucket", "b", {"bucket": "b", "arn": "arn:aws:s3:::b"})
    place = _state(tmp_path / "s.json", ROLE_STATE, POLICY_STATE, bucket)

    assert run(["load", str(place)]) == 3

    assert _verdicts(capfd) == {"s3:GetObject": "unknown", "s3:PutObject": "unknown"}


def _unread() -> set[tuple[object, object]]:
    records = wiring.store().open("latest").records
    return {(one.body["service"], one.body["code"]) for one in records.of("Bartizan::Unread")}


def test_types_that_are_not_understood_leave_their_service_unknown_though_all_is_there(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bucket = _resource("aws_s3_bucket", "b", {"bucket": "b", "arn": "arn:aws:s3:::b"})
    other = _resource("aws_s3_object", "o", {"bucket": "b", "key": "k"})
    place = _state(tmp_path / "s.json", ROLE_STATE, POLICY_STATE, bucket, other)

    assert run(["load", str(place), "--whole"]) == 3

    assert _unread() == {("terraform", "not-understood"), ("s3", "skipped")}
    assert _verdicts(capfd)["s3:PutObject"] == "unknown"


def test_a_type_of_a_service_that_is_not_known_leaves_all_unknown(tmp_path: Path) -> None:
    thing = _resource("aws_new_thing", "x", {})
    place = _state(tmp_path / "s.json", ROLE_STATE, thing)

    assert run(["load", str(place), "--whole"]) == 3

    assert _unread() > {("iam", "skipped"), ("organizations", "skipped"), ("s3", "skipped")}


def test_where_there_is_nothing_else_nobody_has_shut_the_internet_out(tmp_path: Path) -> None:
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1"
    vpc = {"arn": arn, "id": "vpc-1", "region": "eu-west-1", "cidr_block": "10.0.0.0/8"}
    place = _state(tmp_path / "s.json", _resource("aws_vpc", "v", vpc))
    switch = (
        "AWS::EC2::VPCBlockPublicAccessOptions",
        f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc-block-public-access-options",
    )

    run(["load", str(place), "--account", f"aws={ACCOUNT}"])
    assert switch not in _bodies()
    run(["load", str(place), "--account", f"aws={ACCOUNT}", "--whole"])
    assert _bodies()[switch] == {"InternetGatewayBlockMode": "off"}


def test_a_plan_of_a_part_is_not_the_whole(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "plan.json"
    place.write_bytes(plan(change("aws_iam_user.u", after={"name": "u"}), errored=True))

    assert run(["load", str(place), "--whole"]) == 2
    assert "this is not the whole: planning ended with an error" in capfd.readouterr().err
    assert run(["load", str(place)]) == 3


def test_a_plan_is_loaded_as_what_is_there_after_it(tmp_path: Path) -> None:
    role = {"name": "r", "arn": ROLE, "path": "/", "assume_role_policy": TRUST}
    content = plan(
        change("aws_iam_role.r", before=role, after=role, actions=("no-op",)),
        change("aws_iam_user.gone", before={"name": "gone", "arn": ROLE}),
        change("aws_iam_user.new", after={"name": "new"}),
        change(
            "aws_iam_user.kept",
            before={"name": "kept", "arn": f"arn:aws:iam::{ACCOUNT}:user/kept"},
            actions=("forget",),
        ),
    )
    place = tmp_path / "plan.json"
    place.write_bytes(content)

    run(["load", str(place)])

    found = {id_ for kind, id_ in _bodies() if kind.startswith("AWS::IAM::")}
    users = {f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in ("new", "kept")}
    assert found == {ROLE, *users}


def test_secrets_do_not_reach_the_snapshot(tmp_path: Path) -> None:
    function = {
        "function_name": "f",
        "arn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f",
        "role": ROLE,
        "environment": [{"variables": {"PASSWORD": CANARY}}],
    }
    database = {
        "identifier": "d",
        "arn": f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:d",
        "password": CANARY,
        "engine": "postgres",
    }
    key = {"id": "AKIA", "user": "u", "secret": CANARY}
    tagged = {**ROLE_STATE, "instances": [dict(ROLE_STATE["instances"][0])]}
    tagged["instances"][0]["attributes"] = {
        **ROLE_STATE["instances"][0]["attributes"],
        "tags": {"t": CANARY},
    }
    tagged["instances"][0]["sensitive_attributes"] = [[{"type": "get_attr", "value": "tags"}]]
    place = _state(
        tmp_path / "s.json",
        tagged,
        _resource("aws_lambda_function", "f", function),
        _resource("aws_db_instance", "d", database),
        _resource("aws_iam_access_key", "k", key),
    )

    run(["load", str(place)])

    assert CANARY not in repr(_bodies())
    assert ("AWS::Lambda::Function", function["arn"]) in _bodies()


def test_a_snapshot_is_left_in_a_folder_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = _state(tmp_path / "s.json", ROLE_STATE)
    out = tmp_path / "out"

    run(["load", str(place), "--out", str(out)])
    again = run(["load", str(place), "--out", str(out)])

    assert _bodies(str(out)) == _bodies()
    assert again == 2
    assert "error[store]" in capfd.readouterr().err


def test_files_of_both_kinds_are_loaded_apart(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = _state(tmp_path / "s.json", ROLE_STATE)
    other = tmp_path / "s3api-list-buckets.json"
    other.write_text('{"Buckets": []}')

    assert run(["load", str(place), str(other)]) == 2
    assert "load them apart" in capfd.readouterr().err


@pytest.mark.parametrize(
    "case",
    [
        (("s.json", "--state", "s.json"), "a state belongs to one folder of code"),
        (("s3api-list-buckets.json", "--var", "a=b"), "options were given for code"),
        (("s3api-list-buckets.json", "--whole"), "options were given for code"),
        (("s.json", "--account", "aws=1"), "no account id: `1`"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[tuple[str, ...], str],
) -> None:
    options, reason = case
    _state(tmp_path / "s.json", ROLE_STATE)
    (tmp_path / "s3api-list-buckets.json").write_text('{"Buckets": []}')
    monkeypatch.chdir(tmp_path)

    assert run(["load", *options]) == 2
    assert reason in capfd.readouterr().err


CODE = """
provider "aws" {
  region = "eu-west-1"
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_iam_role_policy" "p" {
  name = "p"
  role = aws_iam_role.r.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "*", Resource = aws_iam_role.r.arn }]
  })
}
resource "aws_s3_bucket" "b" {
  bucket = "b"
  tags   = { a = "b" }
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
"""


@needs_terraform
def test_code_its_plan_and_the_state_of_it_are_the_same_estate(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "code", CODE)
    account = ["--account", f"aws={ACCOUNT}"]
    run(["plan", str(folder), *account, "--out", str(tmp_path / "plan.json")])
    made = json.loads((tmp_path / "plan.json").read_bytes())
    shown = {"format_version": "1.0", "values": made["planned_values"]}
    (tmp_path / "state.json").write_text(json.dumps(shown))

    found = []
    for place in (folder, tmp_path / "plan.json", tmp_path / "state.json"):
        run(["load", str(place), *account])
        found.append(_bodies())

    capfd.readouterr()
    assert found[0] == found[1] == found[2]
    assert ("AWS::S3::Bucket", "arn:aws:s3:::b") in found[0]
