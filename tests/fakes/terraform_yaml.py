# SPDX-License-Identifier: Apache-2.0
"""Texts of YAML, drawn: mostly as people write them, and some with a character too much."""

from tests.fakes.dice import Dice

_KEYS = (
    "a", "b", "key-c", "d_1", "g h", "yes", "1", "x.y", "1.0", "Ünï", "$r",
)  # fmt: skip
_ODD_KEYS = (
    "~", "<<", "null", "/p/*", "'e e'", '"f"', "arn:x", "on",
)  # fmt: skip
_SCALARS = (
    "a", "b c", "yes", "no", "~", "a#b", "a #c", "arn:aws:iam::1:role/x", "10.0.0.0/8", "1e3",
    "-5", "'it''s'", "x, y", "[1, a]", "{a: 1, b: [x, 'y']}", "[]", "{}", "", "# c", "null",
    "True", "123456789012", "007", "1.50", ".5", "s3:Get*", "http://a/b#c", '"a: b"', "'#'",
    "é日本", "''", '""', "1:30", "[a b, {c: d}]", "'x' # c", "-x", "a -b", "sts:AssumeRole",
    "1.2.3", "[true, ~]", "[arn:aws:iam::1:role/x, s3:Get*]", "{k: arn:aws:s3:::b/*, l: [a:b]}",
)  # fmt: skip
_ODD_SCALARS = (
    "+x", '"q\\n"', "2020-01-01", "0x1F", "1_000", "a:", "*", "&a b", "!t v", "@x", "a]b", "-",
    "--", "?", "<<", "%x", "`", "5.", "-0", "a: b", "{a: }", "[a,]", "{a}", "a  b", '"x" y',
    ":x", "[ a ,b ]", '["x",1]', "y", "0o7", "1p3", "a?", "=", '{"a": 1}', "{a:1}", "- x",
    "a\\nb", "*.example.com", "[yes: 1]", "[s3:*, 'x']", "e1", "_", "1e", ".", "...", "+",
    "1,2", "[a:, b]", "[a::, b]", "[::1]", "{a:b: c}", "[a :b]", "[1:2]", "[a *b, c**]", "[a:*]",
)  # fmt: skip
_MARKS = " \n:-#'\"[]{},|ab"


def document(dice: Dice) -> str:
    """Draw a text."""
    lines = _node(dice, 0, 3)
    if dice.chance(10):
        lines = ["---", *lines]
    whole = "\n".join(lines) + ("\n" if dice.chance(80) else "")
    if dice.chance(30):
        at = dice.below(len(whole) + 1)
        whole = whole[:at] + dice.one(_MARKS) + whole[at + dice.below(2) :]
    return whole


def _node(dice: Dice, indent: int, depth: int) -> list[str]:
    rows = []
    listed = dice.chance(40)
    for _ in range(1 + dice.below(3)):
        if dice.chance(10):
            rows.append(" " * dice.below(5) + dice.one(("", "# note", "#")))
        start = " " * indent + (
            "-" if listed else f"{dice.one(_ODD_KEYS if dice.chance(4) else _KEYS)}:"
        )
        if depth and dice.chance(35):
            step = dice.one((2, 2, 4, 0)) if not listed else dice.one((2, 2, 4))
            inner = _node(dice, indent + step, depth - 1)
            if listed and dice.chance(60) and inner[0].strip():
                rows += [start + inner[0][indent + 1 :], *inner[1:]]
            else:
                rows += [start + dice.one(("", " ", " # c")), *inner]
        elif dice.chance(8):
            deep = " " * (indent + 2)
            rows += [
                f"{start} {dice.one(('|', '|-', '>', '|+'))}",
                f"{deep}text: x",
                f"{deep} more",
            ]
        else:
            rows.append(
                start
                + ("" if dice.chance(3) else dice.one((" ", "  ")))
                + dice.one(_ODD_SCALARS if dice.chance(6) else _SCALARS)
            )
    return rows
