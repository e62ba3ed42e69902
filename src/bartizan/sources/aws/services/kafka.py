# SPDX-License-Identifier: Apache-2.0
"""Managed Streaming for Apache Kafka: clusters of brokers, for the network to ask."""

from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.network.cluster import BROKER, BROKERS
from bartizan.sources.aws.service import Service

_CALLS = (
    Call(
        service="kafka",
        operation="ListClustersV2",
        kind=BROKERS,
        scope=Scope.REGION,
        items="ClusterInfoList",
        id="item.ClusterArn",
    ),
    Call(
        service="kafka",
        operation="ListNodes",
        kind=BROKER,
        scope=Scope.REGION,
        each=BROKERS,
        parameters={"ClusterArn": "parent_id"},
        when="parent.ClusterType != 'SERVERLESS'",
        items="NodeInfoList[?BrokerNodeInfo]",
        id="join('#', [parent_id, to_string(item.BrokerNodeInfo.BrokerId)])",
        absent=("NotFoundException",),
    ),
)

SERVICE = Service(name="MSK", calls=_CALLS, normalise=lambda _: ())
