# SPDX-License-Identifier: Apache-2.0
"""A network with all that packets pass, planted through the AWS API."""

from dataclasses import dataclass, field
from typing import Any

import boto3

from bartizan.model.facts import Facts

REGION = "eu-west-1"
ANYWHERE = "0.0.0.0/0"


@dataclass
class Planted:
    """The ids of what was made, by a name of ours."""

    url: str
    ids: dict[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    def client(self, name: str) -> Any:  # noqa: ANN401 - boto3 has no types
        return boto3.client(name, endpoint_url=self.url, region_name=REGION)


def plant(made: Planted) -> None:
    """Make it all, and remember the ids."""
    ec2 = made.client("ec2")
    _plant_network(made, ec2)
    _plant_filters(made, ec2)
    _plant_ways(made, ec2)
    _plant_transit(made, ec2)
    _plant_services(made, ec2)


def _plant_network(made: Planted, ec2: Any) -> None:  # noqa: ANN401 - boto3 has no types
    for name, block in (("vpc", "10.1.0.0/16"), ("peer", "10.2.0.0/16")):
        made.ids[name] = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
    for name, block, zone in (("front", "10.1.1.0/24", "a"), ("back", "10.1.2.0/24", "b")):
        given = ec2.create_subnet(
            VpcId=made["vpc"], CidrBlock=block, AvailabilityZone=f"{REGION}{zone}"
        )
        made.ids[name] = given["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=made["vpc"])
    made.ids["igw"] = gateway
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=made["vpc"])
    made.ids["group"] = group["GroupId"]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    running = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        SubnetId=made["front"],
        SecurityGroupIds=[made["group"]],
    )["Instances"][0]
    made.ids["instance"] = running["InstanceId"]
    made.ids["interface"] = running["NetworkInterfaces"][0]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(
        AllocationId=address["AllocationId"], NetworkInterfaceId=made["interface"]
    )
    made.ids["public"] = address["PublicIp"]


def _plant_filters(made: Planted, ec2: Any) -> None:  # noqa: ANN401 - as above
    listed = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "198.51.100.0/24"}, {"Cidr": "192.0.2.0/24"}],
    )
    made.ids["list"] = listed["PrefixList"]["PrefixListId"]
    ec2.authorize_security_group_ingress(
        GroupId=made["group"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": ANYWHERE, "Description": "all"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                "UserIdGroupPairs": [{"GroupId": made["group"]}],
                "PrefixListIds": [{"PrefixListId": made["list"]}],
            },
            {
                "IpProtocol": "icmp",
                "FromPort": 8,
                "ToPort": -1,
                "IpRanges": [{"CidrIp": ANYWHERE}],
            },
        ],
    )
    acl = ec2.create_network_acl(VpcId=made["vpc"])["NetworkAcl"]["NetworkAclId"]
    ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=90,
        Protocol="6",
        RuleAction="deny",
        Egress=False,
        CidrBlock="203.0.113.0/24",
        PortRange={"From": 1, "To": 1023},
    )
    made.ids["acl"] = acl
    held = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [made["front"]]}]
    )["NetworkAcls"][0]["Associations"]
    (mine,) = (one for one in held if one["SubnetId"] == made["front"])
    ec2.replace_network_acl_association(
        AssociationId=mine["NetworkAclAssociationId"], NetworkAclId=acl
    )


def _plant_ways(made: Planted, ec2: Any) -> None:  # noqa: ANN401 - as above
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=made["front"], AllocationId=address)
    made.ids["nat"] = nat["NatGateway"]["NatGatewayId"]
    joined = ec2.create_vpc_peering_connection(VpcId=made["vpc"], PeerVpcId=made["peer"])
    made.ids["peering"] = joined["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made["peering"])
    for name in ("front", "back"):
        table = ec2.create_route_table(VpcId=made["vpc"])["RouteTable"]["RouteTableId"]
        made.ids[f"{name} table"] = table
    ec2.associate_route_table(RouteTableId=made["front table"], SubnetId=made["front"])
    ways: list[tuple[str, str, dict[str, str]]] = [
        ("front", ANYWHERE, {"GatewayId": made["igw"]}),
        ("front", "10.2.0.0/16", {"VpcPeeringConnectionId": made["peering"]}),
        ("front", "10.9.0.0/16", {"NetworkInterfaceId": made["interface"]}),
        ("back", ANYWHERE, {"NatGatewayId": made["nat"]}),
    ]
    for table, block, target in ways:
        ec2.create_route(RouteTableId=made[f"{table} table"], DestinationCidrBlock=block, **target)
    gateway = ec2.create_vpc_endpoint(
        VpcId=made["vpc"],
        ServiceName=f"com.amazonaws.{REGION}.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[made["back table"]],
    )
    made.ids["gateway endpoint"] = gateway["VpcEndpoint"]["VpcEndpointId"]
    private = ec2.create_vpc_endpoint(
        VpcId=made["vpc"],
        ServiceName=f"com.amazonaws.{REGION}.ssm",
        VpcEndpointType="Interface",
        SubnetIds=[made["back"]],
        SecurityGroupIds=[made["group"]],
        PrivateDnsEnabled=True,
    )
    made.ids["interface endpoint"] = private["VpcEndpoint"]["VpcEndpointId"]


def _plant_transit(made: Planted, ec2: Any) -> None:  # noqa: ANN401 - as above
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    joined = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=made["vpc"], SubnetIds=[made["back"]]
    )
    attachment = joined["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    table = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)
    made.ids["tgw table"] = table["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"]
    ec2.create_transit_gateway_route(
        DestinationCidrBlock="10.1.0.0/16",
        TransitGatewayRouteTableId=made["tgw table"],
        TransitGatewayAttachmentId=attachment,
    )
    ec2.create_transit_gateway_route(
        DestinationCidrBlock="10.66.0.0/16",
        TransitGatewayRouteTableId=made["tgw table"],
        Blackhole=True,
    )
    made.ids |= {"tgw": gateway, "attachment": attachment}
    ec2.create_route(
        RouteTableId=made["back table"],
        DestinationCidrBlock="10.0.0.0/8",
        TransitGatewayId=gateway,
    )


def _plant_services(made: Planted, ec2: Any) -> None:  # noqa: ANN401 - as above
    elb = made.client("elbv2")
    for name, kind, protocol in (("web", "application", "HTTP"), ("tcp", "network", "TCP")):
        given = {"SecurityGroups": [made["group"]]} if kind == "application" else {}
        balancer = elb.create_load_balancer(
            Name=name, Type=kind, Subnets=[made["front"], made["back"]], **given
        )["LoadBalancers"][0]["LoadBalancerArn"]
        group = elb.create_target_group(
            Name=name, Protocol=protocol, Port=8080, VpcId=made["vpc"], TargetType="instance"
        )["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": made["instance"]}])
        elb.create_listener(
            LoadBalancerArn=balancer,
            Protocol=protocol,
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        made.ids |= {name: balancer, f"{name} group": group}
    service = ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[made["tcp"]], AcceptanceRequired=False
    )["ServiceConfiguration"]["ServiceId"]
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=service, AddAllowedPrincipals=["*"])
    made.ids["service"] = service
    old = made.client("elb")
    old.create_load_balancer(
        LoadBalancerName="old",
        Listeners=[{"Protocol": "TCP", "LoadBalancerPort": 25, "InstancePort": 2525}],
        Subnets=[made["front"]],
        Scheme="internal",
    )
    old.register_instances_with_load_balancer(
        LoadBalancerName="old", Instances=[{"InstanceId": made["instance"]}]
    )
