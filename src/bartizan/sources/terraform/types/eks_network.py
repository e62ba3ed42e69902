# SPDX-License-Identifier: Apache-2.0
"""Where a cluster of EKS stands in its network: its group, and its interfaces in the subnets.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html and
https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
"""

from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.ec2 import (
    INTERFACE,
    SECURITY_GROUP,
    SUBNET,
    peek,
    put,
    text_of,
)
from bartizan.sources.terraform.types.interface import new_interface

_ALL = "0.0.0.0/0"
_OWN_GROUP = "clusterSecurityGroupId"


def network_of(thing: Thing, draft: Draft, held: Mapping[str, Json]) -> dict[str, Json]:
    """Return where a cluster is and who may send to its endpoint."""
    before = held.get("resourcesVpcConfig")
    found: dict[str, Json] = dict(before) if isinstance(before, dict) else {}
    for block in thing.blocks("vpc_config"):
        subnets = sorted(block.texts("subnet_ids"))
        if subnets:
            found["vpcId"] = text_of(peek(draft, SUBNET, subnets[0]), "VpcId")
        # Where the code says nothing the endpoint is open to the Internet, to all of it.
        public = block.values.get("endpoint_public_access") is None
        public = public or block.flag("endpoint_public_access")
        written = block.said("public_access_cidrs")
        ranges = sorted(block.texts("public_access_cidrs")) if written else []
        found |= {
            "subnetIds": list[Json](subnets),
            "securityGroupIds": list[Json](sorted(block.members("security_group_ids"))),
            "endpointPublicAccess": public,
            "endpointPrivateAccess": block.flag("endpoint_private_access"),
        }
        if written or not found.get("publicAccessCidrs"):
            found["publicAccessCidrs"] = list[Json](ranges or [_ALL])
    known = found.get(_OWN_GROUP)
    found[_OWN_GROUP] = known if isinstance(known, str) and known else thing.made("sg")
    return found


def interfaces(
    thing: Thing, draft: Draft, network: Mapping[str, Json], held: Mapping[str, Json]
) -> None:
    """Put the interfaces of a new cluster, or change the groups of those that are there."""
    group, more = text_of(network, _OWN_GROUP), network.get("securityGroupIds")
    groups = [group, *(str(one) for one in (more if isinstance(more, list) else ()))]
    told = f"Amazon EKS {thing.name()}"
    if held:
        for one in list(draft.matching(INTERFACE, told, "Description")):
            body = draft.body(INTERFACE, one) or {}
            body["Groups"] = [{"GroupId": name} for name in sorted(groups)]
        return
    _own_group(thing, draft, group, text_of(network, "vpcId"))
    subnets = network.get("subnetIds")
    for subnet in subnets if isinstance(subnets, list) else ():
        new_interface(
            thing,
            draft,
            name=f"{thing.made('eni')}-{str(subnet).rpartition('-')[2]}",
            subnet=str(subnet),
            groups=groups,
            RequesterManaged=True,
            Status="in-use",
            Description=told,
        )


def _own_group(thing: Thing, draft: Draft, group: str, network: str) -> None:
    """Put the group that EKS makes for a cluster and its nodes, who may all reach one another."""
    inside: Json = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    outside: Json = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": _ALL}]}
    body: Body = {
        "GroupId": group,
        "GroupName": f"eks-cluster-sg-{thing.name()}",
        "VpcId": network,
        "OwnerId": thing.account(),
        "IpPermissions": [inside],
        "IpPermissionsEgress": [outside],
    }
    put(thing, draft, (SECURITY_GROUP, group), body)
