# SPDX-License-Identifier: Apache-2.0
"""Which of the subjects that trusts let in a job's tokens have.

Source: https://docs.github.com/en/actions/reference/security/oidc#oidc-token-claims
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from bartizan.model.evidence import Evidence
from bartizan.model.facts.pipeline import PipelineJob
from bartizan.model.step import Ability, Foothold, Step
from bartizan.model.wildcard import overlap

TOKEN = "ask-job-token"  # noqa: S105 - the name of a technique
_IDS = re.compile(r"@\d+(?=[/:])")
"""Ids behind the names of an owner and a repository, as newer subjects have them."""


def job(name: str, *, proposed: bool = False) -> Foothold:
    """Return what an attacker holds who runs code in a job: in a run for what is proposed, or in
    another one.
    """
    return Foothold(Ability.RUN_CODE.value, f"{name}@pull-request" if proposed else name)


def steps(jobs: Iterable[PipelineJob], others: Iterable[Step]) -> Iterator[Step]:
    """Yield the trusts' subjects that tokens of jobs have."""
    asking = [row for row in jobs if row.issuer]
    if not asking:
        return
    held = {
        foothold.entity
        for step in others
        for foothold in (*step.needs, step.grants)
        if foothold.ability == Ability.START.value and "|" in foothold.entity
    }
    for entity in sorted(held):
        provider, _, pattern = entity.partition("|")
        for row in asking:
            if provider.endswith(f"-provider/{row.issuer}"):
                yield from _own(row, entity, pattern)
                if row.proposals:
                    yield from _proposed(row, entity, pattern)


def _own(row: PipelineJob, entity: str, pattern: str) -> Iterator[Step]:
    """Of the runs of a job one is enough that surely has such a subject."""
    if any(takes_in(pattern, subject) for subject in row.subjects):
        yield _step(row, entity, proposed=False)
    elif any(meets(pattern, subject) for subject in row.subjects):
        yield _step(row, entity, proposed=False, doubt=f"for what {row.id} runs")


def _proposed(row: PipelineJob, entity: str, pattern: str) -> Iterator[Step]:
    """A run for what is proposed has one of some subjects, and nobody says which."""
    held: Sequence[str] = row.proposed_subjects
    if held and all(takes_in(pattern, subject) for subject in held):
        yield _step(row, entity, proposed=True)
    elif any(meets(pattern, subject) for subject in held):
        doubt = f"what the subject is when a pull request starts {row.id}"
        yield _step(row, entity, proposed=True, doubt=doubt)


def _step(row: PipelineJob, entity: str, *, proposed: bool, doubt: str = "") -> Step:
    why = "may ask for a token that says who it is"
    return Step(
        technique=TOKEN,
        needs=(job(row.id, proposed=proposed),),
        grants=Foothold(Ability.START.value, entity),
        cost=1,
        evidence=(Evidence(subject=f"{row.file}:{row.line}", why=why),),
        missing=(doubt,) if doubt else (),
    )


def takes_in(pattern: str, subject: str) -> bool:
    """Tell whether a pattern stands for all that another one stands for. A wildcard is taken in by
    one as wide alone, so that never too much is.
    """
    left, right = _merged(pattern), _merged(subject)
    row = {0}
    for letter in left:
        if letter == "*":
            row = set(range(min(row, default=len(right) + 1), len(right) + 1))
            continue
        row = {
            place + 1
            for place in row
            if place < len(right)
            and right[place] != "*"
            and (letter == right[place] or letter == "?")
        }
    return len(right) in row


def meets(pattern: str, subject: str) -> bool:
    """Tell whether something is stood for by both of two patterns."""
    return overlap(_merged(pattern), _merged(subject))


def _merged(text: str) -> str:
    """Return a pattern without ids, of whose wildcards no two stand together."""
    return re.sub(r"\*+", "*", _IDS.sub("", text))
