# SPDX-License-Identifier: Apache-2.0
"""What the scan itself leaves in an account."""

from bartizan.model.record import Json
from bartizan.sources.aws.live.trace import KEY_USE, ROLE, Trace

USED: dict[str, Json] = {
    "RoleName": "reader",
    "RoleLastUsed": {"LastUsedDate": "2026-01-02T03:04:05Z"},
}
KEY: dict[str, Json] = {"UserName": "ann", "AccessKeyLastUsed": {"ServiceName": "sts"}}


def test_the_use_of_the_role_that_scans_is_left_out() -> None:
    assert Trace(role="reader").clean(ROLE, "arn", dict(USED)) == {"RoleName": "reader"}


def test_the_use_of_any_other_role_is_kept() -> None:
    for trace in (Trace(role="other"), Trace(key="reader"), Trace()):
        assert trace.clean(ROLE, "arn", dict(USED)) == USED


def test_the_use_of_the_key_that_scans_is_left_out() -> None:
    assert Trace(key="AKIA1").clean(KEY_USE, "AKIA1", dict(KEY)) == {"UserName": "ann"}
    assert Trace(key="AKIA1").clean(KEY_USE, "AKIA2", dict(KEY)) == KEY
    assert Trace().clean(KEY_USE, "", dict(KEY)) == KEY


def test_nothing_else_is_touched() -> None:
    trace = Trace(role="reader", key="AKIA1")

    assert trace.clean("AWS::IAM::User", "AKIA1", dict(USED)) == USED
