# SPDX-License-Identifier: Apache-2.0
"""Options of `bartizan gate`, and what its exit status says."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct, structs

from bartizan.app import wiring
from bartizan.app.code import Coded, Pipeline
from bartizan.app.enforcement import Enforcement, Level
from bartizan.app.fix import Fixed
from bartizan.cli.options import CLEAN, FOUND, INCOMPLETE
from bartizan.cli.question import pairs
from bartizan.errors import UsageError
from bartizan.model.finding import LEVELS
from bartizan.model.gate import Gate

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


def source_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add `--source`, which the command takes, and `--resolve`, which is a part of `coded`."""

    @functools.wraps(command)
    def coded_so(*, resolve: bool, source: Path | None, coded: Coded, **others: object) -> int:
        if resolve and source is None:
            raise UsageError("nothing to evaluate", hint="name the code: `--source DIR --resolve`")
        coded = structs.replace(coded, resolve=resolve)
        return command(source=source, coded=coded, **others)

    for option in (
        click.option(
            "--resolve", is_flag=True,
            help="With --source: have Terraform say what the plan hides, where the code says it.",
        ),
        click.option(
            "--source", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
            help="The folder that was planned: reports then name files and lines.",
        ),
    ):  # fmt: skip
        coded_so = option(coded_so)
    return coded_so


def pipeline_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add `--repository` and what goes with it, which are a part of `coded`."""

    @functools.wraps(command)
    def told(
        *,
        repository: Path | None,
        repository_before: Path | None,
        repository_name: str,
        runners: tuple[str, ...],
        coded: Coded,
        **others: object,
    ) -> int:
        machines = pairs(runners, what="a runner and its machine", like="self-hosted=ARN")
        pipeline = Pipeline(
            after=repository,
            before=repository_before,
            name=repository_name,
            machines=dict(machines),
        )
        return command(coded=structs.replace(coded, pipeline=pipeline), **others)

    for option in (
        click.option(
            "--runner", "runners", multiple=True, metavar="LABEL=ARN",
            help="The machine that runs jobs with this label, or `atlantis`; may be repeated.",
        ),
        click.option(
            "--repository-name", default="", metavar="OWNER/NAME",
            help="What the repository is called where its pipelines run, as trusts name it; of "
            "GitLab with its host: HOST/GROUP/NAME.",
        ),
        click.option(
            "--repository-before", type=_FOLDER, metavar="DIR",
            help="The repository without the change: what of its pipelines is new is told.",
        ),
        click.option(
            "--repository", type=_FOLDER, metavar="DIR",
            help="The repository with the change: paths then go over those who run its code.",
        ),
    ):  # fmt: skip
        told = option(told)
    return told


class Rules(Struct, frozen=True, kw_only=True):
    """What decides on the exit status, as the user set it."""

    enforcement: Enforcement
    fail_on: str
    allow_incomplete: bool

    def ruled(self, gate: Gate) -> Gate:
        """Return a judgement by these rules, as of today."""
        return self.enforcement.applied(gate, wiring.today())

    def status(self, gate: Gate) -> int:
        """Return the exit status of a judgement: 0 clean, 1 new paths, 3 cannot tell."""
        if self.enforcement.level is Level.ADVISORY:
            return CLEAN
        ranks = [path.jewel.rank for path in gate.counted]
        if self.fail_on != "never" and max(ranks, default=0) > LEVELS.index(self.fail_on):
            return FOUND
        return INCOMPLETE if gate.doubtful and not self.allow_incomplete else CLEAN


def rules_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add what decides on the exit status; the command takes it as `rules`."""

    @functools.wraps(command)
    def ruled(
        *,
        level: str,
        overrides: Path | None,
        baseline: Path | None,
        fail_on: str,
        allow_incomplete: bool,
        **others: object,
    ) -> int:
        read = wiring.enforcement(level, overrides=overrides, baseline=baseline)
        rules = Rules(enforcement=read, fail_on=fail_on, allow_incomplete=allow_incomplete)
        return command(rules=rules, **others)

    for option in (
        click.option(
            "--allow-incomplete", is_flag=True, help="Do not exit 3 where it cannot tell."
        ),
        click.option(
            "--fail-on", type=click.Choice([*LEVELS, "never"]), default="low", show_default=True,
            help="Exit 1 when a new path leads to a jewel of this rank or above.",
        ),
        click.option(
            "--baseline", type=_FILE, metavar="FILE",
            help="Paths that count as known; `--format baseline` writes them.",
        ),
        click.option(
            "--overrides", type=_FILE, metavar="FILE",
            help="Paths that somebody lets through, with owner and date; at level soft.",
        ),
        click.option(
            "--level", type=click.Choice([one.value for one in Level]), default=Level.HARD.value,
            show_default=True, help="advisory: exit 0; soft: overrides count; hard: none do.",
        ),
    ):  # fmt: skip
        ruled = option(ruled)
    return ruled


def tell_fix(fixed: Fixed) -> None:
    """Say on standard error what a fix does, or why there is none."""
    for title in fixed.fix.remedies:
        click.echo(f"fix: {title}", err=True)
    if fixed.judged.counted and not fixed.fix.remedies:
        click.echo("no edit of this code closes every path that it opens", err=True)
        for line in fixed.fix.refused:
            click.echo(f"no edit: {line}", err=True)
