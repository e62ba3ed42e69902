# SPDX-License-Identifier: Apache-2.0
"""Who can do what: answers to questions about many requests at once."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

from bartizan.model.evidence import Evidence
from bartizan.model.step import Condition


class Certainty(Enum):
    """How sure it is that a request is allowed; what is never allowed is only counted."""

    MUST = "must"
    """It is allowed, whatever else the request holds."""
    MAY = "may"
    """It is allowed under a condition, of which there is a witness."""
    UNKNOWN = "unknown"
    """What was not read, or not found, could change the answer."""


class Witness(Struct, frozen=True, kw_only=True):
    """What a request must hold, beside what was stated, to be allowed."""

    context: tuple[tuple[str, str], ...] = ()
    """Condition keys with their values, sorted; a multivalued key stands once per value."""
    absent: tuple[str, ...] = ()
    """Condition keys, in lower case, that it must not have, as far as policies ask for them."""
    conditions: tuple[Condition, ...] = ()
    """What of it takes an effort."""

    @property
    def effort(self) -> int:
        """What its conditions take together."""
        return sum(condition.effort for condition in self.conditions)


class Access(Struct, frozen=True, kw_only=True):
    """Requests with one answer, by statements that differ at most in whose names they hold: each
    caller with every action on each of the resources that the action acts on.
    """

    certainty: Certainty
    relation: str
    """Where the callers stand: `own` (account of the resource), `estate`, `outside` (another
    account), `service`, `provider`, `anyone`."""
    callers: tuple[str, ...]
    """As requests name them, sorted; interchangeable ones stand together."""
    actions: tuple[str, ...]
    """Sorted."""
    resources: tuple[str, ...]
    """Sorted."""
    by: str
    """The kind of policy that decided, as for one decision."""
    rule: str
    """The vendor's rule that decided, with its page."""
    because: tuple[Evidence, ...]
    """The statements that decide for the first caller, action and resource."""
    sides: tuple[tuple[Evidence, ...], ...] = ()
    """Groups of statements of which each, taken away whole, would alone undo it."""
    witness: Witness = field(default_factory=Witness)
    """Of what *may* be allowed."""
    missing: tuple[str, ...] = ()
    """Of what is unknown: what would have to be known."""
    requests: int = 1
    """How many requests it stands for."""
    checked: int = 0
    """Requests of it that were decided one by one, with their statements; of the others the kernel
    says that they have the same answer, or no statement tells their action apart."""


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked, as it was asked."""

    principal: str = ""
    """Empty for everybody."""
    action: str = ""
    """A name or a pattern; empty for every action."""
    resource: str = ""
    """An ARN or a pattern; empty for everything."""
    context: tuple[tuple[str, str], ...] = ()
    """Condition keys that were stated, sorted."""
    complete: bool = False
    """Keys that were not stated are absent."""


class AccessAnswer(Struct, frozen=True, kw_only=True):
    """The answer to one question about many requests."""

    asked: Asked
    snapshot: str = ""
    """Id of the snapshot."""
    overlay: tuple[str, ...] = ()
    """What was supposed to be otherwise than the snapshot has it, a phrase for each change."""
    groups: tuple[Access, ...]
    """The most certain first."""
    callers: int
    """Callers that were looked at."""
    requests: int
    """Pairs of an action and a resource that were looked at."""
    never: int
    """Callers to whom none of it, or for one caller requests to whom it, is never allowed."""
    incomplete: tuple[str, ...] = ()
    """What would have to be read for the answer to be whole, beside what groups name."""
    notes: tuple[str, ...] = ()
    """How the question was understood, a sentence for each remark."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Account id to its name."""

    @property
    def whole(self) -> bool:
        """Nothing in it is unknown."""
        certain = all(group.certainty is not Certainty.UNKNOWN for group in self.groups)
        return certain and not self.incomplete
