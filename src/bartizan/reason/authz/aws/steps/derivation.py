# SPDX-License-Identifier: Apache-2.0
"""From facts to steps: what everybody in an estate can gain, in a stable order."""

from collections.abc import Iterator

from bartizan.model.facts import Facts
from bartizan.model.ordering import in_order
from bartizan.model.step import Step
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.alike.derive import EVERY, Organisation, can_be_told_apart
from bartizan.reason.authz.aws.steps.tried import Derivation

MANY = 100
"""Accounts from which on those that are alike are told together, by circles."""
LARGE = 2_000
"""Principals from which on it is looked whether accounts are alike, to tell their steps by one."""


def steps(facts: Facts, at: str = "") -> Iterator[Step]:
    """Yield every step that the facts prove, or cannot exclude, without repeats.

    `at` is the time of the snapshot, ISO 8601: what was allowed only before is no step. Empty for
    not known; conditions on the time can then be met at any. Steps are sorted; those of an
    organisation of `MANY` accounts or more come account by account, in an order that stays the
    same from run to run.
    """
    estate = Estate(facts, at=at)
    if len(estate.accounts) >= MANY and can_be_told_apart(estate):
        yield from Organisation(estate).all()
        return
    if len(estate.principals) >= LARGE and can_be_told_apart(estate):
        organisation = Organisation(estate, few=EVERY)
        if organisation.repeats:
            yield from in_order(organisation.all())
            return
    yield from in_order(Derivation(estate).all())
