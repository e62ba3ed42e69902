# SPDX-License-Identifier: Apache-2.0
"""An account of a generated organisation, and those around it that its policies speak of."""

import random
from dataclasses import dataclass

ORGANIZATION = "o-bartizan01"
ROOT = "r-b4rt"


def account_id(number: int) -> str:
    """Return the id of the account with this number; they are spread out, as real ones are."""
    return f"{100_000_000_007 + number * 76_543_211 % 899_999_999_989:012d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One account."""

    number: int
    """The management account is 0."""
    id: str
    units: tuple[str, ...]
    """Ids of what it is below, the root first."""
    management: str
    """Id of the management account."""
    security: str
    """Id of the account that audits all others."""
    pipeline: str
    """Id of the account that deploys to all others."""
    neighbour: str
    """Id of an account that it shares data with."""
    chance: random.Random
    """What is drawn in it; of its own, so that a change in one account moves no other."""

    @property
    def path(self) -> str:
        """Return its place as `aws:PrincipalOrgPaths` spells it."""
        return "/".join((ORGANIZATION, *self.units, ""))

    def fill(self, template: str, name: str = "") -> str:
        """Write the ids of accounts, and `name`, into a policy document."""
        return (
            template.replace("@A@", self.id)
            .replace("@B@", self.neighbour)
            .replace("@M@", self.management)
            .replace("@S@", self.security)
            .replace("@P@", self.pipeline)
            .replace("@N@", name)
        )
