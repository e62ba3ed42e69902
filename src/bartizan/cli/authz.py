# SPDX-License-Identifier: Apache-2.0
"""`bartizan authz`: authorization without a snapshot."""

import sys
from io import BufferedReader

import click

from bartizan.app.simulate import processes
from bartizan.app.simulate import simulate as decided

_BAD_INPUT = 2


@click.group()
def authz() -> None:
    """Decide requests that carry their own policies."""


@authz.command()
@click.argument("file", type=click.File("rb"), default="-")
def simulate(file: BufferedReader) -> int:
    """Answer each line of FILE, a request with its policies as JSON, with a line of JSON.

    `bartizan schema simulate` prints the schema of a line. Exits 2 when a line could not be read;
    the others are still answered.
    """
    status = 0
    out = sys.stdout.buffer
    for answers in decided(file, name=file.name, processes=processes()):
        out.write(answers.text)
        # Whoever asks by a pipe gets each answer before it has to ask again.
        out.flush()
        if not answers.whole:
            status = _BAD_INPUT
    return status
