# SPDX-License-Identifier: Apache-2.0
"""Rewrite a policy document to a shorter one that means the same."""

from pathlib import Path

from bartizan.app.policy_file import document_text
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
