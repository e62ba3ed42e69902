# SPDX-License-Identifier: Apache-2.0
"""Recognises the JSON that the AWS CLI printed: which call it answers, where, and of what.

A file is named after the command: `iam-get-account-authorization-details.json`,
`s3api_list-buckets.json`, or `list-buckets.json` where only one service has such a command. What
is asked of one thing at a time names it after two hyphens, with `%2F` for a slash:
`get-bucket-policy--ledger.json`. Pages are numbered before the ending: `list-roles.2.json`.
An empty file says that there is nothing: a bucket without a policy, a region without queues.
Folders say the account and the region, `111111111111/eu-west-1/`, where the answer's own ARNs do
not.

Source: https://docs.aws.amazon.com/cli/latest/reference/
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from botocore import xform_name
from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.record import Json
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.services import SERVICES

_CLI_NAMES = {"s3api": "s3", "configservice": "config"}
"""What the AWS CLI calls services that its library calls otherwise."""

_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]{2,12}){1,3}-\d{1,2}")
_PAGE = re.compile(r"(.+?)\.(\d{1,6})")


class Dump(Struct, frozen=True, kw_only=True):
    """One answer that the AWS CLI printed."""

    path: Path
    service: str
    """Name of the boto3 client."""
    operation: str
    """As the service model spells it."""
    parent: str
    """What it was asked of, as the file's name says; empty for nothing."""
    page: int
    account: str
    region: str
    """Empty for global calls."""
    partition: str
    response: Mapping[str, Json]
    """Empty where the AWS CLI printed nothing, since there is nothing."""


def calls() -> Iterator[Call]:
    """Yield the whole table of calls."""
    for service in SERVICES:
        yield from service.calls


@cache
def _operations() -> Mapping[str, frozenset[tuple[str, str]]]:
    """Return the service and operation of each command that the table knows, by its name."""
    found: dict[str, set[tuple[str, str]]] = {}
    for call in calls():
        command = xform_name(call.operation, "-")
        found.setdefault(command, set()).add((call.service, call.operation))
    return {command: frozenset(pairs) for command, pairs in found.items()}


def recognise(path: Path, response: Mapping[str, Json]) -> Dump | None:
    """Return what a file is; None where it answers no call that the table knows.

    Raises:
        InputError: it is one of several, or account or region cannot be told.
    """
    stem = path.name.removesuffix(".gz").removesuffix(".json")
    page = 0
    if numbered := _PAGE.fullmatch(stem):
        stem, page = numbered[1], int(numbered[2])
    name, _, parent = stem.partition("--")
    pairs = _named(name.lower()) or _shaped(response)
    if len(pairs) > 1:
        pairs = pairs & _shaped(response) or pairs
    if not pairs:
        return None
    if len(pairs) > 1:
        choices = " or ".join(f"`{service}-{name}.json`" for service, _ in sorted(pairs))
        raise InputError(
            "several services have such a command",
            at=Location(str(path)),
            hint=f"name the file {choices}",
        )
    ((service, operation),) = pairs
    answering = [c for c in calls() if (c.service, c.operation) == (service, operation)]
    try:
        account, region, partition = _place(path, response, answering)
    except ValueError as error:
        raise InputError(
            f"the file holds something else than `{service} {operation}` answers",
            at=Location(str(path)),
            hint="write it anew with the command that it is named after",
        ) from error
    return Dump(
        path=path,
        service=service,
        operation=operation,
        parent=unquote(parent),
        page=page,
        account=account,
        region=region,
        partition=partition,
        response=response,
    )


def _named(name: str) -> frozenset[tuple[str, str]]:
    """Return what the name of a command may mean, with or without its service in front."""
    operations = _operations()
    if name in operations:
        return operations[name]
    for command, pairs in operations.items():
        if not name.endswith(command):
            continue
        before = name.removesuffix(command)
        service = before[:-1].replace("_", "-")
        if before[-1:] in ("-", "_", ".", " "):
            service = _CLI_NAMES.get(service, service)
            if found := frozenset(pair for pair in pairs if pair[0] == service):
                return found
    return frozenset()


def _shaped(response: Mapping[str, Json]) -> frozenset[tuple[str, str]]:
    """Return the listings whose answers have these members."""
    names = {name for name in response if name not in ("NextToken", "ResponseMetadata")}
    return frozenset(
        (call.service, call.operation)
        for call in calls()
        if names
        and names <= {first_member(call), *_siblings(call)}
        and first_member(call) in names
    )


def _siblings(call: Call) -> set[str]:
    """Return the first members of all that the same answer holds."""
    same = (call.service, call.operation)
    return {first_member(other) for other in calls() if (other.service, other.operation) == same}


def first_member(call: Call) -> str:
    """Return the member of an answer that holds the elements; empty where the whole is one."""
    found = re.match(r"\[?([A-Za-z]+)", call.items)
    return found[1] if found else ""


def _place(
    path: Path, response: Mapping[str, Json], answering: list[Call]
) -> tuple[str, str, str]:
    """Return account, region and partition, from folders or from the answer's own ARNs."""
    folders = [part for part in path.parts[:-1][::-1] if part]
    account = next((part for part in folders if _ACCOUNT.fullmatch(part)), "")
    region = next((part for part in folders if _REGION.fullmatch(part)), "")
    arns = {arn for call in answering for arn in _own_arns(call, response)}
    told = [arn.split(":", 5) for arn in sorted(arns)]
    account = account or _only({parts[4] for parts in told if _ACCOUNT.fullmatch(parts[4])})
    partition = _only({parts[1] for parts in told}) or _partition(region)
    if not account:
        raise InputError(
            "the file does not say which account it is of",
            at=Location(str(path)),
            hint="put it into a folder that is named after the account, `111111111111/`",
        )
    if all(call.scope is not Scope.REGION for call in answering):
        return account, "", partition
    region = region or _only({parts[3] for parts in told if _REGION.fullmatch(parts[3])})
    if not region:
        raise InputError(
            "the file does not say which region it is of",
            at=Location(str(path)),
            hint="put it into a folder that is named after the region, `111111111111/eu-west-1/`",
        )
    return account, region, partition


def _own_arns(call: Call, response: Mapping[str, Json]) -> Iterator[str]:
    """Yield the ARNs that elements give as their own: members that are named so, not those that
    policies inside mention.
    """
    elements = search(call.items, response) if call.items else [response]
    for element in elements if isinstance(elements, list) else []:
        for name, value in element.items() if isinstance(element, dict) else ():
            own = name.lower().endswith("arn") or name in ("QueueUrl", "UserId", "Account")
            if name == "Account" and isinstance(value, str):
                yield f"arn:aws:iam::{value}:root"
            elif own and isinstance(value, str) and re.match(r"arn:[^:]+(:[^:]*){3}:", value):
                yield value


def _only(values: set[str]) -> str:
    """Return the one value; empty where there are none or several."""
    return next(iter(values)) if len(values) == 1 else ""


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
