# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.usage import is_of

ROLE = "arn:aws:iam::111111111111:role/path/web"


@pytest.mark.parametrize(
    ("principal", "same"),
    [
        (ROLE, True),
        ("arn:aws:sts::111111111111:assumed-role/web/s", True),
        ("arn:aws:sts::222222222222:assumed-role/web/s", False),
        ("arn:aws:sts::111111111111:assumed-role/path/s", False),
        ("arn:aws:iam::111111111111:user/web", False),
        ("", False),
    ],
)
def test_a_session_is_of_the_role_of_its_account_and_name(principal: str, *, same: bool) -> None:
    assert is_of(principal, [ROLE]) is same


def test_a_session_is_of_no_user() -> None:
    user = "arn:aws:iam::111111111111:user/web"

    assert not is_of("arn:aws:sts::111111111111:assumed-role/web/s", [user])
