# SPDX-License-Identifier: Apache-2.0
"""How pages hang together, for every operation that the table of calls makes."""

import pytest
from botocore.paginate import PaginatorModel
from botocore.session import Session

from bartizan.sources.aws.live.page import Paging, merged, paging
from bartizan.sources.aws.services import SERVICES

_SESSION = Session()
_TOKENS = ("NextToken", "nextToken", "Marker", "NextMarker", "marker", "position", "PageToken")


def of(service: str, operation: str, *, paginators: bool = True) -> Paging:
    model = PaginatorModel({"pagination": {}})
    if paginators:
        model = _SESSION.get_paginator_model(service)
    return paging(_SESSION.get_service_model(service), model, operation)


def test_a_configured_listing_ends_where_it_says_so() -> None:
    listing = of("iam", "ListUsers")

    assert listing.following({"IsTruncated": True, "Marker": "m"}) == {"Marker": "m"}
    assert listing.following({"IsTruncated": False, "Marker": "m"}) is None
    assert listing.following({}) is None


def test_a_listing_and_its_paging_may_stand_in_one_member() -> None:
    listing = of("cloudfront", "ListVpcOrigins")

    more = {"VpcOriginList": {"IsTruncated": True, "NextMarker": "m", "Items": []}}
    assert listing.following(more) == {"Marker": "m"}
    assert listing.following({"VpcOriginList": {"IsTruncated": False}}) is None
    with pytest.raises(ValueError, match="there is more"):
        listing.following({"VpcOriginList": {"IsTruncated": True}})


def test_a_listing_of_several_tokens_sends_them_all() -> None:
    listing = of("route53", "ListResourceRecordSets")
    page = {"IsTruncated": True, "NextRecordName": "a", "NextRecordType": "A"}

    sent = {"StartRecordName": "a", "StartRecordType": "A"}
    assert listing.following(page) == sent


@pytest.mark.parametrize(
    ("service", "operation", "page", "sent"),
    [
        ("ec2", "DescribeVpcs", {"NextToken": "n"}, {"NextToken": "n"}),
        ("lambda", "ListFunctions", {"NextMarker": "n"}, {"Marker": "n"}),
        ("apigateway", "GetRestApis", {"position": "n"}, {"position": "n"}),
    ],
)
def test_a_token_is_known_by_its_name_where_the_library_describes_no_pages(
    service: str, operation: str, page: dict[str, str], sent: dict[str, str]
) -> None:
    listing = of(service, operation, paginators=False)

    assert listing.following(page) == sent
    assert listing.following({}) is None


def test_more_pages_that_cannot_be_asked_for_are_an_error() -> None:
    with pytest.raises(ValueError, match="there is more"):
        Paging(tokens=(("NextToken", ""),)).following({"NextToken": "n"})
    with pytest.raises(ValueError, match="there is more"):
        Paging(tokens=()).following({"IsTruncated": True})


def test_pages_are_merged_into_one_answer_without_what_pages_it() -> None:
    pages: list[dict[str, object]] = [
        {"A": [1], "B": {"x": 1}, "C": "first", "Marker": "m", "ResponseMetadata": {}},
        {"A": [2], "B": {"y": 2}, "C": "second", "IsTruncated": False},
    ]
    leave_out = of("iam", "ListUsers").leave_out()

    assert merged(pages, leave_out) == {"A": [1, 2], "B": {"x": 1, "y": 2}, "C": "first"}


def test_no_call_of_the_table_has_a_token_that_would_go_unnoticed() -> None:
    for call in (call for service in SERVICES for call in service.calls):
        model = _SESSION.get_service_model(call.service).operation_model(call.operation)
        shape = model.output_shape
        tokens = [name for name in _TOKENS if shape is not None and name in shape.members]
        if tokens:
            assert of(call.service, call.operation).tokens, f"{call.service}:{call.operation}"
