# SPDX-License-Identifier: Apache-2.0
"""Techniques over SageMaker."""

from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_SAGEMAKER = "arn:{partition}:sagemaker:{region}:{account}:"
_SERVICE = "sagemaker.amazonaws.com"
_KIND = "AWS::SageMaker::NotebookInstance"
_RUNS = "The job's container runs with the credentials of the role."

TECHNIQUES = (
    handing(
        "sagemaker-new-notebook",
        "Make a notebook instance with the role and open it",
        Need(
            action="sagemaker:CreateNotebookInstance",
            resource=_SAGEMAKER + "notebook-instance/{new}",
        ),
        service=_SERVICE,
        refs=("sagemaker-001",),
        effort=3,
        how="Code in a notebook, and its start-up script, has the credentials of the role.",
    ),
    handing(
        "sagemaker-new-training-job",
        "Run a training job with the role",
        Need(action="sagemaker:CreateTrainingJob", resource=_SAGEMAKER + "training-job/{new}"),
        service=_SERVICE,
        refs=("sagemaker-002",),
        how=_RUNS,
    ),
    handing(
        "sagemaker-new-processing-job",
        "Run a processing job with the role",
        Need(action="sagemaker:CreateProcessingJob", resource=_SAGEMAKER + "processing-job/{new}"),
        service=_SERVICE,
        refs=("sagemaker-003",),
        how=_RUNS,
    ),
    changing(
        "sagemaker-open-notebook",
        "Open a notebook instance",
        Need(action="sagemaker:CreatePresignedNotebookInstanceUrl", resource="{workload}"),
        kind=_KIND,
        refs=("sagemaker-004",),
        effort=1,
        how="A signed address opens the notebook; its terminal has the credentials of the role.",
    ),
    changing(
        "sagemaker-notebook-start-up",
        "Give a notebook instance a start-up script and restart it",
        Need(
            action="sagemaker:CreateNotebookInstanceLifecycleConfig",
            resource=_SAGEMAKER + "notebook-instance-lifecycle-config/{new}",
        ),
        Need(action="sagemaker:StopNotebookInstance", resource="{workload}"),
        Need(action="sagemaker:UpdateNotebookInstance", resource="{workload}"),
        Need(action="sagemaker:StartNotebookInstance", resource="{workload}"),
        kind=_KIND,
        refs=("sagemaker-005",),
        effort=3,
        how="The script runs as root at the next start, beside the credentials of the role.",
    ),
)
