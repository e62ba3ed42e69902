# SPDX-License-Identifier: Apache-2.0
"""`bartizan policy check`: errors and risks in policy documents."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.policy_check import TYPES, policy_check
from bartizan.cli.options import CLEAN, FOUND, INCOMPLETE, out_option, write
from bartizan.model.policy_check import Level, PolicyCheck

_LEVELS = [level.value for level in Level]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--type",
    "kind",
    type=click.Choice(TYPES),
    help="What the policies are for; else each one's form tells.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(wiring.POLICY_CHECK_FORMATS),
    default="text",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*_LEVELS, "never"]),
    default="warning",
    show_default=True,
    help="Exit 1 on findings of this level or a worse one.",
)
@click.option(
    "--allow-incomplete", is_flag=True, help="Do not exit 3 because a document is too large."
)
@out_option
def check(
    files: tuple[Path, ...],
    *,
    kind: str | None,
    format_: str,
    fail_on: str,
    allow_incomplete: bool,
    out: Path | None,
) -> int:
    """Find errors, risks and what has no effect in policy documents, in their lines.

    FILES hold one document each; `-` is standard input. `docs/reference/policy-rules.md` lists
    every rule. Exits 1 on findings, 3 when a document was too large to be checked whole.
    """
    found = policy_check(files, kind=kind or "")
    write(wiring.policy_check_report(format_, found, out=out), out)
    if any(policy.unchecked for policy in found.policies) and not allow_incomplete:
        return INCOMPLETE
    return FOUND if _failing(found, fail_on) else CLEAN


def _failing(found: PolicyCheck, fail_on: str) -> bool:
    failing = [] if fail_on == "never" else _LEVELS[: _LEVELS.index(fail_on) + 1]
    return any(
        finding.level.value in failing for policy in found.policies for finding in policy.findings
    )
