# SPDX-License-Identifier: Apache-2.0
"""What cannot be told of a change, said of the things that it is about.

Whoever asks about networks, keys, buckets or guardrails looks for what was not read under a
thing's own name, or among the listings of its account; a gap by its place in the code would be
found by neither, and what is not known would be taken for absent.
"""

import re
from collections.abc import Mapping

from msgspec import structs

from bartizan.model.facts.gap import Unread
from bartizan.sources.terraform.draft import Draft
from bartizan.sources.terraform.types.ec2 import (
    INSTANCE,
    INTERFACE,
    NETWORK_ACL,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET,
)
from bartizan.sources.terraform.value import Value

_V2 = "AWS::ElasticLoadBalancingV2"
_BALANCER, _HEALTH = f"{_V2}::LoadBalancer", f"{_V2}::TargetHealth"
_STANDING = frozenset(
    {
        INTERFACE,
        INSTANCE,
        _BALANCER,
        "AWS::AutoScaling::AutoScalingGroup",
        "AWS::EC2::NatGateway",
        "AWS::EC2::VPCEndpoint",
        "AWS::ECS::Service",
        "AWS::EFS::MountTarget",
        "AWS::EKS::Cluster",
        "AWS::EKS::Nodegroup",
        "AWS::Lambda::Function",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBInstance",
    }
)
"""Kinds of records of what stands in networks by interfaces that come with it."""
_PLACING = frozenset({"instances", "subnet_id", "subnet_ids", "subnet_mapping", "subnets"})
"""Attributes that tell where these are, or how many."""
_TARGET = "AWS::Organizations::PolicyTarget"
_GUARDING = frozenset({_TARGET, "AWS::Organizations::Policy", "AWS::Organizations::Organization"})
"""Kinds of records without which nobody knows what stands over whom in an organisation."""
_KEY, _GRANT = "AWS::KMS::Key", "AWS::KMS::Grant"
_TOLD = frozenset(
    {NETWORK_ACL, ROUTE_TABLE, SECURITY_GROUP, _BALANCER, _HEALTH, _GRANT}
    | {"AWS::S3::BucketPublicAccessBlock", "AWS::S3::AccountPublicAccessBlock"}
    | {
        f"AWS::ElasticLoadBalancingV2::{one}"
        for one in ("Listener", "ListenerRule", "TargetGroup")
    }
)
"""Kinds of records of things of which a part may be hidden, and the rest known."""
_NAMING = {
    "key_id": (_KEY, _GRANT),
    "load_balancer_arn": (_BALANCER, _BALANCER),
    "network_acl_id": (NETWORK_ACL, NETWORK_ACL),
    "route_table_id": (ROUTE_TABLE, ROUTE_TABLE),
    "security_group_id": (SECURITY_GROUP, SECURITY_GROUP),
    "subnet_id": (SUBNET, SUBNET),
    "target_group_arn": (_HEALTH, _HEALTH),
}
"""Attributes by which a part names the thing that it is a part of: to the kind of the record of
that, and of the one in which the part is.
"""
_IDLE = frozenset({"description", "name", "tags", "tags_all"})
"""Attributes that no packet depends on."""
_CONTENT = "content"
"""Attribute of a policy that leaves open what it says, and not what it stands over."""
_INDEX = re.compile(r"\[[^\]]*\]")


def tell(row: Unread, draft: Draft, values: Mapping[str, Value], *, put: bool) -> None:
    """Say once more what cannot be told of an object with `values`, which was `put` or could not
    be: of each thing that it is or is a part of, and that interfaces of its place or
    guardrails may not all be known where its own are not.
    """
    attribute = _INDEX.sub("", row.operation).rpartition(".")[2]
    found: set[tuple[str, str]] = set()
    if row.kind in _STANDING and (not put or attribute in _PLACING):
        found.add((INTERFACE, ""))
    if row.kind in _GUARDING and attribute not in {*_IDLE, _CONTENT}:
        found.add((_TARGET, ""))
    if row.kind in _TOLD and attribute not in _IDLE:
        touched = (one for one in draft.touched if one.kind in _TOLD)
        found |= {(one.kind, one.id.partition("#")[0]) for one in touched}
        for argument, (owner, kind) in _NAMING.items():
            name = values.get(argument)
            if isinstance(name, str) and name:
                found |= {(kind, one) for one in draft.found(owner, name) or (name,)}
    for kind, name in sorted(found):
        draft.unread(structs.replace(row, kind=kind, resource=name))
