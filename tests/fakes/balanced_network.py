# SPDX-License-Identifier: Apache-2.0
"""The small network with load balancers in it, as the AWS API describes them."""

from typing import Any

from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import small_network

_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
SHOP = f"{_ELB}:loadbalancer/app/shop/0123456789abcdef"
LISTENER = f"{_ELB}:listener/app/shop/0123456789abcdef/aa"
RULE = f"{_ELB}:listener-rule/app/shop/0123456789abcdef/aa/bb"
GROUPS = f"{_ELB}:targetgroup"
CLASSIC = f"{_ELB}:loadbalancer/old"


def node(name: str, told: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an interface that a service made."""
    return {
        "NetworkInterfaceId": name,
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "OwnerId": ACCOUNT,
        "Status": "in-use",
        "Description": told,
        "RequesterManaged": True,
        "Groups": [{"GroupId": "sg-1"}],
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.1.1.9", "Primary": True}],
        **fields,
    }


def balancer(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "LoadBalancerArn": SHOP,
        "LoadBalancerName": "shop",
        "Type": "application",
        "Scheme": "internet-facing",
        "VpcId": "vpc-1",
        "State": {"Code": "active"},
        "AvailabilityZones": [{"SubnetId": "subnet-2"}, {"SubnetId": "subnet-1"}],
        "SecurityGroups": ["sg-1"],
        **fields,
    }


def listener(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "ListenerArn": LISTENER,
        "LoadBalancerArn": SHOP,
        "Port": 443,
        "Protocol": "HTTPS",
        "DefaultActions": [{"Type": "fixed-response"}],
        "Rules": list(rules),
        **fields,
    }


def balanced(**lists: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the small network with one application load balancer; `lists` replace its own."""
    found = small_network(LoadBalancers=[balancer()], Listeners=[listener()])
    found["NetworkInterfaces"].append(node("eni-9", "ELB app/shop/0123456789abcdef"))
    return found | lists
