# SPDX-License-Identifier: Apache-2.0
"""CloudFront: distributions, where they fetch from, and what they run at the edge.

Sources:
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html and
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginSummary.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_DISTRIBUTION, _ORIGIN = "AWS::CloudFront::Distribution", "AWS::CloudFront::VpcOrigin"
_SECRETS = ("Origins.Items[].CustomHeaders.Items[].HeaderValue",)

_kind = functools.partial(Kind, service="cloudfront")
_keep = functools.partial(keep, service="cloudfront", regional=False)


def _arn(thing: Thing, noun: str, name: str) -> str:
    held = thing.values.get("arn")
    if isinstance(held, str) and held:
        return held
    thing.account()
    return thing.place.arn("cloudfront", f"{noun}/{name}")


def _names(noun: str, thing: Thing) -> Mapping[str, str]:
    digits = thing.made(noun).rpartition("-")[2]
    if noun == "vpcorigin":
        name = f"vo_{digits}"
        return {"id": name, "arn": _arn(thing, noun, name)}
    name = f"E{digits[:13].upper()}"
    domain = f"{name.lower()}.cloudfront.net"
    return {"id": name, "arn": _arn(thing, noun, name), "domain_name": domain}


def _all(items: list[Json]) -> Json:
    return {"Quantity": len(items), "Items": items}


def _distribution(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    arn = _arn(thing, "distribution", name)
    body: Body = {
        "Id": name,
        "ARN": arn,
        "Enabled": thing.flag("enabled"),
        "Origins": _all([_origin(one) for one in thing.blocks("origin")]),
        "DefaultCacheBehavior": {},
        "CacheBehaviors": _all(
            [_behaviour(one) for one in thing.blocks("ordered_cache_behavior")]
        ),
    }
    for block in thing.blocks("default_cache_behavior"):
        body["DefaultCacheBehavior"] = _behaviour(block)
    if thing.said("domain_name"):
        body["DomainName"] = thing.text("domain_name")
    _keep(thing, draft, _DISTRIBUTION, arn, body=redact(body, _SECRETS, key=draft.key))


def _origin(block: Thing) -> dict[str, Json]:
    headers: list[Json] = [
        {"HeaderName": one.aside("name"), "HeaderValue": one.aside("value")}
        for one in block.blocks("custom_header")
    ]
    found: dict[str, Json] = {
        "Id": block.text("origin_id"),
        "DomainName": block.text("domain_name"),
        "CustomHeaders": _all(headers),
    }
    for one in block.blocks("vpc_origin_config"):
        found["VpcOriginConfig"] = {"VpcOriginId": one.text("vpc_origin_id")}
    return found


def _behaviour(block: Thing) -> dict[str, Json]:
    functions: list[Json] = [
        {"LambdaFunctionARN": one.text("lambda_arn"), "EventType": one.text("event_type")}
        for one in block.blocks("lambda_function_association")
    ]
    return {
        "TargetOriginId": block.text("target_origin_id"),
        "TrustedSigners": {"Enabled": _any(block, "trusted_signers")},
        "TrustedKeyGroups": {"Enabled": _any(block, "trusted_key_groups")},
        "LambdaFunctionAssociations": _all(functions),
    }


def _any(block: Thing, argument: str) -> bool:
    return block.said(argument) and bool(block.texts(argument))


def _no_distribution(thing: Thing, draft: Draft) -> None:
    """Take a distribution away, unless the code only switches it off.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_distribution
    """
    arn = _arn(thing, "distribution", thing.identity("id"))
    if not thing.flag("retain_on_delete"):
        draft.drop(_DISTRIBUTION, arn)
    elif (body := draft.body(_DISTRIBUTION, arn)) is not None:
        body["Enabled"] = False


def _vpc_origin(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    arn = _arn(thing, "vpcorigin", name)
    body: Body = {"Id": name, "Arn": arn, "Status": "Deployed"}
    for block in thing.blocks("vpc_origin_endpoint_config"):
        body |= {"Name": block.text("name"), "OriginEndpointArn": block.text("arn")}
    _keep(thing, draft, _ORIGIN, arn, body=body)


def _no_vpc_origin(thing: Thing, draft: Draft) -> None:
    draft.drop(_ORIGIN, _arn(thing, "vpcorigin", thing.identity("id")))


KINDS = (
    _kind(
        type="aws_cloudfront_vpc_origin",
        put=_vpc_origin,
        take=_no_vpc_origin,
        record=_ORIGIN,
        rank=7,
        names=functools.partial(_names, "vpcorigin"),
    ),
    _kind(
        type="aws_cloudfront_distribution",
        put=_distribution,
        take=_no_distribution,
        record=_DISTRIBUTION,
        rank=8,
        names=functools.partial(_names, "distribution"),
    ),
)
