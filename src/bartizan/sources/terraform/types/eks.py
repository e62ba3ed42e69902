# SPDX-License-Identifier: Apache-2.0
"""EKS: clusters, what their pods and nodes run as, and who is let into them.

Records are answers of https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep, listed
from bartizan.sources.terraform.types.ec2 import INTERFACE, without
from bartizan.sources.terraform.types.eks_network import interfaces, network_of
from bartizan.sources.terraform.value import Hidden

CLUSTER, _CLUSTER_NAME = "AWS::EKS::Cluster", "AWS::EKS::ClusterName"
_ENTRY, _ENTRY_PRINCIPAL = "AWS::EKS::AccessEntry", "AWS::EKS::AccessEntryPrincipal"
_POLICIES = "AWS::EKS::AssociatedAccessPolicies"
_POD, _POD_SUMMARY = "AWS::EKS::PodIdentityAssociation", "AWS::EKS::PodIdentityAssociationSummary"
_NODES, _NODES_NAME = "AWS::EKS::Nodegroup", "AWS::EKS::NodegroupName"
_FARGATE, _FARGATE_NAME = "AWS::EKS::FargateProfile", "AWS::EKS::FargateProfileName"
_PODS = "pod_identity_association"
_BOOTSTRAP = "bootstrap_cluster_creator_admin_permissions"

_kind = functools.partial(Kind, service="eks")
_keep = functools.partial(keep, service="eks")


def _cluster_names(thing: Thing) -> Mapping[str, str]:
    return {"arn": _cluster_arn(thing), "id": thing.name()}


def _cluster_arn(thing: Thing) -> str:
    return thing.arn("eks", f"cluster/{thing.name()}")


def _cluster(thing: Thing, draft: Draft) -> None:
    name, arn = thing.name(), _cluster_arn(thing)
    held = draft.peek(CLUSTER, arn)
    network = network_of(thing, draft, held)
    body: Body = {
        "name": name,
        "arn": arn,
        "roleArn": thing.text("role_arn"),
        "status": "ACTIVE",
        "tags": thing.tag_map(),
        "resourcesVpcConfig": network,
    }
    if thing.said("identity"):
        for block in thing.blocks("identity"):
            for oidc in block.blocks("oidc"):
                body["identity"] = {"oidc": {"issuer": oidc.text("issuer")}}
    if mode := _mode(thing, new=not held):
        body["accessConfig"] = {"authenticationMode": mode}
    for block in thing.said_blocks("compute_config"):
        if block.flag("enabled"):
            # Which machines it will start nobody can tell.
            thing.gaps["compute_config"] = Hidden.UNKNOWN
    _keep(thing, draft, _CLUSTER_NAME, arn, body={"name": name})
    _keep(thing, draft, CLUSTER, arn, body=body)
    interfaces(thing, draft, network, held)


def _mode(thing: Thing, *, new: bool) -> str:
    """Return how a cluster knows who comes; empty where that stays as it is.

    Whoever makes a cluster is let in as its administrator, and who that will be is told nowhere.

    Sources: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html
    and https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    """
    mode = "CONFIG_MAP" if new else ""
    kept_out = False
    for block in thing.said_blocks("access_config"):
        if block.said("authentication_mode"):
            mode = block.text("authentication_mode")
        kept_out = block.values.get(_BOOTSTRAP) is False
    if new and mode != "CONFIG_MAP" and not kept_out:
        thing.gaps[f"access_config[0].{_BOOTSTRAP}"] = Hidden.UNKNOWN
    return mode


def _no_cluster(thing: Thing, draft: Draft) -> None:
    arn = _cluster_arn(thing)
    for kind in (_CLUSTER_NAME, CLUSTER):
        draft.drop(kind, arn)
    for one in list(draft.matching(INTERFACE, f"Amazon EKS {thing.name()}", "Description")):
        draft.drop(INTERFACE, one)


def _of(thing: Thing) -> tuple[str, str]:
    """Return name and ARN of the cluster that a thing is of."""
    name = thing.identity("cluster_name")
    return name, thing.here("eks", f"cluster/{name}")


def _part_arn(thing: Thing, noun: str, name: str) -> str:
    cluster, _ = _of(thing)
    unique = thing.made(noun).rpartition("-")[2]
    return thing.arn("eks", f"{noun}/{cluster}/{name}/{unique}")


def _nodes(thing: Thing, draft: Draft) -> None:
    cluster, of_cluster = _of(thing)
    name = thing.name("node_group_name")
    arn = _part_arn(thing, "nodegroup", name)
    held = draft.peek(_NODES, arn)
    role = thing.text("node_role_arn")
    body: Body = {
        "nodegroupName": name,
        "nodegroupArn": arn,
        "clusterName": cluster,
        "nodeRole": role,
        "status": "ACTIVE",
        "subnets": list[Json](sorted(thing.texts("subnet_ids"))),
        "tags": thing.tag_map(),
    }
    for block in thing.blocks("launch_template"):
        pairs = (("id", "id"), ("name", "name"), ("version", "version"))
        body["launchTemplate"] = {
            member: block.text(argument) for member, argument in pairs if block.said(argument)
        }
    for block in thing.blocks("scaling_config"):
        pairs = (("minSize", "min_size"), ("maxSize", "max_size"), ("desiredSize", "desired_size"))
        body["scalingConfig"] = {member: block.number(argument) for member, argument in pairs}
    if any(held.get(member) != body.get(member) for member in _STARTING):
        # Which machines it will start nobody can tell.
        thing.gaps["instances"] = Hidden.UNKNOWN
    _keep(thing, draft, _NODES_NAME, f"{of_cluster}|{name}", body={"nodegroupName": name})
    _keep(thing, draft, _NODES, arn, body=body)
    _let_in(thing, draft, role)


_STARTING = ("nodeRole", "launchTemplate", "subnets")


def _no_nodes(thing: Thing, draft: Draft) -> None:
    name = thing.name("node_group_name")
    draft.drop(_NODES_NAME, f"{_of(thing)[1]}|{name}")
    draft.drop(_NODES, _part_arn(thing, "nodegroup", name))


def _fargate(thing: Thing, draft: Draft) -> None:
    cluster, of_cluster = _of(thing)
    name = thing.identity("fargate_profile_name")
    arn = _part_arn(thing, "fargateprofile", name)
    role = thing.text("pod_execution_role_arn")
    body: Body = {
        "fargateProfileName": name,
        "fargateProfileArn": arn,
        "clusterName": cluster,
        "podExecutionRoleArn": role,
        "status": "ACTIVE",
        "tags": thing.tag_map(),
    }
    _keep(thing, draft, _FARGATE_NAME, f"{of_cluster}|{name}", body={"fargateProfileName": name})
    _keep(thing, draft, _FARGATE, arn, body=body)
    _let_in(thing, draft, role)


def _no_fargate(thing: Thing, draft: Draft) -> None:
    name = thing.identity("fargate_profile_name")
    draft.drop(_FARGATE_NAME, f"{_of(thing)[1]}|{name}")
    draft.drop(_FARGATE, _part_arn(thing, "fargateprofile", name))


def _let_in(thing: Thing, draft: Draft, role: str) -> None:
    """Let nodes into a cluster that knows them by their role, as EKS does by itself.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    cluster, of_cluster = _of(thing)
    access = draft.peek(CLUSTER, of_cluster).get("accessConfig")
    mode = access.get("authenticationMode") if isinstance(access, dict) else "CONFIG_MAP"
    if role and mode != "CONFIG_MAP" and not _entry_of(draft, cluster, role):
        fargate = thing.type == "aws_eks_fargate_profile"
        sort, groups = ("FARGATE_LINUX", []) if fargate else ("EC2_LINUX", ["system:nodes"])
        _put_entry(thing, draft, role, sort=sort, groups=groups, arn=_entry_arn(thing, role))


def _entry_arn(thing: Thing, principal: str) -> str:
    """Return the ARN that the entry of a principal in a cluster will have.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
    """
    account, _, resource = principal.partition(":iam::")[2].partition(":")
    sort, _, path = resource.partition("/")
    name = path.rpartition("/")[2]
    unique = thing.made("access-entry").rpartition("-")[2]
    return thing.here("eks", f"access-entry/{_of(thing)[0]}/{sort}/{account}/{name}/{unique}")


def _put_entry(
    thing: Thing, draft: Draft, principal: str, *, sort: str, groups: list[str], arn: str
) -> None:
    cluster, of_cluster = _of(thing)
    told: Body = {"principalArn": principal}
    body: Body = {
        "clusterName": cluster,
        "principalArn": principal,
        "accessEntryArn": arn,
        "kubernetesGroups": list[Json](groups),
        "type": sort,
    }
    if thing.type == "aws_eks_access_entry":
        body["tags"] = thing.tag_map()
    _keep(thing, draft, _ENTRY_PRINCIPAL, f"{of_cluster}|{principal}", body=told)
    _keep(thing, draft, _ENTRY, arn, body=body)
    if not draft.peek(_POLICIES, arn):
        none: Body = {"clusterName": cluster, **told, "associatedAccessPolicies": []}
        _keep(thing, draft, _POLICIES, arn, body=none)


def _entry_of(draft: Draft, cluster: str, principal: str) -> str:
    """Return the ARN of the entry of a principal in a cluster; empty for none."""
    found = (
        one
        for one in draft.matching(_ENTRY, principal, "principalArn")
        if draft.peek(_ENTRY, one).get("clusterName") == cluster
    )
    return next(found, "")


def _entry(thing: Thing, draft: Draft) -> None:
    principal = thing.identity("principal_arn")
    arn = _entry_of(draft, _of(thing)[0], principal) or _entry_arn(thing, principal)
    known = thing.values.get("access_entry_arn")
    groups = sorted(thing.texts("kubernetes_groups")) if thing.said("kubernetes_groups") else []
    _put_entry(
        thing,
        draft,
        principal,
        sort=(thing.text("type") if thing.said("type") else "") or "STANDARD",
        groups=groups,
        arn=known if isinstance(known, str) and known else arn,
    )


def _no_entry(thing: Thing, draft: Draft) -> None:
    _, of_cluster = _of(thing)
    principal = thing.identity("principal_arn")
    draft.drop(_ENTRY_PRINCIPAL, f"{of_cluster}|{principal}")
    for kind in (_ENTRY, _POLICIES):
        draft.drop(kind, thing.identity("access_entry_arn"))


def _associated(thing: Thing, draft: Draft) -> list[Json]:
    """Return the access policies of an entry, to be changed in place, without the one meant.

    Raises:
        UntoldError: the entry is neither in the snapshot nor in the change.
    """
    entry = _entry_of(draft, _of(thing)[0], thing.identity("principal_arn"))
    body = draft.body(_POLICIES, entry)
    if body is None:
        raise UntoldError("principal_arn")
    held = listed(body, "associatedAccessPolicies")
    without(held, "policyArn", [thing.identity("policy_arn")])
    return held


def _associate(thing: Thing, draft: Draft) -> None:
    held = _associated(thing, draft)
    for block in thing.blocks("access_scope"):
        spaces = sorted(block.texts("namespaces")) if block.said("namespaces") else []
        scope: Json = {"type": block.text("type"), "namespaces": list[Json](spaces)}
        held.append({"policyArn": thing.identity("policy_arn"), "accessScope": scope})


def _disassociate(thing: Thing, draft: Draft) -> None:
    _associated(thing, draft)


def _pod_ids(thing: Thing) -> tuple[str, str]:
    """Return id and ARN of the identity of pods."""
    cluster, _ = _of(thing)
    held = thing.values.get("association_id")
    name = held if isinstance(held, str) and held else thing.made("a")
    path = f"podidentityassociation/{cluster}/{name}"
    return name, thing.arn("eks", path, attribute="association_arn")


def _pod(thing: Thing, draft: Draft) -> None:
    cluster, of_cluster = _of(thing)
    name, arn = _pod_ids(thing)
    listed_one: Body = {
        "clusterName": cluster,
        "namespace": thing.text("namespace"),
        "serviceAccount": thing.text("service_account"),
        "associationArn": arn,
        "associationId": name,
    }
    body: Body = {**listed_one, "roleArn": thing.text("role_arn"), "tags": thing.tag_map()}
    if thing.said("target_role_arn"):
        body["targetRoleArn"] = thing.text("target_role_arn")
    _keep(thing, draft, _POD_SUMMARY, f"{of_cluster}|{name}", body=listed_one)
    _keep(thing, draft, _POD, arn, body=body)


def _no_pod(thing: Thing, draft: Draft) -> None:
    name, arn = _pod_ids(thing)
    draft.drop(_POD_SUMMARY, f"{_of(thing)[1]}|{name}")
    draft.drop(_POD, arn)


def _addon(thing: Thing, _draft: Draft) -> None:
    """Say that the namespace in which an add-on's pods take a role is told nowhere."""
    if thing.values.get(_PODS) and thing.values[_PODS] != thing.before.get(_PODS):
        thing.gaps[_PODS] = Hidden.UNKNOWN


def _no_addon(thing: Thing, _draft: Draft) -> None:
    """Say that no record ties the identities of its pods to an add-on.

    Raises:
        UntoldError: it has some.
    """
    if thing.values.get(_PODS):
        raise UntoldError(_PODS)


KINDS = (
    _kind(
        type="aws_eks_cluster",
        put=_cluster,
        take=_no_cluster,
        record=CLUSTER,
        rank=5,
        names=_cluster_names,
    ),
    _kind(type="aws_eks_node_group", put=_nodes, take=_no_nodes, record=_NODES, rank=6),
    _kind(type="aws_eks_fargate_profile", put=_fargate, take=_no_fargate, record=_FARGATE, rank=6),
    _kind(type="aws_eks_access_entry", put=_entry, take=_no_entry, record=_ENTRY, rank=7),
    _kind(
        type="aws_eks_access_policy_association",
        put=_associate,
        take=_disassociate,
        record=_POLICIES,
        part=True,
    ),
    _kind(type="aws_eks_pod_identity_association", put=_pod, take=_no_pod, record=_POD, rank=6),
    _kind(type="aws_eks_addon", put=_addon, take=_no_addon, record=_POD, rank=6),
)
