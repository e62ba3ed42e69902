# SPDX-License-Identifier: Apache-2.0
"""CloudFront: distributions and the functions that they call."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Trigger
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, mapping, objects, rows, text
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services.cloudfront_front import (
    DISTRIBUTION,
    VPC_ORIGIN,
    distributions,
)

_CALLS = (
    Call(
        service="cloudfront",
        operation="ListDistributions",
        kind=DISTRIBUTION,
        scope=Scope.ACCOUNT,
        items="DistributionList.Items",
        id="item.ARN",
        secrets=("Origins.Items[].CustomHeaders.Items[].HeaderValue",),
    ),
    Call(
        service="cloudfront",
        operation="ListVpcOrigins",
        kind=VPC_ORIGIN,
        scope=Scope.ACCOUNT,
        items="VpcOriginList.Items",
        id="item.Arn",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive distributions, which anyone can call, and triggers for the functions at their edge.

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-the-edge.html
    """
    yield from rows(records, DISTRIBUTION, _distribution)
    yield from distributions(records)


def _distribution(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "DomainName"),
        role="",
        running=flag(body, "Enabled"),
        public=flag(body, "Enabled"),
    )
    behaviours = (
        mapping(body, "DefaultCacheBehavior"),
        *objects(body, "CacheBehaviors", "Items"),
    )
    functions = {
        text(item, "LambdaFunctionARN")
        for behaviour in behaviours
        for item in objects(behaviour, "LambdaFunctionAssociations", "Items")
    }
    for version in sorted(functions):
        # An association names a version, `...:function:name:3`; facts name the function.
        function = ":".join(version.split(":")[:7])
        yield Trigger(workload=function, source=record.id)


SERVICE = Service(name="CloudFront", calls=_CALLS, normalise=normalise)
