# SPDX-License-Identifier: Apache-2.0
"""EKS: clusters, who is let into them, and the roles that their nodes and pods act as."""

from collections.abc import Iterator

from bartizan.model.facts.estate import ClusterAccess, PodIdentity
from bartizan.model.facts.gap import Unread
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, flag, objects, rows, tags, text, texts
from bartizan.sources.aws.facts.session_policy import session_policy
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

CLUSTER = "AWS::EKS::Cluster"
ACCESS_ENTRY = "AWS::EKS::AccessEntry"
ACCESS_POLICIES = "AWS::EKS::AssociatedAccessPolicies"
POD_IDENTITY = "AWS::EKS::PodIdentityAssociation"
NODEGROUP = "AWS::EKS::Nodegroup"
FARGATE_PROFILE = "AWS::EKS::FargateProfile"
_CLUSTER_NAME = "AWS::EKS::ClusterName"
_ACCESS_ENTRY_ARN = "AWS::EKS::AccessEntryPrincipal"
_POD_IDENTITY_ID = "AWS::EKS::PodIdentityAssociationSummary"
_NODEGROUP_NAME = "AWS::EKS::NodegroupName"
_FARGATE_PROFILE_NAME = "AWS::EKS::FargateProfileName"

# The names that the lists give do not say which cluster they are of, so the ids of what is listed
# are the cluster's ARN, a bar, and the name.
_OF_CLUSTER = "split(split(parent_id, '|')[0], '/')[-1]"
_GONE = ("ResourceNotFoundException",)


def _listing(operation: str, *, kind: str, items: str, name: str, when: str = "") -> Call:
    """Return the call that lists something of each cluster."""
    return Call(
        service="eks",
        operation=operation,
        kind=kind,
        scope=Scope.REGION,
        each=CLUSTER,
        parameters={"clusterName": "parent.name"},
        when=when,
        items=items,
        id=f"join('|', [parent_id, item.{name}])",
        absent=_GONE,
    )


def _description(
    operation: str, *, kind: str, each: str, parameter: str, name: str, items: str, arn: str
) -> Call:
    """Return the call that describes one thing of a cluster."""
    return Call(
        service="eks",
        operation=operation,
        kind=kind,
        scope=Scope.REGION,
        each=each,
        parameters={"clusterName": _OF_CLUSTER, parameter: f"parent.{name}"},
        items=f"[{items}]",
        id=f"item.{arn}",
        absent=_GONE,
    )


_CALLS = (
    Call(
        service="eks",
        operation="ListClusters",
        kind=_CLUSTER_NAME,
        scope=Scope.REGION,
        items="clusters[].{name: @}",
        id="join('', ['arn:', partition, ':eks:', region, ':', account, ':cluster/', item.name])",
    ),
    Call(
        service="eks",
        operation="DescribeCluster",
        kind=CLUSTER,
        scope=Scope.REGION,
        each=_CLUSTER_NAME,
        parameters={"name": "parent.name"},
        items="[cluster]",
        id="item.arn",
        absent=_GONE,
    ),
    _listing(
        "ListAccessEntries",
        kind=_ACCESS_ENTRY_ARN,
        items="accessEntries[].{principalArn: @}",
        name="principalArn",
        when="parent.accessConfig.authenticationMode != 'CONFIG_MAP'",
    ),
    _description(
        "DescribeAccessEntry",
        kind=ACCESS_ENTRY,
        each=_ACCESS_ENTRY_ARN,
        parameter="principalArn",
        name="principalArn",
        items="accessEntry",
        arn="accessEntryArn",
    ),
    Call(
        service="eks",
        operation="ListAssociatedAccessPolicies",
        kind=ACCESS_POLICIES,
        scope=Scope.REGION,
        each=ACCESS_ENTRY,
        parameters={"clusterName": "parent.clusterName", "principalArn": "parent.principalArn"},
        id="parent_id",
        absent=_GONE,
    ),
    _listing(
        "ListPodIdentityAssociations",
        kind=_POD_IDENTITY_ID,
        items="associations",
        name="associationId",
    ),
    _description(
        "DescribePodIdentityAssociation",
        kind=POD_IDENTITY,
        each=_POD_IDENTITY_ID,
        parameter="associationId",
        name="associationId",
        items="association",
        arn="associationArn",
    ),
    _listing(
        "ListNodegroups",
        kind=_NODEGROUP_NAME,
        items="nodegroups[].{nodegroupName: @}",
        name="nodegroupName",
    ),
    _description(
        "DescribeNodegroup",
        kind=NODEGROUP,
        each=_NODEGROUP_NAME,
        parameter="nodegroupName",
        name="nodegroupName",
        items="nodegroup",
        arn="nodegroupArn",
    ),
    _listing(
        "ListFargateProfiles",
        kind=_FARGATE_PROFILE_NAME,
        items="fargateProfileNames[].{fargateProfileName: @}",
        name="fargateProfileName",
    ),
    _description(
        "DescribeFargateProfile",
        kind=FARGATE_PROFILE,
        each=_FARGATE_PROFILE_NAME,
        parameter="fargateProfileName",
        name="fargateProfileName",
        items="fargateProfile",
        arn="fargateProfileArn",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive clusters, access, pod identities and what nodes run as.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    """
    applied = {record.id: record for record in records.of(ACCESS_POLICIES)}

    def access(record: Record) -> Iterator[Row]:
        policies = applied.get(record.id)
        yield ClusterAccess(
            cluster=_cluster(record),
            principal=text(record.body, "principalArn"),
            policies=_whole_cluster(policies) if policies else (),
            groups=texts(record.body, "kubernetesGroups"),
        )

    yield from rows(records, CLUSTER, _cluster_itself)
    yield from rows(records, ACCESS_ENTRY, access)
    yield from rows(records, POD_IDENTITY, _pod_identity)
    yield from rows(records, NODEGROUP, _nodegroup)
    yield from rows(records, FARGATE_PROFILE, _fargate_profile)


def _cluster(record: Record) -> str:
    """Return the ARN of the cluster that a thing of a cluster names."""
    place = record.id.split(":")[:5]
    return ":".join([*place, f"cluster/{text(record.body, 'clusterName')}"])


def _whole_cluster(record: Record) -> tuple[str, ...]:
    """Return the access policies that hold in every namespace.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
    """
    return tuple(
        sorted(
            text(policy, "policyArn")
            for policy in objects(record.body, "associatedAccessPolicies")
            if text(policy, "accessScope", "type") == "cluster"
        )
    )


def _cluster_itself(record: Record) -> Iterator[Row]:
    body = record.body
    open_to_all = "0.0.0.0/0" in texts(body, "resourcesVpcConfig", "publicAccessCidrs")
    yield workload(
        record,
        name=text(body, "name"),
        role="",
        running=text(body, "status") in ("ACTIVE", "UPDATING"),
        tags=tags(body, "tags"),
        public=open_to_all and flag(body, "resourcesVpcConfig", "endpointPublicAccess"),
        related={
            "service-role": text(body, "roleArn"),
            "oidc-issuer": text(body, "identity", "oidc", "issuer"),
        },
    )
    mode = text(body, "accessConfig", "authenticationMode")
    if mode in ("CONFIG_MAP", "API_AND_CONFIG_MAP"):
        # Whom the map lets in only the cluster itself can say.
        yield Unread(
            provider="aws",
            account=record.account,
            region=record.region,
            service="eks",
            operation="aws-auth",
            action="",
            kind=ACCESS_ENTRY,
            resource=record.id,
            code="unsupported",
            reason="the cluster's config map aws-auth is not part of the AWS API",
        )


def _pod_identity(record: Record) -> Iterator[Row]:
    """Yield the role of a service account, and the policy that limits it for these pods.

    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html
    """
    body = record.body
    yield PodIdentity(
        arn=record.id,
        cluster=_cluster(record),
        namespace=text(body, "namespace"),
        service_account=text(body, "serviceAccount"),
        role=text(body, "roleArn"),
    )
    yield from session_policy(record, document=document(body, "policy"), kind=record.kind)


def _nodegroup(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "nodegroupName"),
        role=text(body, "nodeRole"),
        running=text(body, "status") not in ("CREATE_FAILED", "DELETING"),
        tags=tags(body, "tags"),
        related={
            "cluster": _cluster(record),
            "launch-template": text(body, "launchTemplate", "id"),
        },
    )


def _fargate_profile(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "fargateProfileName"),
        role="",
        running=text(body, "status") == "ACTIVE",
        tags=tags(body, "tags"),
        related={
            "cluster": _cluster(record),
            "execution-role": text(body, "podExecutionRoleArn"),
        },
    )


SERVICE = Service(name="EKS", calls=_CALLS, normalise=normalise)
