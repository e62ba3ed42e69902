# SPDX-License-Identifier: Apache-2.0
"""The common shape of techniques that hand a role to a service, and those that change what runs.

A role is passed when a request names it; AWS checks `iam:PassRole` at that time, and the service
can use the role only where the role's trust policy lets it.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from bartizan.model.step import Ability, Condition
from bartizan.reason.authz.aws.steps.over import roles_trusting, workloads
from bartizan.reason.authz.aws.steps.technique import Need, Over, Technique

REACHED = Condition(text="the host can be reached on its port", key="assume:reachable", effort=2)


def passed(service: str) -> tuple[Need, ...]:
    """Return the needs of passing `{role}` to `service`."""
    return (
        Need(by=service, action="sts:AssumeRole", resource="{role}"),
        Need(
            action="iam:PassRole",
            resource="{role}",
            context=(("iam:PassedToService", service), ("iam:AssociatedResourceArn", None)),
        ),
    )


def handing(
    id_: str,
    title: str,
    *needs: Need,
    service: str,
    refs: tuple[str, ...],
    how: str,
    attack: str = "T1098.003",
    effort: int = 2,
    over: Over | None = None,
    entity: str = "{role}",
    abroad: bool = False,
) -> Technique:
    """State a technique that makes something new run as a role it is handed."""
    return Technique(
        id=id_,
        title=title,
        attack=attack,
        references=refs,
        explanation=f"{how} Close it by letting nobody pass this role to {service}, or by taking "
        "the service out of the role's trust policy.",
        effort=effort,
        over=over or roles_trusting(service),
        needs=(*passed(service), *needs),
        grants=Ability.ACT_AS,
        entity=entity,
        abroad=abroad,
    )


def changing(
    id_: str,
    title: str,
    *needs: Need,
    kind: str,
    refs: tuple[str, ...],
    how: str,
    attack: str = "T1648",
    effort: int = 2,
    grants: Ability = Ability.RUN_CODE,
    conditions: tuple[Condition, ...] = (),
    over: Over | None = None,
    abroad: bool = False,
) -> Technique:
    """State a technique that gets code into a workload which acts as a role already."""
    return Technique(
        id=id_,
        title=title,
        attack=attack,
        references=refs,
        explanation=f"{how} Close it by denying the call on workloads whose role can do more than "
        "their keepers may.",
        effort=effort,
        over=over or workloads(kind),
        needs=needs,
        grants=grants,
        entity="{workload}",
        conditions=conditions,
        abroad=abroad,
    )
