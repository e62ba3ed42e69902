# SPDX-License-Identifier: Apache-2.0
"""Facts with a few changes, as a proposal or a day makes them."""

from msgspec import structs

from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.estate import Key, Store
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.table import Row
from tests.fakes.dice import Dice


def edited(dice: Dice, facts: Facts, *, most: int = 3) -> Facts:
    """Return facts of which up to `most` rows were changed, added or taken away."""
    rows = {kind: list(facts.rows(kind)) for kind in TABLES if facts.rows(kind)}
    for _ in range(1 + dice.below(most)):
        dice.one((_rewritten, _rewritten, _attached, _attached, _dropped, _keyed, _tagged))(
            dice, rows
        )
    return Facts.of(row for held in rows.values() for row in held)


def _rewritten(dice: Dice, rows: dict[type[Row], list[Row]]) -> None:
    """Give one policy the document of another one of its type."""
    held = [row for row in rows.get(Policy, ()) if isinstance(row, Policy)]
    if held:
        row = dice.one(held)
        other = dice.one([one for one in held if one.type == row.type])
        _replaced(rows, row, structs.replace(row, document=other.document))


def _attached(dice: Dice, rows: dict[type[Row], list[Row]]) -> None:
    """Attach a policy to somebody who has another one."""
    held = [row for row in rows.get(Attachment, ()) if isinstance(row, Attachment)]
    if held:
        row = dice.one(held)
        target = dice.one([one.target for one in held if one.use == row.use])
        rows[Attachment].append(structs.replace(row, target=target))


def _dropped(dice: Dice, rows: dict[type[Row], list[Row]]) -> None:
    kind = dice.one(sorted(rows, key=lambda kind: kind.table))
    rows[kind].remove(dice.one(rows[kind]))
    if not rows[kind]:
        del rows[kind]


def _keyed(dice: Dice, rows: dict[type[Row], list[Row]]) -> None:
    """Encrypt a store with some key, or with none."""
    stores = [row for row in rows.get(Store, ()) if isinstance(row, Store)]
    keys = [row.arn for row in rows.get(Key, ()) if isinstance(row, Key)]
    if stores:
        row = dice.one(stores)
        _replaced(rows, row, structs.replace(row, key=dice.one(["", *keys])))


def _tagged(dice: Dice, rows: dict[type[Row], list[Row]]) -> None:
    people = [row for row in rows.get(Principal, ()) if isinstance(row, Principal)]
    if people:
        row = dice.one(people)
        _replaced(rows, row, structs.replace(row, tags={"team": dice.one(("a", "b"))}))


def _replaced(rows: dict[type[Row], list[Row]], old: Row, new: Row) -> None:
    held = rows[type(old)]
    held[held.index(old)] = new
