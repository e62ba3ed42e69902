# SPDX-License-Identifier: Apache-2.0
import random
import string

import pytest

from bartizan.model.facts.identity import Credential
from bartizan.model.record import Json, Record, RecordList
from bartizan.model.redact import redact
from bartizan.model.secret import fingerprint, mark
from bartizan.sources.aws.credential import credentials
from tests.fakes.service_records import ACCOUNT, aws_record

_KEY = b"0" * 32
_LAMBDA = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
_ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


def _id(letter: str) -> str:
    return "AKIA" + letter * 16


def _secret(seed: int) -> str:
    drawn = random.Random(seed)  # noqa: S311 - made up, not for secrecy
    return "".join(drawn.choices(string.ascii_letters + string.digits + "/+", k=40))


def _function(variables: dict[str, str], **body: Json) -> Record:
    marked: dict[str, Json] = {name: mark(value, key=_KEY) for name, value in variables.items()}
    environment: Json = {"Variables": marked}
    return aws_record("AWS::Lambda::Function", _LAMBDA, {"Environment": environment} | body)


def _known(letter: str, *, status: str = "Active") -> tuple[Record, Record]:
    return (
        aws_record("AWS::IAM::User", _ALICE, {"UserName": "alice"}),
        aws_record("AWS::IAM::AccessKey", _id(letter), {"UserName": "alice", "Status": status}),
    )


def _found(*records: Record) -> list[Credential]:
    return list(credentials(RecordList(records), {record.kind for record in records}))


def test_a_pair_of_access_key_and_secret_signs_in_as_the_keys_user() -> None:
    function = _function({"AWS_ACCESS_KEY_ID": _id("A"), "AWS_SECRET_ACCESS_KEY": _secret(1)})
    (row,) = _found(function, *_known("A"))

    assert row == Credential(
        id=fingerprint(_secret(1), key=_KEY),
        lies_in=_LAMBDA,
        field="Environment.Variables.AWS_SECRET_ACCESS_KEY",
        kind="aws-access-key",
        authenticates=_ALICE,
        key="",
        length=40,
        account=ACCOUNT,
    )


@pytest.mark.parametrize(
    "known", [(), _known("A", status="Inactive"), _known("B")], ids=["none", "inactive", "other"]
)
def test_a_pair_whose_key_does_not_work_signs_in_as_nobody(known: tuple[Record, ...]) -> None:
    function = _function({"KEY_ID": _id("A"), "SECRET_KEY": _secret(1)})
    (row,) = _found(function, *known)

    assert (row.kind, row.authenticates) == ("aws-access-key", "")


def test_an_access_key_id_alone_is_no_credential() -> None:
    assert _found(_function({"AWS_ACCESS_KEY_ID": _id("A")}), *_known("A")) == []


def test_a_secret_without_an_id_is_a_credential_of_somebody_unknown() -> None:
    (row,) = _found(_function({"SECRET": _secret(1)}), *_known("A"))

    assert (row.kind, row.authenticates) == ("aws-secret-access-key", "")


def test_of_two_pairs_each_id_goes_with_the_secret_of_its_own_name() -> None:
    function = _function(
        {
            "A_ACCESS_KEY_ID": _id("A"),
            "B_ACCESS_KEY_ID": _id("B"),
            "C_SECRET_ACCESS_KEY": _secret(3),
            "B_SECRET_ACCESS_KEY": _secret(2),
        }
    )
    rows = {
        row.field.rpartition(".")[2]: row.authenticates for row in _found(function, *_known("A"))
    }

    assert rows == {"B_SECRET_ACCESS_KEY": "", "C_SECRET_ACCESS_KEY": _ALICE}


def test_a_pair_inside_a_script_is_one_credential() -> None:
    script = f"AWS_ACCESS_KEY_ID={_id('A')}\nAWS_SECRET_ACCESS_KEY={_secret(1)}\n"
    body = redact({"UserData": {"Value": script}}, ["UserData"], key=_KEY)
    (row,) = _found(aws_record("AWS::EC2::InstanceUserData", "i-1", body), *_known("A"))

    assert (row.lies_in, row.field, row.authenticates) == ("i-1", "UserData.Value", _ALICE)


def test_the_part_of_a_thing_that_carries_a_secret_is_named_behind_the_field() -> None:
    body = redact({"UserData": "ghp_" + "Aa1" * 12}, ["UserData"], key=_KEY)
    (row,) = _found(aws_record("AWS::EC2::LaunchTemplateVersion", "lt-1#3", body))

    assert (row.lies_in, row.field, row.kind) == ("lt-1", "UserData#3", "github-token")


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("DB_PASSWORD", "hunter2", "password"),
        ("TOKEN", "x" * 40, "password"),
        ("SESSION_SECRET", "Xa8" * 10 + "bQ9zR", "password"),
        ("DATABASE_URL", "postgres://a:b@c/d", "connection-string"),
        ("LICENCE", "Xa8bQ9zRkL3mN7pW2vTy", "unknown"),
        ("LEVEL", "info", ""),
        ("PASSENGER_LIMIT", "many", ""),
        ("SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:x", ""),
        ("TOKEN_SECONDS", "300", ""),
        ("PASSWORD_REQUIRED", "true", ""),
    ],
)
def test_the_name_tells_where_the_form_does_not(name: str, value: str, kind: str) -> None:
    assert [row.kind for row in _found(_function({name: value}))] == ([kind] if kind else [])


def test_the_name_of_a_listed_value_is_that_of_its_element() -> None:
    body: dict[str, Json] = {
        "environment": [
            {"name": "DB_PASSWORD", "value": mark("hunter2", key=_KEY)},
            {"name": "LEVEL", "value": mark("info", key=_KEY)},
        ]
    }
    (row,) = _found(aws_record("AWS::ECS::TaskDefinition", "t", body))

    assert (row.field, row.kind) == ("environment[DB_PASSWORD].value", "password")


def test_who_reads_an_environment_needs_the_key_that_encrypts_it() -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
    encrypted = _function({"DB_PASSWORD": "AQICAH" + "a" * 120}, KMSKeyArn=key)
    (row,) = _found(encrypted)

    assert (row.kind, row.key) == ("kms-ciphertext", key)


def test_a_damaged_marker_is_no_credential() -> None:
    body: dict[str, Json] = {
        "A": {"bartizan:secret": {"kind": 1, "fingerprint": "f"}},
        "B": {"bartizan:secret": {"kind": "jwt", "fingerprint": "f", "length": "x", "found": 1}},
        "C": {"bartizan:secret": {"kind": "arn", "fingerprint": "f", "found": ["x"]}},
    }

    assert [(row.field, row.length) for row in _found(aws_record("AWS::X::Y", "z", body))] == [
        ("B", 0)
    ]
