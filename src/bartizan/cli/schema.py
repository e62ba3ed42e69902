# SPDX-License-Identifier: Apache-2.0
"""`bartizan schema`: what the columns of a table or the members of a format are."""

import click

from bartizan.app import schemas
from bartizan.cli.options import CLEAN


@click.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print the schema of NAME, a fact table or a machine format; without NAME, list them."""
    if name is None:
        for known in schemas.names():
            click.echo(known)
    else:
        click.echo(schemas.schema(name))
    return CLEAN
