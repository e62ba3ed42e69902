# SPDX-License-Identifier: Apache-2.0
"""A plan that was made of code alone, and what could not be told on the way."""

from collections.abc import Mapping

from msgspec import Struct, field


class CodePlan(Struct, frozen=True, kw_only=True):
    """What code would make of nothing, or of a state."""

    content: bytes
    """The plan in Terraform's JSON format; what only AWS makes up begins with `predicted-`."""
    places: Mapping[str, tuple[str, str]]
    """Key of each configuration of a provider to the account and the region in which its objects
    lie; empty where nothing tells them."""
    programs: tuple[str, ...]
    """What would run programs and was not run, each with its place."""
    evaluator: str = "terraform"
    """Who evaluated the code: `terraform`, or `bartizan` where that was not at hand."""
    unevaluated: tuple[str, ...] = ()
    """What is unknown as Terraform, or OpenTofu, alone can tell it: the attribute of an object, or
    a file, and why."""

    absent: tuple[str, ...] = ()
    """Files that are not there though their hashes are asked for, each with its place."""
    computed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Address of an object to its attributes that `dynamic` blocks write and that are not known: a
    plan does not tell them from those that the code leaves to the provider."""

    @property
    def untold(self) -> tuple[str, ...]:
        """Configurations of providers whose account nothing tells: their ARNs are unknown."""
        return tuple(sorted(key for key, (account, _) in self.places.items() if not account))

    @property
    def whole(self) -> bool:
        """Nothing was left out that could have been told."""
        left = (self.untold, self.programs, self.unevaluated, self.absent)
        return not any(left)
