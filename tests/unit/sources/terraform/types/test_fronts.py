# SPDX-License-Identifier: Apache-2.0
"""APIs and distributions, as ways in from the Internet: what a scan of them would give."""

import json

from bartizan.model.facts.estate import Trigger, Workload
from bartizan.model.facts.policy import Attachment
from bartizan.model.facts.service import Front
from bartizan.model.secret import MARKER
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.planned_network import SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

CALLED = f"arn:aws:execute-api:{REGION}:{ACCOUNT}"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
URI = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
CANARY = "hunter2-canary-value"
OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]})
REST = {"rest_api_id": referring("aws_api_gateway_rest_api.a.id")}
IN_ROOT = REST | {"resource_id": referring("aws_api_gateway_rest_api.a.root_resource_id")}


def rest(
    authorization: str = "NONE", *, types: tuple[str, ...] = ("REGIONAL",)
) -> list[Described]:
    """A REST API with one method at its root that calls a function."""
    return [
        new("aws_api_gateway_rest_api.a", "execution_arn", "root_resource_id", "policy",
            name="shop", endpoint_configuration=[{"types": [*types]}], tags={"team": "a"}),
        new("aws_api_gateway_method.m", refers=IN_ROOT, http_method="GET",
            authorization=authorization),
        new("aws_api_gateway_integration.i", refers=IN_ROOT, http_method="GET", type="AWS_PROXY",
            uri=URI, request_parameters={"integration.request.header.key": f"'{CANARY}'"}),
    ]  # fmt: skip


def test_a_rest_api_is_a_front_of_what_its_methods_call() -> None:
    found = laid(*rest())

    front, row = only(found, Front), only(found, Workload, kind="AWS::ApiGateway::RestApi")
    assert (front.name, front.public, front.authenticates) == ("shop", True, "nothing")
    assert front.forwards_to == (FUNCTION,)
    assert front.id == row.arn
    assert row.arn.startswith(f"{CALLED}:")
    assert (row.anonymous, row.public, row.tags) == (True, True, {"team": "a"})
    assert only(found, Trigger).workload == FUNCTION
    assert (found.gaps, misfits(found)) == ((), [])
    assert CANARY not in repr(found)
    assert MARKER in repr(found)


def test_an_api_for_which_no_endpoint_is_written_is_open_to_the_internet() -> None:
    one = new("aws_api_gateway_rest_api.a", "endpoint_configuration", "policy", name="shop")

    found = laid(one)

    assert only(found, Front).public
    assert found.gaps == ()


def test_who_may_call_a_rest_api_is_as_its_methods_and_its_place_say() -> None:
    signed, private = laid(*rest("AWS_IAM")), laid(*rest(types=("PRIVATE",)))
    keyed = laid(*rest(), new("aws_api_gateway_method.k", refers=IN_ROOT, http_method="POST",
                              authorization="NONE", api_key_required=True))  # fmt: skip

    assert only(signed, Front).authenticates == "iam"
    assert not only(signed, Workload, kind="AWS::ApiGateway::RestApi").anonymous
    assert not only(private, Front).public
    assert only(keyed, Front).authenticates == "nothing"


def test_a_method_of_a_resource_below_is_a_method_of_the_api() -> None:
    of_resource = REST | {"resource_id": referring("aws_api_gateway_resource.r.id")}
    below = [
        new("aws_api_gateway_resource.r", "path", path_part="x",
            refers=REST | {"parent_id": referring("aws_api_gateway_rest_api.a.root_resource_id")}),
        new("aws_api_gateway_method.b", refers=of_resource, http_method="ANY",
            authorization="NONE", api_key_required=True),
    ]  # fmt: skip

    found = laid(*rest("AWS_IAM"), *below)
    (held,) = [
        one for one in found.overlay.of("AWS::ApiGateway::Resource") if "pathPart" in one.body
    ]
    api = held.id.split("/")[2]
    gone = laid(
        change("aws_api_gateway_resource.r", before={"rest_api_id": api, "id": held.body["id"]}),
        records=(*HELD, *found.overlay.put.values()),
    )

    assert only(found, Front).authenticates == "other"
    assert held.body["parentId"]
    assert (found.gaps, misfits(found)) == ((), [])
    assert only(gone, Front).authenticates == "iam"


def test_methods_and_calls_of_a_rest_api_change_and_go() -> None:
    made = laid(*rest())
    held = (*HELD, *made.overlay.put.values())
    (root,) = made.overlay.of("AWS::ApiGateway::Resource")
    values: Described = {"rest_api_id": root.id.split("/")[2], "resource_id": root.body["id"],
                         "http_method": "GET", "authorization": "NONE"}  # fmt: skip

    signed = laid(
        change("aws_api_gateway_method.m", before=values,
               after=values | {"authorization": "AWS_IAM"}),
        records=held,
    )  # fmt: skip
    moved = laid(
        change("aws_api_gateway_integration.i", before=values,
               after=values | {"uri": "https://other.example.org"}),
        records=held,
    )  # fmt: skip
    idle = laid(change("aws_api_gateway_integration.i", before=values), records=held)
    none = laid(change("aws_api_gateway_method.m", before=values), records=held)
    gone = laid(
        change("aws_api_gateway_rest_api.a", before={"id": values["rest_api_id"]}), records=held
    )

    assert only(signed, Front).authenticates == "iam"
    assert only(signed, Front).forwards_to == (FUNCTION,)
    assert only(moved, Front).forwards_to == ("other.example.org",)
    assert only(moved, Front).authenticates == "nothing"
    assert (only(idle, Front).forwards_to, only(idle, Front).authenticates) == ((), "nothing")
    assert only(none, Front).authenticates == "unknown"
    assert kinds(gone, "AWS::ApiGateway") == []


def test_a_rest_api_has_the_policy_that_is_written() -> None:
    apart = new("aws_api_gateway_rest_api_policy.p", refers=REST, policy=OPEN)
    inside = new("aws_api_gateway_rest_api.a", name="shop", policy=OPEN)

    made = laid(*rest(), apart)
    held = (*HELD, *made.overlay.put.values())
    (api,) = made.overlay.of("AWS::ApiGateway::RestApi")
    gone = laid(
        change("aws_api_gateway_rest_api_policy.p", before={"rest_api_id": api.body["id"]}),
        records=held,
    )

    for one in (made, laid(inside)):
        assert [row.use for row in facts(one).rows(Attachment)] == ["resource"]
    assert not only(made, Workload, kind="AWS::ApiGateway::RestApi").anonymous
    assert facts(gone).rows(Attachment) == ()


def test_a_link_leads_into_a_network() -> None:
    balancer = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/n/1"
    linked = new("aws_api_gateway_integration.l", http_method="GET", type="HTTP_PROXY",
                 uri="http://inside.example.org/", connection_type="VPC_LINK",
                 refers=IN_ROOT | {"connection_id": referring("aws_api_gateway_vpc_link.v.id")},
                 )  # fmt: skip
    link = new("aws_api_gateway_vpc_link.v", name="v", target_arns=[balancer])

    found = laid(*rest()[:2], link, linked)
    (held,) = found.overlay.of("AWS::ApiGateway::VpcLink")
    gone = laid(
        change("aws_api_gateway_vpc_link.v", before={"id": held.body["id"]}),
        records=(*HELD, *found.overlay.put.values()),
    )

    assert only(found, Front).forwards_to == (balancer,)
    assert (found.gaps, misfits(found)) == ((), [])
    assert kinds(gone, "AWS::ApiGateway::V") == []


def http(**route: object) -> list[Described]:
    """An HTTP API with one route that calls a function."""
    api = {"api_id": referring("aws_apigatewayv2_api.a.id")}
    values = {"route_key": "GET /", "target": "integrations/x", **route}
    one = new("aws_apigatewayv2_route.r", refers=api)
    one["change"]["after"] |= values
    return [
        new("aws_apigatewayv2_api.a", "execution_arn", name="shop", protocol_type="HTTP",
            tags={"team": "a"}),
        one,
        new("aws_apigatewayv2_integration.i", refers=api, integration_type="AWS_PROXY",
            integration_uri=URI, request_parameters={"append:header.key": CANARY}),
    ]  # fmt: skip


def test_an_http_api_is_a_front_of_what_its_routes_call() -> None:
    found = laid(*http())
    signed, keyed = laid(*http(authorization_type="AWS_IAM")), laid(*http(api_key_required=True))

    front, row = only(found, Front), only(found, Workload, kind="AWS::ApiGatewayV2::Api")
    assert (front.name, front.authenticates, front.forwards_to) == ("shop", "nothing", (FUNCTION,))
    assert (row.anonymous, row.tags, row.arn) == (True, {"team": "a"}, front.id)
    assert only(found, Trigger).source == row.arn
    assert (found.gaps, misfits(found)) == ((), [])
    assert CANARY not in repr(found)
    assert only(signed, Front).authenticates == "iam"
    assert only(keyed, Front).authenticates == "other"


def test_parts_of_an_http_api_go_alone_and_with_it() -> None:
    made = laid(*http())
    held = (*HELD, *made.overlay.put.values())
    (route,) = made.overlay.of("AWS::ApiGatewayV2::Route")
    (integration,) = made.overlay.of("AWS::ApiGatewayV2::Integration")
    api = route.id.split("/")[2]

    parts = laid(
        change("aws_apigatewayv2_route.r", before={"api_id": api, "id": route.body["RouteId"]}),
        change("aws_apigatewayv2_integration.i",
               before={"api_id": api, "id": integration.body["IntegrationId"]}),
        records=held,
    )  # fmt: skip
    gone = laid(change("aws_apigatewayv2_api.a", before={"id": api}), records=held)

    assert kinds(parts, "AWS::ApiGateway") == ["AWS::ApiGatewayV2::Api"]
    assert kinds(gone, "AWS::ApiGateway") == []


def test_an_http_api_reaches_into_a_network_by_a_link() -> None:
    refers = {"connection_id": referring("aws_apigatewayv2_vpc_link.v.id"),
              "api_id": referring("aws_apigatewayv2_api.a.id")}  # fmt: skip
    link = new("aws_apigatewayv2_vpc_link.v", name="v", subnet_ids=[SUBNET],
               security_group_ids=["sg-1"])  # fmt: skip
    inside = new("aws_apigatewayv2_integration.l", refers=refers, integration_type="HTTP_PROXY",
                 integration_uri="https://inside.example.org")  # fmt: skip

    found = laid(*http()[:2], link, inside)
    (held,) = found.overlay.of("AWS::ApiGatewayV2::VpcLink")
    gone = laid(
        change("aws_apigatewayv2_vpc_link.v", before={"id": held.body["VpcLinkId"]}),
        records=(*HELD, *found.overlay.put.values()),
    )

    assert only(found, Front).network == VPC
    assert only(found, Front).forwards_to == ("inside.example.org",)
    assert (found.gaps, misfits(found)) == ((), [])
    assert kinds(gone, "AWS::ApiGatewayV2::V") == []


def distribution(origin: Described, **behaviour: object) -> Described:
    return new(
        "aws_cloudfront_distribution.d", "domain_name", "trusted_key_groups",
        enabled=True,
        origin=[{"origin_id": "o", "custom_header": [{"name": "k", "value": CANARY}], **origin}],
        default_cache_behavior=[{"target_origin_id": "o", **behaviour}],
    )  # fmt: skip


def test_a_distribution_is_a_front_of_its_origins() -> None:
    edge = [{"lambda_arn": f"{FUNCTION}:3", "event_type": "viewer-request"}]

    found = laid(distribution({"domain_name": "a.example.org"}, lambda_function_association=edge))
    signed = laid(distribution({"domain_name": "a.example.org"}, trusted_key_groups=["g"]))

    front, row = only(found, Front), only(found, Workload, kind="AWS::CloudFront::Distribution")
    assert (front.public, front.authenticates) == (True, "nothing")
    assert front.forwards_to == ("a.example.org",)
    assert front.name.endswith(".cloudfront.net")
    assert row.arn.startswith(f"arn:aws:cloudfront::{ACCOUNT}:distribution/E")
    assert (row.running, row.public, row.region) == (True, True, "")
    assert only(found, Trigger).workload == FUNCTION
    assert (found.gaps, misfits(found)) == ((), [])
    assert CANARY not in repr(found)
    assert MARKER in repr(found)
    assert only(signed, Front).authenticates == "other"


def test_a_behaviour_that_asks_for_nothing_opens_a_distribution() -> None:
    origin = {"domain_name": "a.example.org"}
    one = distribution(origin, trusted_signers=["self"])
    one["change"]["after"]["ordered_cache_behavior"] = [{"target_origin_id": "o"}]

    assert (
        only(laid(distribution(origin, trusted_signers=["self"])), Front).authenticates == "other"
    )
    assert only(laid(one), Front).authenticates == "nothing"


def test_an_origin_in_a_network_is_its_balancer() -> None:
    balancer = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/n/1"
    inside = distribution({"domain_name": "b"})
    inside["change"]["after"]["origin"][0]["vpc_origin_config"] = [{}]
    inside["change"]["after_unknown"]["origin"] = [
        {"vpc_origin_config": [{"vpc_origin_id": True}]}
    ]
    inside["refers"] = {"origin": [{"vpc_origin_config": [
        {"vpc_origin_id": referring("aws_cloudfront_vpc_origin.v.id")}]}]}  # fmt: skip
    origin = new("aws_cloudfront_vpc_origin.v", "etag",
                 vpc_origin_endpoint_config=[{"name": "v", "arn": balancer}])  # fmt: skip
    known: Described = {
        "id": "vo_1",
        "vpc_origin_endpoint_config": [{"name": "v", "arn": balancer}],
    }

    found = laid(
        change("aws_cloudfront_vpc_origin.v", after=known),
        distribution({"domain_name": "b", "vpc_origin_config": [{"vpc_origin_id": "vo_1"}]}),
    )
    fresh = laid(origin, inside)

    assert only(found, Front).forwards_to == (balancer,)
    assert (found.gaps, misfits(found)) == ((), [])
    assert kinds(fresh, "AWS::CloudFront::V") == ["AWS::CloudFront::VpcOrigin"]
    assert operations(fresh) in (
        [], ["aws_cloudfront_distribution.d.origin[0].vpc_origin_config[0].vpc_origin_id"],
    )  # fmt: skip


def test_a_distribution_goes_or_is_only_switched_off() -> None:
    made = laid(distribution({"domain_name": "a.example.org"}))
    held = (*HELD, *made.overlay.put.values())
    (row,) = made.overlay.of("AWS::CloudFront::Distribution")
    values: Described = {"id": row.body["Id"], "arn": row.id}

    gone = laid(change("aws_cloudfront_distribution.d", before=values), records=held)
    kept = laid(
        change("aws_cloudfront_distribution.d", before=values | {"retain_on_delete": True}),
        records=held,
    )
    origin: Described = {"id": "vo_1", "arn": f"arn:aws:cloudfront::{ACCOUNT}:vpcorigin/vo_1"}
    inside = laid(change("aws_cloudfront_vpc_origin.v", after=origin))
    less = laid(
        change("aws_cloudfront_vpc_origin.v", before=origin),
        records=(*HELD, *inside.overlay.put.values()),
    )

    assert kinds(gone, "AWS::CloudFront") == kinds(less, "AWS::CloudFront") == []
    assert not only(kept, Front).public


def test_what_is_not_known_is_named() -> None:
    described = new("aws_api_gateway_rest_api.a", "root_resource_id", name="a", body="{}")
    quick = new("aws_apigatewayv2_api.q", name="q", protocol_type="HTTP", target=FUNCTION)
    astray = change(
        "aws_api_gateway_method.m",
        after={"rest_api_id": "none", "resource_id": "r", "http_method": "GET"},
    )
    policy = change(
        "aws_api_gateway_rest_api_policy.p", after={"rest_api_id": "none", "policy": OPEN}
    )
    hidden = change(
        "aws_cloudfront_distribution.d",
        after={"id": "E1", "enabled": True, "origin": [{"origin_id": "o"}]},
        unknown={"origin": [{"domain_name": True}]},
        refers={"origin": [{"origin_id": {}, "domain_name": referring("local.x")}]},
    )

    assert sorted(operations(laid(described, quick, astray, policy, hidden))) == [
        "aws_api_gateway_method.m.resource_id",
        "aws_api_gateway_rest_api.a.body",
        "aws_api_gateway_rest_api_policy.p.rest_api_id",
        "aws_apigatewayv2_api.q.target",
        "aws_cloudfront_distribution.d.origin[0].domain_name",
    ]
