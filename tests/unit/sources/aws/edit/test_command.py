# SPDX-License-Identifier: Apache-2.0
import json
import shlex

from bartizan.model.record import RecordList
from bartizan.model.remedy import DropStatement, Forbid, Guard
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.remedied import (
    ACCOUNT,
    ROLE,
    allow,
    document,
    record,
    remedy,
    role,
)


def test_commands_are_quoted_so_that_no_document_can_leave_its_word() -> None:
    hostile = allow("$(touch /x); '\"`id`")
    records = RecordList((role(("p", document(hostile, allow("b")))),))
    change = DropStatement(policy=f"{ROLE}#inline/p", statement=1)

    line = AwsEditor().command(remedy(change), records).splitlines()[-1]

    words = shlex.split(line)
    assert words[:3] == ["aws", "iam", "put-role-policy"]
    assert json.loads(words[-1])["Statement"] == [hostile]


def test_the_second_command_on_a_document_keeps_what_the_first_did() -> None:
    records = RecordList((role(("p", document(allow("a"), allow("b"), allow("c")))),))
    one, two = (
        remedy(DropStatement(policy=f"{ROLE}#inline/p", statement=number)) for number in (0, 2)
    )

    words = shlex.split(AwsEditor().command(two, records, after=[one]).splitlines()[-1])

    assert [s["Sid"] for s in json.loads(words[-1])["Statement"]] == ["b"]


def test_two_guardrails_over_one_account_have_names_of_their_own() -> None:
    held = record(
        "AWS::Organizations::Organization",
        f"arn:aws:organizations::{ACCOUNT}:organization/o-abc",
        {"Id": "o-abc"},
    )
    guards = [
        remedy(Guard(target=ACCOUNT, actions=(action,), resources=("*",)))
        for action in ("iam:CreateUser", "s3:GetObject")
    ]

    commands = {AwsEditor().command(one, RecordList((held,))) for one in guards}
    labels = {AwsEditor().terraform(one, RecordList((held,))).splitlines()[0] for one in guards}

    assert len({text.partition("--name ")[2].split()[0] for text in commands}) == 2
    assert len(labels) == 2


def test_terraform_adds_and_leaves_templates_alone() -> None:
    records = RecordList((role(),))
    forbid = Forbid(principal=ROLE, actions=("s3:*",), resources=("arn:aws:s3:::${aws:x}",))

    text = AwsEditor().terraform(remedy(forbid), records)

    assert 'resource "aws_iam_role_policy"' in text
    assert "$${aws:x}" in text
    drop = DropStatement(policy=f"{ROLE}#trust", statement=0)
    assert AwsEditor().terraform(remedy(drop), records) == ""
