# SPDX-License-Identifier: Apache-2.0
"""Check policy documents in files."""

from collections.abc import Iterable
from pathlib import Path

import bartizan
from bartizan.app.policy_file import content
from bartizan.model.policy_check import PolicyCheck
from bartizan.reason.authz.aws.check.checker import check
from bartizan.reason.authz.aws.check.rule import TYPES as _TYPES
from bartizan.reason.authz.aws.check.rules import RULES

TYPES = _TYPES
"""Types of policies that are told apart."""


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
