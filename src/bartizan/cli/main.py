# SPDX-License-Identifier: Apache-2.0
"""The command line: which commands there are, and what becomes of an error."""

import importlib
import logging
from collections.abc import Iterator, Mapping, Sequence

import click

import bartizan
from bartizan.errors import BartizanError

COMMANDS: Mapping[str, str] = {
    "demo": "scan an example organisation and show its attack paths",
    "scan": "read an estate into a snapshot",
    "load": "make a snapshot from files",
    "paths": "show attack paths and the cut that closes them",
    "cut": "name the cheapest set of changes after which no path is left",
    "can": "decide one request",
    "who-can": "name everybody who can do something, and why",
    "what-can": "name everything that somebody can do, and why",
    "reach": "say whether packets arrive, and why",
    "exposed": "name everything that the Internet reaches, and why",
    "network": "decide packets, and compare verdicts with the vendor's",
    "authz": "decide requests that carry their own policies",
    "policy": "compare, check and rewrite policy documents",
    "plan": "plan Terraform code without credentials",
    "gate": "judge a change of infrastructure code before it is merged",
    "diff": "compare two snapshots",
    "snapshot": "list, show, verify and prune snapshots",
    "schema": "print the schema of a table or a format",
}
"""Each command is the function of its name in the module of its name, `_` for `-`, loaded
when it is called."""

_FAILED, _INTERRUPTED = 2, 130


class _Lazy(click.Group):
    """Knows its commands' names and lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"bartizan.cli.{name}")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(bartizan.__version__, message="%(prog)s %(version)s", prog_name="bartizan")
@click.option("--debug", is_flag=True, help="Show tracebacks and what the program does.")
def cli(*, debug: bool) -> None:
    """Attack paths through an organisation's cloud accounts, and the cut that closes them.

    Reads an estate without changing it. Exit status: 0 clean, 1 findings, 2 usage or bad input,
    3 something could not be read, so the answer is incomplete.
    """
    level = logging.DEBUG if debug else logging.WARNING
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("bartizan").setLevel(level)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; errors go to stderr, in words."""
    debug = "--debug" in arguments
    try:
        status = cli.main(list(arguments), prog_name="bartizan", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return _INTERRUPTED
    except SystemExit:
        # So click ends where nobody reads any more: an answer that was not told is not clean.
        return _FAILED
    except Exception as error:
        if debug:
            raise
        for line in _told(error):
            click.echo(line, err=True)
        return _FAILED
    return status if isinstance(status, int) else 0


def _told(error: Exception) -> Iterator[str]:
    """Say an error in words; of a defect of ours only its kind, as it may carry what was read."""
    match error:
        case BartizanError():
            yield from error.diagnostics()
        case click.ClickException():
            yield f"error[usage]: {error.format_message()}"
            yield "  hint: `bartizan --help` and `bartizan COMMAND --help`"
        case OSError(strerror=str() as reason):
            yield f"error[input]: {reason.lower()}"
            yield from (f"  --> {name}" for name in (error.filename,) if name)
        case _:
            yield f"error[internal]: a defect of ours ({type(error).__name__})"
            yield "  hint: `--debug` shows where; please report it"
