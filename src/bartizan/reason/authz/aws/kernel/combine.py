# SPDX-License-Identifier: Apache-2.0
"""Joins what all kinds of policies say into verdicts, for everybody at once.

The order is that of "Determining whether a request is allowed or denied within an account",
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
and across accounts that of "Cross-account policy evaluation logic",
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
"""

from msgspec import Struct

from bartizan.reason.authz.aws.kernel.holdings import Own
from bartizan.reason.authz.aws.kernel.logic import (
    Truth,
    all_of,
    any_of,
    within,
)
from bartizan.reason.authz.aws.kernel.readings import Reading


class Verdicts(Struct, frozen=True):
    """Who may, and of whom it is not known; the rest may not."""

    allowed: int
    unknown: int

    def replaced(self, other: "Verdicts", mask: int) -> "Verdicts":
        """Take the answers of `other` for those in `mask`."""
        rest = ~mask
        return Verdicts(
            (self.allowed & rest) | (other.allowed & mask),
            (self.unknown & rest) | (other.unknown & mask),
        )


class Sides(Struct, frozen=True, kw_only=True):
    """What was read of one request beside the callers' own policies, for everybody."""

    resource: Reading
    grants: Reading
    rcp: Truth
    """Every level over the resource allows."""
    rcp_denies: Truth
    endpoint: Truth
    """The endpoint that the request comes through lets them through."""
    block: Truth
    """The block of public access lets them through."""
    exists: Truth
    missing: int
    """For whom something could not be read that may allow or deny anything."""
    exempt: int
    refused: int
    members: int
    root: int
    at_home: int
    """They belong to the account that owns the resource."""
    owner_known: bool
    must_be_named: bool


def combined(own: Own, sides: Sides, *, full: int) -> Verdicts:
    """Decide for everybody."""
    denied = any_of((sides.rcp_denies, own.denies, sides.resource.denies))
    # (1) One explicit deny settles it; so does what cannot be asked for at all.
    allowed = sides.exempt
    open_ = full & ~sides.exempt
    open_ &= ~denied.sure
    open_ &= sides.exists.possible & ~sides.refused
    # (2) What could not be read leaves the rest open.
    unknown = open_ & sides.missing
    open_ &= ~unknown
    # (3) Limits, and what grants.
    limits = all_of((sides.exists, sides.rcp, own.scp, sides.endpoint, sides.block), full=full)
    granted = _granted(own, sides, full)
    open_ &= limits.possible & granted.possible
    sure = limits.sure & granted.sure & ~denied.possible
    allowed |= open_ & sure
    unknown |= open_ & ~sure
    return Verdicts(allowed, unknown)


def _granted(own: Own, sides: Sides, full: int) -> Truth:
    """Return to whom something grants it."""
    strangers = full & ~sides.members
    theirs = any_of((sides.resource.allows(), sides.grants.allows()))
    parts = [within(theirs, strangers)] if strangers else []
    if sides.owner_known:
        if home := sides.members & sides.at_home:
            parts.append(within(_inside(own, sides, full), home))
        if away := sides.members & ~sides.at_home:
            parts.append(within(_across(own, sides, theirs, full), away))
    else:
        either = any_of((_inside(own, sides, full), _across(own, sides, theirs, full)))
        doubt = Truth(0, either.possible)
        parts.append(within(doubt, sides.members))
    return any_of(parts)


def _own(own: Own, sides: Sides) -> Truth:
    """The root user's permissions are without limit."""
    identity = own.identity
    return Truth(identity.sure | sides.root, identity.possible | sides.root)


def _inside(own: Own, sides: Sides, full: int) -> Truth:
    """Within one account, by how the resource names the caller."""
    resource, grants = sides.resource, sides.grants
    bounds = (own.boundary, own.session)
    direct = any_of((resource.direct, grants.direct))
    role = all_of((any_of((resource.role, grants.role)), *bounds), full=full)
    parts = [_own(own, sides), *bounds]
    if sides.must_be_named:
        parts.append(any_of((resource.account, grants.account)))
    return any_of((direct, role, all_of(parts, full=full)))


def _across(own: Own, sides: Sides, theirs: Truth, full: int) -> Truth:
    """Across accounts both sides have to allow."""
    return all_of((_own(own, sides), theirs, own.boundary, own.session), full=full)
