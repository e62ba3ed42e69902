# SPDX-License-Identifier: Apache-2.0
"""Patterns of policies as small automata, so that what two of them share can be reasoned about.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild

HOLE = 0xF0000
"""Private characters from here on stand for the value of a policy variable: any text that no
pattern spells out. A star may match one, `?` never does, as the text has more characters."""
State: TypeAlias = tuple[int, ...]
"""Positions in a pattern that the text read so far may have led to, sorted."""


class Take(Enum):
    """What an element of a pattern takes of the text."""

    OF = "of"
    """One character, of those listed."""
    BUT = "but"
    """One character, none of those listed."""
    MANY = "many"
    """Any number of characters, none of those listed."""


class Element(NamedTuple):
    """One step of a pattern."""

    take: Take
    characters: str = ""


ANYTHING = Element(Take.MANY)
_ONE = Element(Take.BUT)


class Pattern:
    """A sequence of elements, run as an automaton on sets of positions."""

    __slots__ = ("_hash", "_steps", "elements")

    def __init__(self, elements: tuple[Element, ...]) -> None:
        self.elements = elements
        self._hash = hash(elements)
        self._steps: dict[tuple[State, str], State] = {}

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Pattern) and self.elements == other.elements

    def start(self) -> State:
        """Return where a text begins."""
        return _closed(self, (0,))

    def step(self, state: State, character: str) -> State:
        """Return where one more character leads; empty where it fits nowhere."""
        asked = (state, character)
        found = self._steps.get(asked)
        if found is None:
            found = self._steps[asked] = _step(self, state, character)
        return found

    def accepts(self, state: State) -> bool:
        """Return whether the text may end here."""
        return bool(state) and state[-1] == len(self.elements)

    def takes_all(self, state: State) -> bool:
        """Return whether any continuation is accepted."""
        last = len(self.elements) - 1
        return last in state and self.elements[last] == ANYTHING

    def matches(self, text: str) -> bool:
        """Return whether the whole of `text` fits."""
        state = self.start()
        for character in text:
            state = self.step(state, character)
            if not state:
                return False
            if self.takes_all(state):
                return True
        return self.accepts(state)

    def next_characters(self, state: State) -> Iterator[str]:
        """Yield the characters that this pattern tells from others here."""
        for position in state:
            if position < len(self.elements):
                yield from self.elements[position].characters

    def is_spelled(self, state: State) -> bool:
        """Return whether only listed characters can follow."""
        for position in state:
            if position == len(self.elements):
                continue
            if self.elements[position].take is not Take.OF:
                return False
        return True

    def contains(self, other: "Pattern") -> bool:
        """Return whether every text of `other` fits, whatever its holes hold. May miss it where
        alternatives interlock, never errs the other way.
        """
        return _contains(self, other)


def _closed(pattern: Pattern, positions: Iterable[int]) -> State:
    """Add the positions behind elements that may take nothing."""
    found = set()
    for first in positions:
        position = first
        while position not in found:
            found.add(position)
            if position == len(pattern.elements):
                break
            if pattern.elements[position].take is not Take.MANY:
                break
            position += 1
    return tuple(sorted(found))


def _step(pattern: Pattern, state: State, character: str) -> State:
    reached = []
    hole = ord(character) >= HOLE
    for position in state:
        if position == len(pattern.elements):
            continue
        take, characters = pattern.elements[position]
        listed = character in characters
        if take is Take.OF:
            if listed:
                reached.append(position + 1)
        elif not listed and (take is Take.MANY or not hole):
            reached.append(position if take is Take.MANY else position + 1)
    return _closed(pattern, reached) if reached else ()


@lru_cache(1 << 16)
def _contains(whole: Pattern, part: Pattern) -> bool:
    if whole.elements in ((ANYTHING,), part.elements):
        return True
    state = whole.start()
    for take, characters in part.elements:
        if take is Take.OF:
            states = [whole.step(state, one) for one in characters]
            state = states[0] if len(set(states)) == 1 else _common(states)
        else:
            state = _universal(whole, state, take, set(characters))
        if not state:
            return False
    return whole.accepts(state)


def _common(states: list[State]) -> State:
    return tuple(sorted(set(states[0]).intersection(*states[1:])))


def _universal(whole: Pattern, state: State, take: Take, barred: set[str]) -> State:
    """Return where all characters but `barred` lead alike."""
    reached = []
    for position in state:
        if position == len(whole.elements):
            continue
        mine = whole.elements[position]
        if mine.take is Take.OF or not set(mine.characters) <= barred:
            continue
        if mine.take is Take.MANY:
            reached.append(position)
        elif take is Take.BUT:
            reached.append(position + 1)
    return _closed(whole, reached) if reached else ()


def spell(text: str, *, fold: bool = False) -> Pattern:
    """Return the pattern of one text; with `fold`, in any case."""
    return Pattern(tuple(_letters(text, fold=fold)))


def _letters(text: str, *, fold: bool = False) -> Iterator[Element]:
    for character in text:
        yield Element(Take.OF, _cases(character) if fold else character)


def _cases(character: str) -> str:
    """Return all characters that lower case makes equal to an ASCII character."""
    lower = character.lower()
    found = "".join(dict.fromkeys((lower, lower.upper())))
    # The sign of the kelvin is the one other character that becomes an ASCII letter.
    return found + "\u212a" if lower == "k" else found


def of_tokens(
    pieces: Iterable[Token], *, barred: str = "", holes: "Holes | None" = None
) -> Pattern:
    """Return the pattern of tokens. Wildcards take no character of `barred`; variables become
    holes, or with no `holes` anything at all.
    """
    return Pattern(_tidy(_elements(pieces, barred, holes)))


def _elements(pieces: Iterable[Token], barred: str, holes: "Holes | None") -> Iterator[Element]:
    for piece in pieces:
        match piece:
            case str():
                yield from _letters(piece)
            case Wild.MANY:
                yield Element(Take.MANY, barred)
            case Wild.ONE:
                yield Element(Take.BUT, barred)
            case Variable():
                yield Element(Take.OF, holes.of(piece)) if holes else ANYTHING


def _tidy(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Write `**` as `*` and `*?` as `?*`, so that equal patterns look equal."""
    found: list[Element] = []
    for element in elements:
        before = found[-1] if found else None
        if before is None or before.take is not Take.MANY:
            found.append(element)
        elif element.take is Take.BUT and element.characters == before.characters:
            found.insert(-1, element)
        elif element != before:
            found.append(element)
    return tuple(found)


def joined(parts: Iterable[Pattern]) -> Pattern:
    """Return the pattern of texts that consist of `parts` in turn."""
    return Pattern(_tidy(element for part in parts for element in part.elements))


def globbed(text: str, *, barred: str = "") -> Pattern:
    """Return the pattern of a text with wildcards and without variables."""
    wild = {"*": Element(Take.MANY, barred), "?": Element(Take.BUT, barred)}
    return Pattern(_tidy(wild.get(one) or Element(Take.OF, one) for one in text))


ANY_TEXT = Pattern((ANYTHING,))
STAR = spell("*")
"""The resource of a request that names none."""
ANY_ARN = globbed("arn:*:*:*:*:*")


class Holes:
    """Gives each variable of two policies its character, the same in both."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], str] = {}

    def of(self, variable: Variable) -> str:
        """Return the character of a variable; with another default it is another one."""
        name = (variable.key.lower(), variable.default)
        return self._known.setdefault(name, chr(HOLE + len(self._known)))

    def keys(self) -> dict[str, str]:
        """Return the condition key that each character stands for."""
        return {character: key for (key, _), character in self._known.items()}
