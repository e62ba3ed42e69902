# SPDX-License-Identifier: Apache-2.0
"""Techniques over Batch.

A job is submitted to a queue, and permission is needed on it as on the job's definition.
Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Workload
from bartizan.reason.authz.aws.steps.hidden import shown
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.over import workload_binding
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_SERVICE = "ecs-tasks.amazonaws.com"
"""Who starts a job's containers, and so assumes its role.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html#containerProperties
"""
_KIND, _QUEUE = "AWS::Batch::JobDefinition", "AWS::Batch::JobQueue"
_SUBMIT = "batch:SubmitJob"
_DEFINITION = "arn:{partition}:batch:{region}:{account}:job-definition/{new}"


def _queues(scene: Scene, account: str) -> Iterator[Workload]:
    """Yield the queues that take jobs."""
    for queue in scene.workloads(account, _QUEUE):
        if queue.running:
            yield queue


def _definitions(scene: Scene, account: str) -> Iterator[Binding]:
    for workload in scene.workloads(account, _KIND):
        yield workload_binding(scene, workload)


def _roles(scene: Scene, account: str) -> Iterator[Binding]:
    for region in sorted({queue.region for queue in _queues(scene, account)}):
        for role in scene.roles_for(_SERVICE, account):
            yield Binding(names={"role": role.arn, "region": region})


def _submitted(scene: Scene, actor: Actor, bound: Binding) -> Iterator[Binding]:
    """Yield a binding with one queue of its region to which the actor may submit jobs, the surest:
    all give the same.
    """
    found: list[tuple[bool, str, Workload]] = []
    for queue in _queues(scene, actor.who.account):
        if queue.region == bound.names["region"]:
            tried = scene.attempts(actor.name, _SUBMIT, queue.arn)
            if tried is not None:
                doubt = bool(tried.missing) or queue.arn in scene.hidden
                found.append((doubt, queue.arn, queue))
    for _, arn, _ in sorted(found, key=lambda one: one[:2])[:1]:
        hidden = scene.hidden.get(arn)
        fact = Evidence(subject=shown(arn), why="is a queue that takes jobs")
        yield structs.replace(
            bound,
            names={**bound.names, "queue": arn},
            evidence=(*bound.evidence, fact),
            missing=(*bound.missing, *(hidden.missing if hidden else ())),
        )


_TO_QUEUE = Need(action=_SUBMIT, resource="{queue}")

TECHNIQUES = (
    handing(
        "batch-new-job",
        "Define a job with the role and submit it",
        Need(action="batch:RegisterJobDefinition", resource=_DEFINITION),
        Need(action=_SUBMIT, resource=f"{_DEFINITION}:1"),
        _TO_QUEUE,
        service=_SERVICE,
        refs=(),
        attack="T1610",
        over=Offered(bindings=_roles, but="role", finish=_submitted),
        how="The container of a job runs with the credentials of the role in its definition.",
    ),
    changing(
        "batch-submit-job",
        "Submit a job with a command of one's own",
        Need(action=_SUBMIT, resource="{workload}"),
        _TO_QUEUE,
        kind=_KIND,
        refs=(),
        attack="T1610",
        over=Offered(bindings=_definitions, but="workload_role", finish=_submitted),
        how="A job may be submitted with the command of its container overridden, which runs with "
        "the credentials of the role in the definition.",
    ),
)
