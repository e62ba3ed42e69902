# SPDX-License-Identifier: Apache-2.0
"""`bartizan policy diff`: what one policy allows that another does not."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from bartizan.app import wiring
from bartizan.app.policy_diff import TYPES, batch, policy_diff
from bartizan.cli.options import CLEAN, FOUND, INCOMPLETE, out_option, write
from bartizan.errors import BartizanError, UsageError
from bartizan.model.policy_diff import PolicyDiff

_BAD_INPUT = 2
_WORST_FIRST = (_BAD_INPUT, INCOMPLETE, FOUND, CLEAN)


@click.command()
@click.argument("old", required=False, type=click.Path(path_type=Path))
@click.argument("new", required=False, type=click.Path(path_type=Path))
@click.option(
    "--type", "kind", type=click.Choice(TYPES), help="What they are for; else their form tells."
)
@click.option("--batch", "lines", type=click.File("rb"), help="Compare the pair of each line.")
@click.option("--format", "format_", type=click.Choice(wiring.POLICY_DIFF_FORMATS), default="text")
@click.option(
    "--fail-on",
    type=click.Choice(["new-access", "any-change", "never"]),
    default="new-access",
    show_default=True,
    help="Exit 1 when NEW allows more, or when it does not allow the same.",
)
@out_option
def diff(
    old: Path | None,
    new: Path | None,
    *,
    kind: str | None,
    lines: BinaryIO | None,
    format_: str,
    fail_on: str,
    out: Path | None,
) -> int:
    """Say what the policy in NEW allows that the one in OLD does not, and the other way round.

    Each difference comes with a request that shows it, and its absence is proved for all
    requests. With `--batch` each line of a file is a JSON object with `old`, `new`, and, if need
    be, `id` and `type`, and is answered with a line; `bartizan schema policy-diff-line` prints
    its schema. Exits 1 on new access, 3 where it could not be told, 2 when something could not be
    read.
    """
    if lines is not None:
        if old is not None or kind is not None or out is not None:
            raise UsageError("`--batch` goes without files, `--type` and `--out`")
        found = set(_answered(lines, fail_on))
        return next((status for status in _WORST_FIRST if status in found), CLEAN)
    if old is None or new is None:
        raise UsageError("two policies are needed", hint="bartizan policy diff OLD NEW")
    compared = policy_diff(old, new, kind=kind or "")
    write(wiring.policy_diff_report(format_, compared), out)
    return _status(compared, fail_on)


def _answered(lines: BinaryIO, fail_on: str) -> Iterator[int]:
    """Answer each line and yield the exit status that it asks for."""
    for name, compared in batch(lines):
        sys.stdout.buffer.write(wiring.policy_diff_answer(name, compared))
        sys.stdout.buffer.flush()
        if isinstance(compared, BartizanError):
            yield _BAD_INPUT
        else:
            yield _status(compared, fail_on)


def _status(compared: PolicyDiff, fail_on: str) -> int:
    asked = (
        [compared.gained.any]
        if fail_on == "new-access"
        else [compared.gained.any, compared.lost.any]
    )
    if fail_on != "never" and True in asked:
        return FOUND
    return INCOMPLETE if None in asked else CLEAN
