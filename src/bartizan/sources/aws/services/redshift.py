# SPDX-License-Identifier: Apache-2.0
"""Redshift: warehouses, for the network to ask."""

from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.network.database import REDSHIFT
from bartizan.sources.aws.service import Service

_CALLS = (
    Call(
        service="redshift",
        operation="DescribeClusters",
        kind=REDSHIFT,
        scope=Scope.REGION,
        items="Clusters",
        id="join('', ['arn:', partition, ':redshift:', region, ':', account, ':cluster:',"
        " item.ClusterIdentifier])",
        secrets=("PendingModifiedValues.MasterUserPassword",),
    ),
)

SERVICE = Service(name="Redshift", calls=_CALLS, normalise=lambda _: ())
