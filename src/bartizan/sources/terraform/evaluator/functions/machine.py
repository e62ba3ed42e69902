# SPDX-License-Identifier: Apache-2.0
"""Runs the program of a pattern over a text in time that is bounded by the product of both.

The match is the leftmost one, and of those the one that is preferred where the pattern has a
choice, as RE2 finds it: https://swtch.com/~rsc/regexp/regexp2.html
"""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, field

from bartizan.sources.terraform.evaluator.functions.pattern import (
    Assert,
    Fork,
    Program,
    Save,
    Take,
    UnsureError,
)

Match: TypeAlias = tuple[int | None, ...]
"""Where the whole and each group begin and end; None where a group took no part."""

_Thread: TypeAlias = tuple[int, Match]

_MOST_WORK = 2_000_000


def all_matches(program: Program, text: str, *, most: int | None = None) -> Iterator[Match]:
    """Yield the matches that do not overlap. An empty one right after another is none.

    Raises:
        UnsureError: It would take too long.
    """
    place, last_end, found, budget = 0, -1, 0, [_MOST_WORK]
    while place <= len(text) and (most is None or found < most):
        match = search(program, text, place, budget)
        if match is None or match[0] is None or match[1] is None:
            return
        start, end = match[0], match[1]
        if end == place:
            kept = start != last_end
            place += 1
        else:
            kept = True
            place = end
        last_end = end
        if kept:
            found += 1
            yield match


def search(program: Program, text: str, start: int, budget: list[int]) -> Match | None:
    """Return the first match at or after a place; `budget` is what work is left.

    Raises:
        UnsureError: Nothing is left of it.
    """
    none: Match = (None,) * (2 * len(program.groups) + 2)
    best: Match | None = None
    threads: list[_Thread] = []
    for place in range(start, len(text) + 1):
        if best is None:
            threads = [*threads, (0, none)]
        now = _Now(program, text, place)
        for thread in threads:
            if now.follow(thread):
                best = now.waiting.pop()[1]
                break
        budget[0] -= len(now.seen) + 1
        if budget[0] < 0:
            raise UnsureError("it would take too long")
        threads = now.after()
        if not threads and best is not None:
            break
    return best


class _Now(Struct):
    """What goes on at one place of the text."""

    program: Program
    text: str
    place: int
    seen: set[int] = field(default_factory=set)
    waiting: list[_Thread] = field(default_factory=list)

    def follow(self, thread: _Thread) -> bool:
        """Add to `waiting` each step that takes a character and is reached without one, in the
        order of preference; return whether the last one added is the end of the program.
        """
        left = [thread]
        while left:
            at, slots = left.pop()
            if at in self.seen:
                continue
            self.seen.add(at)
            if at == len(self.program.steps):
                self.waiting.append((at, slots))
                return True
            match self.program.steps[at]:
                case Take():
                    self.waiting.append((at, slots))
                case Save(slot=slot):
                    left.append((at + 1, (*slots[:slot], self.place, *slots[slot + 1 :])))
                case Assert(place=kind):
                    if _holds(kind, self.text, self.place):
                        left.append((at + 1, slots))
                case Fork(ways=ways):
                    left.extend((at + way, slots) for way in reversed(ways))
        return False

    def after(self) -> list[_Thread]:
        """Return what goes on behind the character at the place."""
        if self.place == len(self.text):
            return []
        one = self.text[self.place]
        return [
            (at + 1, slots)
            for at, slots in self.waiting
            if isinstance(step := self.program.steps[at], Take) and step.test(one)
        ]


def _holds(kind: str, text: str, place: int) -> bool:
    if kind == "begin":
        return place == 0
    if kind == "end":
        return place == len(text)
    before = place > 0 and _word(text[place - 1])
    after = place < len(text) and _word(text[place])
    return (before != after) == (kind == "word")


def _word(one: str) -> bool:
    return one == "_" or (one.isascii() and one.isalnum())
