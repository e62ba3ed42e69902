# SPDX-License-Identifier: Apache-2.0
"""Takes out of records what the scan itself left there, so that looking changes nothing.

IAM notes when a role or key was last used; the scan uses one in every account, so that an estate
in which nothing happened would read differently each time.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Mapping

from msgspec import Struct

from bartizan.model.record import Json

ROLE = "AWS::IAM::Role"
KEY_USE = "AWS::IAM::AccessKeyLastUsed"


class Trace(Struct, frozen=True, kw_only=True):
    """Who the scan is in one account."""

    role: str = ""
    """Name of the role, without its path; empty for a user."""
    key: str = ""
    """Id of the user's access key; empty for a role."""

    def clean(self, kind: str, named: str, element: dict[str, Json]) -> dict[str, Json]:
        """Return an element as it was before the scan, as far as that can be told."""
        if kind == ROLE and self.role and element.get("RoleName") == self.role:
            return _without(element, "RoleLastUsed")
        if kind == KEY_USE and self.key and named == self.key:
            return _without(element, "AccessKeyLastUsed")
        return element


def _without(element: Mapping[str, Json], name: str) -> dict[str, Json]:
    return {member: value for member, value in element.items() if member != name}
