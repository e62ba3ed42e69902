# SPDX-License-Identifier: Apache-2.0
"""The words that every report uses for the same thing: footholds, levels, gaps, counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from bartizan.model.arn import Arn
from bartizan.model.facts.gap import Unread
from bartizan.model.finding import LEVELS, TechniqueNote
from bartizan.model.path import Cut, CutRemedy, Entry, Path
from bartizan.model.step import Ability, Foothold

ABILITIES: Mapping[str, str] = {
    Ability.START.value: "{}",
    Ability.ACT_AS.value: "act as {}",
    Ability.ADMINISTER.value: "administer {}",
    Ability.RUN_CODE.value: "run code in {}",
    Ability.PLANT_CODE.value: "plant code in {}",
    Ability.INVOKE.value: "call {}",
    Ability.READ.value: "read {}",
    Ability.READ_SEALED.value: "read {}, still encrypted",
    Ability.WRITE.value: "write to {}",
    Ability.DECRYPT.value: "decrypt with {}",
    Ability.HOLD.value: "know the credential {}",
    Ability.SEND.value: "send packets to {}",
    Ability.SEND_AS.value: "send packets as {}",
    Ability.SEND_ALIKE.value: "send packets to {} and its like",
}
"""Value of an ability to a phrase about its entity."""

WELL_KNOWN: Mapping[str, str] = {
    "internet": "the Internet",
    "any-aws-account": "any AWS account",
    "stolen-laptop": "a stolen computer",
}
"""Entities that are no thing of the estate."""

KINDS: Mapping[str, str] = {"s3": "bucket", "sns": "topic", "sqs": "queue"}
"""Service to what it is about, where the ARN's resource is a bare name."""

GAPS: Mapping[str, str] = {
    "denied": "access denied",
    "expired": "the credentials expired",
    "throttled": "gave up after throttling",
    "failed": "the call failed",
    "truncated": "the answer was cut short",
    "malformed": "the answer made no sense",
    "unsupported": "not served by this endpoint",
    "not-enabled": "region or service not enabled",
    "skipped": "left out by the settings",
    "partial": "told of in part",
    "hidden": "its value was not told",
    "not-understood": "not understood yet",
    "unmanaged": "outside of what the tool looks after",
}
"""Code of an unread row to a phrase; what somebody should look into comes first."""


class Names(Struct, frozen=True):
    """Calls things what people call them."""

    given: Mapping[str, str]
    """Entity (ARN, account id) to its name."""

    def entity(self, entity: str) -> str:
        """Name a thing: its given name, else its kind and name, and the account it is in."""
        if entity in WELL_KNOWN:
            return WELL_KNOWN[entity]
        if entity in self.given:
            return self.given[entity]
        try:
            arn = Arn.parse(entity)
        except ValueError:
            return entity
        kind = KINDS.get(arn.service) or arn.resource.replace(":", "/").split("/", 1)[0]
        name = arn.resource if arn.service in KINDS else arn.name
        where = f" in {self.given.get(arn.account, arn.account)}" if arn.account else ""
        return f"{kind} {name}{where}"

    def foothold(self, foothold: Foothold) -> str:
        """Say what an attacker holds as one phrase: `act as deploy in prod`."""
        pattern = ABILITIES.get(foothold.ability, foothold.ability + " {}")
        return pattern.replace("{}", self.entity(foothold.entity))


def verb(foothold: Foothold) -> str:
    """Say an ability without its thing: `act as`; `start at` for an entry."""
    if foothold.ability == Ability.START.value:
        return "start at"
    return ABILITIES.get(foothold.ability, foothold.ability + " {}").replace(" {}", "")


def level(rank: int) -> str:
    """Name a rank; a rank outside 1 to 4 is called by the nearest."""
    return LEVELS[min(max(rank, 1), len(LEVELS)) - 1]


def start(entries: Iterable[Entry]) -> str:
    """Name where a path starts: `the Internet and a stolen laptop`."""
    return " and ".join(entry.name for entry in entries)


def headline(path: Path) -> str:
    """Say a path in one sentence without a full stop."""
    told = f"{start(path.entries)} can reach {path.jewel.name}"
    return told[:1].upper() + told[1:]


def verdict_on(cut: Cut) -> str:
    """Say what the cut achieves and how far that is proved, as one sentence without a stop."""
    told = count(len(cut.remedies), "change")
    proof = f"cost {cut.cost}, proved the cheapest"
    if not cut.optimal:
        proof = f"cost {cut.cost}, nothing below {cut.lower_bound} can do it"
    if cut.uncut:
        paths = count(len(cut.uncut), "path")
        return f"{told} ({proof}) leave {paths} open, for which no remedy is known"
    verb = "closes" if len(cut.remedies) == 1 else "close"
    if cut.paths_left:
        jewels = count(cut.paths_left, "jewel is", "jewels are")
        return f"{told} {verb} the paths shown ({proof}), but {jewels} still reached (checked)"
    return f"{told} {verb} every path ({proof}); paths left after it: 0 (checked)"


def technique(notes: Mapping[str, TechniqueNote], technique_id: str) -> TechniqueNote:
    """Return the note on a technique; one that only repeats the id where there is none."""
    return notes.get(technique_id) or TechniqueNote(
        id=technique_id, title=technique_id, attack="", reference="", explanation=""
    )


def gap(row: Unread) -> str:
    """Say in one line what was not read and why, without the vendor's own words."""
    where = " ".join(part for part in (row.account, row.region) if part) or "the organisation"
    about = f" on {row.resource}" if row.resource else ""
    return f"{_asked(row)}{about} in {where}: {GAPS.get(row.code, row.code)}"


def worst_gaps_first(rows: Iterable[Unread]) -> list[Unread]:
    """Put what was refused or broke before what was left out on purpose; otherwise as it was."""
    order = {code: place for place, code in enumerate(GAPS)}
    return sorted(rows, key=lambda row: order.get(row.code, 0))


def gap_groups(rows: Iterable[Unread]) -> list[str]:
    """Say what was not read, the same thing in many places in one line, the worst first."""
    groups: dict[tuple[str, str], list[Unread]] = {}
    for row in worst_gaps_first(rows):
        groups.setdefault((_asked(row), row.code), []).append(row)
    return [gap(group[0]) if len(group) == 1 else _gaps(group) for group in groups.values()]


def _gaps(group: Sequence[Unread]) -> str:
    """Say how often and where one thing was not read."""
    parts = (
        (len({row.resource for row in group if row.resource}), "resource"),
        (len({row.account for row in group if row.account}), "account"),
        (len({row.region for row in group if row.region}), "region"),
    )
    where = ", ".join(count(number, noun) for number, noun in parts if number)
    first = group[0]
    often = f"{len(group):,} times"
    return f"{_asked(first)}, {often} ({where}): {GAPS.get(first.code, first.code)}"


def _asked(row: Unread) -> str:
    return row.action or row.operation or row.service


def completeness(rows: Sequence[Unread]) -> str:
    """Say how complete the answer is, as one sentence without a stop."""
    codes = Counter(row.code for row in worst_gaps_first(rows))
    skipped = codes.pop("skipped", 0)
    parts = []
    if codes:
        kinds = ", ".join(f"{number:,} {code}" for code, number in codes.items())
        parts.append(f"{count(codes.total(), 'thing')} could not be read ({kinds})")
    if skipped:
        nouns = ("was", "were") if codes else ("thing was", "things were")
        parts.append(f"{count(skipped, *nouns)} left out by the settings")
    if not parts:
        return "Everything that was asked for could be read"
    return f"{' and '.join(parts)}: there may be more paths than these"


def most_closing_first(cut: Cut) -> list[CutRemedy]:
    """Put the changes that take part in closing the most paths first, then the cheap ones."""
    return sorted(
        cut.remedies, key=lambda one: (-len(one.closes), one.remedy.cost, one.remedy.title)
    )


def count(number: int, noun: str, plural: str = "") -> str:
    """Write `1 path`, `2 paths`, `1,204 paths`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def estate(counts: Mapping[str, int]) -> list[str]:
    """Write each count with its plural noun, in the singular where it is one."""
    return [count(number, _singular(noun), noun) for noun, number in counts.items()]


def _singular(noun: str) -> str:
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")


def by_level(paths: Iterable[Path]) -> dict[str, int]:
    """Count paths by level, highest first, without empty ones."""
    counts = dict.fromkeys(reversed(LEVELS), 0)
    for path in paths:
        counts[level(path.jewel.rank)] += 1
    return {name: number for name, number in counts.items() if number}
