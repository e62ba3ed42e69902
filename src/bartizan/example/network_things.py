# SPDX-License-Identifier: Apache-2.0
"""How networks, and what stands in them, become real things of an account."""

from collections.abc import Iterable, Mapping
from typing import Any

from bartizan.example.description import REGION, Part
from bartizan.example.site import Make, Site, named

_ALL = "0.0.0.0/0"


def _network(site: Site, part: Part) -> None:
    """Make a network; with `internet` it has a gateway, though no route leads there yet."""
    ec2, name = site.client("ec2"), part["name"]
    made = ec2.create_vpc(CidrBlock=part["range"], TagSpecifications=named("vpc", part))
    network = site.made[f"network:{name}"] = made["Vpc"]["VpcId"]
    if part.get("internet"):
        gateway = ec2.create_internet_gateway(TagSpecifications=named("internet-gateway", part))
        id_ = site.made[f"gateway:{name}"] = gateway["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=id_, VpcId=network)


def _subnet(site: Site, part: Part) -> None:
    """Make a subnet; `leads-to` says where its packets for other networks go."""
    ec2 = site.client("ec2")
    network = site.made[f"network:{part['network']}"]
    made = ec2.create_subnet(
        VpcId=network,
        CidrBlock=part["range"],
        AvailabilityZone=f"{REGION}{part.get('zone', 'a')}",
        TagSpecifications=named("subnet", part),
    )
    subnet = site.made[f"subnet:{part['name']}"] = made["Subnet"]["SubnetId"]
    if "leads-to" not in part:
        return
    answer = ec2.create_route_table(VpcId=network, TagSpecifications=named("route-table", part))
    table = answer["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    if part["leads-to"] == "nowhere":
        _blackhole(ec2, network, table)
    else:
        gateway = site.made[f"gateway:{part['network']}"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=_ALL, GatewayId=gateway)


def _blackhole(ec2: Any, network: str, table: str) -> None:  # noqa: ANN401 - boto3's clients have no types
    """Route to a peering, and take that down again."""
    other = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]
    made = ec2.create_vpc_peering_connection(VpcId=network, PeerVpcId=other["VpcId"])
    peering = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=_ALL, VpcPeeringConnectionId=peering)
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)


def _access_list(site: Site, part: Part) -> None:
    """Make an access list for one subnet; `in` and `out` are its rules in their order."""
    ec2 = site.client("ec2")
    network = site.made[f"network:{part['network']}"]
    made = ec2.create_network_acl(VpcId=network, TagSpecifications=named("network-acl", part))
    list_ = made["NetworkAcl"]["NetworkAclId"]
    for direction in ("in", "out"):
        for place, rule in enumerate(part[direction], start=1):
            ec2.create_network_acl_entry(
                NetworkAclId=list_,
                RuleNumber=100 * place,
                Egress=direction == "out",
                RuleAction=rule["do"],
                CidrBlock=rule["with"],
                **_numbered(rule.get("ports", "all")),
            )
    subnet = site.made[f"subnet:{part['subnet']}"]
    lists = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet]}]
    )["NetworkAcls"]
    (held,) = (one for one in lists[0]["Associations"] if one["SubnetId"] == subnet)
    ec2.replace_network_acl_association(
        AssociationId=held["NetworkAclAssociationId"], NetworkAclId=list_
    )


def _numbered(ports: str) -> Mapping[str, Any]:
    if ports == "all":
        return {"Protocol": "-1"}
    first, last = _ends(ports)
    return {"Protocol": "6", "PortRange": {"From": first, "To": last}}


def _ends(ports: str) -> tuple[int, int]:
    first, _, last = ports.partition("-")
    return int(first), int(last or first)


def _group(site: Site, part: Part) -> None:
    """Make a security group; what it sends is not limited."""
    ec2, name = site.client("ec2"), part["name"]
    group = site.made[f"group:{name}"] = ec2.create_security_group(
        GroupName=name,
        Description=name,
        VpcId=site.made[f"network:{part['network']}"],
        TagSpecifications=named("security-group", part),
    )["GroupId"]
    for rule in part.get("admit", ()):
        first, last = _ends(rule["ports"])
        permission: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": first, "ToPort": last}
        if "group" in rule:
            permission["UserIdGroupPairs"] = [{"GroupId": site.made[f"group:{rule['group']}"]}]
        else:
            permission["IpRanges"] = [{"CidrIp": rule["from"]}]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def placed(site: Site, part: Part) -> Mapping[str, Any]:
    """Return where an instance stands, as AWS takes it."""
    if "subnet" not in part:
        return {}
    return {
        "NetworkInterfaces": [
            {
                "DeviceIndex": 0,
                "SubnetId": site.made[f"subnet:{part['subnet']}"],
                "Groups": _ids(site, "group", part["groups"]),
                "AssociatePublicIpAddress": part.get("public", False),
            }
        ]
    }


def _balancer(site: Site, part: Part) -> None:
    """Make a load balancer of HTTP with one listener, which sends to instances."""
    elb, name = site.client("elbv2"), part["name"]
    network = site.made[f"network:{part['network']}"]
    balancer = elb.create_load_balancer(
        Name=name,
        Subnets=_ids(site, "subnet", part["subnets"]),
        SecurityGroups=_ids(site, "group", part["groups"]),
        Scheme="internet-facing" if part["public"] else "internal",
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(
        Name=name,
        Protocol="HTTP",
        Port=part["sends-to"],
        VpcId=network,
        TargetType="instance",
    )["TargetGroups"][0]["TargetGroupArn"]
    targets = [{"Id": target} for target in _ids(site, "instance", part["targets"])]
    elb.register_targets(TargetGroupArn=group, Targets=targets)
    elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=part["port"],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    site.made[f"balancer:{name}"] = balancer
    described = f"ELB {balancer.partition(':loadbalancer/')[2]}"
    for subnet in part["subnets"]:
        interface = _interface(site, described, subnet, part["groups"])
        site.made[f"interface:{name}/{subnet}"] = interface


def _database(site: Site, part: Part) -> None:
    """Make a database behind an interface in the first of its subnets."""
    rds, name = site.client("rds"), part["name"]
    rds.create_db_subnet_group(
        DBSubnetGroupName=name,
        DBSubnetGroupDescription=name,
        SubnetIds=_ids(site, "subnet", part["subnets"]),
    )
    made = rds.create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="harbour",
        MasterUserPassword="not-a-real-secret",
        DBSubnetGroupName=name,
        VpcSecurityGroupIds=_ids(site, "group", part["groups"]),
        PubliclyAccessible=part["public"],
    )["DBInstance"]
    site.made[f"database:{name}"] = made["DBInstanceArn"]
    interface = _interface(site, "RDSNetworkInterface", part["subnets"][0], part["groups"])
    site.made[f"interface:{name}"] = interface


def _interface(site: Site, description: str, subnet: str, groups: Iterable[str]) -> str:
    """Find the one interface that a service holds in a subnet, by what it says of itself."""
    found = site.client("ec2").describe_network_interfaces(
        Filters=[
            {"Name": "description", "Values": [description]},
            {"Name": "subnet-id", "Values": [site.made[f"subnet:{subnet}"]]},
            {"Name": "group-id", "Values": _ids(site, "group", groups)},
        ]
    )["NetworkInterfaces"]
    (one,) = found
    return str(one["NetworkInterfaceId"])


def _ids(site: Site, kind: str, names: Iterable[str]) -> list[str]:
    return [site.made[f"{kind}:{name}"] for name in names]


PLACES: Mapping[str, Make] = {
    "network": _network,
    "subnet": _subnet,
    "access-list": _access_list,
    "group": _group,
}
"""Sections that other things stand in."""

SERVICES: Mapping[str, Make] = {
    "balancer": _balancer,
    "database": _database,
}
"""Sections of what stands in networks, or before what does."""
