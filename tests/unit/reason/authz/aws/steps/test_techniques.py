# SPDX-License-Identifier: Apache-2.0
"""Each technique works with exactly its permissions, and with none of them less."""

import json
from pathlib import Path

import pytest
import yaml

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Association
from bartizan.model.facts.pipeline import CodeRoot
from bartizan.model.step import Step
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.notes import notes
from bartizan.reason.authz.aws.steps.recheck import recheck
from bartizan.reason.authz.aws.steps.technique import Technique
from bartizan.reason.authz.aws.steps.techniques import ADMINISTRATION, TECHNIQUES
from tests.fakes.estate import EstateBuilder
from tests.fakes.rows import row
from tests.fakes.statements import allow, trusts

A, B, MANAGEMENT = "111111111111", "222222222222", "999999999999"

SSM = f"arn:aws:ssm:us-east-1:{A}"
CASES = Path(__file__).parents[5] / "cases" / "techniques"
CORPUS = Path(__file__).parents[7] / "shared" / "corpora" / "pathfinding" / "techniques.json"

SERVICES = (
    "apprunner",
    "bedrock-agentcore",
    "cloudformation",
    "codebuild",
    "datapipeline",
    "ec2",
    "ecs-tasks",
    "glue",
    "lambda",
    "sagemaker",
    "ssm",
    "states",
    "tasks.apprunner",
)

WORKLOADS = (
    ("AWS::Lambda::Function", "lambda:function:f"),
    ("AWS::EC2::Instance", "ec2:instance/i-1"),
    ("AWS::EC2::LaunchTemplate", "ec2:launch-template/lt-1"),
    ("AWS::Glue::Job", "glue:job/j"),
    ("AWS::Glue::DevEndpoint", "glue:devEndpoint/e"),
    ("AWS::Batch::JobDefinition", "batch:job-definition/j:1"),
    ("AWS::CodeBuild::Project", "codebuild:project/p"),
    ("AWS::CloudFormation::Stack", "cloudformation:stack/s/1"),
    ("AWS::CloudFormation::StackSet", "cloudformation:stackset/set:1"),
    ("AWS::SageMaker::NotebookInstance", "sagemaker:notebook-instance/n"),
    ("AWS::AppRunner::Service", "apprunner:service/s/1"),
    (
        "AWS::BedrockAgentCore::CodeInterpreterCustom",
        "bedrock-agentcore:code-interpreter-custom/c",
    ),
    ("AWS::StepFunctions::StateMachine", "states:stateMachine:m"),
    ("AWS::Transfer::User", "transfer:user/s-1/u"),
)

CARRIERS = (
    ("AWS::ECS::TaskDefinition", "ecs:task-definition/t:1"),
    ("AWS::SageMaker::NotebookInstanceLifecycleConfig",
     "sagemaker:notebook-instance-lifecycle-config/c"),
    ("AWS::EC2::Instance", "ec2:instance/bare"),
    ("AWS::AutoScaling::LaunchConfiguration", "autoscaling:launchConfiguration:c"),
)  # fmt: skip

NOT_NEEDED = frozenset({"ec2:DescribeInstances"})
"""Required by the catalogue to find a target, which a snapshot has found already."""


def own_actions(technique: Technique) -> tuple[str, ...]:
    return tuple(sorted({need.action for need in technique.needs if need.by == "{actor}"}))


def world() -> EstateBuilder:
    """One account with something of every kind, and somebody for each technique."""
    estate = EstateBuilder()
    estate.organization()
    estate.account(MANAGEMENT, management=True)
    estate.account(A, member=True)
    estate.account(B, member=True)
    estate.delegation(A, "member.org.stacksets.cloudformation.amazonaws.com")
    estate.assignment(B, instance_account=A)
    services = [f"{name}.amazonaws.com" for name in SERVICES]
    target = estate.role(
        "target",
        A,
        trust=[trusts({"Service": services}), trusts({"AWS": f"arn:aws:iam::{A}:root"})],
        allows=[allow(["ssm:UpdateInstanceInformation", "sts:AssumeRole"])],
    )
    estate.role("builder", A, trust=[trusts({"AWS": target})])
    estate.instance_profile(target)
    estate.instance_profile(f"arn:aws:iam::{A}:role/spare", empty=True)
    things = [estate.workload(kind, name, A, role=target) for kind, name in WORKLOADS]
    estate.workload("AWS::Batch::JobQueue", "batch:job-queue/q", A)
    carriers = [estate.workload(kind, name, A) for kind, name in CARRIERS]
    estate.workload(
        "AWS::ECS::Task",
        "ecs:task/c/1",
        A,
        role=target,
        related={
            "cluster": f"arn:aws:ecs:us-east-1:{A}:cluster/c",
            "task-definition": f"arn:aws:ecs:us-east-1:{A}:task-definition/t:1",
        },
    )
    for number, thing in enumerate((*things, *carriers)):
        estate.credential(f"open-{number}", thing)
        estate.credential(f"sealed-{number}", thing, kind="kms-ciphertext", field="BLOB")
    fresh = estate.user("fresh", A)
    full = estate.user("full", A, console=True)
    estate.access_key(full)
    estate.access_key(full)
    estate.group("group", A, members=[fresh], allows=[allow("s3:GetObject")])
    policy = estate.policy(f"arn:aws:iam::{A}:policy/p", [allow("s3:ListBucket")])
    estate.attach(policy, target)
    estate.key("k", A, policy=[trusts({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*", Resource="*")])
    estate.bucket("data", A)
    estate.secret("s", A)
    for kind, arn in STORES:
        estate.store(kind, arn, A, fixed=("*",) if arn.endswith("/fixed") else ())
    estate.rows += ASSOCIATIONS
    people(estate)
    return estate


def people(estate: EstateBuilder) -> None:
    """Add somebody for each technique, and for each of its permissions somebody without it."""
    for technique in (*TECHNIQUES, *ADMINISTRATION):
        actions = own_actions(technique)
        on = "arn:aws:s3:::data/part/*" if technique.id == "read-part-of-bucket" else "*"
        estate.user(technique.id, A, allows=[allow(list(actions), on)])
        for number in range(len(actions)):
            rest = [*actions[:number], *actions[number + 1 :]]
            estate.user(f"{technique.id}-{number}", A, allows=[allow(rest)] if rest else None)


ASSOCIATIONS = [
    row(
        Association,
        arn=f"{SSM}:association/{number}",
        account=A,
        region="us-east-1",
        document=f"{SSM}:document/d",
        version=version,
    )
    for number, version in enumerate(("$DEFAULT", "$LATEST"))
]

STORES = (
    ("AWS::SSM::Parameter", f"arn:aws:ssm:us-east-1:{A}:parameter/p"),
    ("AWS::DynamoDB::Table", f"arn:aws:dynamodb:us-east-1:{A}:table/t"),
    ("AWS::SQS::Queue", f"arn:aws:sqs:us-east-1:{A}:q"),
    ("AWS::SNS::Topic", f"arn:aws:sns:us-east-1:{A}:t"),
    ("AWS::ECR::Repository", f"arn:aws:ecr:us-east-1:{A}:repository/r"),
    ("AWS::ECR::Repository", f"arn:aws:ecr:us-east-1:{A}:repository/fixed"),
    ("AWS::Kinesis::Stream", f"arn:aws:kinesis:us-east-1:{A}:stream/s"),
    ("AWS::EC2::Snapshot", "arn:aws:ec2:us-east-1::snapshot/snap-1"),
)


@pytest.fixture(scope="module")
def found() -> tuple[Step, ...]:
    """All steps of the world, all requests of the proved ones decided again."""
    state = row(CodeRoot, id="c", store="arn:aws:s3:::data", state="arn:aws:s3:::data/c/state")
    facts = world().facts().joined(Facts.of((state,)))
    every = tuple(steps(facts))
    recheck([step for step in every if step.proved], facts)
    return every


@pytest.fixture(scope="module")
def used(found: tuple[Step, ...]) -> set[tuple[str, str]]:
    """Who uses which technique."""
    return {
        (step.technique, ask.principal.rsplit("/", 1)[-1])
        for step in found
        if step.proved
        for ask in step.asks
    }


@pytest.mark.parametrize("technique", [*TECHNIQUES, *ADMINISTRATION], ids=lambda each: each.id)
def test_a_technique_needs_each_of_its_permissions_and_no_other(
    technique: Technique, used: set[tuple[str, str]]
) -> None:
    assert (technique.id, technique.id) in used
    for number, action in enumerate(own_actions(technique)):
        assert (technique.id, f"{technique.id}-{number}") not in used, action


def test_every_action_of_a_technique_exists() -> None:
    actions = {need.action for technique in TECHNIQUES for need in technique.needs}

    assert [action for action in sorted(actions) if catalogue.action(action) is None] == []


def test_every_technique_has_a_name_of_its_own_and_a_note() -> None:
    ids = [technique.id for technique in (*TECHNIQUES, *ADMINISTRATION)]

    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(notes())


def test_every_technique_that_a_step_names_has_a_note(found: tuple[Step, ...]) -> None:
    named = {step.technique for step in found}

    assert named <= set(notes())


def catalogued() -> dict[str, list[str]]:
    """Return the permission sets of the public catalogue, by its ids."""
    text = (CASES / "pathfinding.yaml").read_text()
    return dict(yaml.safe_load(text)["techniques"])


def test_every_permission_set_of_the_public_catalogue_is_covered() -> None:
    covered: dict[str, set[str]] = {}
    for technique in TECHNIQUES:
        for reference in technique.references:
            covered.setdefault(reference, set()).update(own_actions(technique))

    gaps = {
        id_: sorted({*required} - NOT_NEEDED - covered.get(id_, set()))
        for id_, required in catalogued().items()
        if {*required} - NOT_NEEDED - covered.get(id_, set())
    }

    assert len(catalogued()) == 65
    assert gaps == {}


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpora folder is absent")
def test_the_permission_sets_are_those_of_the_catalogue_itself() -> None:
    entries = json.loads(CORPUS.read_text())

    assert catalogued() == {
        entry["id"]: sorted({each["permission"] for each in entry["permissions"]["required"]})
        for entry in entries
    }
