# SPDX-License-Identifier: Apache-2.0
"""Whatever the text, reading a policy ends in a document or in an error for people."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import PolicyError
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import read

_WORDS = st.sampled_from(
    (
        *("Version", "Statement", "Sid", "Id", "Effect", "Allow", "Deny", "Action", "NotAction"),
        *("Resource", "Principal", "NotPrincipal", "AWS", "Service", "Condition"),
        *("StringEquals", "Null", "2012-10-17", "*", "s3:*", "arn:aws:s3:::b/${x"),
    )
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | st.text(max_size=8)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.text(max_size=8), inner)
    ),
    max_leaves=12,
)
_STATEMENT = st.fixed_dictionaries(
    {},
    optional={
        "Effect": st.sampled_from(("Allow", "Deny")) | _JSON,
        "Action": st.just("s3:*") | _JSON,
        "Resource": st.just("*") | _JSON,
        "Principal": st.just("*") | _JSON,
        "Condition": st.dictionaries(_WORDS, _JSON, max_size=2) | _JSON,
    },
)
_KINDS = st.sampled_from(("", "identity", "trust", "resource", "scp", "rcp", "endpoint"))


def _outcome(text: str, kind: str) -> Document | PolicyError:
    try:
        return read(text, name="fuzz", type=kind)
    except PolicyError as error:
        return error


def _settled(text: str, kind: str) -> None:
    found = _outcome(text, kind)
    if isinstance(found, Document):
        assert all(len(statement.text) <= 2000 for statement in found.statements)
    else:
        assert found.at is not None
        assert found.hint
        assert "\n" not in found.message


@given(st.text(), _KINDS)
def test_junk_never_escapes_as_another_error(text: str, kind: str) -> None:
    _settled(text, kind)


@given(_JSON, _KINDS)
def test_any_json_never_escapes_as_another_error(value: object, kind: str) -> None:
    _settled(json.dumps(value), kind)


@given(st.lists(_STATEMENT, max_size=3) | _STATEMENT, _KINDS)
def test_what_looks_like_a_policy_never_escapes_as_another_error(
    statements: object, kind: str
) -> None:
    _settled(json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=1), kind)


@given(st.lists(st.sampled_from(("[", "]", "{", "}", '"', '{"a":', ",", "1")), max_size=300))
def test_broken_nesting_never_escapes_as_another_error(pieces: list[str]) -> None:
    _settled("".join(pieces), "")
