# SPDX-License-Identifier: Apache-2.0
"""Check policy documents in files."""

import sys
from collections.abc import Iterable
from pathlib import Path

import bartizan
from bartizan.errors import InputError, Location
from bartizan.model.policy_check import PolicyCheck
from bartizan.reason.authz.aws.check.checker import check
from bartizan.reason.authz.aws.check.rule import TYPES as _TYPES
from bartizan.reason.authz.aws.check.rules import RULES
from bartizan.reason.authz.aws.policy.read import LONGEST

TYPES = _TYPES
"""Types of policies that are told apart."""

STANDARD_INPUT = Path("-")

_LONGEST = 4 * LONGEST + 1
"""Bytes that are read of a file, enough to see that it is longer than any policy."""


def policy_check(places: Iterable[Path], *, kind: str = "") -> PolicyCheck:
    """Check each file, as a policy of type `kind`, or of the type that its form suggests.

    Raises:
        InputError: a file cannot be read.
    """
    read = [(str(place), content(place)) for place in places]
    return PolicyCheck(
        tool_version=bartizan.__version__,
        policies=tuple(check(text, name=name, kind=kind) for name, text in read),
        rules=tuple(sorted((rule.note() for rule in RULES), key=lambda note: note.id)),
    )


def content(place: Path) -> bytes:
    """Return the first bytes of a file, more than any policy has.

    Raises:
        InputError: it cannot be read.
    """
    if place == STANDARD_INPUT:
        return sys.stdin.buffer.read(_LONGEST)
    try:
        with place.open("rb") as file:
            return file.read(_LONGEST)
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or 'error').lower()}", at=Location(str(place))
        ) from error
