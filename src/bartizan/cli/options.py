# SPDX-License-Identifier: Apache-2.0
"""Options that several commands take, and how answers reach the user."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from bartizan.app import wiring
from bartizan.app.kept import version
from bartizan.app.ready import leave_steps
from bartizan.errors import InputError, Location
from bartizan.model.assumption import ASSUMPTIONS
from bartizan.model.finding import LEVELS
from bartizan.model.record import UNREAD_KIND
from bartizan.model.snapshot import Manifest

F = TypeVar("F", bound=Callable[..., Any])

CLEAN, FOUND, INCOMPLETE = 0, 1, 3
"""Exit statuses; 2 is for usage and bad input."""


def snapshot_option(command: F) -> F:
    """Add `--snapshot`: which snapshot a question is asked of."""
    return click.option(
        "-s",
        "--snapshot",
        "reference",
        default="latest",
        show_default=True,
        metavar="ID|PATH|latest~N",
        help="Which snapshot.",
    )(command)


@contextlib.contextmanager
def resumable() -> Iterator[None]:
    """Say on an interrupt that the scan can be taken up: its finished pieces are on disk."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("`--resume` takes up what was read", err=True)
        raise


def over_option(command: F) -> F:
    """Add `--over`: which snapshot the hosts that are read are a part of."""
    return click.option(
        "--over",
        metavar="ID|PATH|latest~N",
        help="Keep what is read together with this snapshot, as one.",
    )(command)


def config_option(command: F) -> F:
    """Add `--config`: the settings file."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Settings; `bartizan.toml` of this folder where there is one.",
    )(command)


def assume_option(command: F) -> F:
    """Add `--assume`: what paths may rest on that no facts can settle."""

    def admitted(_: object, __: object, names: tuple[str, ...]) -> tuple[str, ...] | None:
        return tuple(name for name in names if name != "none") if names else None

    return click.option(
        "--assume",
        type=click.Choice([*ASSUMPTIONS, "none"]),
        multiple=True,
        metavar="NAME",
        callback=admitted,
        help="Only paths that rest on no other assumption; repeatable, `none` for none at all.",
    )(command)


def out_option(command: F) -> F:
    """Add `--out`: where the answer goes."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write to a file instead of standard output.",
    )(command)


def fail_option(command: F) -> F:
    """Add `--fail-on` and `--allow-incomplete`: what the exit status says."""
    command = click.option(
        "--fail-on",
        type=click.Choice([*LEVELS, "never"]),
        default="low",
        show_default=True,
        help="Exit 1 when a path leads to a jewel of this rank or above.",
    )(command)
    return click.option(
        "--allow-incomplete",
        is_flag=True,
        help="Do not exit 3 because something could not be read.",
    )(command)


def write(content: bytes, out: Path | None) -> None:
    """Give the answer to the user, as it is.

    Raises:
        InputError: `out` cannot be written.
    """
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"cannot be written: {(error.strerror or 'error').lower()}", at=Location(str(out))
        ) from error


def status(*, rank: int, unread: int, fail_on: str, allow_incomplete: bool) -> int:
    """Return the exit status: `rank` is the highest rank of a jewel that is reached, 0 for none.

    Something unread outranks findings, as what is shown may then not be all there is.
    """
    if unread and not allow_incomplete:
        return INCOMPLETE
    failing = fail_on != "never" and rank > LEVELS.index(fail_on)
    return FOUND if failing else CLEAN


def scanned(manifest: Manifest, *, allow_incomplete: bool) -> int:
    """Say which snapshot came to be and whether all of it could be read, and leave with it what
    questions need first.
    """
    unread = manifest.counts.get(UNREAD_KIND, 0)
    click.echo(manifest.id)
    leave_steps(
        wiring.store().open(manifest.id),
        wiring.REASONERS,
        version(),
        told=lambda line: click.echo(line, err=True),
    )
    if unread:
        click.echo(
            f"{unread} things could not be read; answers that depend on them say so "
            "(`bartizan paths` lists them)",
            err=True,
        )
    return status(rank=0, unread=unread, fail_on="never", allow_incomplete=allow_incomplete)


def format_option(command: F) -> F:
    """Add `--format`: how findings are written."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(wiring.FORMATS),
        default="text",
        show_default=True,
        help="How to write it.",
    )(command)
