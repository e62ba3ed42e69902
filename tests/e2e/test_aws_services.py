# SPDX-License-Identifier: Apache-2.0
"""What a served AWS answers, service by service, and the facts in it."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Detector, Share, Store, Trigger, Workload
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.policy import Policy
from bartizan.model.record import RecordList
from bartizan.sources.aws.live.source import AwsSettings, AwsSource
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.aws_scan import CountingProgress, MemoryDraft

pytestmark = pytest.mark.slow

REGION = "eu-west-1"
PLACE = f"{REGION}:123456789012"
FUNCTION = f"arn:aws:lambda:{PLACE}:function:f"
OPEN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    }
)
TEMPLATE = '{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}'


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def found(served: str) -> Facts:
    patch = pytest.MonkeyPatch()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "testing")
    patch.setenv("AWS_DEFAULT_REGION", REGION)
    _plant(served)
    _plant_job(served)
    draft = MemoryDraft()
    settings = AwsSettings(key=b"k", endpoint_url=served, regions=frozenset({REGION}))
    AwsSource(settings).collect(draft, CountingProgress())
    patch.undo()
    rows = tuple(record for piece in draft.pieces.values() for record in piece)
    return AwsNormaliser()(RecordList(rows))


def _plant(url: str) -> None:
    def client(name: str) -> Any:  # noqa: ANN401 - boto3 has no types
        return boto3.client(name, endpoint_url=url, region_name=REGION)

    iam, ecs, eks, rds = client("iam"), client("ecs"), client("eks"), client("rds")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=OPEN)["Role"]["Arn"]
    client("sqs").create_queue(QueueName="q", Attributes={"Policy": OPEN})
    client("ecr").create_repository(repositoryName="a/b", imageTagMutability="IMMUTABLE")
    client("ecr").set_repository_policy(repositoryName="a/b", policyText=OPEN)
    client("dynamodb").create_table(
        TableName="t",
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ecs.create_cluster(clusterName="c")
    container = {
        "name": "x",
        "image": f"123456789012.dkr.ecr.{REGION}.amazonaws.com/a/b:live",
        "memory": 5,
        "environment": [{"name": "DB_PASSWORD", "value": "correct horse"}],
    }
    ecs.register_task_definition(family="f", taskRoleArn=role, containerDefinitions=[container])
    ecs.create_service(cluster="c", serviceName="s", taskDefinition="f:1", desiredCount=1)
    eks.create_cluster(name="k", roleArn=role, resourcesVpcConfig={})
    eks.create_nodegroup(clusterName="k", nodegroupName="n", nodeRole=role, subnets=["subnet-1"])
    rds.create_db_instance(
        DBInstanceIdentifier="d",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        MasterUsername="u",
        MasterUserPassword="made-up-one",
        AllocatedStorage=5,
    )
    rds.create_db_snapshot(DBSnapshotIdentifier="s", DBInstanceIdentifier="d")
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="s", AttributeName="restore", ValuesToAdd=["all"]
    )
    client("apigateway").create_rest_api(name="x", policy=OPEN)
    client("cloudformation").create_stack(StackName="st", TemplateBody=TEMPLATE, RoleARN=role)
    client("glue").create_job(Name="j", Role="r", Command={"Name": "glueetl"})
    client("sagemaker").create_notebook_instance(
        NotebookInstanceName="nb", InstanceType="ml.t2.medium", RoleArn=role
    )
    client("stepfunctions").create_state_machine(
        name="sm", definition='{"StartAt":"a","States":{}}', roleArn=role
    )
    client("events").put_rule(Name="ru", ScheduleExpression="rate(1 minute)")
    client("events").put_targets(Rule="ru", Targets=[{"Id": "1", "Arn": FUNCTION}])
    client("guardduty").create_detector(Enable=True)


def _plant_job(url: str) -> None:
    role = "arn:aws:iam::123456789012:role/r"
    boto3.client("batch", endpoint_url=url, region_name=REGION).register_job_definition(
        jobDefinitionName="j",
        type="container",
        containerProperties={"image": "x", "vcpus": 1, "memory": 4, "jobRoleArn": role},
    )


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::ECS::Service",
        "AWS::Batch::JobDefinition",
        "AWS::ECS::TaskDefinition",
        "AWS::EKS::Nodegroup",
        "AWS::CloudFormation::Stack",
        "AWS::Glue::Job",
        "AWS::SageMaker::NotebookInstance",
        "AWS::StepFunctions::StateMachine",
    ],
)
def test_a_served_workload_acts_as_its_role(found: Facts, kind: str) -> None:
    roles = {row.role for row in found.rows(Workload) if row.kind == kind}

    assert roles == {"arn:aws:iam::123456789012:role/r"}


def test_served_stores_have_their_names_and_policies(found: Facts) -> None:
    stores = {row.arn for row in found.rows(Store)}
    policies = {row.id for row in found.rows(Policy) if row.type == "resource"}

    queue, repository = f"arn:aws:sqs:{PLACE}:q", f"arn:aws:ecr:{PLACE}:repository/a/b"
    assert {queue, repository, f"arn:aws:dynamodb:{PLACE}:table/t"} <= stores
    assert {f"{queue}#resource", f"{repository}#resource"} <= policies
    assert any(name.startswith(f"arn:aws:execute-api:{PLACE}:") for name in policies)


def test_a_served_snapshot_is_shared_with_all(found: Facts) -> None:
    shared = [(row.resource, row.with_whom) for row in found.rows(Share)]

    assert shared == [(f"arn:aws:rds:{PLACE}:snapshot:s", "all")]


def test_a_served_rule_calls_its_target_and_a_detector_watches(found: Facts) -> None:
    assert [row.workload for row in found.rows(Trigger)] == [FUNCTION]
    assert [row.on for row in found.rows(Detector)] == [True]


def test_a_served_service_takes_an_image_by_a_tag_that_is_fixed(found: Facts) -> None:
    repository = f"arn:aws:ecr:{PLACE}:repository/a/b"
    services = {row.kind: row.images for row in found.rows(Workload) if "::ECS::" in row.kind}

    assert services["AWS::ECS::Service"] == (f"{repository}:live",)
    assert [row.fixed for row in found.rows(Store) if row.arn == repository] == [("*",)]


def test_a_served_secret_is_a_credential_and_no_text(found: Facts) -> None:
    (held,) = found.rows(Credential)

    assert held.lies_in == f"arn:aws:ecs:{PLACE}:task-definition/f:1"
    assert "correct horse" not in repr(found.rows(Credential))
