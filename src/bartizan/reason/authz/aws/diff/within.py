# SPDX-License-Identifier: Apache-2.0
"""Whether one policy allows nothing that another does not: proved, refuted by a request, or open.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from msgspec import Struct

from bartizan.reason.authz.aws.diff.comparison import Comparison
from bartizan.reason.authz.aws.diff.witness import Witness
from bartizan.reason.authz.aws.policy.document import Document


class Within(Struct, frozen=True, kw_only=True):
    """Whether everything that the old policy allows, the new one allows too."""

    holds: bool | None
    """None where it could not be told."""
    witness: Witness | None = None
    """Where it does not hold: a request that the old policy allows and the new one does not."""
    missing: tuple[str, ...] = ()
    """Where it could not be told: why."""


def within(old: Document, new: Document, *, type: str = "identity") -> Within:  # noqa: A002 - the word of the `policy` table
    """Return whether there is no request that `old` allows and `new` does not.

    `type` is one of `setting.TYPES`. True is a proof over all callers, all actions, those that
    the catalogue does not have included, all resources and all contexts; False comes with a
    request that the definition allows under `old` and denies under `new`.

    Raises:
        DisagreementError: the definition does not confirm the request: a defect of ours.
    """
    comparison = Comparison(old, new, type)
    witness = comparison.find()
    for trial in comparison.trials() if witness is None else ():
        witness = witness or Comparison(old, new, type, trial=trial).find()
    if witness is not None:
        return Within(holds=False, witness=witness)
    return Within(holds=None if comparison.missing else True, missing=comparison.missing)
