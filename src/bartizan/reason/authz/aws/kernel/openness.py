# SPDX-License-Identifier: Apache-2.0
"""To whom a request is open, of all callers at once: all but those who are plainly denied."""

from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.asked import Asked
from bartizan.reason.authz.aws.kernel.compile import Supposed
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.logic import NO
from bartizan.reason.authz.aws.request import Caller


def open_to(everyone: Everyone, asked: Asked) -> int:
    """Return of whom `Alone.is_plainly_denied` does not say it, as bits in their order."""
    callers = everyone.callers
    if asked.hidden or not asked.owner:
        return callers.full
    exempt = callers.of_types(scope.exempt(asked.name))
    if asked.exists == NO:
        return exempt
    granted, own = _granted(everyone, asked), _could(everyone, asked)
    members = callers.of_types(scope.MEMBERS)
    home = callers.full if asked.owner == "*" else everyone.of_account(asked.owner)
    at_home, abroad = granted | own, granted & own
    return exempt | (granted & ~members) | members & (home & at_home | ~home & abroad)


def _granted(everyone: Everyone, asked: Asked) -> int:
    """Return to whom something on the resource's side could allow it."""
    if asked.openers is None:
        return everyone.full
    found = 0
    for one in asked.openers:
        found |= everyone.naming.reached(one).any().possible
    return found


def _could(everyone: Everyone, asked: Asked) -> int:
    """Return to whom something that they hold themselves could allow it."""
    supposed = Supposed(own=asked.of_caller, complete=asked.complete, tags=asked.tags)
    ordinary = everyone.of_types((Caller.ROLE, Caller.USER))
    found = everyone.full & ~ordinary
    found |= everyone.retagged & everyone.asking_for_tags
    return found | everyone.varying(supposed) | everyone.base.could_allow(asked)
