# SPDX-License-Identifier: Apache-2.0
"""The steps that follow from a built estate."""

from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder


def gained(
    estate: EstateBuilder, need: str, grant: str, *, technique: str = "", proved: bool = True
) -> list[Step]:
    """Return the steps from one foothold to another, all requests decided again."""
    facts = estate.facts()
    found = [
        step
        for step in steps(facts)
        if need in map(str, step.needs)
        and str(step.grants) == grant
        and step.proved is proved
        and technique in {"", step.technique}
    ]
    recheck(found, facts)
    return found
