# SPDX-License-Identifier: Apache-2.0
"""Glue: jobs and development endpoints, what starts them, and the catalogue's policy.

Source: https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api.html
"""

import functools

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep
from bartizan.sources.terraform.types.ec2 import SUBNET, peek, text_of
from bartizan.sources.terraform.types.ec2_address import public
from bartizan.sources.terraform.types.whole import Whole

_POLICY = "AWS::Glue::ResourcePolicy"

_whole = functools.partial(Whole, service="glue")


def _job(thing: Thing, _draft: Draft) -> Body:
    return {
        "Name": thing.name(),
        "Role": thing.text("role_arn"),
        "DefaultArguments": thing.variables("default_arguments"),
        "NonOverridableArguments": thing.variables("non_overridable_arguments"),
    }


def _endpoint(thing: Thing, draft: Draft) -> Body:
    """Return an endpoint: one that is in no subnet has a public address.

    Source: https://docs.aws.amazon.com/glue/latest/dg/add-dev-endpoint.html
    """
    subnet = thing.text("subnet_id")
    inside = bool(subnet) or "subnet_id" in thing.gaps
    known = thing.text("public_address") if thing.said("public_address") else ""
    return {
        "EndpointName": thing.name(),
        "RoleArn": thing.text("role_arn"),
        "Status": "READY",
        "PublicAddress": known if known or inside else public(thing.address),
        "SubnetId": subnet,
        "VpcId": text_of(peek(draft, SUBNET, subnet), "VpcId") if subnet else "",
        "Arguments": thing.variables("arguments"),
    }


def _trigger(thing: Thing, _draft: Draft) -> Body:
    return {
        "Name": thing.name(),
        "Type": thing.text("type"),
        "Actions": [
            {"JobName": one.text("job_name"), "Arguments": one.variables("arguments")}
            for one in thing.blocks("actions")
        ],
    }


def _catalog(thing: Thing) -> str:
    return thing.here("glue", "catalog")


def _policy(thing: Thing, draft: Draft) -> None:
    body: Body = {"PolicyInJson": thing.document("policy")}
    keep(thing, draft, _POLICY, _catalog(thing), body=body, service="glue")


def _no_policy(thing: Thing, draft: Draft) -> None:
    draft.drop(_POLICY, _catalog(thing))


KINDS = (
    _whole(
        type="aws_glue_job",
        record="AWS::Glue::Job",
        resource="job/{name}",
        body=_job,
        secrets=("DefaultArguments.*", "NonOverridableArguments.*"),
    ).kind(),
    _whole(
        type="aws_glue_dev_endpoint",
        record="AWS::Glue::DevEndpoint",
        resource="devEndpoint/{name}",
        body=_endpoint,
        secrets=("Arguments.*",),
        rank=4,
    ).kind(),
    _whole(
        type="aws_glue_trigger",
        record="AWS::Glue::Trigger",
        resource="trigger/{name}",
        body=_trigger,
        secrets=("Actions[].Arguments.*",),
    ).kind(),
    Kind(
        type="aws_glue_resource_policy",
        put=_policy,
        take=_no_policy,
        record=_POLICY,
        service="glue",
    ),
)
