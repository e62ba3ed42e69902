# SPDX-License-Identifier: Apache-2.0
"""Two policies compared, for `bartizan policy diff`, as text, as JSON, and as a line of a batch.

The forms of the JSON are `schema/policy-diff.schema.json` and
`schema/policy-diff-answer.schema.json`.
"""

import json
from collections.abc import Callable, Mapping

from bartizan.errors import BartizanError
from bartizan.model.policy_diff import Gain, PolicyDiff, Shown
from bartizan.model.record import Json
from bartizan.report.json_ import encode
from bartizan.report.sheet import Sheet, Style

SCHEMA = "bartizan/policy-diff/1"
"""Raised when a consumer of the old form would misread the new one."""


def as_text(found: PolicyDiff, *, width: int = 100, colour: bool = False) -> bytes:
    """Say what is gained and what is lost, each with a request that shows it."""
    sheet = Sheet(width=width, colour=colour)
    sheet.write(f"{found.old} -> {found.new} ({found.type} policy)")
    sheet.blank()
    _write_gain(sheet, found.gained, "new access", Style.HIGH)
    sheet.blank()
    _write_gain(sheet, found.lost, "access lost", Style.MEDIUM)
    return sheet.render()


def _write_gain(sheet: Sheet, gain: Gain, what: str, style: Style) -> None:
    if gain.any is False:
        sheet.row([(f"no {what}", Style.GOOD), (": proved for all requests", Style.PLAIN)])
        return
    if gain.shown is None:
        sheet.row([(what, Style.MEDIUM), (": unknown", Style.PLAIN)])
        for item in gain.missing:
            sheet.write(item, label="not decided  ", indent=2)
        return
    sheet.row([(what, style), (", for example:", Style.PLAIN)])
    shown = gain.shown
    sheet.write(shown.principal or "anybody", label="principal  ", indent=2)
    known = "" if shown.known else " (stands for actions that are not in the catalogue)"
    sheet.write(f"{shown.action}{known}", label="action     ", indent=2)
    sheet.write(_resource(shown), label="resource   ", indent=2)
    for key, values in shown.context:
        sheet.write(f"{key} = {', '.join(values)}", label="context    ", indent=2)


def _resource(shown: Shown) -> str:
    if not shown.account or f":{shown.account}:" in shown.resource or shown.resource == "*":
        return shown.resource
    return f"{shown.resource} of account {shown.account}"


def as_json(found: PolicyDiff) -> bytes:
    """Say the same for programs."""
    return encode(
        {
            "schema": SCHEMA,
            "old": found.old,
            "new": found.new,
            "type": found.type,
            **_answer(found),
        }
    )


def answer(id_: str, found: PolicyDiff | BartizanError) -> bytes:
    """Write the answer to one line of a batch."""
    if isinstance(found, BartizanError):
        at = "" if found.at is None else str(found.at)
        error: Json = {
            "code": found.code,
            "message": found.message,
            "at": at,
            "hint": found.hint,
        }
        said: dict[str, Json] = {"id": id_, "error": error}
    else:
        said = {"id": id_, "type": found.type, **_answer(found)}
    return json.dumps(said, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def _answer(found: PolicyDiff) -> dict[str, Json]:
    return {
        "old_within_new": _negation(found.lost.any),
        "new_within_old": _negation(found.gained.any),
        "witnesses": {"gained": _shown(found.gained), "lost": _shown(found.lost)},
        "missing": {"gained": list(found.gained.missing), "lost": list(found.lost.missing)},
    }


def _negation(truth: bool | None) -> bool | None:  # noqa: FBT001 - the value itself
    return None if truth is None else not truth


def _shown(gain: Gain) -> Json:
    shown = gain.shown
    if shown is None:
        return None
    context: dict[str, Json] = {key: list(values) for key, values in shown.context}
    return {
        "principal": shown.principal,
        "caller": shown.caller,
        "session": shown.session,
        "action": shown.action,
        "known": shown.known,
        "resource": shown.resource,
        "account": shown.account,
        "context": context,
    }


POLICY_DIFF_FORMATS: Mapping[str, Callable[[PolicyDiff], bytes]] = {
    "text": as_text,
    "json": as_json,
}
"""Name of a format to what writes it."""
