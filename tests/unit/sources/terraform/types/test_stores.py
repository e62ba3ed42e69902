# SPDX-License-Identifier: Apache-2.0
"""Tables, repositories, parameters and what belongs to buckets become what a scan would tell."""

import json
from typing import Any

import pytest

from bartizan.model.facts.estate import Share, Store, Trigger
from bartizan.model.facts.policy import Attachment, Policy, PublicAccessBlock
from bartizan.model.record import Record
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import OPENED, facts, laid, new, only, operations
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]})
BUCKET = "arn:aws:s3:::box"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
IMAGES = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/team/app"
PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/db/host"
POINT = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/door"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"

STORES: list[tuple[str, Described, str]] = [
    ("aws_dynamodb_table.t", {"name": "t"}, TABLE),
    ("aws_ecr_repository.r", {"name": "team/app"}, IMAGES),
    ("aws_ssm_parameter.p", {"name": "/db/host", "type": "String"}, PARAMETER),
]
POLICIES: list[tuple[str, Described, str]] = [
    ("aws_dynamodb_resource_policy.p", {"resource_arn": TABLE}, TABLE),
    ("aws_ecr_repository_policy.p", {"repository": "team/app"}, IMAGES),
    ("aws_s3control_access_point_policy.p", {"access_point_arn": POINT}, POINT),
]

each_store = pytest.mark.parametrize(("address", "after", "arn"), STORES, ids=str)
each_policy = pytest.mark.parametrize(("address", "after", "target"), POLICIES, ids=str)


def held(*changes: Described) -> tuple[Record, ...]:
    """The records of what was made, each as the vendor's own answer has it."""
    found = laid(*changes, records=())

    assert found.gaps == ()
    assert misfits(found) == []
    return tuple(found.overlay.put.values())


def whole(*changes: Described, records: tuple[Record, ...] = ()) -> dict[str, Any]:
    """Return the documents of policies by what they are attached to."""
    found = facts(laid(*changes, records=records))
    texts = {row.id: row.document for row in found.rows(Policy)}
    return {row.target: texts[row.policy] for row in found.rows(Attachment)}


@each_store
def test_a_store_is_where_its_name_says(address: str, after: Described, arn: str) -> None:
    found = only(laid(new(address, **after), records=()), Store)

    assert (found.arn, found.account, found.region) == (arn, ACCOUNT, REGION)
    assert found.name == after["name"]
    assert held(new(address, **after))


@each_store
def test_a_store_that_goes_leaves_no_record(address: str, after: Described, arn: str) -> None:
    gone = laid(
        change(address, before=after | {"arn": arn}), records=held(new(address, **after))
    ).overlay

    assert [row for kind in gone.kinds() for row in gone.of(kind)] == []


@each_store
def test_a_store_whose_name_is_not_known_yet_is_told(
    address: str, after: Described, arn: str
) -> None:
    rest = {name: value for name, value in after.items() if name != "name"}

    assert operations(laid(change(address, after=rest, unknown={"name": True}), records=())) == [
        f"{address}.name"
    ], arn


@each_policy
def test_a_policy_is_its_things_until_it_goes(address: str, after: Described, target: str) -> None:
    made = change(address, after=after | {"policy": OPEN})
    records = held(made)

    assert whole(made) == {target: OPEN}
    gone = change(address, before=after | {"policy": OPEN})
    assert whole(gone, records=records) == {}


@each_policy
def test_a_policy_that_is_not_known_yet_is_no_absent_one(
    address: str, after: Described, target: str
) -> None:
    made = change(address, after=after, unknown={"policy": True})

    assert whole(made) == {target: None}
    assert operations(laid(made, records=())) == [f"{address}.policy"]


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ({"enabled": True, "kms_key_arn": KEY}, KEY),
        ({"enabled": False, "kms_key_arn": KEY}, ""),
        ({"enabled": True}, ""),
    ],
    ids=["ours", "off", "theirs"],
)
def test_a_table_has_the_key_that_is_written(block: Described, key: str) -> None:
    table = change("aws_dynamodb_table.t", after={"name": "t", "server_side_encryption": [block]})

    assert only(laid(table, records=()), Store).key == key


def test_a_key_of_a_table_that_is_written_and_not_known_is_told() -> None:
    table = change(
        "aws_dynamodb_table.t",
        after={"name": "t", "server_side_encryption": [{"enabled": True}]},
        unknown={"server_side_encryption": [{"kms_key_arn": True}]},
    )

    def code(*arguments: str) -> Described:
        return {"refers": {"server_side_encryption": [{key: {} for key in arguments}]}}

    written = laid({**table, **code("enabled", "kms_key_arn")}, records=())
    chosen = laid({**table, **code("enabled")}, records=())

    assert operations(written) == ["aws_dynamodb_table.t.server_side_encryption[0].kms_key_arn"]
    assert operations(chosen) == []


def test_a_table_has_copies_in_the_regions_that_are_written_and_no_more() -> None:
    two: Described = {
        "name": "t",
        "replica": [{"region_name": "eu-north-1"}, {"region_name": "us-east-1"}],
    }
    one: Described = {"name": "t", "replica": [{"region_name": "us-east-1"}]}
    records = held(new("aws_dynamodb_table.t", **two))

    after = facts(
        laid(change("aws_dynamodb_table.t", before=two, after=one), records=records)
    ).rows(Store)

    assert sorted(row.arn.split(":")[3] for row in after) == [REGION, "us-east-1"]


@pytest.mark.parametrize(
    ("after", "key"),
    [
        ({"type": "SecureString", "key_id": "k"}, KEY),
        ({"type": "SecureString"}, ""),
        ({"type": "String", "key_id": "k"}, ""),
    ],
    ids=["ours", "theirs", "plain"],
)
def test_a_parameter_is_encrypted_by_its_type(after: Described, key: str) -> None:
    made = new("aws_ssm_parameter.p", name="plain", **after)

    found = only(laid(made, records=()), Store)

    assert (found.key, found.arn) == (key, PARAMETER.replace("/db/host", "/plain"))


def test_the_value_of_a_parameter_is_in_no_record() -> None:
    canary = "hunter2-canary-value"
    made = new("aws_ssm_parameter.p", name="p", type="String", value=canary, insecure_value=canary)

    assert canary not in repr(laid(made, records=()))


def test_what_refers_to_a_new_table_finds_it() -> None:
    table = new("aws_dynamodb_table.t", name="t")
    policy = change(
        "aws_dynamodb_resource_policy.p",
        after={"policy": OPEN},
        unknown={"resource_arn": True},
        refers={"resource_arn": referring("aws_dynamodb_table.t.arn")},
    )

    assert whole(table, policy) == {TABLE: OPEN}


def test_an_access_point_closes_what_nobody_opens() -> None:
    block = [{"block_public_policy": False, "restrict_public_buckets": None}]
    point: Described = {"name": "door", "bucket": "box", "policy": OPEN}
    written = new("aws_s3_access_point.a", **point, public_access_block_configuration=block)
    plain = new("aws_s3_access_point.a", **point)

    opened = only(laid(written, records=()), PublicAccessBlock)
    closed = only(laid(plain, records=()), PublicAccessBlock)

    assert held(written)
    assert (opened.block_public_policy, opened.restrict_public_buckets) == (False, True)
    assert (closed.block_public_policy, closed.restrict_public_buckets) == (True, True)
    assert whole(plain) == {POINT: OPEN}


def test_an_access_point_of_another_account_is_there() -> None:
    other = "222222222222"
    point = new("aws_s3_access_point.a", name="door", bucket="box", account_id=other)

    (block,) = facts(laid(point, records=())).rows(PublicAccessBlock)

    assert block.target == POINT.replace(ACCOUNT, other)


def test_an_access_point_without_a_policy_has_none() -> None:
    point = new("aws_s3_access_point.a", "policy", name="door", bucket="box")
    emptied = change(
        "aws_s3_access_point.a",
        before={"name": "door", "bucket": "box", "policy": OPEN, "arn": POINT},
        after={"name": "door", "bucket": "box", "policy": "{}", "arn": POINT},
    )

    assert whole(point) == {}
    assert whole(emptied, records=held(new("aws_s3_access_point.a", name="door", bucket="box",
                                           policy=OPEN))) == {}  # fmt: skip


LISTS: list[tuple[Described, list[str]]] = [
    ({"acl": "public-read-write"}, ["anonymous"]),
    ({"acl": "public-read"}, []),
    ({"acl": "private"}, []),
    (
        {
            "access_control_policy": [
                {
                    "owner": [{"id": "me"}],
                    "grant": [
                        {
                            "grantee": [{"id": "you", "type": "CanonicalUser"}],
                            "permission": "WRITE",
                        },
                        {
                            "grantee": [{"id": "me", "type": "CanonicalUser"}],
                            "permission": "FULL_CONTROL",
                        },
                        {"grantee": [{"uri": ALL_USERS, "type": "Group"}], "permission": "WRITE"},
                    ],
                }
            ]
        },
        ["you", "anonymous"],
    ),
]


@pytest.mark.parametrize(("after", "whom"), LISTS, ids=["write", "read", "private", "written"])
def test_a_list_of_a_bucket_lets_in_whom_it_names(after: Described, whom: list[str]) -> None:
    made = change("aws_s3_bucket_acl.a", after={"bucket": "box", **after})
    inside = new("aws_s3_bucket.b", bucket="box", **after)

    shares = facts(laid(made, records=())).rows(Share)

    assert [row.with_whom for row in shares] == whom
    assert all(row.resource == BUCKET for row in shares)
    assert held(made)
    if "acl" in after:
        opened = laid(inside, *OPENED, records=())
        assert [row.with_whom for row in facts(opened).rows(Share)] == whom
        assert facts(laid(inside, records=())).rows(Share) == (), "new buckets heed no list"


def test_a_list_keeps_the_owner_of_its_bucket() -> None:
    owner = record("AWS::S3::BucketAcl", BUCKET, Owner={"ID": "me"}, Grants=[])
    made = change("aws_s3_bucket_acl.a", after={"bucket": "box", "acl": "private"})

    (found,) = laid(made, records=(owner,)).overlay.of("AWS::S3::BucketAcl")

    assert found.body["Owner"] == {"ID": "me"}
    assert found.body["Grants"] == [
        {"Grantee": {"Type": "CanonicalUser", "ID": "me"}, "Permission": "FULL_CONTROL"}
    ]


def test_a_list_stays_when_the_code_lets_go_of_it() -> None:
    after = {"bucket": "box", "acl": "public-read-write"}
    records = held(change("aws_s3_bucket_acl.a", after=after))

    gone = laid(change("aws_s3_bucket_acl.a", before=after), records=records)

    assert gone.overlay.dropped == frozenset()


@pytest.mark.parametrize(
    ("after", "place"),
    [
        ({"acl": "something-new"}, "acl"),
        (
            {
                "access_control_policy": [
                    {"grant": [{"grantee": [{"email_address": "a@b"}], "permission": "WRITE"}]}
                ]
            },
            "access_control_policy[0].grant[0].grantee[0].email_address",
        ),
    ],
    ids=["unheard-of", "by-mail"],
)
def test_whom_a_list_means_is_never_guessed(after: Described, place: str) -> None:
    made = change("aws_s3_bucket_acl.a", after={"bucket": "box", **after})

    assert operations(laid(made, records=())) == [f"aws_s3_bucket_acl.a.{place}"]


def test_lists_have_no_effect_where_the_owner_is_enforced() -> None:
    acl = change("aws_s3_bucket_acl.a", after={"bucket": "box", "acl": "public-read-write"})
    rule = {"bucket": "box", "rule": [{"object_ownership": "BucketOwnerEnforced"}]}
    enforced = change("aws_s3_bucket_ownership_controls.o", after=rule)
    records = held(acl, enforced)

    assert facts(laid(acl, enforced, records=())).rows(Share) == ()
    gone = laid(change("aws_s3_bucket_ownership_controls.o", before=rule), records=records)
    assert [row.with_whom for row in facts(gone).rows(Share)] == ["anonymous"]


def test_a_bucket_calls_the_function_that_is_written() -> None:
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    after = {
        "bucket": "box",
        "eventbridge": True,
        "lambda_function": [{"lambda_function_arn": function, "events": ["s3:ObjectCreated:*"]}],
        "queue": [{"queue_arn": "arn:aws:sqs:::q", "events": ["s3:ObjectRemoved:*"]}],
    }
    made = change("aws_s3_bucket_notification.n", after=after)
    records = held(made)

    (row,) = facts(laid(made, records=())).rows(Trigger)
    gone = laid(change("aws_s3_bucket_notification.n", before=after), records=records)

    assert (row.workload, row.source) == (function, BUCKET)
    assert facts(gone).rows(Trigger) == ()


def test_a_bucket_that_goes_takes_all_with_it() -> None:
    records = held(
        new("aws_s3_bucket.b", bucket="box"),
        change("aws_s3_bucket_acl.a", after={"bucket": "box", "acl": "public-read-write"}),
    )

    gone = laid(change("aws_s3_bucket.b", before={"bucket": "box"}), records=records)

    assert facts(gone).rows(Share) == ()


def test_old_code_writes_policy_and_key_in_the_bucket() -> None:
    default = [{"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}]
    rules = [{"rule": [{"apply_server_side_encryption_by_default": default}]}]
    made = new(
        "aws_s3_bucket.b", bucket="box", policy=OPEN, server_side_encryption_configuration=rules
    )

    assert whole(made) == {BUCKET: OPEN}
    assert only(laid(made, records=()), Store).key == KEY
    assert held(made)


def test_a_policy_that_the_code_writes_apart_is_not_told_by_the_bucket() -> None:
    records = held(
        new("aws_s3_bucket.b", bucket="box"),
        change("aws_s3_bucket_policy.p", after={"bucket": "box", "policy": OPEN}),
    )
    values = {"bucket": "box", "arn": BUCKET, "policy": OPEN}
    bucket = change("aws_s3_bucket.b", before=values, after=values | {"force_destroy": True})
    gone = change("aws_s3_bucket_policy.p", before={"bucket": "box", "policy": OPEN})

    assert whole({**bucket, "computed": ("policy",)}, gone, records=records) == {}
