# SPDX-License-Identifier: Apache-2.0
"""What a scan would have asked of accounts of which something else told a part."""

from bartizan.model.record import UNREAD_KIND, Record
from bartizan.sources.aws.asked import ASKED
from bartizan.sources.aws.files.unasked import looked, unasked

AT = "2026-01-01T00:00:00Z"


def _record(name: str, account: str, region: str) -> Record:
    return Record(
        provider="aws", account=account, region=region, service="s", kind="K", id=name, body={}
    )  # fmt: skip


ACCOUNTS = looked(
    [
        _record("arn:aws-cn:iam::111111111111:role/r", "111111111111", ""),
        _record("vpc-1", "111111111111", "cn-north-1"),
        _record("vpc-2", "111111111111", "cn-northwest-1"),
        _record("arn:aws:iam::222222222222:role/r", "222222222222", ""),
        _record("o-1", "", ""),
    ]
)


def test_accounts_are_told_with_their_partition_and_their_regions() -> None:
    found = {account: (one.partition, sorted(one.regions)) for account, one in ACCOUNTS.items()}

    assert found == {
        "111111111111": ("aws-cn", ["cn-north-1", "cn-northwest-1"]),
        "222222222222": ("aws", []),
    }


def test_a_call_is_told_once_for_each_place_that_a_scan_would_make_it_in() -> None:
    rows = [one.body for one in unasked(ACCOUNTS, at=AT) if one.kind == UNREAD_KIND]

    def places(operation: str) -> list[tuple[object, object]]:
        return [(row["account"], row["region"]) for row in rows if row["operation"] == operation]

    assert places("ListAccounts") == [("", "")]
    assert places("GetAccountAuthorizationDetails")[0] == ("111111111111", "")
    assert places("DescribeVpcs") == [
        ("111111111111", "cn-north-1"),
        ("111111111111", "cn-northwest-1"),
        ("222222222222", ""),
    ]
    assert places("GetCallerIdentity") == []


def test_some_services_alone_are_told_and_all_where_one_is_not_known() -> None:
    def services(*names: str) -> set[object]:
        found = unasked(ACCOUNTS, at=AT, services=names)
        return {one.body["service"] for one in found if one.kind == UNREAD_KIND}

    assert services("sqs", "sns") == {"sqs", "sns"}
    assert services("sqs", "lattice") > {"iam", "s3", "organizations"}
    assert services() == set()


def test_it_is_said_that_no_other_call_is_in_question() -> None:
    found = [one.account for one in unasked(ACCOUNTS, at=AT, services=()) if one.kind == ASKED]

    assert found == ["", *sorted(ACCOUNTS)]
