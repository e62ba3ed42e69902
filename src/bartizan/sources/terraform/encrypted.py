# SPDX-License-Identifier: Apache-2.0
"""Tells states and plans that OpenTofu has encrypted, which only their owner can read.

Source: https://opentofu.org/docs/language/state/encryption/
"""

from bartizan.errors import InputError, Location
from bartizan.model.record import Json


def is_encrypted(found: Json) -> bool:
    """Tell whether a JSON document is a state or a plan that OpenTofu has encrypted."""
    return isinstance(found, dict) and {"encryption_version", "encrypted_data"} <= found.keys()


def refuse_encrypted(found: Json, name: str) -> None:
    """Refuse a document that nobody can read here; `name` is what errors call its file.

    Raises:
        InputError: it is encrypted.
    """
    if is_encrypted(found):
        raise InputError(
            "the file is encrypted by OpenTofu",
            at=Location(name),
            hint="of a state give what `tofu state pull` writes, of a plan `tofu show -json PLAN`",
        )
