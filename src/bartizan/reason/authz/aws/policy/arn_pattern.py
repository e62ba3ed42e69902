# SPDX-License-Identifier: Apache-2.0
"""Patterns of ARNs: segment by segment in conditions, and as the Resource element has it.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from functools import lru_cache

from bartizan.reason.authz.aws.policy.wildcard import (
    LONG,
    Matcher,
    Token,
    Variable,
    Wild,
    are_long,
    glob,
    matcher,
    tokens,
)

SEGMENTS = 6
"""`arn:partition:service:region:account:resource`; the last may have colons itself."""
_REMEMBERED = 1 << 15


def segments(pieces: tuple[Token, ...]) -> tuple[tuple[Token, ...], ...]:
    """Split a pattern at its first five colons."""
    found: list[list[Token]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            found[-1].append(piece)
            continue
        first, *rest = piece.split(":", SEGMENTS - len(found))
        if first:
            found[-1].append(first)
        found.extend([part] if part else [] for part in rest)
    return tuple(tuple(part) for part in found)


def like_arn(pieces: tuple[Token, ...], arn: str) -> bool:
    """Compare as `ArnLike` and `ArnEquals` do, which are the same: each of the six segments
    alone, so that a wildcard of one never reaches into the next (section "ARN condition
    operators").
    """
    wanted = _segment_matchers(pieces)
    given = arn.split(":", SEGMENTS - 1)
    if len(wanted) < SEGMENTS:
        return _short_pattern(pieces, given)
    if len(given) != SEGMENTS:
        return False
    # From the end, where ARNs differ most.
    for place in range(SEGMENTS - 1, -1, -1):  # noqa: SIM110 - asked a million times
        if not wanted[place](given[place]):
            return False
    return True


def _segment_matchers(pieces: tuple[Token, ...]) -> tuple[Matcher, ...]:
    if are_long(pieces):
        return _remembered_matchers.__wrapped__(pieces)
    return _remembered_matchers(pieces)


@lru_cache(_REMEMBERED)
def _remembered_matchers(pieces: tuple[Token, ...]) -> tuple[Matcher, ...]:
    return tuple(matcher(part) for part in segments(pieces))


def _short_pattern(pieces: tuple[Token, ...], given: list[str]) -> bool:
    """Decide a pattern of fewer than six segments, of which the vendor says nothing: one that
    ends in `*` stands for every ARN that begins so. See docs/labs/arn-wildcards.md.
    """
    wanted = _segment_matchers(pieces)
    if not pieces or pieces[-1] is not Wild.MANY or len(given) < len(wanted):
        return False
    begun = zip(wanted, given[: len(wanted)], strict=True)
    return all(test(part) for test, part in begun)


def resource_pattern(text: str) -> Matcher:
    """Return the test of an ARN, or of `*`, against a Resource pattern without variables."""
    if len(text) > LONG:
        return _resource_pattern.__wrapped__(text)
    return _resource_pattern(text)


@lru_cache(_REMEMBERED)
def _resource_pattern(text: str) -> Matcher:
    head = text.split(":", SEGMENTS - 1)[: SEGMENTS - 1]
    if text == "*" or not any("*" in part or "?" in part for part in head):
        # Wildcards of the last segment, and the lone star, match anything.
        return glob(text)
    return _crossing(tokens(text, variables=False))


def crosses_colons(pieces: tuple[Token, ...], arn: str) -> bool:
    """Match a Resource pattern with wildcards before its fifth colon.

    Section "Using wildcards in resource ARNs": wildcards work inside a segment, and a `*` that
    is the last character of its segment can match beyond the colon. What a `*` in the middle
    of a segment does is not said; here it stays inside. See docs/labs/arn-wildcards.md.
    """
    return _crossing(pieces)(arn)


def _crossing(pieces: tuple[Token, ...]) -> Matcher:
    """Return the test that `crosses_colons` makes."""
    if are_long(pieces):
        return _remembered_crossing.__wrapped__(pieces)
    return _remembered_crossing(pieces)


@lru_cache(_REMEMBERED)
def _remembered_crossing(pieces: tuple[Token, ...]) -> Matcher:
    tests, whole = _segment_matchers(pieces), matcher(pieces)
    begin = pieces[0] if pieces and isinstance(pieces[0], str) else ""
    beyond = _ends_in_star(pieces)

    def crosses(arn: str) -> bool:
        if not arn.startswith(begin):
            return False
        given = arn.split(":", SEGMENTS - 1)
        six = len(tests) == SEGMENTS == len(given)
        if six and all(test(part) for test, part in zip(tests, given, strict=True)):
            return True
        return beyond and whole(arn)

    return crosses


def _ends_in_star(pieces: tuple[Token, ...]) -> bool:
    """Each segment with wildcards has one, a `*` at its end; the last is free of the question."""
    heads = segments(pieces)[: SEGMENTS - 1]
    wild = [part for part in heads if any(isinstance(piece, Wild) for piece in part)]
    return all(
        part[-1] is Wild.MANY and not any(isinstance(piece, Wild) for piece in part[:-1])
        for part in wild
    )


def begins_with_short(pattern: str, arn: str) -> bool:
    """Return whether `pattern` is an ARN of fewer than six segments, not ending in `*`, and
    those that it has are those of `arn`. The vendor does not say whether the missing ones then
    match anything; see docs/labs/arn-wildcards.md.
    """
    if pattern.count(":") >= SEGMENTS - 1 or pattern.endswith("*"):
        return False
    wanted = pattern.split(":")
    if wanted[0] != "arn":
        return False
    given = arn.split(":", SEGMENTS - 1)
    parts = zip(wanted, given[: len(wanted)], strict=False)
    return len(given) == SEGMENTS and all(glob(one)(other) for one, other in parts)


def resource_tokens(text: str) -> tuple[Token, ...] | None:
    """Take a Resource pattern with variables apart; None where one stands before the fifth
    colon, which the vendor does not allow (section "Resource element" of the variables page)
    and which therefore matches nothing.
    """
    if len(text) > LONG:
        return _resource_tokens.__wrapped__(text)
    return _resource_tokens(text)


@lru_cache(_REMEMBERED)
def _resource_tokens(text: str) -> tuple[Token, ...] | None:
    pieces = tokens(text, variables=True)
    before = segments(pieces)[: SEGMENTS - 1]
    if any(isinstance(piece, Variable) for part in before for piece in part):
        return None
    return pieces
