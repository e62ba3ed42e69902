# SPDX-License-Identifier: Apache-2.0
"""Techniques over CodeBuild."""

from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_NEW = "arn:{partition}:codebuild:{region}:{account}:project/{new}"
_SERVICE = "codebuild.amazonaws.com"
_KIND = "AWS::CodeBuild::Project"
_RUNS = "The commands of a build run with the credentials of the project's role."
_CREATE = Need(action="codebuild:CreateProject", resource=_NEW)

TECHNIQUES = (
    handing(
        "codebuild-new-project",
        "Make a project with the role and build it",
        _CREATE,
        Need(action="codebuild:StartBuild", resource=_NEW),
        service=_SERVICE,
        refs=("codebuild-001",),
        how=_RUNS,
    ),
    handing(
        "codebuild-new-project-batch",
        "Make a project with the role and build it as a batch",
        _CREATE,
        Need(action="codebuild:StartBuildBatch", resource=_NEW),
        service=_SERVICE,
        refs=("codebuild-004",),
        how=_RUNS,
    ),
    changing(
        "codebuild-start-build",
        "Start a build with commands of one's own",
        Need(action="codebuild:StartBuild", resource="{workload}"),
        kind=_KIND,
        refs=("codebuild-002",),
        how="A build may be started with its build commands overridden. " + _RUNS,
    ),
    changing(
        "codebuild-start-batch",
        "Start a batch build with commands of one's own",
        Need(action="codebuild:StartBuildBatch", resource="{workload}"),
        kind=_KIND,
        refs=("codebuild-003",),
        effort=3,
        how="A batch may be started with its build commands overridden. " + _RUNS,
    ),
)
