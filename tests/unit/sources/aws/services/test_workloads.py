# SPDX-License-Identifier: Apache-2.0
"""What runs as whom, by service."""

from collections.abc import Callable, Iterable

import pytest

from bartizan.model.facts.estate import ClusterAccess, PodIdentity, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.services import (
    apprunner,
    autoscaling,
    bedrock,
    cloudformation,
    codebuild,
    datapipeline,
    ecs,
    eks,
    glue,
    sagemaker,
    stepfunctions,
)
from tests.fakes.aws_records import ACCOUNT, arn, facts, record

ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
OTHER = f"arn:aws:iam::{ACCOUNT}:role/other"
FUNCTION = arn("lambda", "function:f")

Normalise = Callable[[Records], Iterable[Row]]


@pytest.mark.parametrize(
    ("normalise", "held", "running"),
    [
        (
            codebuild.normalise,
            record("AWS::CodeBuild::Project", arn("codebuild", "project/p"), serviceRole=ROLE),
            True,
        ),
        (
            codebuild.normalise,
            record("AWS::CodeBuild::Project", arn("codebuild", "project/p"), serviceRole="r"),
            True,
        ),
        (
            cloudformation.normalise,
            record("AWS::CloudFormation::Stack", arn("cloudformation", "stack/s/1"), RoleARN=ROLE),
            True,
        ),
        (
            cloudformation.normalise,
            record(
                "AWS::CloudFormation::Stack",
                arn("cloudformation", "stack/s/1"),
                RoleARN=ROLE,
                StackStatus="DELETE_COMPLETE",
            ),
            False,
        ),
        (
            cloudformation.normalise,
            record(
                "AWS::CloudFormation::StackSet",
                arn("cloudformation", "stackset/s:1"),
                AdministrationRoleARN=ROLE,
                Status="ACTIVE",
            ),
            True,
        ),
        (glue.normalise, record("AWS::Glue::Job", arn("glue", "job/j"), Role="r"), True),
        (
            glue.normalise,
            record("AWS::Glue::DevEndpoint", arn("glue", "devEndpoint/d"), RoleArn=ROLE),
            True,
        ),
        (
            glue.normalise,
            record("AWS::Glue::Session", arn("glue", "session/s"), Role=ROLE, Status="STOPPED"),
            False,
        ),
        (
            sagemaker.normalise,
            record(
                "AWS::SageMaker::NotebookInstance",
                arn("sagemaker", "notebook-instance/n"),
                RoleArn=ROLE,
                NotebookInstanceStatus="InService",
            ),
            True,
        ),
        (
            sagemaker.normalise,
            record(
                "AWS::SageMaker::ProcessingJob",
                arn("sagemaker", "processing-job/p"),
                RoleArn=ROLE,
                ProcessingJobStatus="InProgress",
            ),
            True,
        ),
        (
            sagemaker.normalise,
            record("AWS::SageMaker::Model", arn("sagemaker", "model/m"), ExecutionRoleArn=ROLE),
            False,
        ),
        (
            sagemaker.normalise,
            record(
                "AWS::SageMaker::Domain",
                arn("sagemaker", "domain/d"),
                DefaultUserSettings={"ExecutionRole": ROLE},
                Status="InService",
            ),
            True,
        ),
        (
            stepfunctions.normalise,
            record(
                "AWS::StepFunctions::StateMachine",
                arn("states", "stateMachine:s"),
                roleArn=ROLE,
                status="ACTIVE",
            ),
            True,
        ),
        (
            apprunner.normalise,
            record(
                "AWS::AppRunner::Service",
                arn("apprunner", "service/s/1"),
                InstanceConfiguration={"InstanceRoleArn": ROLE},
                Status="RUNNING",
            ),
            True,
        ),
        (
            bedrock.normalise,
            record(
                "AWS::BedrockAgentCore::CodeInterpreterCustom",
                arn("bedrock-agentcore", "code-interpreter-custom/c"),
                executionRoleArn=ROLE,
                status="READY",
            ),
            True,
        ),
        (
            bedrock.normalise,
            record(
                "AWS::BedrockAgentCore::Runtime",
                arn("bedrock-agentcore", "runtime/r"),
                roleArn=ROLE,
                status="CREATING",
            ),
            False,
        ),
        (
            eks.normalise,
            record(
                "AWS::EKS::Nodegroup",
                arn("eks", "nodegroup/c/n/1"),
                nodeRole=ROLE,
                clusterName="c",
                status="ACTIVE",
            ),
            True,
        ),
        (
            ecs.normalise,
            record(
                "AWS::ECS::TaskDefinition", arn("ecs", "task-definition/t:1"), taskRoleArn=ROLE
            ),
            False,
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Record) else "",
)
def test_a_workload_acts_as_the_role_that_its_service_names(
    normalise: Normalise, held: Record, *, running: bool
) -> None:
    (row,) = facts(normalise, Workload, held)

    assert (row.arn, row.kind, row.role, row.running) == (held.id, held.kind, ROLE, running)


def ecs_estate(**overrides: Json) -> tuple[Record, ...]:
    definition = arn("ecs", "task-definition/t:1")
    return (
        record(
            "AWS::ECS::TaskDefinition",
            definition,
            taskRoleArn=ROLE,
            executionRoleArn=f"{ROLE}-x",
            containerDefinitions=[{"privileged": True}],
        ),
        record(
            "AWS::ECS::Service",
            arn("ecs", "service/c/s"),
            taskDefinition=definition,
            desiredCount=1,
            status="ACTIVE",
            clusterArn=arn("ecs", "cluster/c"),
        ),
        record(
            "AWS::ECS::Task",
            arn("ecs", "task/c/1"),
            taskDefinitionArn=definition,
            lastStatus="RUNNING",
            overrides=overrides,
        ),
    )


def test_services_and_tasks_act_as_the_role_of_their_definition() -> None:
    rows = {row.kind: row for row in facts(ecs.normalise, Workload, *ecs_estate())}

    assert {kind: row.role for kind, row in rows.items()} == dict.fromkeys(rows, ROLE)
    assert all(row.privileged for row in rows.values())
    assert rows["AWS::ECS::Service"].related["execution-role"] == f"{ROLE}-x"
    assert rows["AWS::ECS::Service"].related["cluster"] == arn("ecs", "cluster/c")
    assert [rows[f"AWS::ECS::{k}"].running for k in ("Service", "Task")] == [True, True]


def test_a_task_may_override_the_role_of_its_definition() -> None:
    rows = facts(ecs.normalise, Workload, *ecs_estate(taskRoleArn=OTHER))

    assert [row.role for row in rows if row.kind == "AWS::ECS::Task"] == [OTHER]


def cluster(mode: str) -> Record:
    return record(
        "AWS::EKS::Cluster",
        arn("eks", "cluster/c"),
        name="c",
        status="ACTIVE",
        accessConfig={"authenticationMode": mode},
        resourcesVpcConfig={"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
    )


def test_only_policies_for_the_whole_cluster_count_as_access_to_it() -> None:
    entry = arn("eks", "access-entry/c/role/1/r/2")
    policies: list[Json] = [
        {"policyArn": "admin", "accessScope": {"type": "cluster"}},
        {"policyArn": "view", "accessScope": {"type": "namespace", "namespaces": ["n"]}},
    ]

    (row,) = facts(
        eks.normalise,
        ClusterAccess,
        record(
            "AWS::EKS::AccessEntry",
            entry,
            clusterName="c",
            principalArn=ROLE,
            kubernetesGroups=["g"],
        ),
        record("AWS::EKS::AssociatedAccessPolicies", entry, associatedAccessPolicies=policies),
    )

    assert row == ClusterAccess(
        cluster=arn("eks", "cluster/c"), principal=ROLE, policies=("admin",), groups=("g",)
    )


def test_pods_of_a_service_account_act_as_a_role() -> None:
    held = record(
        "AWS::EKS::PodIdentityAssociation",
        arn("eks", "podidentityassociation/c/a-1"),
        clusterName="c",
        namespace="n",
        serviceAccount="s",
        roleArn=ROLE,
    )

    assert facts(eks.normalise, PodIdentity, held) == [
        PodIdentity(
            arn=arn("eks", "podidentityassociation/c/a-1"),
            cluster=arn("eks", "cluster/c"),
            namespace="n",
            service_account="s",
            role=ROLE,
        )
    ]


def test_the_policy_of_an_association_limits_its_pods() -> None:
    written = '{"Version":"2012-10-17","Statement":[]}'
    held = record("AWS::EKS::PodIdentityAssociation", arn("eks", "a/c/1"), policy=written)

    (policy,) = facts(eks.normalise, Policy, held)
    (use,) = facts(eks.normalise, Attachment, held)

    assert (policy.type, policy.document, policy.record) == ("session", written, held.id)
    assert (use.policy, use.target, use.use) == (policy.id, held.id, "session")


@pytest.mark.parametrize(
    ("mode", "gaps"), [("API", 0), ("API_AND_CONFIG_MAP", 1), ("CONFIG_MAP", 1)]
)
def test_whom_a_config_map_lets_in_is_unread(mode: str, gaps: int) -> None:
    unread = facts(eks.normalise, Unread, cluster(mode))

    assert [(row.kind, row.resource, row.code) for row in unread] == [
        ("AWS::EKS::AccessEntry", arn("eks", "cluster/c"), "unsupported")
    ] * gaps


def test_the_machines_of_a_pipeline_act_as_the_resource_role_of_its_default_object() -> None:
    name = arn("datapipeline", "pipeline/df-1")
    objects: list[Json] = [
        {"id": "Default", "fields": [{"key": "resourceRole", "stringValue": "r"}]},
        {"id": "x", "fields": [{"key": "resourceRole", "stringValue": "other"}]},
    ]

    (row,) = facts(
        datapipeline.normalise,
        Workload,
        record("AWS::DataPipeline::Pipeline", name, id="df-1", name="p"),
        record("AWS::DataPipeline::PipelineDefinition", name, pipelineObjects=objects),
    )

    assert row.role == ROLE


@pytest.mark.parametrize("named", ["web", f"arn:aws:iam::{ACCOUNT}:instance-profile/web"])
def test_a_launch_configuration_starts_machines_as_the_role_in_its_profile(named: str) -> None:
    profile = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"

    (row,) = facts(
        autoscaling.normalise,
        Workload,
        record("AWS::IAM::InstanceProfile", profile, Roles=[{"Arn": ROLE}]),
        record(
            "AWS::AutoScaling::LaunchConfiguration",
            arn("autoscaling", "launchConfiguration:1:launchConfigurationName/l"),
            IamInstanceProfile=named,
        ),
    )

    assert (row.role, row.related["profile"], row.running) == (ROLE, profile, False)
