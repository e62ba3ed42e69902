# SPDX-License-Identifier: Apache-2.0
"""Accounts of a generated organisation, in none, one or two trees of units."""

from bartizan.model.facts.organization import Account, Unit
from tests.fakes.dice import Dice

IDS = ("111111111111", "222222222222", "333333333333", "444444444444")


def accounts(dice: Dice, *, most: int) -> list[Account | Unit]:
    """Make up to `most` accounts and the units above them; seldom a unit is not known."""
    ids = IDS[: 1 + dice.below(most)]
    organizations = ("o-a", "o-b")[: dice.one((1, 1, 0, 2))]
    parents = {unit: above for name in organizations for unit, above in _tree(name[-1])}
    rows: list[Account | Unit] = [
        Unit(
            id=id_,
            provider="aws",
            organization=f"o-{id_[3 if parent else 2]}",
            parent=parent,
            name=id_,
        )
        for id_, parent in parents.items()
        if not dice.chance(2)
    ]
    features = {name: (dice.chance(75), dice.chance(60)) for name in organizations}
    for number, id_ in enumerate(ids):
        name = dice.one((*organizations, *organizations, "")) if organizations else ""
        parent = dice.one([unit for unit, _ in _tree(name[-1])]) if name else ""
        scp, rcp = features.get(name, (False, False))
        rows.append(
            Account(
                id=id_,
                provider="aws",
                partition="aws",
                name=id_,
                organization=name,
                organization_path=f"{name}/{_way(parent, parents)}/" if name else "",
                parent=parent,
                management=number == 0 and name != "" and dice.chance(40),
                status="ACTIVE",
                regions=(),
                scp=scp,
                rcp=rcp,
                collected=not dice.chance(10),
            )
        )
    return rows


def _tree(letter: str) -> tuple[tuple[str, str], ...]:
    """Name a root and its units, each with what is above it."""
    root, unit = f"r-{letter}", f"ou-{letter}-1"
    return (root, ""), (unit, root), (f"ou-{letter}-2", unit)


def _way(unit: str, parents: dict[str, str]) -> str:
    above = parents.get(unit, "")
    return f"{_way(above, parents)}/{unit}" if above else unit
