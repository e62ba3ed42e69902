# SPDX-License-Identifier: Apache-2.0
"""Answers one request in four words: must, may under a condition, never, unknown because.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import assert_never

from msgspec import Struct, field

from bartizan.errors import DisagreementError
from bartizan.model.access import Certainty, Witness
from bartizan.model.verdict import Allowed, Denied, Unknown
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.estate.settle import settle
from bartizan.reason.authz.aws.request import Decision, Policies, Request
from bartizan.reason.authz.aws.steps.attempt import search
from bartizan.reason.authz.aws.steps.choice import Choice


class Answer(Struct, frozen=True, kw_only=True):
    """The answer to one request, as the definition gives it."""

    certainty: Certainty | None
    """None for never."""
    decision: Decision
    """Of the request as it was stated; for *may*, of the witness."""
    witness: Witness = field(default_factory=Witness)
    missing: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """Say it in a word."""
        return "never" if self.certainty is None else self.certainty.value


def stated(pairs: Iterable[tuple[str, str]]) -> dict[str, str | tuple[str, ...]]:
    """Return condition keys with their values; one that stands more than once has several."""
    gathered: dict[str, list[str]] = {}
    for key, value in pairs:
        gathered.setdefault(key, []).append(value)
    return {key: v[0] if len(v) == 1 else tuple(v) for key, v in gathered.items()}


class Answers(Struct, frozen=True):
    """Answers requests that state the same condition keys on one estate."""

    estate: Estate
    chosen: Chosen
    complete: bool = False
    """Keys that are not stated are absent."""
    found: dict[Hashable, Witness] = field(default_factory=dict)
    """Witnesses by what was asked of the requests."""

    def __call__(
        self, principal: str, action: str, resource: str, *, asks: Hashable = None
    ) -> Answer:
        """Answer one request; where a condition decides, search for a witness. One that was found
        for another request of the caller of which the same was asked, `asks`, is tried first.

        Raises:
            DisagreementError: what the search found is not allowed when it is decided again.
        """
        request = self.estate.request(
            principal, action, resource, self.chosen, complete=self.complete
        )
        policies = self.estate.policies(principal, action, resource)
        decision = settle(self.estate, request, policies)
        match decision.verdict:
            case Allowed():
                return Answer(certainty=Certainty.MUST, decision=decision)
            case Denied():
                return Answer(certainty=None, decision=decision)
            case Unknown(missing):
                if self.complete:
                    return _unknown(decision, missing)
                if asks in self.found:
                    again = self.under(
                        self.found[asks], principal, action, resource, policies=policies
                    )
                    if again is not None:
                        return again
                found = self._search(request, policies, decision, principal)
                if asks is not None and found.certainty is Certainty.MAY:
                    self.found[asks] = found.witness
                return found
            case _:
                assert_never(decision.verdict)

    def under(
        self,
        witness: Witness,
        principal: str,
        action: str,
        resource: str,
        *,
        policies: Policies | None = None,
    ) -> Answer | None:
        """Answer a request that holds what `witness` says and no other key; None where that is not
        allowed. `policies` are those of the request, where they are at hand.
        """
        policies = policies or self.estate.policies(principal, action, resource)
        chosen = {**self.chosen, **stated(witness.context)}
        request = self.estate.request(principal, action, resource, chosen, complete=True)
        decision = settle(self.estate, request, policies)
        if not isinstance(decision.verdict, Allowed):
            return None
        return Answer(certainty=Certainty.MAY, decision=decision, witness=witness)

    def _search(
        self, request: Request, policies: Policies, before: Decision, principal: str
    ) -> Answer:
        action, resource = request.action, request.resource.arn
        found = search(self.estate, request, policies, first=before)
        if found is None:
            # That no value of those tried does is no proof that none exists.
            return _unknown(before, before.missing)
        decision, taken = found
        if not isinstance(decision.verdict, Allowed):
            return _unknown(decision, decision.missing)
        witness = _witness(taken)
        again = self.under(witness, principal, action, resource, policies=policies)
        if again is None:
            told = ", ".join(f"{key}={value}" for key, value in witness.context)
            raise DisagreementError(
                f"a witness for `{action}` on `{resource}` by `{principal}` ({told}) was found, "
                "but decided again it is not allowed",
                hint="please report this: two parts of the program disagree",
            )
        return again


def _unknown(decision: Decision, missing: tuple[str, ...]) -> Answer:
    return Answer(certainty=Certainty.UNKNOWN, decision=decision, missing=missing)


def _witness(taken: Mapping[str, Choice]) -> Witness:
    pairs: list[tuple[str, str]] = []
    for key, choice in taken.items():
        values = (choice.value,) if isinstance(choice.value, str) else choice.value or ()
        pairs.extend((choice.key or key, value) for value in values)
    return Witness(
        context=tuple(sorted(pairs)),
        absent=tuple(sorted(key for key, choice in taken.items() if choice.value is None)),
        conditions=tuple(c.condition for c in taken.values() if c.condition is not None),
    )
