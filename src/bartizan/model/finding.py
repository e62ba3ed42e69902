# SPDX-License-Identifier: Apache-2.0
"""What a run found, ready for any report."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from bartizan.model.facts.gap import Unread
from bartizan.model.path import Cut, Entry, Jewel, Path

LEVELS = ("low", "medium", "high", "critical")
"""Names of the ranks 1 to 4."""


class TechniqueNote(Struct, frozen=True, kw_only=True):
    """What a report says about a technique."""

    id: str
    title: str
    """One sentence, no full stop."""
    attack: str
    """MITRE ATT&CK technique id, `T1078.004`; empty for none."""
    reference: str
    """Id in a public catalogue; empty for none."""
    explanation: str
    """How it works and how it is closed, a short paragraph."""


def notes_of(rows: Iterable[tuple[str, str, str, str]]) -> Mapping[str, TechniqueNote]:
    """Return notes by id, of rows of id, title, technique of ATT&CK and explanation."""
    return {
        id_: TechniqueNote(
            id=id_, title=title, attack=attack, reference="", explanation=explanation
        )
        for id_, title, attack, explanation in rows
    }


class Findings(Struct, frozen=True, kw_only=True):
    """Everything that the report of one snapshot says."""

    snapshot: str
    """Id of the snapshot."""
    tool_version: str
    estate: Mapping[str, int]
    """Counts for the summary: accounts, principals, stores, steps, ... in the order to print."""
    names: Mapping[str, str]
    """Entity (ARN, account id) to what people call it, where that differs."""
    entries: tuple[Entry, ...]
    jewels: tuple[Jewel, ...]
    proved: tuple[Path, ...]
    """Sorted by rank of the jewel (highest first), cost, id."""
    possible: tuple[Path, ...]
    """Paths that rest on something unread; never counted with the proved ones."""
    cut: Cut | None
    """None where it was not asked for."""
    unread: tuple[Unread, ...]
    techniques: Mapping[str, TechniqueNote] = field(default_factory=dict)
    """Those that the paths use."""
    read_at: str = ""
    """When the snapshot was finished, ISO 8601 in UTC; empty where it is not known."""


class Comparison(Struct, frozen=True, kw_only=True):
    """What appeared and what went between two snapshots."""

    old: str
    new: str
    appeared: tuple[Path, ...]
    gone: tuple[Path, ...]
    unchanged: int
    unread_appeared: tuple[Unread, ...]
    unread_gone: tuple[Unread, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    techniques: Mapping[str, TechniqueNote] = field(default_factory=dict)
    """Those that the paths use."""
