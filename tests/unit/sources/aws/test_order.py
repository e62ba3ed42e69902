# SPDX-License-Identifier: Apache-2.0
"""The order of calls."""

import pytest
from msgspec.structs import replace

from bartizan.errors import SourceError
from bartizan.sources.aws.call import Scope
from bartizan.sources.aws.order import action, below, requests
from bartizan.sources.aws.services import SERVICES
from tests.fakes.aws_scan import BUCKETS, KEYS, USERS, VPCS, service

MORE = replace(KEYS, kind="AWS::IAM::AccessKeyLastUsed", each=KEYS.kind, operation="GetUser")


def test_parents_come_before_their_children_however_the_table_has_them() -> None:
    asked = requests(service("IAM", MORE, KEYS, USERS), Scope.ACCOUNT)

    assert [request.sent for request in asked] == [USERS, KEYS, MORE]


def test_calls_that_send_the_same_are_one_request() -> None:
    other = replace(USERS, kind="AWS::IAM::UserName", items="Users[].{Name: UserName}")
    asked = requests(service("IAM", USERS, KEYS, other), Scope.ACCOUNT)

    assert [request.calls for request in asked] == [(USERS, other), (KEYS,)]


def test_calls_of_other_scopes_are_left_out() -> None:
    asked = requests(service("S", USERS, VPCS), Scope.REGION)

    assert [request.sent for request in asked] == [VPCS]


def test_a_request_may_be_asked_of_what_it_gives_itself() -> None:
    deeper = replace(USERS, each=USERS.kind, operation="GetUser")
    asked = requests(service("IAM", deeper, USERS), Scope.ACCOUNT)

    assert [request.sent for request in asked] == [USERS, deeper]


def test_a_parent_in_another_scope_is_refused() -> None:
    child = replace(VPCS, each=USERS.kind)
    with pytest.raises(SourceError, match="which no call of the same service and scope gives"):
        requests(service("S", USERS, child), Scope.REGION)


def test_calls_that_need_each_other_are_refused() -> None:
    one = replace(USERS, each=KEYS.kind)
    with pytest.raises(SourceError, match="need each other"):
        requests(service("IAM", one, KEYS), Scope.ACCOUNT)


def test_all_that_hangs_on_a_request_is_below_it() -> None:
    asked = requests(service("IAM", USERS, KEYS, MORE, BUCKETS), Scope.ACCOUNT)

    found = list(below(asked[0], asked))

    assert [request.sent for request in found] == [KEYS, MORE]


def test_the_permission_of_a_call_is_named_after_it_unless_the_table_says_so() -> None:
    assert action(USERS) == "iam:ListUsers"
    assert action(BUCKETS) == "s3:ListAllMyBuckets"


def test_the_whole_table_can_be_ordered() -> None:
    for one in SERVICES:
        asked = [
            call for scope in Scope for request in requests(one, scope) for call in request.calls
        ]
        assert sorted(map(repr, asked)) == sorted(map(repr, one.calls))
