# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.app.can import can
from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.verdict import Allowed, Denied, Unknown
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow

ACCOUNT = "111111111111"
NOBODY = f"arn:aws:iam::{ACCOUNT}:role/nobody"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    built.account(ACCOUNT)
    built.user("u", ACCOUNT, allows=[allow("s3:ListAllMyBuckets")])
    return built


def ask(
    facts: Facts, principal: str, action: str = "s3:ListAllMyBuckets", resource: str = "*"
) -> type:
    return type(can(facts, principal, action, resource, context={}, complete=False).verdict)


def test_what_is_written_decides(built: EstateBuilder) -> None:
    user = f"arn:aws:iam::{ACCOUNT}:user/u"

    assert ask(built.facts(), user) is Allowed
    assert ask(built.facts(), user, "iam:ListUsers") is Denied


def test_somebody_who_is_not_there_is_bad_usage(built: EstateBuilder) -> None:
    with pytest.raises(UsageError, match="no principal"):
        ask(built.facts(), NOBODY)


def test_where_identities_were_not_read_somebody_may_be_there(built: EstateBuilder) -> None:
    built.rows.append(
        Unread(
            provider="aws",
            account=ACCOUNT,
            region="",
            service="iam",
            operation="GetAccountAuthorizationDetails",
            action="iam:GetAccountAuthorizationDetails",
            kind="AWS::IAM::Role",
            resource="",
            code="denied",
            reason="",
        )
    )

    assert ask(built.facts(), NOBODY) is Unknown


@pytest.mark.parametrize(
    ("action", "resource"), [("s3:*", "*"), ("s3", "*"), ("s3:GetObject", "b")]
)
def test_a_question_that_is_not_concrete_is_bad_usage(
    built: EstateBuilder, action: str, resource: str
) -> None:
    with pytest.raises(UsageError):
        ask(built.facts(), f"arn:aws:iam::{ACCOUNT}:user/u", action, resource)
