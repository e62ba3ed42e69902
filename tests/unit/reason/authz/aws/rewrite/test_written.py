# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.rewrite.written import Sheet, compact, size, written
from tests.fakes.policy_text import text
from tests.fakes.statements import allow, deny, trusts

BARE = '{"Statement": {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["a", "*"]}}'
CONDITIONS = {
    "StringLike": {"aws:PrincipalTag/a": ["x", "y*"], "aws:UserAgent": "z"},
    "Bool": {"aws:SecureTransport": "false"},
}


@pytest.mark.parametrize(
    "given",
    [
        BARE,
        text(allow(["s3:GetObject", "s3:PutObject"], Sid="one"), deny("iam:*"), Id="mine"),
        text(allow("s3:*", Condition=CONDITIONS)),
        text(
            allow("s3:*", Principal="*"),
            allow("s3:*", NotPrincipal={"Service": ["a.amazonaws.com", "b.amazonaws.com"]}),
            trusts({"AWS": ["*", "111111111111"], "Federated": "f", "CanonicalUser": "c"}),
        ),
    ],
)
def test_what_is_written_is_the_document_that_was_read(given: str) -> None:
    found = written(read(given, name="p"), Sheet.of(given))

    assert found == json.loads(given)


def test_everyone_is_written_the_short_way() -> None:
    given = text(allow("s3:*", Principal={"AWS": "*"}))

    (statement,) = json.loads(compact(written(read(given, name="p"), Sheet.of(given))))[
        "Statement"
    ]
    assert statement["Principal"] == "*"


def test_white_space_is_free_but_in_names() -> None:
    assert size('{ "Id" :\n\t"a b \\" c" }') == len('{"Id":"a b \\" c"}')
