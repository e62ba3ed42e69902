# SPDX-License-Identifier: Apache-2.0
"""Facts of an estate with some of its policies taken off or written anew.

Nothing is copied but the two tables of policies and of what they are attached to.
"""

import difflib
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bartizan.errors import UsageError
from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.reason.authz.aws.policy.read import read

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

_ALIKE = 0.6
_MOST = 20_000
"""Names among which a near one is looked for."""


def policies(facts: Facts) -> frozenset[str]:
    """Name every policy of the estate."""
    return frozenset(map(str, facts.table(Policy)["id"].to_pylist()))


def targets(facts: Facts, policy: str) -> tuple[str, ...]:
    """Name what a policy is attached to, sorted."""
    held = facts.table(Attachment)
    rows = held.filter(pa.array(_is(held, "policy", policy)))
    return tuple(sorted(set(map(str, rows["target"].to_pylist()))))


def known(facts: Facts, policy: str) -> str:
    """Return `policy`, which is in the estate.

    Raises:
        UsageError: it is not, with the one that is most like it.
    """
    names = policies(facts)
    if policy in names:
        return policy
    raise UsageError(f"no policy `{policy}` in this snapshot", hint=_near(policy, names))


def detached(facts: Facts, policy: str, target: str = "") -> Facts:
    """Take `policy` off `target`, or off everything.

    Raises:
        UsageError: there is no such policy, or it is not attached there.
    """
    held = facts.table(Attachment)
    gone = _is(held, "policy", known(facts, policy))
    if target:
        gone = gone & _is(held, "target", target)
    if not gone.any():
        where = f" to `{target}`" if target else " to anything"
        raise UsageError(
            f"policy `{policy}` is not attached{where}", hint=_near(target, targets(facts, policy))
        )
    return _with(facts, {Attachment.table: held.filter(pa.array(~gone))})


def rewritten(facts: Facts, policy: str, text: str, *, name: str) -> Facts:
    """Put `text` in the place of the document of `policy`; `name` is what errors call it.

    Raises:
        UsageError: there is no such policy.
        PolicyError: the text is no policy of that type.
    """
    held = facts.table(Policy)
    place = held["id"].to_pylist().index(known(facts, policy))
    read(text, name=name, type=str(held["type"][place].as_py()))
    documents = held["document"].to_pylist()
    documents[place] = text
    column = held.column_names.index("document")
    fresh = held.set_column(
        column, held.schema.field(column), pa.array(documents, held.schema.field(column).type)
    )
    return _with(facts, {Policy.table: fresh})


def _with(facts: Facts, changed: dict[str, pa.Table]) -> Facts:
    kept = {table.table: facts.table(table) for table in TABLES}
    return Facts.of_tables({**kept, **changed})


def _is(table: pa.Table, column: str, value: str) -> Mask:
    """Say of each row whether it holds `value`."""
    values = pa.array([value], pa.string())
    found: Mask = pc.is_in(table[column], value_set=values).to_numpy()
    return found


def _near(name: str, names: Iterable[str]) -> str:
    """Say which of `names` was probably meant: the one of that name, or one much like it."""
    held = sorted(names)
    if not held or not name:
        return ""
    last = _last(name)
    alike: Sequence[str] = [one for one in held if _last(one) == last]
    if not alike:
        near = difflib.get_close_matches(
            last, sorted({_last(one) for one in held[:_MOST]}), n=1, cutoff=_ALIKE
        )
        alike = [one for one in held if near and _last(one) == near[0]]
    return f"did you mean `{alike[0]}`" if alike else "give the id as answers print it"


def _last(name: str) -> str:
    return name.replace("#", "/").rsplit("/", 1)[-1].lower()
