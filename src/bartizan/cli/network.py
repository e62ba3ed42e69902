# SPDX-License-Identifier: Apache-2.0
"""`bartizan network`: packets by the line, and the vendor's verdicts beside ours."""

import sys
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

import click

from bartizan.app import network_wiring, wiring
from bartizan.app.network_compare import compare as compared
from bartizan.app.network_simulate import simulate as decided
from bartizan.cli.options import CLEAN, FOUND, INCOMPLETE, snapshot_option, write

_BAD_INPUT = 2


@click.group()
def network() -> None:
    """Decide packets over a snapshot, and compare verdicts with the vendor's analyzer."""


@network.command()
@click.argument("file", type=click.File("rb"), default="-")
@snapshot_option
def simulate(file: BufferedReader, *, reference: str) -> int:
    """Answer each line of FILE, a packet as JSON, with a line of JSON.

    `bartizan schema network-simulate` prints the schema of a line. Exits 2 when a line could not
    be read; the others are still answered.
    """
    status = CLEAN
    out = sys.stdout.buffer
    for answers in decided(wiring.store().open(reference), file, name=file.name):
        out.write(answers.text)
        # Whoever asks by a pipe gets each answer before it has to ask again.
        out.flush()
        if not answers.whole:
            status = _BAD_INPUT
    return status


@network.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "format_",
    type=click.Choice(network_wiring.NETWORK_COMPARISON_FORMATS),
    default="text",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--allow-incomplete",
    is_flag=True,
    help="Do not exit 3 because one side does not know.",
)
@snapshot_option
def compare(files: Sequence[Path], *, format_: str, allow_incomplete: bool, reference: str) -> int:
    """Hold what Reachability Analyzer found, in FILES, against our answers on a snapshot.

    FILES are what `aws ec2 describe-network-insights-analyses` writes, and what
    `describe-network-insights-paths` writes of their paths. Exits 1 when a verdict differs, else 3
    when one side does not know.
    """
    found = compared(wiring.store().open(reference), files)
    write(network_wiring.network_comparison_report(format_, found), None)
    numbers = network_wiring.network_comparison_numbers(found)
    if numbers["different"]:
        return FOUND
    return INCOMPLETE if numbers["undecided"] and not allow_incomplete else CLEAN
