# SPDX-License-Identifier: Apache-2.0
"""What a wrong model is: the definition with one piece of its text replaced by another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """The definition, wrong in one place."""

    believes: str
    """What it wrongly takes for true."""
    module: str
    """Where, below `bartizan.reason.network.aws`."""
    old: str
    """Text that is there once."""
    new: str
    """Text in its place."""


def mutant(believes: str, module: str, old: str, new: str) -> Mutant:
    """Return a wrong model, in one line of a table."""
    return Mutant(believes=believes, module=module, old=old, new=new)
