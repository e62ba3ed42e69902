# SPDX-License-Identifier: Apache-2.0
"""Patterns of actions and resources around the things that they are to collide over."""

from tests.fakes.dice import Dice
from tests.fakes.generated_words import Words

VARIABLES = (
    *("${aws:PrincipalTag/team}", "${aws:PrincipalTag/team, 'red'}", "${aws:username}"),
    *("${aws:PrincipalAccount}", "${aws:userid}", "${aws:TagKeys}", "${nope:key}", "${*}"),
    *("${AWS:principaltag/Team}", "${aws:ResourceAccount}", "${aws:RequestTag/team, 'k'}"),
    *("${aws:PrincipalOrgPaths}", "${?}", "${$}", "${", "${aws:SourceIdentity}"),
)
_KEYS = (
    *("aws:PrincipalTag/team", "aws:RequestTag/team", "x:unknown", "aws:username"),
    *("aws:SourceIdentity", "aws:ResourceTag/team", "aws:SourceVpc"),
)
"""Keys of variables whose default is what stands in their place."""


def action_pattern(dice: Dice, words: Words) -> str:
    """Return a pattern that some action of the organisation fits, or nearly."""
    action = words.action(dice)
    service, _, name = action.partition(":")
    return dice.one(
        (
            action,
            f"{service}:*",
            "*",
            action,
            f"{service}:{name[:3]}*",
            f"{service}:*{name[-4:]}",
            f"{service}:{name[:2]}?{name[3:]}",
            action.upper(),
            f"{service}:{name[:2]}*{name[-3:]}",
            f"{service[:-1]}?:{name[:4]}*",
            f"*:{name}",
            f"{service}:{name}?",
        )
    )


def resource_pattern(dice: Dice, words: Words) -> str:
    """Return a pattern that some resource of the organisation fits, or nearly."""
    arn = words.resource(dice)
    if not arn.startswith("arn:") or dice.chance(10):
        return "*"
    parts = arn.split(":", 5)
    return dice.one(_SHAPES)(dice, parts)


def _whole(_: Dice, parts: list[str]) -> str:
    return ":".join(parts)


def _cut(dice: Dice, parts: list[str]) -> str:
    """Keep a beginning of the last segment."""
    last = parts[5]
    return ":".join((*parts[:5], last[: dice.below(len(last) + 1)])) + "*"


def _holed(dice: Dice, parts: list[str]) -> str:
    """Put wildcards into the last segment."""
    last = parts[5]
    start = dice.below(len(last) + 1)
    hole = dice.one(("*", "?", "*/", "??"))
    return ":".join((*parts[:5], last[:start] + hole + last[start + dice.below(3) :]))


def _wide(dice: Dice, parts: list[str]) -> str:
    """Put wildcards into region, account, partition, or the type of the resource."""
    place = dice.one((3, 4, 1, 5))
    text = parts[place]
    star = dice.one(("*", f"{text[:2]}*", "?" * len(text), f"{text[:1]}*{text[-1:]}", f"*{text}"))
    if place == 5:
        head, slash, rest = text.partition("/")
        star = f"{head[:2]}*{slash}{rest}"
    return ":".join((*parts[:place], star, *parts[place + 1 :]))


def _variable(dice: Dice, parts: list[str]) -> str:
    """Put a variable for a part of the last segment, seldom before it."""
    variable = dice.one(VARIABLES)
    if dice.chance(8):
        return ":".join((*parts[:4], variable, parts[5]))
    pieces = parts[5].split("/")
    place = dice.below(len(pieces))
    if dice.chance(40):
        variable = f"${{{dice.one(_KEYS)}, '{pieces[place]}'}}"
    pieces[place] = variable + dice.one(("", "", "*", "?"))
    return ":".join((*parts[:5], "/".join(pieces))) + dice.one(("", "*"))


def _odd(dice: Dice, parts: list[str]) -> str:
    """Write what the vendor says little of: short ARNs, stars that reach over colons."""
    return dice.one(
        (
            ":".join(parts[:5]),
            ":".join((*parts[:3], "*")),
            ":".join((*parts[:4], "*", parts[5][-2:])),
            ":".join(parts[:3]),
            f"{parts[0]}:{parts[1]}:{parts[2]}:{parts[3][:1]}*{parts[4][-3:]}:{parts[5]}",
            parts[5] or "x",
            ":".join((*parts[:5], parts[5].upper())),
        )
    )


_SHAPES = (*(_whole,) * 3, *(_cut,) * 3, *(_holed,) * 2, _wide, _variable, _variable, _odd)
