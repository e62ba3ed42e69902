# SPDX-License-Identifier: Apache-2.0
"""Ways in that have no interface: distributions, APIs, URLs of functions, App Runner."""

from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Front
from bartizan.model.record import Record
from bartizan.sources.aws.services import apigateway, apprunner, cloudfront, lambda_
from bartizan.sources.aws.unread import unread_record
from tests.fakes.balanced_network import LISTENER, SHOP
from tests.fakes.service_records import ACCOUNT, REGION, aws_record, facts_of, rows_of

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
REST = f"arn:aws:apigateway:{REGION}::/restapis/r"
HTTP = f"arn:aws:apigateway:{REGION}::/apis/h"
BALANCER = aws_record(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    SHOP,
    {"DNSName": "Shop.elb.example", "VpcId": "vpc-1"},
)
URL = aws_record(
    "AWS::Lambda::Url",
    f"{FUNCTION}#url",
    {"FunctionUrl": "https://abc.lambda-url.example/", "AuthType": "NONE"},
)


def distribution(*origins: dict[str, Any], **fields: Any) -> Record:  # noqa: ANN401 - JSON
    body = {
        "DomainName": "d.cloudfront.net",
        "Enabled": True,
        "Origins": {"Items": list(origins)},
        **fields,
    }
    return aws_record("AWS::CloudFront::Distribution", "arn:d", body, region="")


def test_a_distribution_sends_to_what_its_origins_names_stand_for() -> None:
    (row,) = rows_of(
        cloudfront.SERVICE,
        Front,
        BALANCER,
        URL,
        distribution(
            {"DomainName": "dualstack.shop.elb.example"},
            {"DomainName": "abc.lambda-url.example"},
            {"DomainName": "elsewhere.example"},
        ),
    )

    assert row.forwards_to == (SHOP, FUNCTION, "elsewhere.example")
    assert (row.id, row.name, row.public, row.network) == ("arn:d", "d.cloudfront.net", True, "")
    assert row.authenticates == "nothing"


def test_a_distribution_reaches_into_a_network_through_a_vpc_origin() -> None:
    origin = {"DomainName": "internal.example", "VpcOriginConfig": {"VpcOriginId": "vo_1"}}
    known = aws_record(
        "AWS::CloudFront::VpcOrigin", "arn:o", {"Id": "vo_1", "OriginEndpointArn": SHOP}, region=""
    )
    (row,) = rows_of(cloudfront.SERVICE, Front, BALANCER, known, distribution(origin))

    assert (row.forwards_to, row.network) == ((SHOP,), "vpc-1")


def test_a_vpc_origin_that_is_not_known_is_told() -> None:
    origin = {"DomainName": "internal.example", "VpcOriginConfig": {"VpcOriginId": "vo_1"}}
    facts = facts_of(cloudfront.SERVICE, distribution(origin))

    assert [row.forwards_to for row in facts.rows(Front)] == [("internal.example",)]
    assert [(row.kind, row.resource) for row in facts.rows(Unread)] == [
        ("AWS::CloudFront::VpcOrigin", "arn:d")
    ]


def test_a_distribution_asks_for_a_signature_only_where_every_behaviour_does() -> None:
    signed = {"TrustedKeyGroups": {"Enabled": True}}
    more = {"CacheBehaviors": {"Items": [{"TrustedSigners": {"Enabled": False}}]}}

    def asked(**fields: Any) -> str:  # noqa: ANN401 - JSON
        (row,) = rows_of(cloudfront.SERVICE, Front, distribution(**fields))
        return row.authenticates

    assert asked(DefaultCacheBehavior=signed) == "other"
    assert asked(DefaultCacheBehavior=signed, **more) == "nothing"


def rest(*methods: dict[str, Any], unread: bool = False, **fields: Any) -> Front:  # noqa: ANN401 - JSON
    held: dict[str, Any] = {f"VERB{place}": method for place, method in enumerate(methods)}
    options: dict[str, Any] = {"authorizationType": "NONE", "methodIntegration": {"type": "MOCK"}}
    gap = Unread(
        provider="aws",
        account=ACCOUNT,
        region=REGION,
        service="apigateway",
        operation="GetResources",
        action="",
        kind="AWS::ApiGateway::Resource",
        resource=REST,
        code="denied",
        reason="",
    )
    (row,) = rows_of(
        apigateway.SERVICE,
        Front,
        BALANCER,
        aws_record("AWS::ApiGateway::RestApi", REST, {"id": "r", "name": "shop", **fields}),
        aws_record(
            "AWS::ApiGateway::Resource",
            f"{REST}/resources/x",
            {"resourceMethods": held | {"OPTIONS": options}},
        ),
        aws_record("AWS::ApiGateway::VpcLink", "arn:l", {"id": "l", "targetArns": [SHOP]}),
        *((unread_record(gap, at=""),) if unread else ()),
    )
    return row


def test_a_rest_api_sends_to_functions_hosts_and_through_links() -> None:
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    row = rest(
        {"methodIntegration": {"uri": uri}},
        {"methodIntegration": {"uri": "https://partner.example/x"}},
        {"methodIntegration": {"uri": "http://internal.example", "connectionId": "l"}},
    )

    assert row.id == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:r"
    assert row.forwards_to == (SHOP, FUNCTION, "partner.example")
    assert (row.network, row.public, row.name) == ("vpc-1", True, "shop")


def test_a_private_rest_api_is_not_public() -> None:
    assert not rest(endpointConfiguration={"types": ["PRIVATE"]}).public


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ([], "unknown"),
        ([{"authorizationType": "AWS_IAM"}], "iam"),
        ([{"authorizationType": "AWS_IAM"}, {"authorizationType": "CUSTOM"}], "other"),
        ([{"authorizationType": "NONE", "apiKeyRequired": True}], "other"),
        ([{"authorizationType": "NONE"}, {"authorizationType": "AWS_IAM"}], "nothing"),
    ],
)
def test_a_caller_needs_what_the_easiest_method_asks_for(
    methods: list[dict[str, Any]], expected: str
) -> None:
    assert rest(*methods).authenticates == expected


def test_what_a_caller_needs_is_unknown_where_methods_were_not_read() -> None:
    assert rest({"authorizationType": "AWS_IAM"}, unread=True).authenticates == "unknown"


def test_an_http_api_sends_to_a_listener_through_the_network_of_its_link() -> None:
    (row,) = rows_of(
        apigateway.SERVICE,
        Front,
        aws_record("AWS::ApiGatewayV2::Api", HTTP, {"ApiId": "h", "Name": "front"}),
        aws_record("AWS::ApiGatewayV2::Route", f"{HTTP}/routes/1", {"AuthorizationType": "JWT"}),
        aws_record(
            "AWS::ApiGatewayV2::Integration",
            f"{HTTP}/integrations/1",
            {"IntegrationUri": LISTENER, "ConnectionId": "v"},
        ),
        aws_record("AWS::ApiGatewayV2::VpcLink", "arn:v", {"VpcLinkId": "v", "SubnetIds": ["s"]}),
        aws_record("AWS::EC2::Subnet", "arn:s", {"SubnetId": "s", "VpcId": "vpc-7"}),
    )

    assert (row.forwards_to, row.network, row.authenticates) == ((SHOP,), "vpc-7", "other")


@pytest.mark.parametrize(
    ("said", "expected"), [("NONE", "nothing"), ("AWS_IAM", "iam"), ("", "unknown")]
)
def test_the_url_of_a_function_is_a_front(said: str, expected: str) -> None:
    body = {"FunctionUrl": "https://abc.lambda-url.example/", "AuthType": said}
    (row,) = rows_of(
        lambda_.SERVICE, Front, aws_record("AWS::Lambda::Url", f"{FUNCTION}:live#url", body)
    )

    assert (row.name, row.authenticates) == ("abc.lambda-url.example", expected)
    assert row.forwards_to == (FUNCTION,)


def test_an_app_runner_service_is_a_front_that_may_be_private() -> None:
    network = {"IngressConfiguration": {"IsPubliclyAccessible": True}}
    body: dict[str, Any] = {
        "ServiceUrl": "x.awsapprunner.example",
        "NetworkConfiguration": network,
    }
    (row,) = rows_of(
        apprunner.SERVICE, Front, aws_record("AWS::AppRunner::Service", "arn:a", body)
    )
    (private,) = rows_of(apprunner.SERVICE, Front, aws_record("AWS::AppRunner::Service", "a", {}))

    assert (row.name, row.public, row.forwards_to) == ("x.awsapprunner.example", True, ("arn:a",))
    assert not private.public
