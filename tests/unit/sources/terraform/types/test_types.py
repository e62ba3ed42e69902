# SPDX-License-Identifier: Apache-2.0
"""What objects of each service become: the facts that a scan of them would give."""

import json
from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Trigger, Workload
from bartizan.model.facts.policy import Attachment, Policy, PublicAccessBlock
from bartizan.model.laid import Laid
from bartizan.model.record import Record, RecordList
from bartizan.model.secret import MARKER
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import kinds
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, plan

OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]})
BUCKET = "arn:aws:s3:::box"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:s-AbCdEf"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"


def laid(*changes: Described, records: tuple[Record, ...] = ()) -> Laid:
    return lay([read(plan(*changes), "p")], RecordList(records), said={}, key=b"0" * 32)


def facts(found: Laid) -> Facts:
    return AwsNormaliser()(found.overlay)


def documents(found: Laid) -> dict[str, Any]:
    """Return the documents of policies by what they are attached to."""
    held = {row.id: row.document for row in facts(found).rows(Policy)}
    return {
        row.target: None if held[row.policy] is None else json.loads(str(held[row.policy]))
        for row in facts(found).rows(Attachment)
    }


WHOLE: list[tuple[str, Described, str]] = [
    ("aws_s3_bucket.b", {"bucket": "box"}, BUCKET),
    ("aws_sqs_queue.q", {"name": "q"}, QUEUE),
    ("aws_sns_topic.t", {"name": "t"}, TOPIC),
    ("aws_secretsmanager_secret.s", {"name": "s", "arn": SECRET}, SECRET),
]


@pytest.mark.parametrize(("address", "after", "arn"), WHOLE, ids=str)
def test_a_store_is_where_its_name_says(address: str, after: Described, arn: str) -> None:
    (found,) = facts(laid(change(address, after=after))).rows(Store)

    assert (found.arn, found.account) == (arn, ACCOUNT)


@pytest.mark.parametrize(("address", "after", "arn"), WHOLE, ids=str)
def test_a_store_that_goes_leaves_no_record(address: str, after: Described, arn: str) -> None:
    made = laid(change(address, after=after)).overlay
    held = tuple(made.put.values())

    gone = laid(change(address, before=after | {"arn": arn}), records=held)

    assert [*gone.overlay.kinds()] == [] or all(
        not [*gone.overlay.of(kind)] for kind in gone.overlay.kinds()
    )


@pytest.mark.parametrize(
    ("whole", "part", "target"),
    [
        (WHOLE[0], change("aws_s3_bucket_policy.p", after={"bucket": "box"}), BUCKET),
        (
            WHOLE[1],
            change(
                "aws_sqs_queue_policy.p",
                after={"queue_url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"},
            ),
            QUEUE,
        ),
        (WHOLE[2], change("aws_sns_topic_policy.p", after={"arn": TOPIC}), TOPIC),
        (
            WHOLE[3],
            change("aws_secretsmanager_secret_policy.p", after={"secret_arn": SECRET}),
            SECRET,
        ),
    ],
    ids=["s3", "sqs", "sns", "secret"],
)
def test_a_policy_that_is_written_apart_is_its_things(
    whole: tuple[str, Described, str], part: Described, target: str
) -> None:
    address, after, _ = whole
    part["change"]["after"]["policy"] = OPEN

    found = documents(laid(change(address, after=after), part))

    assert found[target] == json.loads(OPEN)


def test_a_queue_for_which_no_policy_is_written_is_no_riddle() -> None:
    one = change("aws_sqs_queue.q", after={"name": "q"}, unknown={"policy": True, "arn": True})
    one["computed"] = ("policy", "arn")

    found = laid(one)

    assert found.gaps == ()
    assert documents(found) == {}


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        (WHOLE[1], change("aws_sqs_queue_policy.p", after={
            "queue_url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"})),
        (WHOLE[2], change("aws_sns_topic_policy.p", after={"arn": TOPIC})),
        (WHOLE[3], change("aws_secretsmanager_secret_policy.p", after={"secret_arn": SECRET})),
    ],
    ids=["sqs", "sns", "secret"],
)  # fmt: skip
def test_a_policy_that_is_not_known_yet_is_no_absent_one(
    whole: tuple[str, Described, str], part: Described
) -> None:
    address, after, arn = whole
    inside = change(address, after=after, unknown={"policy": True})
    apart = {**part, "change": {**part["change"], "after_unknown": {"policy": True}}}

    both = (laid(inside), laid(change(address, after=after), apart))
    for found in both[address.startswith("aws_secrets") :]:
        assert documents(found) == {arn: None}
        assert len(found.gaps) == 1
    assert documents(laid(change(address, after=after | {"policy": ""}))) == {}


def test_a_key_for_which_no_policy_is_written_leaves_it_to_the_account() -> None:
    one = change("aws_kms_key.k", after={"arn": KEY}, unknown={"policy": True})
    one["computed"] = ("policy",)

    found = documents(laid(one))

    assert found[KEY]["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_a_key_has_the_policy_and_the_alias_that_are_written() -> None:
    changes = [
        change("aws_kms_key.k", after={"arn": KEY, "policy": OPEN, "is_enabled": False}),
        change("aws_kms_alias.a", after={"name": "alias/a", "target_key_id": "k"}),
    ]

    found = laid(*changes)
    (key,) = facts(found).rows(Key)

    assert (key.aliases, key.state, key.manager) == (("alias/a",), "Disabled", "CUSTOMER")
    assert documents(found)[KEY] == json.loads(OPEN)


def test_a_policy_of_a_key_written_apart_goes_back_to_the_account() -> None:
    held = tuple(
        laid(change("aws_kms_key.k", after={"arn": KEY, "policy": OPEN})).overlay.put.values()
    )
    gone = change("aws_kms_key_policy.p", before={"key_id": KEY, "policy": OPEN})

    found = documents(laid(gone, records=held))

    assert found[KEY] != json.loads(OPEN)


def test_the_block_of_public_access_has_its_four_switches() -> None:
    after = {"bucket": "box", "block_public_acls": True, "restrict_public_buckets": True}

    (row,) = facts(laid(change("aws_s3_bucket_public_access_block.b", after=after))).rows(
        PublicAccessBlock
    )

    assert row.target == BUCKET
    assert (row.block_public_acls, row.block_public_policy, row.restrict_public_buckets) == (
        True, False, True,
    )  # fmt: skip


def test_objects_of_a_bucket_are_encrypted_with_the_key_that_is_written() -> None:
    default = [{"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}]
    rule = [{"apply_server_side_encryption_by_default": default}]
    changes = [
        change("aws_s3_bucket.b", after={"bucket": "box"}),
        change(
            "aws_s3_bucket_server_side_encryption_configuration.e",
            after={"bucket": "box", "rule": rule},
        ),
    ]

    (store,) = facts(laid(*changes)).rows(Store)

    assert store.key == KEY


def test_a_function_is_there_and_its_secrets_are_not() -> None:
    canary = "hunter2-canary-value"
    after = {
        "function_name": "f",
        "role": f"arn:aws:iam::{ACCOUNT}:role/r",
        "environment": [{"variables": {"PASSWORD": canary}}],
        "vpc_config": [{"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"], "security_group_ids": []}],
    }

    found = laid(change("aws_lambda_function.f", after=after))
    (row,) = facts(found).rows(Workload)

    assert (row.arn, row.role, row.related) == (FUNCTION, after["role"], {"vpc": "vpc-1"})
    assert canary not in repr(found)
    assert MARKER in repr(found)


def test_a_permission_is_a_statement_of_the_functions_policy() -> None:
    after = {
        "function_name": "f",
        "statement_id": "s",
        "action": "lambda:InvokeFunction",
        "principal": "s3.amazonaws.com",
        "source_arn": BUCKET,
    }
    other = after | {"statement_id": "t", "principal": "*", "source_arn": None}
    made = laid(
        change("aws_lambda_permission.s", after=after),
        change("aws_lambda_permission.t", after=other),
    )

    held = tuple(made.overlay.put.values())
    less = laid(change("aws_lambda_permission.t", before=other), records=held)

    assert {one["Sid"] for one in documents(made)[FUNCTION]["Statement"]} == {"s", "t"}
    assert documents(less)[FUNCTION]["Statement"] == [
        {
            "Sid": "s",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": FUNCTION,
            "Condition": {"ArnLike": {"AWS:SourceArn": BUCKET}},
        }
    ]
    assert [row.source for row in facts(less).rows(Trigger)] == [BUCKET]


def test_all_that_a_permission_demands_is_demanded() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-organization.html and
    # https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html show such statements.
    after = {
        "function_name": "f",
        "statement_id": "s",
        "action": "lambda:InvokeFunction",
        "principal": "*",
        "principal_org_id": "o-1",
        "source_account": ACCOUNT,
        "function_url_auth_type": "NONE",
        "invoked_via_function_url": True,
    }

    (statement,) = documents(laid(change("aws_lambda_permission.s", after=after)))[FUNCTION][
        "Statement"
    ]

    assert statement["Condition"] == {
        "StringEquals": {
            "aws:PrincipalOrgID": "o-1",
            "AWS:SourceAccount": ACCOUNT,
            "lambda:FunctionUrlAuthType": "NONE",
        },
        "Bool": {"lambda:InvokedViaFunctionUrl": "true"},
    }


def test_a_url_without_a_signature_makes_a_function_anonymous() -> None:
    changes = [
        change("aws_lambda_function.f", after={"function_name": "f", "role": "r"}),
        change(
            "aws_lambda_function_url.u",
            after={"function_name": "f", "authorization_type": "NONE"},
        ),
    ]

    (row,) = facts(laid(*changes)).rows(Workload)

    assert row.anonymous


def test_an_alias_has_a_policy_and_a_url_of_its_own() -> None:
    after = {
        "function_name": "f", "qualifier": "live", "statement_id": "s",
        "action": "lambda:InvokeFunction", "principal": "*",
    }  # fmt: skip
    url = {"function_name": "f", "qualifier": "live", "authorization_type": "NONE"}
    alias = {"function_name": "f", "name": "live", "function_version": "1"}
    changes = [
        change("aws_lambda_function.f", after={"function_name": "f", "role": "r"}),
        change("aws_lambda_alias.a", after=alias),
        change("aws_lambda_permission.s", after=after),
        change("aws_lambda_function_url.u", after=url),
    ]

    found = laid(*changes)
    held = tuple(found.overlay.put.values())
    less = laid(change("aws_lambda_permission.s", before=after), records=held)
    gone = laid(change("aws_lambda_alias.a", before=alias), records=held)

    (statement,) = documents(found)[f"{FUNCTION}:live"]["Statement"]
    assert statement["Resource"] == f"{FUNCTION}:live"
    assert FUNCTION not in documents(found)
    assert facts(found).rows(Workload)[0].anonymous
    assert misfits(found) == []
    assert documents(less)[f"{FUNCTION}:live"]["Statement"] == []
    assert documents(gone) == {}
    assert kinds(gone, "AWS::Lambda") == ["AWS::Lambda::Function", "AWS::Lambda::FunctionTags"]


def test_a_permission_on_a_version_is_not_read() -> None:
    after = {"function_name": "f", "qualifier": "3", "statement_id": "s", "principal": "*"}

    found = laid(change("aws_lambda_permission.s", after=after))

    assert [row.operation for row in found.gaps] == ["aws_lambda_permission.s.qualifier"]
    assert documents(found) == {}


def test_a_function_is_started_by_what_it_reads_from() -> None:
    after = {"function_name": "f", "event_source_arn": QUEUE}
    one = change("aws_lambda_event_source_mapping.m", after=after, unknown={"uuid": True})

    found = laid(one)
    (name,) = [row.body["UUID"] for row in found.overlay.of("AWS::Lambda::EventSourceMapping")]
    known = after | {"uuid": name}
    held = tuple(found.overlay.put.values())
    off = laid(
        change(
            "aws_lambda_event_source_mapping.m", before=known, after=known | {"enabled": False}
        ),
        records=held,
    )
    gone = laid(change("aws_lambda_event_source_mapping.m", before=known), records=held)

    (row,) = facts(found).rows(Trigger)
    assert (row.workload, row.source) == (FUNCTION, QUEUE)
    assert misfits(found) == []
    assert facts(off).rows(Trigger) == ()
    assert kinds(gone, "AWS::Lambda") == []


def test_a_guardrail_stands_over_what_it_is_attached_to() -> None:
    organization = record(
        "AWS::Organizations::Organization",
        "arn:aws:organizations::111111111111:organization/o-1",
        Id="o-1",
    )
    after = {"name": "no", "type": "SERVICE_CONTROL_POLICY", "content": OPEN}
    arn = "arn:aws:organizations::111111111111:policy/o-1/service_control_policy/p-1"
    changes = [
        change("aws_organizations_policy.p", after=after | {"arn": arn}),
        change(
            "aws_organizations_policy_attachment.a",
            after={"policy_id": "p-1", "target_id": "ou-1"},
        ),
    ]

    rows = facts(laid(*changes, records=(organization,))).rows(Attachment)

    assert [(row.policy, row.target, row.use) for row in rows] == [(arn, "ou-1", "scp")]


def test_a_damaged_policy_of_a_function_stays_damaged() -> None:
    held = record("AWS::Lambda::FunctionPolicy", FUNCTION, Policy="{")
    after = {
        "function_name": "f", "statement_id": "s", "action": "lambda:*", "principal": ACCOUNT,
    }  # fmt: skip

    found = laid(change("aws_lambda_permission.s", after=after), records=(held,))

    assert found.overlay.put.keys() <= {key for key in found.overlay.put if "Unread" in key.kind}
    assert [row.operation for row in found.gaps] == ["aws_lambda_permission.s.policy"]


def test_a_policy_in_a_block_that_is_not_known_yet_is_told() -> None:
    role = change(
        "aws_iam_role.r",
        after={"name": "r", "assume_role_policy": OPEN, "inline_policy": [{"name": "p"}]},
        unknown={"inline_policy": [{"policy": True}]},
        refers={"inline_policy": [{"name": {}, "policy": {}}]},
    )

    found = laid(role)

    assert [row.operation for row in found.gaps] == ["aws_iam_role.r.inline_policy[0].policy"]
