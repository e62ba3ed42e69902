# SPDX-License-Identifier: Apache-2.0
"""Ways in from the Internet that have no interface in any network.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/welcome.html
"""

from collections.abc import Iterable, Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.service import Front
from bartizan.model.packet import INTERNET
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.network.aws.steps.door import foothold
from bartizan.reason.network.aws.steps.scene import Scene
from bartizan.reason.network.aws.steps.services import FUNCTION, flaw, signed_in, whole_function

CALL_FRONT, EXPLOIT_FRONT, EXPLOIT_FUNCTION = (
    "call-through-front",
    "exploit-front",
    "exploit-function",
)


def fronts(scene: Scene) -> Iterator[Step]:
    """Yield what fronts that the Internet reaches call or are.

    The address of a function by itself, and a call without signing in, are steps of authorization.
    """
    workloads = {row.arn: row for row in scene.facts.rows(Workload)}
    for row in sorted(scene.facts.rows(Front), key=lambda row: row.id):
        if not row.public or row.authenticates == "iam":
            continue
        if row.id in workloads and workloads[row.id].kind != FUNCTION:
            yield _itself(row, workloads[row.id])
        if row.kind == "AWS::Lambda::Url":
            continue
        for target in sorted({whole_function(one) for one in row.forwards_to}):
            if target in workloads and workloads[target].kind == FUNCTION:
                yield _call(row, target)


def _missing(row: Front) -> tuple[str, ...]:
    return (f"what {row.id} asks of callers",) if row.authenticates == "unknown" else ()


def _call(row: Front, function: str) -> Step:
    known = signed_in(row.authenticates == "other", row.name or row.id)
    return Step(
        technique=CALL_FRONT,
        needs=(foothold(Ability.START, INTERNET),),
        grants=foothold(Ability.INVOKE, function),
        cost=1 + sum(one.effort for one in known),
        conditions=known,
        evidence=(Evidence(subject=row.id, why=f"calls {function} for whoever calls it"),),
        missing=_missing(row),
    )


def _itself(row: Front, workload: Workload) -> Step:
    conditions = (
        flaw(f"the code of {workload.name or workload.arn}"),
        *signed_in(row.authenticates == "other", row.name or row.id),
    )
    return Step(
        technique=EXPLOIT_FRONT,
        needs=(foothold(Ability.START, INTERNET),),
        grants=foothold(Ability.RUN_CODE, workload.arn),
        cost=1 + sum(one.effort for one in conditions),
        conditions=conditions,
        evidence=(Evidence(subject=row.id, why="takes requests from the Internet"),),
        missing=_missing(row),
    )


def exploited(scene: Scene, called: Iterable[Foothold]) -> Iterator[Step]:
    """Yield the flaws that code of functions may have which outsiders call."""
    open_ = {
        row.arn for row in scene.facts.rows(Workload) if row.kind == FUNCTION and row.anonymous
    }
    names = {row.arn: row.name for row in scene.facts.rows(Workload)}
    open_ |= {held.entity for held in called if held.ability == Ability.INVOKE.value}
    for arn in sorted(open_):
        held = flaw(f"the code of {names.get(arn) or arn}")
        yield Step(
            technique=EXPLOIT_FUNCTION,
            needs=(foothold(Ability.INVOKE, arn),),
            grants=foothold(Ability.RUN_CODE, arn),
            cost=1 + held.effort,
            conditions=(held,),
            evidence=(Evidence(subject=arn, why="runs on what outsiders send it"),),
        )
