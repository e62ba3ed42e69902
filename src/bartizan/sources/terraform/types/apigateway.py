# SPDX-License-Identifier: Apache-2.0
"""REST APIs of API Gateway: their resources with methods, what these call, and who may.

That nothing is served before an API is deployed is not looked at, as in a scan.

Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep
from bartizan.sources.terraform.value import Hidden

_API, _RESOURCE = "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Resource"
_LINK = "AWS::ApiGateway::VpcLink"
_SECRETS = ("resourceMethods.*.methodIntegration.requestParameters.*",)

_kind = functools.partial(Kind, service="apigateway")
_keep = functools.partial(keep, service="apigateway")


def path_arn(thing: Thing, path: str) -> str:
    """Return the ARN of something of API Gateway, in which no account stands.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    thing.account()
    if not thing.place.region:
        raise UntoldError("region")
    return f"arn:{thing.place.partition}:apigateway:{thing.place.region}::/{path}"


def short_id(thing: Thing, what: str) -> str:
    """Return an id such as API Gateway makes up: ten letters and digits."""
    return thing.made(what).rpartition("-")[2][:10]


def invoked(thing: Thing, name: str) -> str:
    """Return the ARN that an API is called by."""
    return thing.here("execute-api", name)


def link_names(thing: Thing) -> Mapping[str, str]:
    """Return what a new link into a network will be called."""
    name = short_id(thing, "link")
    return {"id": name, "arn": path_arn(thing, f"vpclinks/{name}")}


def link_arn(thing: Thing) -> str:
    """Return the ARN of a link into a network."""
    return path_arn(thing, f"vpclinks/{thing.identity('id')}")


def _api_names(thing: Thing) -> Mapping[str, str]:
    name = short_id(thing, "api")
    return {
        "id": name,
        "arn": path_arn(thing, f"restapis/{name}"),
        "execution_arn": invoked(thing, name),
        "root_resource_id": short_id(thing, "root"),
    }


def _api(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    arn = path_arn(thing, f"restapis/{name}")
    held = draft.peek(_API, arn)
    body: Body = {"id": name, "name": thing.text("name"), "tags": thing.tag_map()}
    for block in thing.said_blocks("endpoint_configuration"):
        body["endpointConfiguration"] = {"types": list[Json](block.texts("types"))}
    if not held or thing.said("policy"):
        body["policy"] = thing.document("policy", default="")
    described = thing.values.get("body")
    if described is not None and described != thing.before.get("body"):
        # What a description in OpenAPI makes is not read.
        thing.gaps["body"] = Hidden.UNKNOWN
    _keep(thing, draft, _API, arn, body=body)
    root = thing.values.get("root_resource_id")
    if not held and isinstance(root, str):
        _keep(thing, draft, _RESOURCE, f"{arn}/resources/{root}", body={"id": root, "path": "/"})


def _no_api(thing: Thing, draft: Draft) -> None:
    arn = path_arn(thing, f"restapis/{thing.identity('id')}")
    for one in [held for held in draft.held(_RESOURCE) if held.startswith(f"{arn}/")]:
        draft.drop(_RESOURCE, one)
    draft.drop(_API, arn)


def _api_of(thing: Thing, draft: Draft) -> Body:
    """Return the record of the API of an object, to be changed in place.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    body = draft.body(_API, path_arn(thing, f"restapis/{thing.identity('rest_api_id')}"))
    if body is None:
        raise UntoldError("rest_api_id")
    return body


def _policy(thing: Thing, draft: Draft) -> None:
    _api_of(thing, draft)["policy"] = thing.document("policy")


def _no_policy(thing: Thing, draft: Draft) -> None:
    _api_of(thing, draft).pop("policy", None)


def _resource_arn(thing: Thing, attribute: str) -> str:
    api, name = thing.identity("rest_api_id"), thing.identity(attribute)
    return path_arn(thing, f"restapis/{api}/resources/{name}")


def _resource(thing: Thing, draft: Draft) -> None:
    body: Body = {
        "id": thing.identity("id"),
        "parentId": thing.text("parent_id"),
        "pathPart": thing.text("path_part"),
    }
    _keep(thing, draft, _RESOURCE, _resource_arn(thing, "id"), body=body)


def _no_resource(thing: Thing, draft: Draft) -> None:
    draft.drop(_RESOURCE, _resource_arn(thing, "id"))


def _methods(thing: Thing, draft: Draft) -> tuple[dict[str, Json], str]:
    """Return the methods of a resource, to be changed in place, and the name of the one meant.

    Raises:
        UntoldError: the resource is neither in the snapshot nor in the change.
    """
    body = draft.body(_RESOURCE, _resource_arn(thing, "resource_id"))
    if body is None:
        raise UntoldError("resource_id")
    held = body.setdefault("resourceMethods", {})
    if not isinstance(held, dict):
        held = body["resourceMethods"] = {}
    return held, thing.identity("http_method")


def _method(thing: Thing, draft: Draft) -> None:
    held, name = _methods(thing, draft)
    before = held.get(name)
    told: Body = {
        "httpMethod": name,
        "authorizationType": thing.text("authorization"),
        "apiKeyRequired": thing.flag("api_key_required"),
    }
    held[name] = {**(before if isinstance(before, dict) else {}), **told}


def _no_method(thing: Thing, draft: Draft) -> None:
    held, name = _methods(thing, draft)
    held.pop(name, None)


def _integration(thing: Thing, draft: Draft) -> None:
    held, name = _methods(thing, draft)
    told: Body = {
        "type": thing.text("type"),
        "uri": thing.text("uri"),
        "connectionType": thing.text("connection_type") or "INTERNET",
        "connectionId": thing.text("connection_id"),
        "credentials": thing.text("credentials"),
        "requestParameters": thing.variables("request_parameters"),
    }
    method = held.get(name)
    whole = {**(method if isinstance(method, dict) else {}), "methodIntegration": told}
    clean = redact({"resourceMethods": {name: whole}}, _SECRETS, key=draft.key)
    held |= clean["resourceMethods"] if isinstance(clean["resourceMethods"], dict) else {}


def _no_integration(thing: Thing, draft: Draft) -> None:
    held, name = _methods(thing, draft)
    method = held.get(name)
    if isinstance(method, dict):
        method.pop("methodIntegration", None)


def _link(thing: Thing, draft: Draft) -> None:
    body: Body = {
        "id": thing.identity("id"),
        "name": thing.text("name"),
        "targetArns": list[Json](thing.texts("target_arns")),
        "status": "AVAILABLE",
        "tags": thing.tag_map(),
    }
    _keep(thing, draft, _LINK, link_arn(thing), body=body)


def _no_link(thing: Thing, draft: Draft) -> None:
    draft.drop(_LINK, link_arn(thing))


KINDS = (
    _kind(type="aws_api_gateway_rest_api", put=_api, take=_no_api, record=_API, names=_api_names),
    _kind(
        type="aws_api_gateway_rest_api_policy",
        put=_policy,
        take=_no_policy,
        record=_API,
        part=True,
    ),
    _kind(
        type="aws_api_gateway_resource",
        put=_resource,
        take=_no_resource,
        record=_RESOURCE,
        rank=1,
        names=lambda thing: {"id": short_id(thing, "resource")},
    ),
    # A method that changes keeps what it calls: neither is taken away before it is put anew.
    _kind(type="aws_api_gateway_method", put=_method, take=_no_method, record=_RESOURCE, rank=2),
    _kind(
        type="aws_api_gateway_integration",
        put=_integration,
        take=_no_integration,
        record=_RESOURCE,
        rank=3,
    ),
    _kind(
        type="aws_api_gateway_vpc_link", put=_link, take=_no_link, record=_LINK, names=link_names
    ),
)
