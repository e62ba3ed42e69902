# SPDX-License-Identifier: Apache-2.0
"""What if: the facts of a snapshot with some policies taken off or replaced."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from bartizan.app.policy_file import document_text
from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.question import what_if as change


class WhatIf(Struct, frozen=True):
    """Facts as they would be, with a phrase for each change."""

    facts: Facts
    changes: tuple[str, ...] = ()


def what_if(facts: Facts, *, detach: Iterable[str] = (), replace: Iterable[str] = ()) -> WhatIf:
    """Return `facts` with each `POLICY[@TARGET]` of `detach` taken off, and for each `POLICY=FILE`
    of `replace` the document in the file in the place of the policy's own.

    Raises:
        UsageError: there is no such policy or target.
        InputError: a file cannot be read.
        PolicyError: what it holds is no policy of that type, with line and column.
    """
    changes = []
    for text in detach:
        policy, target = _split(text, "@", facts)
        facts = change.detached(facts, policy, target)
        changes.append(f"`{policy}` detached from {f'`{target}`' if target else 'everything'}")
    for text in replace:
        policy, name = _split(text, "=", facts)
        if not name:
            raise UsageError(f"not a policy and a file: `{text}`", hint="write `POLICY=FILE`")
        facts = change.rewritten(facts, policy, document_text(Path(name)), name=name)
        changes.append(f"`{policy}` replaced by `{name}`")
    return WhatIf(facts, tuple(changes))


def _split(text: str, mark: str, facts: Facts) -> tuple[str, str]:
    """Take `text` apart at the `mark` before which the name of a policy ends, as names may hold
    it too; at the first one where there is no such policy.
    """
    names = change.policies(facts)
    found = [(one, rest) for one, rest in _cuts(text, mark) if one in names]
    if found:
        return found[0]
    policy, _, rest = text.partition(mark)
    return policy, rest


def _cuts(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """Yield each way to take `text` apart, the longest policy first."""
    yield text, ""
    for place in range(len(text) - 1, -1, -1):
        if text[place] == mark:
            yield text[:place], text[place + 1 :]
