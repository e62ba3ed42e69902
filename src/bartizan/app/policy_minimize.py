# SPDX-License-Identifier: Apache-2.0
"""Rewrite a policy document to a shorter one that means the same."""

from pathlib import Path

from bartizan.app.policy_check import content
from bartizan.errors import InputError, Location
from bartizan.model.rewrite import Minimized
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.rewrite import form
from bartizan.reason.authz.aws.rewrite.minimize import minimize

TYPES = form.TYPES
"""Types of policies that can be rewritten."""


def policy_minimize(place: Path, *, kind: str = "") -> Minimized:
    """Rewrite the document at `place`, a policy of type `kind`, or of the type that its form
    suggests.

    Raises:
        InputError: it cannot be read.
        PolicyError: it is no policy document.
    """
    text, name = document_text(place), str(place)
    return minimize(text, name=name, type=kind or form.type_of(read(text, name=name)))


def document_text(place: Path) -> str:
    """Return the text of a document.

    Raises:
        InputError: it cannot be read, or is no UTF-8.
    """
    try:
        return content(place).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"no UTF-8 at byte {error.start}"
        raise InputError(message, at=Location(str(place))) from error
