# SPDX-License-Identifier: Apache-2.0
"""What questions have in common on the command line."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from bartizan.app import network_wiring, wiring
from bartizan.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

MOST = 50
"""Groups of an answer that are shown unless told otherwise."""


def context_options(command: F) -> F:
    """Add `--context` and `--complete`: what is known of the request."""
    command = click.option(
        "--complete", is_flag=True, help="Condition keys that are not given are absent."
    )(command)
    return click.option(
        "--context", multiple=True, metavar="K=V", help="A condition key; repeatable."
    )(command)


def what_if_options(command: F) -> F:
    """Add `--detach` and `--with`: what is supposed to be otherwise."""
    command = click.option(
        "--with",
        "replace",
        multiple=True,
        metavar="POLICY=FILE",
        help="Suppose that the policy has the document of a file; repeatable.",
    )(command)
    return click.option(
        "--detach",
        multiple=True,
        metavar="POLICY[@TARGET]",
        help="Suppose that the policy is not attached; repeatable.",
    )(command)


def answer_options(command: F) -> F:
    """Add `--max`, `--explain`, `--format` and `--allow-incomplete`: how the answer is given."""
    for option in (
        click.option(
            "--allow-incomplete",
            is_flag=True,
            help="Do not exit 3 because a part of the answer is unknown.",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(wiring.ACCESS_FORMATS),
            default="text",
            show_default=True,
            help="How to write it.",
        ),
        click.option("--explain", is_flag=True, help="Show the statements and the rules."),
        click.option(
            "--max",
            "most",
            type=click.IntRange(min=1),
            default=MOST,
            show_default=True,
            metavar="N",
            help="Show at most so many groups as text.",
        ),
    ):
        command = option(command)
    return command


def network_options(command: F) -> F:
    """Add `--blockers`, `--max`, `--format` and `--allow-incomplete`: how answers about packets
    are given.
    """
    for option in (
        click.option(
            "--allow-incomplete",
            is_flag=True,
            help="Do not exit 3 because a part of the answer is unknown.",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(network_wiring.REACH_FORMATS),
            default="text",
            show_default=True,
            help="How to write it.",
        ),
        click.option(
            "--blockers",
            is_flag=True,
            help="Show all that stops packets, on every way; else on the way with the fewest.",
        ),
        click.option(
            "--max",
            "most",
            type=click.IntRange(min=1),
            default=MOST,
            show_default=True,
            metavar="N",
            help="Show at most so many groups as text.",
        ),
    ):
        command = option(command)
    return command


def pairs(
    texts: Sequence[str], *, what: str = "a context key and its value", like: str = "K=V"
) -> tuple[tuple[str, str], ...]:
    """Read `K=V` texts; a key that stands more than once has several values. Errors say that a
    text is not `what`, and to write it `like` that.

    Raises:
        UsageError: one has no `=`.
    """
    found = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"not {what}: `{text}`", hint=f"write `{like}`")
        found.append((key, value))
    return tuple(sorted(found, key=lambda pair: pair[0]))
