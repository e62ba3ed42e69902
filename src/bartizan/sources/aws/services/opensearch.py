# SPDX-License-Identifier: Apache-2.0
"""OpenSearch: search domains, for the network to ask."""

from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.network.cluster import SEARCH_DOMAIN
from bartizan.sources.aws.service import Service

_NAME = "AWS::OpenSearchService::DomainName"

_CALLS = (
    Call(
        service="opensearch",
        operation="ListDomainNames",
        kind=_NAME,
        scope=Scope.REGION,
        action="es:ListDomainNames",
        items="DomainNames",
        id="join('', ['arn:', partition, ':es:', region, ':', account, ':domain/',"
        " item.DomainName])",
    ),
    Call(
        service="opensearch",
        operation="DescribeDomain",
        kind=SEARCH_DOMAIN,
        scope=Scope.REGION,
        action="es:DescribeDomain",
        each=_NAME,
        parameters={"DomainName": "parent.DomainName"},
        items="[DomainStatus]",
        id="parent_id",
        absent=("ResourceNotFoundException",),
    ),
)

SERVICE = Service(name="OpenSearch", calls=_CALLS, normalise=lambda _: ())
