# SPDX-License-Identifier: Apache-2.0
"""SageMaker: notebooks, domains, models and running jobs, and the roles that they act as."""

from collections.abc import Iterator

from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

NOTEBOOK = "AWS::SageMaker::NotebookInstance"
TRAINING_JOB = "AWS::SageMaker::TrainingJob"
PROCESSING_JOB = "AWS::SageMaker::ProcessingJob"
MODEL = "AWS::SageMaker::Model"
DOMAIN = "AWS::SageMaker::Domain"


def _pair(
    what: str,
    *,
    kind: str,
    items: str,
    parameter: str,
    arn: str,
    running: bool = False,
    secrets: tuple[str, ...] = (),
) -> tuple[Call, Call]:
    """Return the call that lists `what` and the one that describes each."""
    return (
        Call(
            service="sagemaker",
            operation=f"List{what}s",
            kind=f"{kind}Summary",
            scope=Scope.REGION,
            # Jobs that ended hold nothing any more, and there may be any number of them.
            parameters={"StatusEquals": "'InProgress'"} if running else {},
            items=items,
            id=f"item.{arn}",
        ),
        Call(
            service="sagemaker",
            operation=f"Describe{what}",
            kind=kind,
            scope=Scope.REGION,
            each=f"{kind}Summary",
            parameters={parameter: f"parent.{parameter}"},
            id="parent_id",
            absent=("ResourceNotFound",),
            secrets=secrets,
        ),
    )


_CALLS = (
    *_pair(
        "NotebookInstance",
        kind=NOTEBOOK,
        items="NotebookInstances",
        parameter="NotebookInstanceName",
        arn="NotebookInstanceArn",
    ),
    *_pair(
        "TrainingJob",
        kind=TRAINING_JOB,
        items="TrainingJobSummaries",
        parameter="TrainingJobName",
        arn="TrainingJobArn",
        running=True,
        secrets=(
            "HyperParameters.*",
            "Environment.*",
            "AlgorithmSpecification.ContainerArguments[]",
            "AlgorithmSpecification.ContainerEntrypoint[]",
        ),
    ),
    *_pair(
        "ProcessingJob",
        kind=PROCESSING_JOB,
        items="ProcessingJobSummaries",
        parameter="ProcessingJobName",
        arn="ProcessingJobArn",
        running=True,
        secrets=(
            "Environment.*",
            "AppSpecification.ContainerArguments[]",
            "AppSpecification.ContainerEntrypoint[]",
        ),
    ),
    *_pair(
        "Model",
        kind=MODEL,
        items="Models",
        parameter="ModelName",
        arn="ModelArn",
        secrets=("PrimaryContainer.Environment.*", "Containers[].Environment.*"),
    ),
    *_pair(
        "Domain",
        kind=DOMAIN,
        items="Domains",
        parameter="DomainId",
        arn="DomainArn",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: code in a notebook, job, model or domain acts as its execution role.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    yield from rows(records, NOTEBOOK, _notebook)
    yield from rows(records, TRAINING_JOB, _job)
    yield from rows(records, PROCESSING_JOB, _job)
    yield from rows(records, MODEL, _model)
    yield from rows(records, DOMAIN, _domain)


def _notebook(record: Record) -> Iterator[Row]:
    body = record.body
    versions = text(
        body, "InstanceMetadataServiceConfiguration", "MinimumInstanceMetadataServiceVersion"
    )
    yield workload(
        record,
        name=text(body, "NotebookInstanceName"),
        role=text(body, "RoleArn"),
        running=text(body, "NotebookInstanceStatus") in ("InService", "Pending", "Updating"),
        metadata_v1=versions == "1",
        privileged=text(body, "RootAccess") == "Enabled",
        related={
            "subnet": text(body, "SubnetId"),
            "lifecycle-config": text(body, "NotebookInstanceLifecycleConfigName"),
        },
    )


def _job(record: Record) -> Iterator[Row]:
    body = record.body
    status = text(body, "TrainingJobStatus") or text(body, "ProcessingJobStatus")
    yield workload(
        record,
        name=text(body, "TrainingJobName") or text(body, "ProcessingJobName"),
        role=text(body, "RoleArn"),
        running=status == "InProgress",
    )


def _model(record: Record) -> Iterator[Row]:
    role = text(record.body, "ExecutionRoleArn")
    yield workload(record, name=text(record.body, "ModelName"), role=role, running=False)


def _domain(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "DomainName"),
        role=text(body, "DefaultUserSettings", "ExecutionRole"),
        running=text(body, "Status") == "InService",
        related={"vpc": text(body, "VpcId")},
    )


SERVICE = Service(name="SageMaker", calls=_CALLS, normalise=normalise)
