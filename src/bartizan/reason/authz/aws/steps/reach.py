# SPDX-License-Identifier: Apache-2.0
"""Whom their own policies might let reach some things of other accounts, told by texts alone.

Across accounts the caller's own policies must allow a request as well as the thing's do.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import functools
import re
from bisect import bisect_left
from collections.abc import Iterable

from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.request import Attached, Caller

_OPEN = re.compile(r"[*?$]")
_LIMITED = frozenset({Caller.ROLE, Caller.USER})
"""Callers whose policies say all that they may do."""


class Reach:
    """Tells it of callers, one by one."""

    def __init__(self, estate: Estate, things: Iterable[str], actions: Iterable[str]) -> None:
        """Take the ARNs of what might be reached, and by which actions."""
        self._actions = tuple(actions)
        self._estate = estate
        self._things = sorted({*things})
        self._unsure = any(estate.unlisted(estate.ownership.of(one)) for one in self._things)
        self._known, self._lengths = frozenset(self._things), sorted({*map(len, self._things)})
        self._opens = functools.lru_cache(1 << 12)(self._find)

    def of(self, name: str) -> bool:
        """Say whether a caller's own policies might allow a request about any of the things.

        Where it says no, the definition denies every request of the caller for any of them.
        """
        if self._unsure or self._estate.caller(name).type not in _LIMITED:
            return True
        identity, _ = self._estate.identity(name)
        return any(map(self._opens, identity))

    def _find(self, policy: Attached) -> bool:
        if policy.document is None:
            return True
        return any(
            statement.effect is Effect.ALLOW
            and any(pattern.covers_action(statement, action) for action in self._actions)
            and self._speaks(statement)
            for statement in policy.document.statements
        )

    def _speaks(self, statement: Statement) -> bool:
        if statement.resource is None:
            return True
        return any(map(self._fits, statement.resource))

    def _fits(self, text: str) -> bool:
        """Say whether a pattern might stand for a thing, or for a part of one."""
        begin = _OPEN.split(text, maxsplit=1)[0]
        place = bisect_left(self._things, begin)
        if place < len(self._things) and self._things[place].startswith(begin):
            return True
        return any(begin[:length] in self._known for length in self._lengths)
