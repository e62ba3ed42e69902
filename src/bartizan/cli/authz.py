# SPDX-License-Identifier: Apache-2.0
"""`bartizan authz`: authorization without a snapshot."""

import sys
from typing import BinaryIO

import click
import msgspec

from bartizan.app.simulate import simulate as answers

_BAD_INPUT = 2


@click.group()
def authz() -> None:
    """Decide requests that carry their own policies."""


@authz.command()
@click.argument("file", type=click.File("rb"), default="-")
def simulate(file: BinaryIO) -> int:
    """Answer each line of FILE, a request with its policies as JSON, with a line of JSON.

    `bartizan schema simulate` prints the schema of a line. Exits 2 when a line could not be read;
    the others are still answered.
    """
    status = 0
    encoder = msgspec.json.Encoder(order="sorted")
    out = sys.stdout.buffer
    for answer in answers(file, name=file.name):
        if "error" in answer:
            status = _BAD_INPUT
        out.write(encoder.encode(answer) + b"\n")
        # Whoever asks by a pipe gets each answer before it has to ask again.
        out.flush()
    return status
