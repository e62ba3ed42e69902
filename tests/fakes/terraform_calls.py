# SPDX-License-Identifier: Apache-2.0
"""Calls of Terraform's functions, drawn."""

from collections.abc import Callable, Sequence

from tests.fakes.dice import Dice
from tests.fakes.terraform_node import BOOLS, NULL, Node, call, counted, members, quoted, row
from tests.fakes.terraform_words import (
    BASE64,
    CIDRS,
    CSVS,
    DATES,
    DURATIONS,
    ENCODINGS,
    FLAGS,
    FORMATS,
    GLOBS,
    INTEGERS,
    JSONS,
    NAMESPACES,
    NUMBERS,
    PATHS,
    PATTERNS,
    PIECES,
    PRECISIONS,
    REPEATS,
    SMALL,
    TIMES,
    WIDTHS,
    WORDS,
)
from tests.fakes.terraform_yaml import document

Draw = Callable[[Dice], Node]


def _plain(values: Sequence[str]) -> Callable[[Dice], Node]:
    return lambda dice: quoted(dice.one(values))


word = _plain(WORDS)


def digits(dice: Dice) -> Node:
    return counted(dice.one(NUMBERS))


def small(dice: Dice) -> Node:
    return counted(dice.one(SMALL))


def primitive(dice: Dice) -> Node:
    draws: tuple[Draw, ...] = (word, word, digits, digits, simple)
    return dice.one(draws)(dice)


def simple(dice: Dice) -> Node:
    return dice.one([NULL, *BOOLS])


def value(dice: Dice, depth: int = 3) -> Node:
    """Draw any value."""
    if not depth or dice.chance(40):
        return primitive(dice)
    draws: tuple[Callable[[Dice], Node], ...] = (listed, held, collected, primitive)
    if dice.chance(15):
        return wrapped(dice, depth - 1)
    found = dice.one(draws)
    return found(dice)


def wrapped(dice: Dice, depth: int) -> Node:
    name = dice.one(("tostring", "tonumber", "tobool", "sensitive", "nonsensitive", "tolist",
                     "toset", "tomap"))  # fmt: skip
    return call(name, [value(dice, depth)])


def _drawn(dice: Dice, draw: Callable[[Dice], Node], most: int = 4) -> list[Node]:
    return [draw(dice) for _ in range(dice.below(most + 1))]


def listed(dice: Dice) -> Node:
    """Draw a tuple, mostly of parts of one type."""
    draw = dice.one((word, digits, primitive, lambda dice: value(dice, 1), texts, record))
    return row(_drawn(dice, draw))


def held(dice: Dice) -> Node:
    draw = dice.one((word, digits, primitive, lambda dice: value(dice, 1), texts))
    return members({name: draw(dice) for name in dice.some(("b", "a", "é", "key c"), most=3)})


def record(dice: Dice) -> Node:
    return members({"a": word(dice), "b": digits(dice)})


def texts(dice: Dice) -> Node:
    return row(_drawn(dice, word))


def collected(dice: Dice) -> Node:
    name = dice.one(("tolist", "toset", "tomap", "tolist", "toset"))
    draw = dice.one((word, digits, lambda dice: dice.one(BOOLS), texts, record))
    if name == "tomap":
        return call(name, [members({key: draw(dice) for key in dice.some("cab", most=3)})])
    return call(name, [row(_drawn(dice, draw))])


def rows(dice: Dice) -> Node:
    return dice.one((listed, collected, texts, listed))(dice)


def maps(dice: Dice) -> Node:
    if dice.chance(30):
        return call("tomap", [held(dice)])
    return held(dice)


def numbers(dice: Dice) -> Node:
    return row(_drawn(dice, digits))


def bools(dice: Dice) -> Node:
    return row(_drawn(dice, lambda dice: dice.one([*BOOLS, quoted("true"), NULL])))


def lists_by_name(dice: Dice) -> Node:
    return members({name: texts(dice) for name in dice.some("abc", most=3)})


def nested(dice: Dice) -> Node:
    return row([value(dice, 2), *_drawn(dice, rows, 2)])


def base(dice: Dice) -> Node:
    return counted(dice.one(("10", "16", "2", "36", "62", "8", "63")))


def composed(*parts: Sequence[str]) -> Callable[[Dice], Node]:
    """Draw a text that is put together of one of each."""
    return lambda dice: quoted("".join(dice.one(one) for one in parts))


def pattern(dice: Dice) -> str:
    """Draw a pattern, mostly one that is put together."""
    if dice.chance(30):
        return dice.one(PATTERNS)
    return "".join(dice.one(PIECES) + dice.one(REPEATS) for _ in range(1 + dice.below(4)))


verb = composed(("", "a", "%%"), ("%",), FLAGS, WIDTHS, PRECISIONS, "sdvqtfegxXobE", ("", "|"))


def pieces(dice: Dice) -> Node:
    return verb(dice) if dice.chance(60) else _plain(FORMATS)(dice)


_ANY: Draw = value

SHAPES: dict[str, tuple[Draw, ...]] = {
    **dict.fromkeys(("abs", "ceil", "floor", "signum"), (digits,)),
    **dict.fromkeys(
        (
            "chomp", "lower", "strrev", "title", "trimspace", "upper", "base64encode", "urlencode",
            "md5", "sha1", "sha256", "sha512", "base64sha256", "base64sha512",
        ),
        (word,),
    ),
    **dict.fromkeys(
        ("trim", "trimprefix", "trimsuffix", "endswith", "startswith", "strcontains", "split"),
        (word, word),
    ),
    **dict.fromkeys(
        (
            "abspath", "basename", "dirname", "file", "filebase64", "fileexists", "filemd5",
            "filesha1", "filesha256", "filesha512", "filebase64sha256", "filebase64sha512",
            "pathexpand",
        ),
        (_plain(PATHS),),
    ),
    **dict.fromkeys(("tostring", "tonumber", "tobool", "tolist", "toset", "tomap",
                                  "sensitive", "nonsensitive", "issensitive", "jsonencode",
                                  "length"), (_ANY,)),
    **dict.fromkeys(("distinct", "flatten", "one", "reverse", "sum", "toset",
                                  "tolist", "length"), (rows,)),
    **dict.fromkeys(("keys", "values", "tomap"), (maps,)),
    "alltrue": (bools,),
    "anytrue": (bools,),
    "base64decode": (_plain(BASE64),),
    "chunklist": (rows, small),
    "cidrhost": (_plain(CIDRS), small),
    "cidrnetmask": (_plain(CIDRS),),
    "cidrsubnet": (_plain(CIDRS), small, small),
    "cidrsubnets": (_plain(CIDRS), small, small, small),
    "coalesce": (_ANY, _ANY, _ANY),
    "coalescelist": (rows, rows),
    "compact": (texts,),
    "concat": (rows, rows),
    "contains": (rows, primitive),
    "csvdecode": (_plain(CSVS),),
    "element": (rows, small),
    "fileset": (_plain(("sub", "missing", "sub/deep", "./sub/")), _plain(GLOBS)),
    "format": (pieces, primitive),
    "formatdate": (_plain(DATES), _plain(TIMES)),
    "formatlist": (pieces, rows),
    "indent": (small, word),
    "index": (rows, primitive),
    "join": (word, rows),
    "jsondecode": (_plain(JSONS),),
    "log": (digits, digits),
    "lookup": (maps, _plain(("a", "b", "z")), primitive),
    "matchkeys": (rows, rows, rows),
    "max": (digits, digits),
    "merge": (maps, maps),
    "min": (digits, digits),
    "parseint": (_plain(INTEGERS), base),
    "pow": (small, small),
    "range": (small, small, small),
    "regex": (lambda dice: quoted(pattern(dice)), word),
    "regexall": (lambda dice: quoted(pattern(dice)), word),
    "replace": (word, word, _plain(("", "-", "$1", "${one}", "$$x", "[$0]", "$1x", "$"))),
    "setintersection": (rows, rows),
    "setproduct": (rows, rows),
    "setsubtract": (rows, rows),
    "setunion": (rows, rows),
    "slice": (rows, small, small),
    "sort": (texts,),
    "substr": (word, small, small),
    "textdecodebase64": (_plain(BASE64), _plain(ENCODINGS)),
    "textencodebase64": (word, _plain(ENCODINGS)),
    "timeadd": (_plain(TIMES), _plain(DURATIONS)),
    "timecmp": (_plain(TIMES), _plain(TIMES)),
    "transpose": (lists_by_name,),
    "uuidv5": (_plain(NAMESPACES), word),
    "yamldecode": (lambda dice: quoted(document(dice)),),
    "zipmap": (texts, rows),
}  # fmt: skip
"""What each function is mostly called with."""


def drawn_call(dice: Dice) -> Node:
    """Draw a call: mostly of fitting arguments, with one that fits badly, is missing or too much
    now and then, and sometimes of what another call returns.
    """
    name = dice.one(sorted(SHAPES))
    if name == "replace" and dice.chance(50):
        parts = [word(dice), quoted(f"/{pattern(dice)}/"), SHAPES[name][2](dice)]
    else:
        parts = [draw(dice) for draw in SHAPES[name]]
    if dice.chance(12):
        parts[dice.below(len(parts))] = value(dice)
    if dice.chance(6):
        at = dice.below(len(parts))
        parts[at] = call("sensitive", [parts[at]])
    if dice.chance(6):
        parts.append(value(dice))
    if dice.chance(4):
        parts.pop()
    if dice.chance(8) and parts:
        parts[dice.below(len(parts))] = drawn_call(dice)
    return call(name, parts)
