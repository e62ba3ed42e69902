# SPDX-License-Identifier: Apache-2.0
import json
import random
import string

import pytest

from bartizan.model.secret import MARKER, SCAN_LIMIT, find, fingerprint, mark, markers, recognise

_KEY = b"0" * 32
_LETTERS = string.ascii_letters + string.digits


def _drawn(size: int, alphabet: str = _LETTERS) -> str:
    """A made-up value, so that no file here holds anything of a credential's form."""
    return "".join(random.Random(size).choices(alphabet, k=size))  # noqa: S311 - not for secrecy


_ACCESS_KEY = "AKIA" + _drawn(16, string.ascii_uppercase)
_SECRET_KEY = _drawn(40, _LETTERS + "/+")
_PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + _drawn(64) + "\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (_ACCESS_KEY, "aws-access-key-id"),
        ("ASIA" + _drawn(16, string.ascii_uppercase), "aws-access-key-id"),
        (_SECRET_KEY, "aws-secret-access-key"),
        (_PEM, "private-key"),
        ("ghp_" + _drawn(36), "github-token"),
        ("github_pat_" + _drawn(60), "github-token"),
        ("glpat-" + _drawn(20), "gitlab-token"),
        ("xoxb-" + _drawn(40), "slack-token"),
        ("https://hooks.slack.com/services/" + _drawn(40), "slack-token"),
        ("sk_live_" + _drawn(24), "stripe-key"),
        ("AIza" + _drawn(35), "google-api-key"),
        ("npm_" + _drawn(36), "npm-token"),
        ("eyJ" + _drawn(20) + ".eyJ" + _drawn(40) + "." + _drawn(43), "jwt"),
        ("AQICAH" + _drawn(120), "kms-ciphertext"),
        ("postgres://app:hunter2@db.internal:5432/orders", "connection-string"),
        ("redis://:hunter2@cache:6379", "connection-string"),
        ("Server=db;User Id=app;Password=hunter2;", "connection-string"),
        (_drawn(32, "0123456789abcdef"), "high-entropy"),
        (_drawn(30), "high-entropy"),
    ],
)
def test_a_credential_is_known_by_its_form(value: str, kind: str) -> None:
    assert recognise(value) == kind
    assert recognise(f"  {value}\n") == kind


@pytest.mark.parametrize(
    "value",
    [
        "",
        "info",
        "eu-west-1",
        "https://example.com/a/path?q=1",
        "postgres://db.internal:5432/orders",
        "arn:aws:s3:::bucket-of-the-orders-service",
        "this is only a sentence of some length",
        "/usr/local/share/certificates/authority",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "orders-service-production-queue-name",
        "AKIA",
    ],
)
def test_an_ordinary_value_is_no_credential(value: str) -> None:
    assert recognise(value) is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-1", "arn"),
        ("300", "number"),
        ("True", "flag"),
        ("", "flag"),
        ("12345678", "unknown"),
        ("info", "unknown"),
    ],
)
def test_what_is_no_credential_is_hidden_too(value: str, kind: str) -> None:
    marker = mark(value, key=_KEY)[MARKER]

    assert isinstance(marker, dict)
    assert marker["kind"] == kind
    assert marker["length"] == len(value)


def test_equal_values_have_equal_fingerprints_under_one_key_only() -> None:
    assert fingerprint("hunter2", key=_KEY) == fingerprint("hunter2", key=_KEY)
    assert fingerprint("hunter2", key=_KEY) != fingerprint("hunter2", key=b"1" * 32)
    assert fingerprint("hunter2", key=_KEY) != fingerprint("hunter3", key=_KEY)
    assert fingerprint("\ud800", key=_KEY)


def test_an_access_key_id_stays_since_it_is_no_secret() -> None:
    assert mark(_ACCESS_KEY, key=_KEY)[MARKER] == {
        "kind": "aws-access-key-id",
        "fingerprint": fingerprint(_ACCESS_KEY, key=_KEY),
        "length": 20,
        "hint": "an AWS access key id",
        "id": _ACCESS_KEY,
    }


def test_secrets_in_a_script_are_found_each_with_its_kind() -> None:
    script = "\n".join(
        (
            "#!/bin/sh",
            f"export AWS_ACCESS_KEY_ID={_ACCESS_KEY}",
            f"export AWS_SECRET_ACCESS_KEY={_SECRET_KEY}",
            "export DB_PASSWORD='hunter22' # changed",
            "password=$(fetch) token={{ vault }} secret=",
            "echo arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders",
            "curl https://user:hunter2@example.com/file",
            _PEM,
        )
    )

    found = [(one.kind, one.of(script)) for one in find(script)]

    assert found == [
        ("aws-access-key-id", _ACCESS_KEY),
        ("aws-secret-access-key", _SECRET_KEY),
        ("password", "hunter22"),
        ("connection-string", "hunter2"),
        ("private-key", _PEM),
    ]


def test_a_text_is_marked_with_what_is_found_inside_it() -> None:
    marker = mark(f"id: {_ACCESS_KEY}\nmore", key=_KEY)[MARKER]

    assert isinstance(marker, dict)
    assert marker["kind"] == "unknown"
    assert marker["found"] == [
        {
            "kind": "aws-access-key-id",
            "fingerprint": fingerprint(_ACCESS_KEY, key=_KEY),
            "length": 20,
            "id": _ACCESS_KEY,
        }
    ]


def test_a_text_that_is_too_long_says_that_it_was_not_searched_to_the_end() -> None:
    long = mark("a " * SCAN_LIMIT, key=_KEY)[MARKER]
    many = mark(f"{_ACCESS_KEY} " * 101, key=_KEY)[MARKER]
    short = mark("a", key=_KEY)[MARKER]

    assert isinstance(long, dict)
    assert isinstance(many, dict)
    assert isinstance(short, dict)
    assert long["cut"] is True
    assert many["cut"] is True
    assert "cut" not in short


def test_markers_are_found_with_the_place_where_they_stand() -> None:
    body = {
        "Environment": {"Variables": {"A": mark("x", key=_KEY)}},
        "containers": [
            {"name": "app", "environment": [{"name": "B", "value": mark("y", key=_KEY)}]},
            {"command": [mark("z", key=_KEY)]},
            {"name": "twin", "value": mark("1", key=_KEY)},
            {"name": "twin", "value": mark("2", key=_KEY)},
        ],
        "bartizan:secret": "not a marker",
    }

    found = [(one.place, one.name) for one in markers(json.loads(json.dumps(body)))]

    assert found == [
        ("Environment.Variables.A", "A"),
        ("containers[app].environment[B].value", "B"),
        ("containers[1].command[0]", "command"),
        ("containers[2].value", "twin"),
        ("containers[3].value", "twin"),
    ]
