# SPDX-License-Identifier: Apache-2.0
"""Policy documents that were written anew, with the reasons, ready for any report."""

from msgspec import Struct

from bartizan.model.usage import Call


class Proof(Struct, frozen=True, kw_only=True):
    """Whether something was shown to hold for all requests."""

    holds: bool | None
    """None where it could not be told."""
    why: str = ""
    """What stands against it."""


class Minimized(Struct, frozen=True, kw_only=True):
    """A document and its shorter twin."""

    name: str
    """What the user calls the document."""
    type: str
    text: str
    """The shorter document as JSON, as it was given where nothing could be shortened."""
    before: int
    """Characters of the old one, as the vendor counts them."""
    after: int
    statements_before: int
    statements_after: int
    done: tuple[str, ...]
    """What was done, each proved to leave the meaning as it was."""
    left: tuple[str, ...]
    """What was tried and not kept, with what stood against it."""


class Group(Struct, frozen=True, kw_only=True):
    """Actions of one service of which the same is to be said."""

    service: str
    actions: tuple[str, ...]
    """As policies name them, sorted."""
    why: str


class Elsewhere(Struct, frozen=True, kw_only=True):
    """A use that the old policy does not allow: another one must."""

    action: str
    resource: str
    principal: str


class Trial(Struct, frozen=True, kw_only=True):
    """What came of deciding all that was observed."""

    decided: int
    """Requests that were decided under both policies."""
    unstated: int
    """Kinds of calls of which the log names nothing to ask for."""
    elsewhere: tuple[Elsewhere, ...]


class Fitted(Struct, frozen=True, kw_only=True):
    """A policy for what was used, in the place of an old one."""

    name: str
    """What the user calls the old document."""
    type: str
    text: str
    """The proposed document as JSON; it has no statements where nothing of it is needed."""
    before: int
    """Characters of the old one, as the vendor counts them."""
    after: int
    coverage: tuple[str, ...]
    """What was read, and how far it goes."""
    used: tuple[Group, ...]
    """What was seen in use."""
    removed: tuple[Group, ...]
    """What is allowed no more, with the evidence."""
    kept: tuple[Group, ...]
    """What stays since the evidence does not cover it."""
    opened: tuple[str, ...]
    """Patterns that were taken apart: what else they would name, known to nobody, is gone too."""
    unmapped: tuple[Call, ...]
    """Calls that stand for no known action."""
    trial: Trial
    proof: Proof
    """That nothing is allowed that was not before."""

    @property
    def complete(self) -> bool:
        """The evidence covers all that the old policy allows, and the proof holds."""
        return not self.kept and not self.unmapped and self.proof.holds is True
