# SPDX-License-Identifier: Apache-2.0
"""What code hides about who may do what leaves open what it would decide."""

import json
from typing import Any, TypeAlias

import pytest

from bartizan.model.record import RecordList
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.hidden_plan import Objects, Place, planned
from tests.fakes.statements import allow, deny
from tests.fakes.terraform_plan import Described, plan

Question: TypeAlias = tuple[str, str, str]

IAM, USER, ROLE = (f"arn:aws:iam::{ACCOUNT}:{name}" for name in ("policy", "user/u", "role/r"))
BOX, QUEUE = "arn:aws:s3:::box/x", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"
TOPIC, KEY = f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
STRANGER = "arn:aws:iam::222222222222:root"


def written(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def granted(action: str, resource: str = "*", principal: object = None) -> str:
    return written(allow(action, resource, Principal=principal or {"AWS": USER}))


def trusted(principal: object) -> str:
    return written({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


LENT = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/l"
SWITCHES = dict.fromkeys(
    (
        *("block_public_acls", "block_public_policy"),
        *("ignore_public_acls", "restrict_public_buckets"),
    ),
    False,
)
OTHER = written(allow("ec2:RunInstances"))
ALL: Objects = {
    "aws_iam_user.u": {"name": "u", "path": "/", "arn": USER, "unique_id": "AIDAU"},
    "aws_iam_user.v": {"name": "v", "path": "/", "arn": f"arn:aws:iam::{ACCOUNT}:user/v",
                       "unique_id": "AIDAV"},
    "aws_iam_user_policy.u": {"name": "p", "user": "u",
                              "policy": written(allow("sts:AssumeRole"))},
    "aws_iam_role.r": {
        "name": "r", "path": "/", "arn": ROLE, "unique_id": "AROAR",
        "assume_role_policy": trusted({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
    },
    "aws_iam_role.v": {
        "name": "v", "path": "/", "arn": f"arn:aws:iam::{ACCOUNT}:role/v", "unique_id": "AROAV",
        "assume_role_policy": trusted({"Service": "ec2.amazonaws.com"}),
    },
    "aws_iam_role_policy.r": {"name": "p", "role": "r", "policy": written(allow("s3:GetObject"))},
    "aws_iam_policy.m": {
        "name": "m", "path": "/", "arn": f"{IAM}/m", "policy": written(allow("sqs:*")),
    },
    "aws_iam_role_policy_attachment.a": {"role": "r", "policy_arn": f"{IAM}/m"},
    "aws_iam_policy.other": {"name": "o", "path": "/", "arn": f"{IAM}/o", "policy": OTHER},
    "aws_iam_group.g": {"name": "g", "path": "/", "arn": f"arn:aws:iam::{ACCOUNT}:group/g",
                        "unique_id": "AGPAG"},
    "aws_iam_group.v": {"name": "v", "path": "/", "arn": f"arn:aws:iam::{ACCOUNT}:group/v",
                        "unique_id": "AGPAV"},
    "aws_iam_group_policy.g": {"name": "p", "group": "g", "policy": written(allow("sns:*"))},
    "aws_iam_user_group_membership.m": {"user": "u", "groups": ["g"]},
    "aws_s3_bucket.b": {"bucket": "box", "id": "box", "arn": "arn:aws:s3:::box",
                        "region": "eu-west-1"},
    "aws_s3_bucket_policy.b": {"bucket": "box",
                               "policy": granted("s3:PutObject", "arn:aws:s3:::box/*")},
    "aws_kms_key.k": {"key_id": "k", "arn": KEY, "policy": granted("kms:Decrypt")},
    "aws_kms_key.l": {"key_id": "l", "arn": LENT, "policy": granted("kms:Encrypt")},
    "aws_kms_grant.l": {"key_id": LENT, "grantee_principal": USER, "operations": ["Decrypt"],
                        "grant_id": "g"},
    "aws_s3_bucket.o": {"bucket": "out", "id": "out", "arn": "arn:aws:s3:::out",
                        "region": "eu-west-1"},
    "aws_s3_bucket_policy.o": {"bucket": "out",
                               "policy": granted("s3:GetObject", "arn:aws:s3:::out/*", "*")},
    "aws_s3_bucket_public_access_block.o": {"bucket": "out", **SWITCHES},
    "aws_s3_account_public_access_block.a": {"account_id": ACCOUNT, **SWITCHES},
    "aws_sqs_queue.q": {"name": "q", "arn": QUEUE, "policy": granted("sqs:SendMessage")},
    "aws_lambda_function.f": {"function_name": "f", "arn": FUNCTION, "role": ROLE},
    "aws_lambda_permission.f": {
        "function_name": "f", "statement_id": "s", "action": "lambda:InvokeFunction",
        "principal": "222222222222",
    },
}  # fmt: skip


def verdict(changes: list[Described], asked: Question) -> Verdict:
    caller = record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=f"{IAM}:root")
    plans = [read(plan(*changes), "p")]
    found = lay(
        plans, RecordList((caller, *all_asked(ACCOUNT))), said={}, key=b"0" * 32, there=True
    )
    facts = AwsNormaliser()(found.overlay)
    return decide(Estate(facts), *asked, chosen={}, complete=True).verdict


ASSUMES, READS = (USER, "sts:AssumeRole", ROLE), (ROLE, "s3:GetObject", BOX)
RECEIVES, PUBLISHES = (ROLE, "sqs:ReceiveMessage", QUEUE), (USER, "sns:Publish", TOPIC)
WRITES = (USER, "s3:PutObject", BOX)
DECRYPTS, OUT = (USER, "kms:Decrypt", LENT), (STRANGER, "s3:GetObject", "arn:aws:s3:::out/x")
INVOKES = (STRANGER, "lambda:InvokeFunction", FUNCTION)
DECIDING: list[tuple[str, Place, object, Question]] = [
    ("aws_iam_user_policy.u", ("policy",), OTHER, ASSUMES),
    ("aws_iam_user_policy.u", ("user",), "v", ASSUMES),
    ("aws_iam_user.u", ("permissions_boundary",), f"{IAM}/o", ASSUMES),
    (
        "aws_iam_role.r",
        ("assume_role_policy",),
        trusted({"Service": "ec2.amazonaws.com"}),
        ASSUMES,
    ),
    ("aws_iam_role.r", ("permissions_boundary",), f"{IAM}/o", READS),
    ("aws_iam_role_policy.r", ("policy",), OTHER, READS),
    ("aws_iam_role_policy.r", ("role",), "v", READS),
    ("aws_iam_policy.m", ("policy",), OTHER, RECEIVES),
    ("aws_iam_role_policy_attachment.a", ("policy_arn",), f"{IAM}/o", RECEIVES),
    ("aws_iam_role_policy_attachment.a", ("role",), "v", RECEIVES),
    ("aws_iam_group_policy.g", ("policy",), OTHER, PUBLISHES),
    ("aws_iam_group_policy.g", ("group",), "v", PUBLISHES),
    ("aws_iam_user_group_membership.m", ("groups",), [], PUBLISHES),
    ("aws_iam_user_group_membership.m", ("groups", 0), "v", PUBLISHES),
    ("aws_iam_user_group_membership.m", ("user",), "v", PUBLISHES),
    (
        "aws_s3_bucket_policy.b",
        ("policy",),
        written(deny("s3:*", Principal="*")),
        (USER, "s3:PutObject", BOX),
    ),
    ("aws_s3_bucket_policy.b", ("bucket",), "v", (USER, "s3:PutObject", BOX)),
    ("aws_kms_key.k", ("policy",), granted("kms:Encrypt"), (USER, "kms:Decrypt", KEY)),
    ("aws_kms_grant.l", ("grantee_principal",), ROLE, DECRYPTS),
    ("aws_kms_grant.l", ("operations",), ["Encrypt"], DECRYPTS),
    ("aws_kms_grant.l", ("constraints",), [{"encryption_context_equals": {"a": "b"}}], DECRYPTS),
    ("aws_s3_bucket_public_access_block.o", ("restrict_public_buckets",), True, OUT),
    ("aws_s3_account_public_access_block.a", ("restrict_public_buckets",), True, OUT),
    ("aws_sqs_queue.q", ("policy",), granted("sqs:Receive*"), (USER, "sqs:SendMessage", QUEUE)),
    ("aws_lambda_permission.f", ("principal",), "333333333333", INVOKES),
    ("aws_lambda_permission.f", ("action",), "lambda:GetFunction", INVOKES),
    ("aws_lambda_permission.f", ("source_account",), "333333333333", INVOKES),
]  # fmt: skip


@pytest.mark.parametrize(("address", "place", "closes", "asked"), DECIDING)
def test_what_would_decide_a_request_leaves_it_open_where_it_is_hidden(
    address: str, place: Place, closes: object, asked: Question
) -> None:
    assert isinstance(verdict(planned(ALL, address, ("tags",), {}), asked), Allowed)
    assert isinstance(verdict(planned(ALL, address, place, closes), asked), Denied)
    assert isinstance(verdict(planned(ALL, address, place, None), asked), Unknown)
