# SPDX-License-Identifier: Apache-2.0
"""Quotes AWS CLI commands for a POSIX shell."""

import shlex

from bartizan.model.arn import Arn
from bartizan.model.record import Record


def aws(service: str, operation: str, *words: str, region: str = "") -> str:
    """Return one command, each word quoted where it must be."""
    place = ("--region", region) if region else ()
    return shlex.join(("aws", service, operation, *words, *place))


def in_account(account: str, *commands: str) -> str:
    """Return commands under a comment that says in which account they are to be run."""
    kept = [command for command in commands if command]
    if not kept:
        return ""
    return "\n".join([f"# in account {account}", *kept] if account else kept)


def name_of(record: Record) -> str:
    """Return what follows the resource's type in a record's ARN, slashes and all."""
    resource = Arn.parse(record.id).resource
    for separator in ("/", ":"):
        if separator in resource:
            return resource.partition(separator)[2]
    return resource
