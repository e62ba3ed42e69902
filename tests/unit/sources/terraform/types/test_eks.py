# SPDX-License-Identifier: Apache-2.0
"""Clusters of EKS, their nodes, and who is let in: what a scan of them would give."""

from bartizan.model.facts.estate import ClusterAccess, PodIdentity, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import Interface, SecurityGroup
from bartizan.model.facts.service import ServicePort
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.planned_network import GROUP, SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change

EKS = f"arn:aws:eks:{REGION}:{ACCOUNT}"
CLUSTER = f"{EKS}:cluster/main"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/dev"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
ACCESS = [{"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False}]


def cluster(**more: object) -> Described:
    network = {"subnet_ids": [SUBNET], "security_group_ids": [GROUP]}
    values: Described = {"name": "main", "role_arn": f"{ROLE}-cluster", "vpc_config": [network]}
    return new("aws_eks_cluster.c", "identity", **values | {"access_config": ACCESS} | more)


def entry() -> Described:
    return new("aws_eks_access_entry.e", "access_entry_arn", "kubernetes_groups", "type", "tags",
               cluster_name="main", principal_arn=ROLE)  # fmt: skip


def policy(scope: str = "cluster") -> Described:
    return new("aws_eks_access_policy_association.p", cluster_name="main", principal_arn=ROLE,
               policy_arn=ADMIN, access_scope=[{"type": scope}])  # fmt: skip


def test_a_new_cluster_listens_in_its_subnets_and_to_the_internet() -> None:
    found = laid(cluster(tags={"team": "a"}))

    row = only(found, Workload, kind="AWS::EKS::Cluster")
    port = only(found, ServicePort, thing=CLUSTER)
    (interface,) = port.interfaces
    own = only(found, Interface, id=interface).groups
    assert (row.arn, row.public, row.running) == (CLUSTER, True, True)
    assert row.tags == {"team": "a"}
    assert row.related == {"service-role": f"{ROLE}-cluster"}
    assert (port.network, port.port, port.public) == (VPC, 443, True)
    assert GROUP in own
    (group,) = {*own} - {GROUP}
    assert only(found, SecurityGroup, id=group).network == VPC
    assert found.gaps == ()
    assert misfits(found) == []


def test_a_cluster_is_listed_and_has_the_issuer_that_is_known() -> None:
    made = laid(cluster())
    values = {"name": "main", "arn": CLUSTER, "role_arn": ROLE}
    issuer = [{"oidc": [{"issuer": "https://oidc.example.org/id/1"}]}]

    found = laid(
        change("aws_eks_cluster.c", before=values, after=values | {"identity": issuer}),
        records=(*HELD, *made.overlay.put.values()),
    )

    related = only(found, Workload, arn=CLUSTER).related
    assert related["oidc-issuer"] == "https://oidc.example.org/id/1"
    (listed,) = made.overlay.of("AWS::EKS::ClusterName")
    assert (listed.id, listed.body) == (CLUSTER, {"name": "main"})
    (whole,) = made.overlay.of("AWS::EKS::Cluster")
    assert (whole.id, whole.body["arn"], whole.body["name"]) == (CLUSTER, CLUSTER, "main")


def test_machines_that_a_cluster_starts_by_itself_are_told() -> None:
    on, off = [{"enabled": True, "node_role_arn": ROLE}], [{"enabled": False}]

    assert operations(laid(cluster(compute_config=on))) == ["aws_eks_cluster.c.compute_config"]
    assert operations(laid(cluster(compute_config=off))) == []


def test_an_endpoint_that_the_code_closes_is_closed() -> None:
    network = {"subnet_ids": [SUBNET], "endpoint_public_access": False}
    narrow = {"subnet_ids": [SUBNET], "public_access_cidrs": ["198.51.100.0/24"]}

    closed = only(laid(cluster(vpc_config=[network])), Workload, arn=CLUSTER)
    ranged = only(laid(cluster(vpc_config=[narrow])), Workload, arn=CLUSTER)

    open_ = {"subnet_ids": [SUBNET], "endpoint_public_access": True}
    assert not closed.public
    assert not ranged.public
    assert only(laid(cluster(vpc_config=[open_])), Workload, arn=CLUSTER).public


def test_a_cluster_that_changes_keeps_its_own_group_and_changes_the_others() -> None:
    made = laid(cluster())
    values = {"name": "main", "arn": CLUSTER, "role_arn": ROLE}
    narrow = [{"subnet_ids": [SUBNET], "public_access_cidrs": ["198.51.100.0/24"]}]

    found = laid(
        change("aws_eks_cluster.c", before=values, after=values | {"vpc_config": narrow}),
        records=(*HELD, *made.overlay.put.values()),
    )

    (interface,) = only(found, ServicePort, thing=CLUSTER).interfaces
    (before,) = only(made, ServicePort, thing=CLUSTER).interfaces
    kept = set(only(made, Interface, id=before).groups) - {GROUP}
    assert set(only(found, Interface, id=interface).groups) == kept
    assert [row.id for row in facts(found).rows(Interface)] == [
        row.id for row in facts(made).rows(Interface)
    ]
    assert (
        only(found, Interface, id=interface).addresses
        == only(made, Interface, id=interface).addresses
    )
    assert not only(found, Workload, arn=CLUSTER).public
    assert facts(found).rows(ClusterAccess) == facts(made).rows(ClusterAccess)


def test_who_makes_a_cluster_is_let_in_unless_the_code_says_no() -> None:
    asked = [{"authentication_mode": "API_AND_CONFIG_MAP"}]

    found = laid(cluster(access_config=asked))
    inside = laid(new("aws_eks_cluster.c", "access_config", name="main",
                      vpc_config=[{"subnet_ids": [SUBNET]}]))  # fmt: skip

    assert operations(found) == [
        "aws_eks_cluster.c.access_config[0].bootstrap_cluster_creator_admin_permissions"
    ]
    # Whom its map lets in, the creator among them, is told as it is after a scan.
    assert [row.operation for row in facts(inside).rows(Unread)] == ["aws-auth"]


def test_an_access_entry_lets_in_with_the_policies_that_are_associated() -> None:
    found = laid(cluster(), entry(), policy())
    bare = laid(cluster(), entry())
    within = laid(cluster(), entry(), policy("namespace"))

    assert only(found, ClusterAccess) == ClusterAccess(
        cluster=CLUSTER, principal=ROLE, policies=(ADMIN,), groups=()
    )
    assert only(bare, ClusterAccess).policies == only(within, ClusterAccess).policies == ()
    assert found.gaps == ()
    assert misfits(found) == []


def test_an_association_that_goes_leaves_the_entry_and_an_entry_takes_all_with_it() -> None:
    made = laid(cluster(), entry(), policy())
    held = (*HELD, *made.overlay.put.values())
    (arn,) = made.overlay.of("AWS::EKS::AccessEntry")
    values = {"cluster_name": "main", "principal_arn": ROLE, "policy_arn": ADMIN}

    less = laid(change("aws_eks_access_policy_association.p", before=values), records=held)
    none = laid(
        change("aws_eks_access_entry.e", before=values | {"access_entry_arn": arn.id}),
        records=held,
    )

    assert only(less, ClusterAccess).policies == ()
    assert facts(none).rows(ClusterAccess) == ()
    assert kinds(none, "AWS::EKS::A") == []


def test_groups_of_an_entry_are_those_that_the_code_writes() -> None:
    one = new("aws_eks_access_entry.e", "access_entry_arn", cluster_name="main",
              principal_arn=ROLE, kubernetes_groups=["system:masters"])  # fmt: skip

    assert only(laid(cluster(), one), ClusterAccess).groups == ("system:masters",)


def test_an_association_to_an_entry_that_nobody_knows_is_told() -> None:
    assert operations(laid(cluster(), policy())) == [
        "aws_eks_access_policy_association.p.principal_arn"
    ]


def test_nodes_have_their_role_and_are_let_in() -> None:
    group = new("aws_eks_node_group.n", cluster_name="main", node_group_name="n",
                node_role_arn=ROLE, subnet_ids=[SUBNET], tags={"team": "a"},
                scaling_config=[{"min_size": 1, "max_size": 2, "desired_size": 1}],
                launch_template=[{"id": "lt-1", "version": "1"}])  # fmt: skip

    found = laid(cluster(), group)

    row = only(found, Workload, kind="AWS::EKS::Nodegroup")
    assert row.arn.startswith(f"{EKS}:nodegroup/main/n/")
    assert (row.role, row.running, row.tags) == (ROLE, True, {"team": "a"})
    assert row.related == {"cluster": CLUSTER, "launch-template": "lt-1"}
    assert only(found, ClusterAccess).groups == ("system:nodes",)
    assert operations(found) == ["aws_eks_node_group.n.instances"]
    assert misfits(found) == []


def test_nodes_that_stay_the_same_are_no_riddle_and_those_that_go_are_gone() -> None:
    values: Described = {"cluster_name": "main", "node_group_name": "n", "node_role_arn": ROLE,
                         "subnet_ids": [SUBNET]}  # fmt: skip
    made = laid(cluster(), new("aws_eks_node_group.n", **values))
    held = (*HELD, *made.overlay.put.values())
    known = values | {"arn": only(made, Workload, kind="AWS::EKS::Nodegroup").arn}
    same = change("aws_eks_node_group.n", before=known, after=known | {"tags": {"a": "b"}})

    kept, gone = (
        laid(same, records=held),
        laid(change("aws_eks_node_group.n", before=known), records=held),
    )

    assert kept.gaps == ()
    assert only(kept, Workload, kind="AWS::EKS::Nodegroup").tags == {"a": "b"}
    assert kinds(gone, "AWS::EKS::Node") == []


def test_a_fargate_profile_starts_pods_as_its_role() -> None:
    values: Described = {"cluster_name": "main", "fargate_profile_name": "f",
                         "pod_execution_role_arn": ROLE}  # fmt: skip
    found = laid(cluster(), new("aws_eks_fargate_profile.f", **values))
    row = only(found, Workload, kind="AWS::EKS::FargateProfile")

    gone = laid(
        change("aws_eks_fargate_profile.f", before=values | {"arn": row.arn}),
        records=(*HELD, *found.overlay.put.values()),
    )

    assert row.related == {"cluster": CLUSTER, "execution-role": ROLE}
    assert (row.running, misfits(found)) == (True, [])
    assert only(found, ClusterAccess).principal == ROLE
    assert kinds(gone, "AWS::EKS::Fargate") == []


def test_nodes_of_a_cluster_that_knows_its_map_have_no_entry() -> None:
    one = cluster(access_config=[{"authentication_mode": "CONFIG_MAP"}])
    profile = new("aws_eks_fargate_profile.f", cluster_name="main", fargate_profile_name="f",
                  pod_execution_role_arn=ROLE)  # fmt: skip

    assert facts(laid(one, profile)).rows(ClusterAccess) == ()


def test_pods_act_as_the_role_of_their_identity() -> None:
    values: Described = {"cluster_name": "main", "namespace": "app", "service_account": "web",
                         "role_arn": ROLE}  # fmt: skip
    found = laid(cluster(), new("aws_eks_pod_identity_association.p", "association_arn",
                                "association_id", **values))  # fmt: skip
    row = only(found, PodIdentity)
    known = values | {
        "association_id": row.arn.rpartition("/")[2],
        "association_arn": row.arn,
    }
    held = (*HELD, *found.overlay.put.values())

    other = laid(change("aws_eks_pod_identity_association.p", before=known,
                        after=known | {"role_arn": f"{ROLE}-2"}), records=held)  # fmt: skip
    gone = laid(change("aws_eks_pod_identity_association.p", before=known), records=held)

    assert (row.cluster, row.namespace, row.service_account, row.role) == (
        CLUSTER, "app", "web", ROLE,
    )  # fmt: skip
    assert misfits(found) == []
    assert only(other, PodIdentity).role == f"{ROLE}-2"
    assert kinds(gone, "AWS::EKS::Pod") == []


def test_a_cluster_that_goes_takes_its_interfaces_with_it() -> None:
    made = laid(cluster())

    gone = facts(laid(
        change("aws_eks_cluster.c", before={"name": "main", "arn": CLUSTER}),
        records=(*HELD, *made.overlay.put.values()),
    ))  # fmt: skip

    assert gone.rows(Workload) == facts(laid()).rows(Workload)
    assert gone.rows(Interface) == facts(laid()).rows(Interface)


def test_roles_of_an_add_on_are_told_where_they_change() -> None:
    held = {"cluster_name": "main", "addon_name": "a",
            "pod_identity_association": [{"role_arn": ROLE, "service_account": "a"}]}  # fmt: skip
    bare = {"cluster_name": "main", "addon_name": "a"}

    assert operations(laid(change("aws_eks_addon.a", after=held))) == [
        "aws_eks_addon.a.pod_identity_association"
    ]
    assert operations(laid(change("aws_eks_addon.a", before=held))) == [
        "aws_eks_addon.a.pod_identity_association"
    ]
    assert operations(laid(change("aws_eks_addon.a", before=held, after=held))) == []
    assert operations(laid(change("aws_eks_addon.a", after=bare))) == []


def test_what_is_not_known_is_named() -> None:
    one = change(
        "aws_eks_cluster.c",
        after={"name": "main", "vpc_config": [{"subnet_ids": [SUBNET]}], "access_config": ACCESS},
        unknown={"role_arn": True, "vpc_config": [{"public_access_cidrs": True}]},
        refers={"vpc_config": [{"public_access_cidrs": {}, "subnet_ids": {}}]},
    )
    other = change(
        "aws_eks_access_entry.e",
        after={"cluster_name": "main"},
        unknown={"principal_arn": True},
    )

    assert operations(laid(one, other)) == [
        "aws_eks_cluster.c.role_arn",
        "aws_eks_cluster.c.vpc_config[0].public_access_cidrs",
        "aws_eks_access_entry.e.principal_arn",
    ]
