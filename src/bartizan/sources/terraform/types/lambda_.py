# SPDX-License-Identifier: Apache-2.0
"""Lambda: functions, who may call them, and what calls them.

Records are answers of https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
"""

import functools
import json
import uuid
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep, listed, parsed
from bartizan.sources.terraform.types.interface import new_interface

_FUNCTION, _POLICY = "AWS::Lambda::Function", "AWS::Lambda::FunctionPolicy"
_URL, _TAGS = "AWS::Lambda::Url", "AWS::Lambda::FunctionTags"
_ALIAS, _ALIAS_POLICY = "AWS::Lambda::Alias", "AWS::Lambda::AliasPolicy"
_MAPPING = "AWS::Lambda::EventSourceMapping"

_kind = functools.partial(Kind, service="lambda")
_keep = functools.partial(keep, service="lambda")


def _arn(thing: Thing, name: str) -> str:
    if name.startswith("arn:"):
        return ":".join(name.split(":")[:7])
    thing.account()
    return thing.place.arn("lambda", f"function:{name}", region=True)


def _of(thing: Thing) -> str:
    return _arn(thing, thing.identity("function_name"))


def _qualified(thing: Thing) -> str:
    """Return the ARN of the function of an object, or of the alias that it is about.

    Raises:
        UntoldError: it is about a version, of which nothing is read.
    """
    qualifier = thing.text("qualifier")
    if "qualifier" in thing.gaps or qualifier.isdigit():
        raise UntoldError("qualifier")
    return f"{_of(thing)}:{qualifier}" if qualifier else _of(thing)


def _policy_of(arn: str) -> str:
    """Return the kind of record with the policy of a function or an alias."""
    return _ALIAS_POLICY if arn.count(":") > _COLONS else _POLICY


_COLONS = 6
"""Colons in the ARN of a function."""


def _function(thing: Thing, draft: Draft) -> None:
    name = thing.name("function_name")
    arn = _arn(thing, name)
    body: Body = {"FunctionName": name, "FunctionArn": arn, "Role": thing.text("role")}
    for block in thing.blocks("environment"):
        body["Environment"] = {"Variables": block.variables("variables")}
    for block in thing.blocks("vpc_config"):
        body["VpcConfig"] = {
            "VpcId": block.text("vpc_id"),
            "SubnetIds": list[Json](block.texts("subnet_ids")),
            "SecurityGroupIds": list[Json](block.members("security_group_ids")),
        }
    before = draft.peek(_FUNCTION, arn).get("VpcConfig")
    clean = redact(body, ("Environment.Variables.*",), key=draft.key)
    _keep(thing, draft, _FUNCTION, arn, body=clean)
    _keep(thing, draft, _TAGS, arn, body={"Tags": thing.tag_map()})
    place = body.get("VpcConfig")
    if isinstance(place, dict) and not _same(place, before):
        _stand(thing, draft, name, place)


def _same(place: Mapping[str, Json], before: Json) -> bool:
    return isinstance(before, dict) and all(
        set(listed(dict(place), member)) == set(listed(dict(before), member))
        for member in ("SubnetIds", "SecurityGroupIds")
    )


def _stand(thing: Thing, draft: Draft, name: str, place: Mapping[str, Json]) -> None:
    """Give a function its interfaces in the subnets of its network.

    Functions with the same subnets and groups share theirs, so those that are there stay.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """
    held, groups = place.get("SubnetIds"), place.get("SecurityGroupIds")
    for subnet in held if isinstance(held, list) else ():
        digest = thing.made(f"eni-{subnet}").rpartition("-")[2]
        new_interface(
            thing,
            draft,
            name=f"eni-{digest}",
            subnet=str(subnet),
            groups=[str(one) for one in (groups if isinstance(groups, list) else ())],
            InterfaceType="lambda",
            RequesterManaged=True,
            Status="in-use",
            Description=f"AWS Lambda VPC ENI-{name}-{uuid.UUID(bytes=digest.encode()[:16])}",
        )


def _no_function(thing: Thing, draft: Draft) -> None:
    arn = _of(thing)
    for kind in (_FUNCTION, _POLICY, _TAGS):
        draft.drop(kind, arn)
    draft.drop(_URL, f"{arn}#url")


def _others(arn: str, name: str, draft: Draft) -> list[Json]:
    """Return the statements of a function's policy but for one.

    Raises:
        UntoldError: the policy cannot be read.
    """
    text = draft.peek(_policy_of(arn), arn).get("Policy", "")
    held = parsed(text) if isinstance(text, str) and text else {}
    if text is None or not isinstance(held, dict):
        raise UntoldError("policy")
    statements = listed(held, "Statement")
    return [one for one in statements if not (isinstance(one, dict) and one.get("Sid") == name)]


def _write(arn: str, statements: list[Json], thing: Thing, draft: Draft) -> None:
    document = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    _keep(thing, draft, _policy_of(arn), arn, body={"Policy": json.dumps(document)})


def _permission(thing: Thing, draft: Draft) -> None:
    """Add a statement, as `AddPermission` writes it.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    arn, name = _qualified(thing), thing.called("statement_id")
    others = _others(arn, name, draft)
    principal = thing.text("principal")
    statement: dict[str, Json] = {
        "Sid": name,
        "Effect": "Allow",
        "Principal": _principal(principal, thing.place.partition),
        "Action": thing.text("action"),
        "Resource": arn,
    }
    tests: dict[str, dict[str, Json]] = {}
    for operator, key, attribute in _TESTS:
        if value := thing.text(attribute):
            tests.setdefault(operator, {})[key] = value
    if thing.flag("invoked_via_function_url"):
        tests["Bool"] = {"lambda:InvokedViaFunctionUrl": "true"}
    if tests:
        statement["Condition"] = dict[str, Json](tests)
    if thing.gaps:
        # A statement of which a part is hidden may allow more than what is known of it, or less.
        _keep(thing, draft, _policy_of(arn), arn, body={"Policy": None})
    else:
        _write(arn, [*others, statement], thing, draft)


_TESTS = (
    ("ArnLike", "AWS:SourceArn", "source_arn"),
    ("StringEquals", "AWS:SourceAccount", "source_account"),
    ("StringEquals", "aws:PrincipalOrgID", "principal_org_id"),
    ("StringEquals", "lambda:FunctionUrlAuthType", "function_url_auth_type"),
)


def _principal(principal: str, partition: str) -> Json:
    if principal == "*":
        return "*"
    if principal.isdigit():
        return {"AWS": f"arn:{partition}:iam::{principal}:root"}
    return {"AWS": principal} if principal.startswith("arn:") else {"Service": principal}


def _no_permission(thing: Thing, draft: Draft) -> None:
    arn = _qualified(thing)
    _write(arn, _others(arn, thing.identity("statement_id"), draft), thing, draft)


def _url(thing: Thing, draft: Draft) -> None:
    arn = _qualified(thing)
    body: Body = {"FunctionArn": arn, "AuthType": thing.text("authorization_type")}
    _keep(thing, draft, _URL, f"{arn}#url", body=body)


def _alias_arn(thing: Thing) -> str:
    return f"{_of(thing)}:{thing.identity('name')}"


def _alias(thing: Thing, draft: Draft) -> None:
    arn = _alias_arn(thing)
    version = thing.text("function_version")
    body: Body = {"AliasArn": arn, "Name": thing.name(), "FunctionVersion": version}
    _keep(thing, draft, _ALIAS, arn, body=body)


def _no_alias(thing: Thing, draft: Draft) -> None:
    arn = _alias_arn(thing)
    for kind in (_ALIAS, _ALIAS_POLICY):
        draft.drop(kind, arn)
    draft.drop(_URL, f"{arn}#url")


def _mapping_names(thing: Thing) -> tuple[str, str]:
    """Return id and ARN of what makes a function read from a queue or a stream."""
    known = thing.values.get("uuid")
    name = known if isinstance(known, str) and known else thing.made("uuid").partition("-")[2]
    return name, thing.arn("lambda", f"event-source-mapping:{name}")


def _mapping(thing: Thing, draft: Draft) -> None:
    name, arn = _mapping_names(thing)
    off = thing.values.get("enabled") is not None and not thing.flag("enabled")
    function = thing.identity("function_name")
    body: Body = {
        "UUID": name,
        "EventSourceMappingArn": arn,
        "EventSourceArn": thing.text("event_source_arn"),
        "FunctionArn": function if function.startswith("arn:") else _arn(thing, function),
        "State": "Disabled" if off else "Enabled",
    }
    _keep(thing, draft, _MAPPING, arn, body=body)


def _no_mapping(thing: Thing, draft: Draft) -> None:
    draft.drop(_MAPPING, _mapping_names(thing)[1])


KINDS = (
    _kind(type="aws_lambda_function", put=_function, take=_no_function, record=_FUNCTION, rank=5),
    _kind(
        type="aws_lambda_permission",
        put=_permission,
        take=_no_permission,
        record=_POLICY,
        part=True,
    ),
    _kind(
        type="aws_lambda_function_url",
        put=_url,
        take=lambda thing, draft: draft.drop(_URL, f"{_qualified(thing)}#url"),
        record=_URL,
        part=True,
    ),
    _kind(
        type="aws_lambda_alias",
        put=_alias,
        take=_no_alias,
        record=_ALIAS,
        rank=6,
        names=lambda thing: {"arn": _alias_arn(thing)},
    ),
    _kind(
        type="aws_lambda_event_source_mapping",
        put=_mapping,
        take=_no_mapping,
        record=_MAPPING,
        rank=6,
    ),
)
