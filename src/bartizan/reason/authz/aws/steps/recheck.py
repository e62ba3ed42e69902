# SPDX-License-Identifier: Apache-2.0
"""Every request of a printed path, decided once more before it is shown."""

from collections.abc import Iterable

from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.step import Ask, Step
from bartizan.model.verdict import Allowed, Denied, Unknown
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.estate.settle import decide


def recheck(steps: Iterable[Step], facts: Facts) -> tuple[Step, ...]:
    """Decide all requests of `steps` again from `facts`, with nothing remembered; return them.

    A key that the witness does not name is absent here. A proved step must be allowed in every
    request; a possible one must not be denied in any.

    Raises:
        DisagreementError: the definition answers otherwise than the step claims.
    """
    estate = Estate(facts)
    checked = tuple(steps)
    for step in checked:
        for ask in step.asks:
            _check(step, ask, estate)
    return checked


def _check(step: Step, ask: Ask, estate: Estate) -> None:
    decision = decide(
        estate, ask.principal, ask.action, ask.resource, chosen=chosen(ask), complete=step.proved
    )
    answer = {Allowed: "allowed", Denied: "denied", Unknown: "unknown"}[type(decision.verdict)]
    wanted = {"allowed"} if step.proved else {"allowed", "unknown"}
    if answer not in wanted:
        raise DisagreementError(
            f"step `{step.technique}` to `{step.grants}` rests on `{ask.action}` on "
            f"`{ask.resource}` by `{ask.principal}`, but the definition answers {answer}: "
            f"{decision.rule}",
            hint="please report this: two parts of the program disagree",
        )


def chosen(ask: Ask) -> Chosen:
    """Return the keys of a witness; one that stands more than once has many values."""
    gathered: dict[str, list[str]] = {}
    for key, value in ask.context:
        gathered.setdefault(key, []).append(value)
    return {key: v[0] if len(v) == 1 else tuple(v) for key, v in gathered.items()}
