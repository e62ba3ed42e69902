# SPDX-License-Identifier: Apache-2.0
"""ElastiCache: caches and the subnets that they are in, for the network to ask."""

from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.network.database import CACHE, CACHE_SUBNETS
from bartizan.sources.aws.service import Service

_CALLS = (
    Call(
        service="elasticache",
        operation="DescribeCacheClusters",
        kind=CACHE,
        scope=Scope.REGION,
        parameters={"ShowCacheNodeInfo": "`true`"},
        items="CacheClusters",
        id="item.ARN",
    ),
    Call(
        service="elasticache",
        operation="DescribeCacheSubnetGroups",
        kind=CACHE_SUBNETS,
        scope=Scope.REGION,
        items="CacheSubnetGroups",
        id="item.ARN || join('', ['arn:', partition, ':elasticache:', region, ':', account,"
        " ':subnetgroup:', item.CacheSubnetGroupName])",
    ),
)

SERVICE = Service(name="ElastiCache", calls=_CALLS, normalise=lambda _: ())
