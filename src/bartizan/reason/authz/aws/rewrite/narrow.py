# SPDX-License-Identifier: Apache-2.0
"""Takes actions out of statements that allow them, and leaves all else as it is written.

Where a pattern loses an action, the actions that are left are named one by one; those that no
evidence covers keep a pattern for their verb, so that they are kept as they were.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.catalogue import Action
from bartizan.reason.authz.aws.check.pattern import meets, within
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.policy.document import Statement

_VERB = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_FEWEST = 2
"""Actions with a verb in common that one pattern stands for."""


class Narrowed(Struct, frozen=True, kw_only=True):
    """A statement with fewer actions."""

    statement: Statement | None
    """None where none is left."""
    opened: tuple[str, ...]
    """Patterns that were taken apart: what they name beyond the catalogue is gone too."""


def known_actions(statement: Statement) -> tuple[Action, ...]:
    """Return the actions of the catalogue that the statement speaks of."""
    if statement.action is not None:
        found = {
            str(one): one for pattern in statement.action for one in catalogue.expand(pattern)
        }
        return tuple(found[name] for name in sorted(found))
    everything = catalogue.expand("*")
    return tuple(one for one in everything if covers_action(statement, str(one).lower()))


def narrow(statement: Statement, *, gone: Collection[str], loose: Collection[str]) -> Narrowed:
    """Take the actions named in `gone` out of a statement. Those in `loose` may be named by a
    pattern where the statement named them by one.
    """
    if statement.not_action is not None:
        known = known_actions(statement)
        if not any(str(one) in gone for one in known):
            return Narrowed(statement=statement, opened=())
        left = tuple(_left("*", known, gone=gone, loose=loose, excluded=statement.not_action))
        opened: tuple[str, ...] = (f"all but {', '.join(statement.not_action)}",)
    else:
        opened, left = _each(statement.action or (), gone, loose)
    if not opened and left == statement.action:
        return Narrowed(statement=statement, opened=())
    fewer = replace(statement, action=left, not_action=None) if left else None
    return Narrowed(statement=fewer, opened=opened)


def _each(
    patterns: Sequence[str], gone: Collection[str], loose: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the patterns that were taken apart, and all that is left."""
    opened, left = [], []
    for pattern in patterns:
        known = catalogue.expand(pattern)
        if not any(str(one) in gone for one in known):
            left.append(pattern)
        elif "*" in pattern or "?" in pattern:
            opened.append(pattern)
            left.extend(_left(pattern, known, gone=gone, loose=loose, excluded=()))
    return tuple(opened), tuple(dict.fromkeys(left))


def _left(
    pattern: str,
    known: Sequence[Action],
    *,
    gone: Collection[str],
    loose: Collection[str],
    excluded: Sequence[str],
) -> Iterator[str]:
    """Yield what names the actions under `pattern` that stay; nothing of `excluded`."""
    by_service: dict[str, list[Action]] = {}
    for one in known:
        by_service.setdefault(one.service, []).append(one)

    def free(shorter: str) -> bool:
        lowered = shorter.lower()
        held = within(lowered, pattern.lower())
        return held and not any(meets(lowered, one.lower()) for one in excluded)

    for service, actions in sorted(by_service.items()):
        stay = [one for one in actions if str(one) not in gone]
        whole = f"{service}:*"
        if len(stay) == len(actions) and free(whole):
            yield whole
            continue
        names = [one.name for one in actions if str(one) in gone]
        verbs = {_verb(one) for one in stay if str(one) in loose}
        joined = {
            verb
            for verb in verbs
            if verb
            and not any(_starts(name, verb) for name in names)
            and sum(_starts(one.name, verb) for one in stay) >= _FEWEST
            and free(f"{service}:{verb}*")
        }
        yield from (f"{service}:{verb}*" for verb in sorted(joined))
        yield from (
            str(one) for one in stay if not any(_starts(one.name, verb) for verb in joined)
        )


def _verb(one: Action) -> str:
    found = _VERB.match(one.name)
    return found.group() if found else ""


def _starts(name: str, verb: str) -> bool:
    return name.lower().startswith(verb.lower())
