# SPDX-License-Identifier: Apache-2.0
"""Options that say how code is planned, for all commands that take a folder of it."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bartizan.app.code import SECONDS, Coded
from bartizan.cli.question import pairs

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--account", "accounts", multiple=True, metavar="PROVIDER=ID[/REGION]",
        help="Where the objects of a provider lie, `aws.prod=222222222222`; repeatable.",
    ),
    click.option(
        "--var", "variables", multiple=True, metavar="NAME=VALUE",
        help="The value of a variable of the code; repeatable.",
    ),
    click.option(
        "--var-file", "files", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
        help="A file of such values; repeatable.",
    ),
    click.option(
        "--state", type=click.Path(path_type=Path, dir_okay=False),
        help="What is there before, as `terraform state pull` writes it.",
    ),
    click.option(
        "--without-programs", is_flag=True,
        help="Go on where code would run programs: none is run, and what it gives is unknown.",
    ),
    click.option(
        "--timeout", type=click.IntRange(1, 3600), default=SECONDS, show_default=True,
        metavar="SECONDS", help="How long Terraform may take.",
    ),
)  # fmt: skip


def code_options(command: F) -> F:
    """Add `--account`, `--var`, `--var-file`, `--state`, `--without-programs` and `--timeout`; the
    command gets them together as `coded`.
    """

    @functools.wraps(command)
    def gathered(
        *arguments: Any,  # noqa: ANN401 - whatever the command takes
        accounts: tuple[str, ...],
        variables: tuple[str, ...],
        files: tuple[Path, ...],
        state: Path | None,
        without_programs: bool,
        timeout: int,
        **options: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        coded = Coded(
            accounts=dict(
                pairs(accounts, what="a provider and its account", like="aws.prod=222222222222")
            ),
            variables=tuple(pairs(variables, what="a variable and its value", like="name=value")),
            files=files,
            state=state,
            programs=without_programs,
            seconds=timeout,
        )
        return command(*arguments, coded=coded, **options)

    found: Any = gathered
    for option in reversed(_OPTIONS):
        found = option(found)
    return found  # type: ignore[no-any-return]  # click gives back what it was given
