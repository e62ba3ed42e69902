# SPDX-License-Identifier: Apache-2.0
"""`bartizan policy`: tools for policy documents, without a snapshot."""

import importlib
from collections.abc import Mapping

import click

COMMANDS: Mapping[str, str] = {
    "diff": "say what one policy allows that another does not",
    "check": "find errors and risks in policy documents",
    "minimize": "rewrite a policy to a shorter one that means the same",
    "fit": "propose a policy for what was used, within the old one",
}
"""Each command is the function of its name in the module `policy_<name>`, loaded when called."""


class _Lazy(click.Group):
    """Knows its commands' names and lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bartizan.cli.policy_{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy)
def policy() -> None:
    """Tools for policy documents."""
