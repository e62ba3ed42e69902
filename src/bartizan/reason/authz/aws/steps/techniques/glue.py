# SPDX-License-Identifier: Apache-2.0
"""Techniques over Glue."""

from bartizan.reason.authz.aws.steps.over import workloads_and_roles
from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_GLUE = "arn:{partition}:glue:{region}:{account}:"
_SERVICE = "glue.amazonaws.com"
_OLD_JOBS = workloads_and_roles("AWS::Glue::Job", _SERVICE)
_RUNS = "The job's script runs with the credentials of the role."
_TRIGGER = Need(action="glue:CreateTrigger", resource=_GLUE + "trigger/{each}")

TECHNIQUES = (
    handing(
        "glue-new-endpoint",
        "Make a development endpoint with the role and sign in",
        Need(action="glue:CreateDevEndpoint"),
        service=_SERVICE,
        refs=("glue-001",),
        effort=3,
        how="A development endpoint is a host with the credentials of its role.",
    ),
    changing(
        "glue-open-endpoint",
        "Put a public key on a development endpoint and sign in",
        Need(action="glue:UpdateDevEndpoint", resource="{workload}"),
        kind="AWS::Glue::DevEndpoint",
        refs=("glue-002",),
        attack="T1098.004",
        how="The new key signs in to a host that has the credentials of the endpoint's role.",
    ),
    handing(
        "glue-new-job",
        "Make a job with the role and run it",
        Need(action="glue:CreateJob", resource=_GLUE + "job/{new}"),
        Need(action="glue:StartJobRun", resource=_GLUE + "job/{new}"),
        service=_SERVICE,
        refs=("glue-003",),
        how=_RUNS,
    ),
    handing(
        "glue-new-job-by-trigger",
        "Make a job with the role and let a trigger run it",
        Need(action="glue:CreateJob", resource=_GLUE + "job/{new}"),
        _TRIGGER,
        service=_SERVICE,
        refs=("glue-004",),
        how=_RUNS,
    ),
    handing(
        "glue-change-job",
        "Give a job the role and a script, and run it",
        Need(action="glue:UpdateJob", resource="{workload}"),
        Need(action="glue:StartJobRun", resource="{workload}"),
        service=_SERVICE,
        refs=("glue-005",),
        over=_OLD_JOBS,
        how=_RUNS,
    ),
    handing(
        "glue-change-job-by-trigger",
        "Give a job the role and a script, and let a trigger run it",
        Need(action="glue:UpdateJob", resource="{workload}"),
        _TRIGGER,
        service=_SERVICE,
        refs=("glue-006",),
        over=_OLD_JOBS,
        how=_RUNS,
    ),
    handing(
        "glue-session",
        "Make an interactive session with the role and run a statement",
        Need(action="glue:CreateSession", resource=_GLUE + "session/{new}"),
        Need(action="glue:RunStatement", resource=_GLUE + "session/{new}"),
        service=_SERVICE,
        refs=("glue-007",),
        how="A statement of an interactive session runs with the credentials of the role.",
    ),
)
