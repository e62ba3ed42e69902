# SPDX-License-Identifier: Apache-2.0
"""What is exposed, for `bartizan exposed`, for people and for programs.

The form of the JSON is `schema/exposed.schema.json`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from bartizan.model.reach import ExposedAnswer, Exposure, FrontEntry, LatentRule
from bartizan.model.record import Json
from bartizan.report.json_ import encode
from bartizan.report.packet import (
    blocker_json,
    entity,
    port_range,
    ports,
    ports_json,
    verdict_json,
    write_verdict,
    write_ways,
)
from bartizan.report.reach import end_json
from bartizan.report.sheet import Sheet, Style
from bartizan.report.wording import count

T = TypeVar("T")

SCHEMA = "bartizan/exposed/1"
"""Raised when a consumer of the old form would misread the new one."""

_TITLES: Mapping[str, str] = {
    "reachable": "packets arrive, and their answers come back",
    "unknown": "what was not read, or is not modelled, decides",
}
_STYLES = {"reachable": Style.STRONG, "unknown": Style.MEDIUM}
_NEEDS: Mapping[str, str] = {
    "nothing": "takes requests of anybody",
    "iam": "asks for a signature of AWS",
    "other": "asks for credentials of its own",
    "unknown": "nobody knows what it asks for",
}
_FEW = 8


def as_text(
    told: ExposedAnswer,
    *,
    most: int = 0,
    every_way: bool = False,
    width: int = 100,
    colour: bool = False,
) -> bytes:
    """Write an answer for a terminal: `most` of each kind (0 for all), with `every_way` all
    blockers.
    """
    sheet = Sheet(width=width, colour=colour)
    sheet.row([(f"what {told.source.what} reaches", Style.STRONG)])
    left = 0
    for certainty, meaning in _TITLES.items():
        held = [one for one in told.exposures if one.certainty == certainty]
        if held:
            sheet.heading(f"{certainty}: {meaning}")
        for one in _few(held, most):
            _write(sheet, one, told)
        left += len(held) - len(_few(held, most))
    if told.fronts:
        sheet.heading("fronts: ways in that have no interface")
    for front in _few(told.fronts, most):
        _write_front(sheet, front)
    if told.latent:
        sheet.heading("latent: rules open to the world where nothing of it arrives")
    for rule in _few(told.latent, most):
        _write_latent(sheet, rule, every_way=every_way)
    left += len(told.fronts) - len(_few(told.fronts, most))
    left += len(told.latent) - len(_few(told.latent, most))
    _write_sum(sheet, told, left=left)
    return sheet.render()


def _few(held: Sequence[T], most: int) -> Sequence[T]:
    return held[:most] if most else held


def _write(sheet: Sheet, one: Exposure, told: ExposedAnswer) -> None:
    sheet.blank()
    shown = [entity(name, told.names) for name in one.interfaces]
    sheet.write(f"{ports(one.ports)} of {shown[0]}", style=_STYLES[one.certainty])
    if len(shown) > 1:
        sheet.listing(shown[1:], label="and of   ", indent=2)
    if one.sources != told.source.names:
        sources = (entity(name, told.names) for name in one.sources)
        sheet.listing(sources, label="sent by  ", indent=2)
    sheet.listing(one.ranges, label="from     ", indent=2)
    if one.via:
        sheet.write(one.via, label="through  ", indent=2)
    sheet.listing(one.things, label="serves   ", indent=2)
    sheet.listing(one.administration, label="admin    ", indent=2)
    sheet.listing(one.missing, label="missing  ", indent=2)
    if one.certainty == "reachable":
        write_verdict(sheet, one.verdict)


def _write_front(sheet: Sheet, one: FrontEntry) -> None:
    sheet.blank()
    sheet.write(f"{one.name or one.id}, {_NEEDS.get(one.authenticates, one.authenticates)}")
    sheet.write(f"{one.kind} {one.id}", label="front    ", indent=2)
    sheet.listing(one.forwards_to, label="sends to ", indent=2)


def _write_latent(sheet: Sheet, one: LatentRule, *, every_way: bool) -> None:
    sheet.blank()
    sheet.write(f"{one.owner} lets {one.peer} in on {port_range(one.ports)}")
    sheet.write(one.rule, label="rule     ", indent=2, style=Style.FAINT)
    sheet.listing(one.administration, label="admin    ", indent=2)
    if one.interfaces:
        sheet.listing(one.interfaces, label="at       ", indent=2)
        write_ways(sheet, one.ways, every_way=every_way)
    else:
        sheet.write("no interface has the group", label="blocker  ", indent=2)


def _write_sum(sheet: Sheet, told: ExposedAnswer, *, left: int) -> None:
    sheet.heading("in all")
    for line in summary(told):
        sheet.write(line)
    if left:
        sheet.write(f"{left:,} more not shown; raise `--max`")
    for item in told.incomplete[:_FEW]:
        sheet.write(item, label="not read  ", indent=2, style=Style.MEDIUM)
    if len(told.incomplete) > _FEW:
        sheet.write(f"and {len(told.incomplete) - _FEW:,} more", indent=12)


def summary(told: ExposedAnswer) -> list[str]:
    """Say in a few sentences, without stops, how many there are of each."""
    numbers = {
        certainty: len(
            {n for one in told.exposures if one.certainty == certainty for n in one.interfaces}
        )
        for certainty in _TITLES
    }
    said = ", ".join(f"{title} {number:,}" for title, number in numbers.items())
    lines = [f"of {count(told.interfaces, 'interface')}: {said}"]
    if told.fronts:
        lines.append(f"{count(len(told.fronts), 'way')} in without an interface")
    if told.latent:
        lines.append(
            f"{count(len(told.latent), 'rule')} open to the world where nothing of it arrives"
        )
    if not told.whole:
        lines.append("the answer is not whole: what was not read could change it")
    return lines


def as_json(told: ExposedAnswer) -> bytes:
    """Write an answer for programs."""
    return encode(
        {
            "schema": SCHEMA,
            "snapshot": told.snapshot,
            "from": end_json(told.source),
            "exposures": [_exposure(one) for one in told.exposures],
            "fronts": [_front(one) for one in told.fronts],
            "latent": [_latent(one) for one in told.latent],
            "interfaces": told.interfaces,
            "whole": told.whole,
            "unread": list(told.incomplete),
            "names": dict(sorted(told.names.items())),
        }
    )


def _exposure(one: Exposure) -> Json:
    said = verdict_json(one.verdict)
    return {
        "answer": one.certainty,
        "sources": list(one.sources),
        "interfaces": list(one.interfaces),
        "ports": ports_json(one.ports),
        "ranges": list(one.ranges),
        "via": one.via,
        "things": list(one.things),
        "administration": list(one.administration),
        "legs": said["legs"],
        "missing": list(one.missing),
        "checked": one.checked,
    }


def _front(one: FrontEntry) -> Json:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "account": one.account,
        "region": one.region,
        "authenticates": one.authenticates,
        "forwards_to": list(one.forwards_to),
    }


def _latent(one: LatentRule) -> Json:
    return {
        "group": one.owner,
        "rule": one.rule,
        "ports": ports_json((one.ports,)),
        "peer": one.peer,
        "administration": list(one.administration),
        "interfaces": list(one.interfaces),
        "ways": [[blocker_json(blocker) for blocker in way] for way in one.ways],
    }


EXPOSED_FORMATS: Mapping[str, Callable[[ExposedAnswer], bytes]] = {
    "text": as_text,
    "json": as_json,
}
"""Name of a format to what writes it."""
