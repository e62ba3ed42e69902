# SPDX-License-Identifier: Apache-2.0
"""From facts to steps: who gets code into a pipeline, and what it is there.

Planning runs code already: providers, external data, and modules that ask for them.
Source: https://www.runatlantis.io/docs/security.html
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.pipeline import (
    CodeInput,
    CodeRoot,
    CodeSecret,
    PipelineJob,
    PipelineWriter,
)
from bartizan.model.step import Ability, Condition, Foothold, Step
from bartizan.reason.pipeline import token

INPUT, STATE, ROLE, KEY = "change-code-input", "change-state", "take-code-role", "take-state-key"
PROPOSE, RUN = "propose-code", "run-changed-code"
MACHINE, WRITER = "be-on-runner", "change-job-settings"

ANY = "*"
"""A folder that could not be read."""
_Row: TypeAlias = CodeInput | CodeRoot | CodeSecret | PipelineJob | PipelineWriter
_AGAIN = Condition(text="the code is planned again", key="assume:runs", effort=1)
_UNPINNED = {
    "module": "is taken in no one version",
    "provider": "is taken in no one version, and no lock names it",
}


def steps(facts: Facts, _at: str = "") -> Iterator[Step]:
    """Yield who decides what folders of code do, and as whom they do it, without repeats."""
    yield from _sorted(_steps(facts))


def following(facts: Facts, others: Iterable[Step]) -> Iterator[Step]:
    """Yield which tokens jobs ask for that some trust lets in; the subjects of those are in the
    steps of `others`.
    """
    yield from _sorted(token.steps(facts.rows(PipelineJob), others))


def code(root: str) -> Foothold:
    """Return what an attacker holds who decides what a folder of code does when it is planned."""
    return Foothold(Ability.WRITE.value, f"code:{root}")


def publisher(row: CodeInput) -> Foothold:
    """Return where an attacker stands who publishes what code takes from elsewhere."""
    return Foothold(Ability.START.value, f"{row.kind}:{row.name}")


def _steps(facts: Facts) -> Iterator[Step]:
    roots = {row.id: row for row in facts.rows(CodeRoot)}
    for row in facts.rows(CodeInput):
        if not row.version:
            yield _input(row)
    for root in roots.values():
        yield from _state(root)
        yield from _roles(root)
    yield from _keys(facts, roots)
    jobs = facts.rows(PipelineJob)
    for job in jobs:
        yield from _proposed(job)
        yield from _run(job, roots)
        yield from _machines(job)
    for writer in facts.rows(PipelineWriter):
        yield Step(
            technique=WRITER,
            needs=(Foothold(Ability.START.value, writer.who),),
            grants=token.job(writer.job),
            cost=2,
            evidence=(_said(writer, writer.why),),
        )


def _proposed(row: PipelineJob) -> Iterator[Step]:
    """Whoever opens a pull request has its code run."""
    if row.proposals:
        yield Step(
            technique=PROPOSE,
            needs=(Foothold(Ability.START.value, f"pull-request:{row.repository}"),),
            grants=token.job(row.id, proposed=True),
            cost=2,
            evidence=(_said(row, "runs what a pull request proposes"),),
            missing=row.doubts,
        )


def _run(row: PipelineJob, roots: Iterable[str]) -> Iterator[Step]:
    """Whoever decides what a folder does is whoever plans it."""
    for root in roots:
        if root in row.folders or ANY in row.folders:
            doubt = f"which folders {row.file}:{row.line} plans"
            yield Step(
                technique=RUN,
                needs=(code(root),),
                grants=token.job(row.id),
                cost=1 + _AGAIN.effort,
                conditions=(_AGAIN,),
                evidence=(_said(row, f"plans {root}"),),
                missing=() if root in row.folders else (doubt,),
            )


def _machines(row: PipelineJob) -> Iterator[Step]:
    for machine in row.machines:
        for proposed in (True, False) if row.proposals else (False,):
            yield Step(
                technique=MACHINE,
                needs=(token.job(row.id, proposed=proposed),),
                grants=Foothold(Ability.RUN_CODE.value, machine),
                cost=1,
                evidence=(_said(row, f"runs on {machine}"),),
            )


def _input(row: CodeInput) -> Step:
    doubt = (f"whether {row.file}:{row.line} takes one version of {row.name}",)
    return Step(
        technique=INPUT,
        needs=(publisher(row),),
        grants=code(row.root),
        cost=3,
        evidence=(_said(row, f"{row.name} {_UNPINNED[row.kind]}"),),
        missing=doubt if "version" in row.unknown else (),
    )


def _state(row: CodeRoot) -> Iterator[Step]:
    """Whoever writes a state decides which providers the next plan loads."""
    if row.state:
        yield Step(
            technique=STATE,
            needs=(Foothold(Ability.WRITE.value, row.state),),
            grants=code(row.id),
            cost=2,
            evidence=(_said(row, f"keeps its state in {row.state}"),),
        )


def _roles(row: CodeRoot) -> Iterator[Step]:
    for role in row.roles:
        yield Step(
            technique=ROLE,
            needs=(code(row.id),),
            grants=Foothold(Ability.ACT_AS.value, role),
            cost=1 + _AGAIN.effort,
            conditions=(_AGAIN,),
            evidence=(_said(row, f"its provider takes on {role}"),),
        )


def _keys(facts: Facts, roots: dict[str, CodeRoot]) -> Iterator[Step]:
    """Whoever reads a state has the keys that its code makes."""
    users: dict[str, list[str]] = {}
    for person in facts.rows(Principal):
        if person.type == "user":
            users.setdefault(person.name, []).append(person.arn)
    for row in facts.rows(CodeSecret):
        root = roots.get(row.root)
        found = users.get(row.user, [])
        for arn in found if root is not None and root.state else ():
            several = (f"in which account {row.file}:{row.line} makes a key of {row.user}",)
            yield Step(
                technique=KEY,
                needs=(Foothold(Ability.READ.value, root.state if root else ""),),
                grants=Foothold(Ability.ACT_AS.value, arn),
                cost=1,
                evidence=(_said(row, f"a key of {row.user} is in the state"),),
                missing=several if len(found) > 1 else (),
            )


def _said(row: _Row, why: str) -> Evidence:
    return Evidence(subject=f"{row.file}:{row.line}", why=why)


def _sorted(found: Iterable[Step]) -> Iterator[Step]:
    yield from sorted(
        set(found),
        key=lambda step: (step.grants, step.needs, step.technique, step.cost, repr(step)),
    )
