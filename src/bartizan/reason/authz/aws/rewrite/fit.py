# SPDX-License-Identifier: Apache-2.0
"""Proposes a policy that allows what was used, within the old one.

Only what the evidence covers and shows unused is taken out. What it does not cover stays, and is
named: a call that no log would show may be made every day.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from bartizan.errors import DisagreementError, Location, PolicyError
from bartizan.model.rewrite import Fitted, Group
from bartizan.model.usage import Use, is_of
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.catalogue import Action
from bartizan.reason.authz.aws.policy.document import Document, Effect, Statement
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.rewrite.equivalence import no_wider
from bartizan.reason.authz.aws.rewrite.narrow import known_actions, narrow
from bartizan.reason.authz.aws.rewrite.trial import trial
from bartizan.reason.authz.aws.rewrite.written import Sheet, compact, size, written
from bartizan.reason.authz.aws.usage.evidence import (
    Claim,
    Evidence,
    Finding,
    Uncovered,
    Unused,
    Used,
)
from bartizan.reason.authz.aws.usage.reference import needs

MOST_COST = 3_000_000
"""Actions that patterns are compared with, in all, at the most."""
_ACTIONS, _OF_SERVICE = 25_000, 500
"""About how many actions there are, and of one service."""

_MAKES = frozenset({"Write", "Permissions management"})
"""Levels of access whose calls may tag what they make."""


def fit(text: str, use: Use, claim: Claim, *, name: str, type: str) -> Fitted:  # noqa: A002 - the word of the `policy` table
    """Propose a policy in the place of `text`, which errors call `name`.

    Raises:
        PolicyError: it is not a policy document of that type, or too large.
        DisagreementError: the proposal allows more than the old policy, or refuses what was
            observed and allowed: a defect of ours.
    """
    old, sheet = read(text, name=name, type=type), Sheet.of(text)
    evidence = Evidence(use, claim)
    allows = [one for one in old.statements if one.effect is Effect.ALLOW]
    if sum(_cost(one) for one in allows) > MOST_COST:
        hint = "no service takes a policy of that size"
        raise PolicyError("too many patterns of actions to narrow", at=Location(name), hint=hint)
    named = {str(action): action for one in allows for action in known_actions(one)}
    found = _with_needs(named, evidence)
    new, opened = _narrowed(old, found)
    calls = tuple(
        one
        for one in use.logs.calls
        if not claim.principals or is_of(one.principal, claim.principals)
    )
    proof = no_wider(new, old, type=type)
    if proof.holds is False:
        raise DisagreementError(
            f"the proposed policy would allow more: {proof.why}", hint="please report this"
        )
    proposed = text if new == old else compact(written(new, sheet))
    return Fitted(
        name=name,
        type=type,
        coverage=evidence.coverage(use),
        text=proposed,
        before=size(text),
        after=size(proposed),
        used=_groups({name: one.how for name, one in found.items() if isinstance(one, Used)}),
        removed=_groups(
            {name: one.evidence for name, one in found.items() if isinstance(one, Unused)}
        ),
        kept=_groups(
            {name: one.why for name, one in found.items() if isinstance(one, Uncovered)}
            | dict.fromkeys(_unknown(allows), f"not in {catalogue.source()}")
        ),
        opened=opened,
        unmapped=tuple(call for calls in evidence.unmapped.values() for call in calls),
        trial=trial(calls, old, new),
        proof=proof,
    )


def _unknown(allows: Iterable[Statement]) -> frozenset[str]:
    """Return the patterns that name no action of the catalogue."""
    patterns = (pattern for one in allows for pattern in one.action or ())
    return frozenset(pattern for pattern in patterns if not catalogue.expand(pattern))


def _cost(statement: Statement) -> int:
    """Return about how many actions its patterns are compared with."""
    if statement.action is None:
        return _ACTIONS
    return sum(_ACTIONS if one[0] in "*?" else _OF_SERVICE for one in statement.action)


def _with_needs(named: Mapping[str, Action], evidence: Evidence) -> Mapping[str, Finding]:
    """Return what is to be said of each action; one that others may need stays with them."""
    found = {name: evidence.find(one) for name, one in named.items()}
    waiting = [name for name, one in found.items() if not isinstance(one, Unused)]
    waiting += [name for name in evidence.used() if name not in found]
    makers = {name.partition(":")[0]: name for name in sorted(waiting) if _makes(name)}
    for name, one in named.items():
        maker = makers.get(one.service)
        if isinstance(found[name], Unused) and "Tagging" in one.access_level and maker:
            found[name] = Uncovered(f"{maker} and the like may ask for it")
            waiting.append(name)
    while waiting:
        name = waiting.pop()
        action = catalogue.action(name)
        for other in needs(action) if action is not None else ():
            if isinstance(found.get(str(other)), Unused):
                found[str(other)] = Uncovered("other calls that stay may need it")
                waiting.append(str(other))
    return found


def _makes(name: str) -> bool:
    action = catalogue.action(name)
    levels = action.access_level.split(", ") if action is not None else []
    return "Tagging" not in levels and not _MAKES.isdisjoint(levels)


def _narrowed(old: Document, found: Mapping[str, Finding]) -> tuple[Document, tuple[str, ...]]:
    """Take what is unused out of every statement that allows."""
    gone = frozenset(name for name, one in found.items() if isinstance(one, Unused))
    loose = frozenset(name for name, one in found.items() if isinstance(one, Uncovered))
    left: list[Statement] = []
    opened: dict[str, None] = {}
    for statement in old.statements:
        if statement.effect is Effect.DENY:
            left.append(statement)
            continue
        fewer = narrow(statement, gone=gone, loose=loose)
        opened.update(dict.fromkeys(fewer.opened))
        if fewer.statement is not None:
            left.append(fewer.statement)
    return replace(old, statements=tuple(left)), tuple(opened)


def _groups(said: Mapping[str, str]) -> tuple[Group, ...]:
    """Put together the actions of a service of which the same is said."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, why in said.items():
        groups.setdefault((name.partition(":")[0], why), []).append(name)
    return tuple(
        Group(service=service, actions=tuple(sorted(names)), why=why)
        for (service, why), names in sorted(groups.items())
    )
