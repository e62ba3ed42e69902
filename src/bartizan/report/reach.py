# SPDX-License-Identifier: Apache-2.0
"""What reaches what, for `bartizan reach`, for people and for programs.

The form of the JSON is `schema/reach.schema.json`.
"""

from collections.abc import Callable, Mapping

from bartizan.model.packet import ANY
from bartizan.model.reach import Edits, End, PortRange, ReachAnswer, ReachAsked, ReachGroup
from bartizan.model.record import Json
from bartizan.report.json_ import change, encode
from bartizan.report.packet import (
    entity,
    port_range,
    ports,
    ports_json,
    verdict_json,
    word,
    write_verdict,
)
from bartizan.report.sheet import Sheet, Style
from bartizan.report.wording import count

SCHEMA = "bartizan/reach/1"
"""Raised when a consumer of the old form would misread the new one."""

TITLES: Mapping[str, str] = {
    "reachable": "packets arrive, and their answers come back",
    "unknown": "what was not read, or is not modelled, decides",
    "blocked": "no packet arrives with an answer",
}
_STYLES = {"reachable": Style.STRONG, "unknown": Style.MEDIUM, "blocked": Style.GOOD}
_FEW = 8


def as_text(
    told: ReachAnswer,
    *,
    most: int = 0,
    every_way: bool = False,
    width: int = 100,
    colour: bool = False,
) -> bytes:
    """Write an answer for a terminal: `most` groups (0 for all), with `every_way` all blockers."""
    sheet = Sheet(width=width, colour=colour)
    sheet.row([(headline(told.asked), Style.STRONG)])
    shown = told.groups[:most] if most else told.groups
    for title, meaning in TITLES.items():
        groups = [group for group in shown if word(group.verdict) == title]
        if groups:
            sheet.heading(f"{title}: {meaning}")
        for group in groups:
            _write(sheet, group, told, every_way=every_way)
    if told.edits is not None:
        write_edits(sheet, told.edits)
    _write_sum(sheet, told, left=len(told.groups) - len(shown))
    return sheet.render()


def headline(asked: ReachAsked) -> str:
    """Say the question in one line."""
    if asked.protocol == ANY:
        what = "any port"
    else:
        what = port_range(PortRange(protocol=asked.protocol, first=asked.port, last=asked.port))
    return f"from {asked.source.what} to {asked.target.what} on {what}"


def _write(sheet: Sheet, group: ReachGroup, told: ReachAnswer, *, every_way: bool) -> None:
    sheet.blank()
    style = _STYLES[word(group.verdict)]
    ends = [entity(held[0], told.names) for held in (group.sources, group.targets)]
    sheet.write(f"{ends[0]} to {ends[1]}", style=style)
    if len(group.sources) > 1:
        others = (entity(name, told.names) for name in group.sources[1:])
        sheet.listing(others, label="also from  ", indent=2)
    if len(group.targets) > 1:
        others = (entity(name, told.names) for name in group.targets[1:])
        sheet.listing(others, label="also to    ", indent=2)
    said = ports(group.ports)
    if group.every_port:
        said = f"on every port; of {said} it is said why"
    sheet.write(said, label="ports    ", indent=2)
    write_verdict(sheet, group.verdict, every_way=every_way)


def write_edits(sheet: Sheet, told: Edits) -> None:
    """Write what would open or close it."""
    sheet.heading(f"to {told.aim} it")
    if told.why:
        sheet.write(told.why, style=Style.MEDIUM)
    if told.done and told.edits:
        changes = count(len(told.edits), "change")
        them = "it" if len(told.edits) == 1 else "them"
        sheet.write(f"{changes}, cost {told.cost}; asked again with {them}, it is as wanted")
    for number, edit in enumerate(told.edits, start=1):
        sheet.blank()
        sheet.write(edit.remedy.title, label=f"{number}. ")
        if edit.command:
            sheet.verbatim(edit.command, indent=4, prompt="$ ")
        if edit.terraform:
            sheet.verbatim(edit.terraform, indent=4)


def _write_sum(sheet: Sheet, told: ReachAnswer, *, left: int) -> None:
    sheet.heading("in all")
    sheet.write(summary(told))
    if left:
        sheet.write(f"{count(left, 'group')} more not shown; raise `--max`")
    for item in told.incomplete[:_FEW]:
        sheet.write(item, label="not read  ", indent=2, style=Style.MEDIUM)
    if len(told.incomplete) > _FEW:
        sheet.write(f"and {len(told.incomplete) - _FEW:,} more", indent=12)
    for note in told.notes:
        sheet.write(note, label="note  ", indent=2, style=Style.FAINT)


def summary(told: ReachAnswer) -> str:
    """Say how many pairs there are of each answer; one may have two, on different ports."""
    numbers = dict.fromkeys(TITLES, 0)
    for group in told.groups:
        same = len(set(group.sources) & set(group.targets))
        pairs = len(group.sources) * len(group.targets) - same
        numbers[word(group.verdict)] += pairs
    said = ", ".join(f"{title} {number:,}" for title, number in numbers.items())
    return f"of {count(told.pairs, 'pair')}: {said}"


def as_json(told: ReachAnswer) -> bytes:
    """Write an answer for programs."""
    asked = told.asked
    port = None if asked.protocol == ANY else asked.port
    return encode(
        {
            "schema": SCHEMA,
            "snapshot": told.snapshot,
            "question": {
                "from": end_json(asked.source),
                "to": end_json(asked.target),
                "protocol": None if asked.protocol == ANY else asked.protocol,
                "port": port,
            },
            "groups": [_group(group) for group in told.groups],
            "pairs": told.pairs,
            "edits": None if told.edits is None else edits_json(told.edits),
            "whole": told.whole,
            "unread": list(told.incomplete),
            "notes": list(told.notes),
            "names": dict(sorted(told.names.items())),
        }
    )


def end_json(one: End) -> Json:
    """Say one side of a question for programs."""
    return {
        "text": one.text,
        "what": one.what,
        "names": list(one.names),
        "address": one.address,
    }


def _group(group: ReachGroup) -> Json:
    return {
        **verdict_json(group.verdict),
        "sources": list(group.sources),
        "targets": list(group.targets),
        "ports": ports_json(group.ports),
        "every_port": group.every_port,
        "checked": group.checked,
    }


def edits_json(told: Edits) -> Json:
    """Say what would open or close it, for programs."""
    return {
        "aim": told.aim,
        "done": told.done,
        "cost": told.cost,
        "why": told.why,
        "changes": [
            {
                "id": edit.remedy.id,
                "title": edit.remedy.title,
                "cost": edit.remedy.cost,
                "change": change(edit.remedy.change),
                "command": edit.command,
                "terraform": edit.terraform,
            }
            for edit in told.edits
        ],
    }


REACH_FORMATS: Mapping[str, Callable[[ReachAnswer], bytes]] = {
    "text": as_text,
    "json": as_json,
}
"""Name of a format to what writes it."""
