# SPDX-License-Identifier: Apache-2.0
"""Things that a listing or a detail which failed may hide: workloads, credentials, keys.

For each there is a stand-in whose name ends in `*`; every step over it is possible, not proved.
"""

from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.facts.estate import Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.organization import Account
from bartizan.reason.authz.aws.estate.sessions import FILE_USER
from bartizan.reason.authz.aws.estate.unread import Gaps, name

ANY = "{each}"
"""Stands in names of hidden things where an attacker may try any."""


class Kind(Struct, frozen=True):
    """A kind of workload that calls list."""

    kind: str
    resource: str
    """How its ARN goes on after the partition, with the account left out."""
    service: str
    """Who assumes the role that it acts as."""
    carries: bool = False
    """Its configuration may carry credentials."""


_LAMBDA = Kind("AWS::Lambda::Function", f"lambda:function:{ANY}", "lambda", carries=True)
_EC2 = Kind("AWS::EC2::Instance", f"ec2:instance/{ANY}", "ec2", carries=True)
_TEMPLATE = Kind("AWS::EC2::LaunchTemplate", f"ec2:launch-template/{ANY}", "ec2", carries=True)
_TASK = Kind("AWS::ECS::Task", f"ecs:task/{ANY}/{ANY}", "ecs-tasks")
_DEFINITION = Kind(
    "AWS::ECS::TaskDefinition", f"ecs:task-definition/{ANY}", "ecs-tasks", carries=True
)
_BATCH = Kind(
    "AWS::Batch::JobDefinition", f"batch:job-definition/{ANY}", "ecs-tasks", carries=True
)
_QUEUE = Kind("AWS::Batch::JobQueue", f"batch:job-queue/{ANY}", "batch")
_BUILD = Kind("AWS::CodeBuild::Project", f"codebuild:project/{ANY}", "codebuild", carries=True)
_STACK = Kind("AWS::CloudFormation::Stack", f"cloudformation:stack/{ANY}", "cloudformation")
_JOB = Kind("AWS::Glue::Job", f"glue:job/{ANY}", "glue", carries=True)
_ENDPOINT = Kind("AWS::Glue::DevEndpoint", f"glue:devEndpoint/{ANY}", "glue")
_NOTEBOOK = Kind(
    "AWS::SageMaker::NotebookInstance", f"sagemaker:notebook-instance/{ANY}", "sagemaker"
)
_RUNNER = Kind(
    "AWS::AppRunner::Service", f"apprunner:service/{ANY}", "tasks.apprunner", carries=True
)
_INTERPRETER = Kind(
    "AWS::BedrockAgentCore::CodeInterpreterCustom",
    f"bedrock-agentcore:code-interpreter-custom/{ANY}",
    "bedrock-agentcore",
)
_MACHINE = Kind("AWS::StepFunctions::StateMachine", f"states:stateMachine:{ANY}", "states")
_FILE_USER = Kind(FILE_USER, f"transfer:user/{ANY}/{ANY}", "transfer")

KINDS: dict[str, Kind] = {
    "AWS::Lambda::Function": _LAMBDA,
    "AWS::EC2::Instance": _EC2,
    "AWS::EC2::InstanceUserData": _EC2,
    "AWS::EC2::LaunchTemplate": _TEMPLATE,
    "AWS::EC2::LaunchTemplateVersion": _TEMPLATE,
    "AWS::ECS::ClusterArn": _TASK,
    "AWS::ECS::Cluster": _TASK,
    "AWS::ECS::ServiceArn": _TASK,
    "AWS::ECS::Service": _TASK,
    "AWS::ECS::TaskArn": _TASK,
    "AWS::ECS::Task": _TASK,
    "AWS::ECS::TaskDefinitionArn": _DEFINITION,
    "AWS::ECS::TaskDefinition": _DEFINITION,
    "AWS::Batch::JobDefinition": _BATCH,
    "AWS::Batch::JobQueue": _QUEUE,
    "AWS::CodeBuild::ProjectName": _BUILD,
    "AWS::CodeBuild::Project": _BUILD,
    "AWS::CloudFormation::Stack": _STACK,
    "AWS::Glue::Job": _JOB,
    "AWS::Glue::DevEndpoint": _ENDPOINT,
    "AWS::SageMaker::NotebookInstanceSummary": _NOTEBOOK,
    "AWS::SageMaker::NotebookInstance": _NOTEBOOK,
    "AWS::AppRunner::ServiceSummary": _RUNNER,
    "AWS::AppRunner::Service": _RUNNER,
    "AWS::BedrockAgentCore::CodeInterpreterCustomSummary": _INTERPRETER,
    "AWS::BedrockAgentCore::CodeInterpreterCustom": _INTERPRETER,
    "AWS::StepFunctions::StateMachineArn": _MACHINE,
    "AWS::StepFunctions::StateMachine": _MACHINE,
    "AWS::Transfer::Server": _FILE_USER,
    "AWS::Transfer::UserSummary": _FILE_USER,
}
"""Kind of record that was not read to the kind of workload that it would have told of."""


class Hidden(Struct, frozen=True):
    """A stand-in for what may be there."""

    kind: Kind
    workload: Workload
    missing: tuple[str, ...]

    @property
    def service(self) -> str:
        """The service principal that would assume its role."""
        return f"{self.kind.service}.amazonaws.com"

    def credential(self) -> Credential:
        """Return a stand-in for a credential that it may carry."""
        return Credential(
            id=f"unread:{shown(self.workload.arn)}",
            lies_in=self.workload.arn,
            field="*",
            kind="unknown",
            authenticates="",
            key="",
            length=0,
            account=self.workload.account,
        )


def shown(text: str) -> str:
    """Write a hidden thing's name for people."""
    return text.replace(ANY, "*")


def workloads(gaps: Gaps, account: Account) -> Iterator[Hidden]:
    """Yield a stand-in for each kind of workload of `account` that was not read in full."""
    rows: dict[str, list[Unread]] = {}
    for row in gaps.all_of(account.id):
        if row.kind in KINDS:
            rows.setdefault(KINDS[row.kind].kind, []).append(row)
    for kind in sorted(rows):
        regions: dict[str, list[Unread]] = {}
        for row in rows[kind]:
            regions.setdefault(row.region, []).append(row)
        for region in sorted(regions):
            yield _hidden(KINDS[rows[kind][0].kind], account, region, regions[region])


def _hidden(kind: Kind, account: Account, region: str, rows: list[Unread]) -> Hidden:
    service, _, rest = kind.resource.partition(":")
    place = region or "us-east-1"
    workload = Workload(
        arn=f"arn:{account.partition}:{service}:{place}:{account.id}:{rest}",
        kind=kind.kind,
        account=account.id,
        region=place,
        name="*",
        role="",
        running=True,
        tags={},
        public=False,
        anonymous=False,
        metadata_v1=False,
        privileged=False,
        related={"cluster": f"arn:{account.partition}:ecs:{place}:{account.id}:cluster/{ANY}"},
    )
    return Hidden(kind, workload, tuple(sorted({name(row) for row in rows})))
