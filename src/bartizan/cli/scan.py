# SPDX-License-Identifier: Apache-2.0
"""`bartizan scan`: read an estate, live, into a snapshot."""

import click

from bartizan.app import wiring
from bartizan.app.scan import scan as run
from bartizan.cli.options import resumable, scanned
from bartizan.cli.progress import ShownProgress, console
from bartizan.cli.scan_chef import chef
from bartizan.cli.scan_puppet import puppet, puppetdb


@click.group()
def scan() -> None:
    """Read an estate into a snapshot, without changing it."""


@scan.command()
@click.option("--profile", help="Profile of the AWS configuration to sign in with.")
@click.option(
    "--role",
    default=wiring.ORGANIZATION_ROLE,
    show_default=True,
    help="Name of the role to assume in each account.",
)
@click.option("--chain", multiple=True, metavar="ARN", help="Assume these roles first, in turn.")
@click.option("--external-id", help="External id that the roles ask for.")
@click.option("--accounts", multiple=True, metavar="ID", help="Only these accounts.")
@click.option("--regions", multiple=True, metavar="NAME", help="Only these regions.")
@click.option("--endpoint-url", help="Where to send all calls, e.g. to an emulator.")
@click.option("--concurrency", type=click.IntRange(1, 256), default=16, show_default=True)
@click.option("--resume", is_flag=True, help="Take up the scan that was interrupted.")
@click.option("--allow-incomplete", is_flag=True, help="Do not exit 3 when something is unread.")
@click.option("--print-policy", "printed", flag_value="policy", help="Print the policy it needs.")
@click.option("--print-terraform", "printed", flag_value="terraform", help="Print its role.")
@click.option("--print-cloudformation", "printed", flag_value="cloudformation", help="The same.")
def aws(
    *,
    profile: str | None,
    role: str,
    chain: tuple[str, ...],
    external_id: str | None,
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    endpoint_url: str | None,
    concurrency: int,
    resume: bool,
    allow_incomplete: bool,
    printed: str | None,
) -> int:
    """Read an AWS organisation, or the one account that you are in.

    Every call is a read; `--print-policy` shows exactly which.
    """
    if printed is not None:
        click.echo(wiring.aws_grant(printed))
        return 0
    source = wiring.aws(
        profile=profile,
        role=role,
        chain=chain,
        external_id=external_id,
        accounts=accounts,
        regions=regions,
        endpoint_url=endpoint_url,
        concurrency=concurrency,
    )
    with resumable(), ShownProgress(console()).shown() as progress:
        manifest = run(
            source,
            wiring.store(),
            progress,
            scope=repr((profile, role, chain, accounts, regions, endpoint_url)),
            sources=("aws",),
            resume=resume,
            now=wiring.now,
        )
    return scanned(manifest, allow_incomplete=allow_incomplete)


scan.add_command(chef)
scan.add_command(puppet)
scan.add_command(puppetdb)
