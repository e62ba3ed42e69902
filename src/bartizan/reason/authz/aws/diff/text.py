# SPDX-License-Identifier: Apache-2.0
"""Finds a text that fits some patterns and not others, or proves that there is none."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import TypeAlias

from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import Pattern, State, Take

OneOf: TypeAlias = tuple[Pattern, ...]
"""A text fits it when it fits one of them; no text fits none."""

LETTERS = "xyzwvutsrqponmlkjihgfedcbaXYZ0123456789"
NAME = "xyzwvutsrqponmlkjihgfedcba0123456789-_."
"""What the name of an action may consist of, in lower case."""
_SEGMENTS = {1: "aws", 2: "s3", 3: "us-east-1", 4: "111111111111"}
"""What people expect in the segments of an ARN."""
_Sides: TypeAlias = tuple[tuple[tuple[tuple[int, State], ...], ...], tuple[tuple[int, State], ...]]


def find(
    wanted: Sequence[OneOf],
    unwanted: Sequence[Pattern],
    effort: Effort,
    *,
    alphabet: str = "",
    account: str = "",
) -> str | None:
    """Return a text that fits one pattern of each of `wanted` and none of `unwanted`; None where
    there is none. A text that people can read is preferred; `account` is the account in it where
    that is free. With an `alphabet` no other characters are used.

    Raises:
        ExhaustedError: it takes more effort than is left.
    """
    patterns = len(unwanted) + sum(len(one) for one in wanted)
    for text in samples(wanted, account=account):
        effort.spend(4 + patterns * (2 + len(text) // 32))
        if alphabet and not set(text) <= set(alphabet) | {":"}:
            continue
        if fits(text, wanted, unwanted):
            return text
    return _Walk(wanted, unwanted, effort, alphabet).find()


def fits(text: str, wanted: Sequence[OneOf], unwanted: Sequence[Pattern]) -> bool:
    """Return whether `text` is what is looked for."""
    return all(any(p.matches(text) for p in one) for one in wanted) and not any(
        p.matches(text) for p in unwanted
    )


def samples(wanted: Sequence[OneOf], *, account: str = "") -> Iterator[str]:
    """Yield readable texts that fit one of the patterns."""
    most = 8
    seen = set()
    for filling in ("x", "y", "example", ""):
        for alternatives in wanted:
            for pattern in alternatives[:most]:
                text = sample(pattern, filling, account=account)
                if text not in seen:
                    seen.add(text)
                    yield text


def sample(pattern: Pattern, filling: str = "x", *, account: str = "") -> str:
    """Return a text of the pattern, in which a star holds `filling`."""
    found: list[str] = []
    segments = {**_SEGMENTS, 4: account or _SEGMENTS[4]}
    colons = 0
    last = len(pattern.elements) - 1
    arn = [e.characters for e in pattern.elements[:4]] == ["a", "r", "n", ":"]
    for place, (take, characters) in enumerate(pattern.elements):
        if take is Take.OF:
            colons += characters == ":"
            found.append(characters[0])
        elif take is Take.BUT:
            found.append(next(one for one in LETTERS if one not in characters))
        else:
            alone = place < last and pattern.elements[place + 1].characters == ":"
            alone = alone and pattern.elements[place - 1].characters == ":"
            found.append(segments.get(colons, filling) if arn and alone else filling)
    return "".join(found)


class _Walk:
    """A search over the product of all patterns, depth first."""

    def __init__(
        self,
        wanted: Sequence[OneOf],
        unwanted: Sequence[Pattern],
        effort: Effort,
        alphabet: str,
    ) -> None:
        self._wanted, self._unwanted = wanted, unwanted
        self._effort, self._alphabet = effort, alphabet

    def find(self) -> str | None:
        if not all(self._wanted):
            return None
        start: _Sides = (
            tuple(
                tuple((number, p.start()) for number, p in enumerate(one)) for one in self._wanted
            ),
            tuple((number, p.start()) for number, p in enumerate(self._unwanted)),
        )
        came: dict[_Sides, tuple[_Sides, str] | None] = {start: None}
        stack = [start]
        while stack:
            here = stack.pop()
            if self._ends(here):
                return _told(here, came)
            for character in self._characters(here):
                there = self._step(here, character)
                if there is not None and there not in came:
                    came[there] = (here, character)
                    stack.append(there)
        return None

    def _ends(self, here: _Sides) -> bool:
        good, bad = here
        if any(self._unwanted[number].accepts(state) for number, state in bad):
            return False
        return all(
            any(one[number].accepts(state) for number, state in live)
            for one, live in zip(self._wanted, good, strict=True)
        )

    def _characters(self, here: _Sides) -> list[str]:
        """Return one character of each kind that the patterns tell apart, the plainest last."""
        good, bad = here
        known: dict[str, None] = {}
        for one, live in zip(self._wanted, good, strict=True):
            here_only = dict.fromkeys(
                c for number, state in live for c in one[number].next_characters(state)
            )
            if all(one[number].is_spelled(state) for number, state in live):
                return [c for c in here_only if not self._alphabet or c in self._alphabet + ":"]
            known.update(here_only)
        for number, state in bad:
            known.update(dict.fromkeys(self._unwanted[number].next_characters(state)))
        found = [c for c in known if not self._alphabet or c in self._alphabet + ":"]
        return [*found, *self._fresh(known)]

    def _fresh(self, known: dict[str, None]) -> list[str]:
        """Return a character that none of the patterns spells here."""
        fresh = next((c for c in self._alphabet or LETTERS if c not in known), "")
        if not fresh and not self._alphabet:
            fresh = next(c for c in map(chr, count(0x100)) if c not in known)
        return [fresh] if fresh else []

    def _step(self, here: _Sides, character: str) -> _Sides | None:
        good, bad = here
        self._effort.spend(1 + sum(len(live) for live in good) + len(bad))
        good_then = []
        for one, live in zip(self._wanted, good, strict=True):
            then = tuple(
                (number, state)
                for number, before in live
                if (state := one[number].step(before, character))
            )
            if not then:
                return None
            good_then.append(then)
        bad_then = []
        for number, before in bad:
            pattern = self._unwanted[number]
            if state := pattern.step(before, character):
                if pattern.takes_all(state):
                    return None
                bad_then.append((number, state))
        return tuple(good_then), tuple(bad_then)


def _told(end: _Sides, came: dict[_Sides, tuple[_Sides, str] | None]) -> str:
    found = []
    step = came[end]
    while step is not None:
        before, character = step
        found.append(character)
        step = came[before]
    return "".join(reversed(found))
