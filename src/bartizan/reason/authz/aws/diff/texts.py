# SPDX-License-Identifier: Apache-2.0
"""What a list of patterns in a policy covers: certainly, by a variable, or nobody knows.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import (
    ANY_TEXT,
    Holes,
    Pattern,
    globbed,
    joined,
    of_tokens,
    spell,
)
from bartizan.reason.authz.aws.policy.arn_pattern import SEGMENTS, segments
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild, tokens


class Texts(Struct, frozen=True, eq=False):
    """A set of texts, as far as it is known."""

    sure: tuple[Pattern, ...] = ()
    """What it certainly has."""
    open: tuple[Pattern, ...] = ()
    """What it has by variables, which are holes in these patterns."""
    wide: tuple[Pattern, ...] = ()
    """The same, whatever the variables hold."""
    vague: tuple[Pattern, ...] = ()
    """What it may have; the vendor does not say, or we do not model it."""

    @property
    def exact(self) -> bool:
        """It is known without knowing the request."""
        return not self.open and not self.vague

    def certain(self) -> tuple[Pattern, ...]:
        """Return what it has where each variable holds a text of its own."""
        return self.sure + self.open

    def possible(self) -> tuple[Pattern, ...]:
        """Return what it may have under the same."""
        return self.sure + self.open + self.vague

    def widest(self) -> tuple[Pattern, ...]:
        """Return what it may have, whatever variables hold."""
        return self.sure + self.wide + self.vague

    def within(self, other: "Texts", effort: Effort) -> bool:
        """Return whether `other` has all of it, whatever variables hold; may miss it."""
        theirs = other.certain()
        left = set(self.certain()) - set(theirs)
        effort.spend(1 + len(left) * len(theirs) * 4)
        return set(self.vague) <= set(other.vague) and all(
            any(whole.contains(mine) for whole in theirs) for mine in left
        )


def union(parts: Iterable[Texts]) -> Texts:
    """Return what any of `parts` has."""
    every = list(parts)
    return Texts(
        tuple(dict.fromkeys(p for one in every for p in one.sure)),
        tuple(dict.fromkeys(p for one in every for p in one.open)),
        tuple(dict.fromkeys(p for one in every for p in one.wide)),
        tuple(dict.fromkeys(p for one in every for p in one.vague)),
    )


def like(pieces: tuple[Token, ...], holes: Holes) -> Texts:
    """Return what a pattern without segments covers."""
    if not _has_variable(pieces):
        return Texts(sure=(of_tokens(pieces),))
    return Texts(open=(of_tokens(pieces, holes=holes),), wide=(of_tokens(pieces),))


def resource(text: str, holes: Holes, *, variables: bool) -> Texts:
    """Return what an entry of a Resource element covers; docs/labs/arn-wildcards.md has the
    reading of wildcards before the fifth colon.
    """
    if not variables or "${" not in text:
        return _plain_resource(text)
    pieces = tokens(text, variables=True)
    parts = segments(pieces)
    if any(_has_variable(part) for part in parts[: SEGMENTS - 1]):
        # Such a pattern matches nothing; under NotResource nobody knows what it does.
        return Texts(vague=(ANY_TEXT,))
    if not _has_variable(pieces):
        return Texts(sure=_crossing(pieces, Holes()))
    return Texts(open=_crossing(pieces, holes), wide=_crossing(pieces, None))


@lru_cache(1 << 14)
def _plain_resource(text: str) -> Texts:
    head = text.split(":", SEGMENTS - 1)[: SEGMENTS - 1]
    if text == "*" or not any("*" in part or "?" in part for part in head):
        sure: tuple[Pattern, ...] = (globbed(text),)
    else:
        sure = _crossing(tokens(text, variables=False), None)
    return Texts(sure=sure, vague=_short(text))


def _short(text: str) -> tuple[Pattern, ...]:
    """Return what an ARN of fewer than six parts may stand for."""
    if not text.startswith("arn:") or len(text.split(":")) >= SEGMENTS or text.endswith("*"):
        return ()
    missing = SEGMENTS - len(text.split(":"))
    return (joined((globbed(text, barred=":"), globbed(":*" * missing))),)


def _crossing(pieces: tuple[Token, ...], holes: Holes | None) -> tuple[Pattern, ...]:
    """A star at the end of its segment reaches beyond the colon; others stay inside."""
    parts = segments(pieces)
    heads = parts[: SEGMENTS - 1]
    wild = [part for part in heads if any(isinstance(p, Wild) for p in part)]
    if all(
        part[-1] is Wild.MANY and not any(isinstance(p, Wild) for p in part[:-1]) for part in wild
    ):
        return (of_tokens(pieces, holes=holes),)
    return (by_segment(parts, holes),) if len(parts) == SEGMENTS else ()


def by_segment(parts: tuple[tuple[Token, ...], ...], holes: Holes | None) -> Pattern:
    """Return the pattern whose wildcards stay within the first five segments."""
    colon = spell(":")
    found = []
    for number, part in enumerate(parts):
        if number:
            found.append(colon)
        barred = ":" if number < SEGMENTS - 1 else ""
        found.append(of_tokens(part, barred=barred, holes=holes))
    return joined(found)


def arn(pieces: tuple[Token, ...], holes: Holes) -> Texts:
    """Return what a value of an ARN operator covers: each segment alone."""
    parts = segments(pieces)
    if any(_has_variable(part) for part in parts[: SEGMENTS - 1]):
        return Texts(vague=(ANY_TEXT,))
    if len(parts) < SEGMENTS:
        if not pieces or pieces[-1] is not Wild.MANY:
            return Texts()
        return Texts(sure=(joined((by_segment(parts, None), ANY_TEXT)),))
    if not _has_variable(pieces):
        return Texts(sure=(by_segment(parts, None),))
    return Texts(open=(by_segment(parts, holes),), wide=(by_segment(parts, None),))


def _has_variable(pieces: Iterable[Token]) -> bool:
    return any(isinstance(piece, Variable) for piece in pieces)
