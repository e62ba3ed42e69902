# SPDX-License-Identifier: Apache-2.0
"""One decision with its reasons, for `bartizan can`, as text and as JSON."""

from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.record import Json
from bartizan.model.step import Ask
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.report.json_ import encode
from bartizan.report.sheet import Sheet, Style

SCHEMA = "bartizan/decision/1"
"""Raised when a consumer of the old form would misread the new one."""


class Explanation(Struct, frozen=True, kw_only=True):
    """A decision in plain values, whichever reasoner made it."""

    ask: Ask
    """What was asked."""
    verdict: Verdict
    """The answer."""
    by: str = ""
    """The layer that decided; empty for none in particular."""
    explicit: bool = False
    """A statement denies it, rather than none allowing it."""
    rule: str = ""
    """The vendor's rule that decided, in one sentence with its page; empty where nobody asked."""
    supposing: tuple[str, ...] = ()
    """What was supposed to be otherwise than the snapshot has it, a phrase for each change."""


def as_text(told: Explanation, *, width: int = 100, colour: bool = False) -> bytes:
    """Write a decision for a terminal: the answer first, then why."""
    sheet = Sheet(width=width, colour=colour)
    word, style = _word(told.verdict), _style(told.verdict)
    sheet.row([(word, style), (_manner(told), Style.PLAIN)])
    sheet.write(told.ask.principal, label="principal  ", indent=2)
    sheet.write(told.ask.action, label="action     ", indent=2)
    sheet.write(told.ask.resource, label="resource   ", indent=2)
    for key, value in told.ask.context:
        sheet.write(f"{key} = {value}", label="context    ", indent=2)
    for change in told.supposing:
        sheet.write(change, label="supposing  ", indent=2, style=Style.ACCENT)
    sheet.blank()
    _write_reasons(sheet, told.verdict)
    if told.rule:
        sheet.blank()
        sheet.write(told.rule, label="rule  ", indent=2)
    return sheet.render()


def as_json(told: Explanation) -> bytes:
    """Write a decision for programs."""
    return encode(
        {
            "schema": SCHEMA,
            "principal": told.ask.principal,
            "action": told.ask.action,
            "resource": told.ask.resource,
            "context": [list(pair) for pair in told.ask.context],
            **_verdict(told.verdict),
            "by": told.by,
            "explicit": told.explicit,
            "rule": told.rule,
            "supposing": list(told.supposing),
        }
    )


def _manner(told: Explanation) -> str:
    if isinstance(told.verdict, Denied) and not told.explicit:
        return " since nothing allows it" + (f" ({told.by})" if told.by else "")
    explicitly = " explicitly" if isinstance(told.verdict, Denied) else ""
    return explicitly + (f" by {told.by}" if told.by else "")


def _write_reasons(sheet: Sheet, verdict: Verdict) -> None:
    match verdict:
        case Allowed(because) | Denied(because):
            for one in because:
                place = f"{one.subject} [{one.statement}]" if one.statement else one.subject
                sheet.write(f"{place} {one.why}", label="why  ", indent=2)
                if one.excerpt:
                    sheet.write(one.excerpt, indent=7, style=Style.FAINT)
        case Unknown(missing):
            for item in missing:
                sheet.write(item, label="not read  ", indent=2)
        case _:
            assert_never(verdict)


def _word(verdict: Verdict) -> str:
    words: Mapping[type, str] = {Allowed: "allowed", Denied: "denied", Unknown: "unknown"}
    return words[type(verdict)]


def _style(verdict: Verdict) -> Style:
    styles: Mapping[type, Style] = {
        Allowed: Style.GOOD,
        Denied: Style.HIGH,
        Unknown: Style.MEDIUM,
    }
    return styles[type(verdict)]


def _verdict(verdict: Verdict) -> dict[str, Json]:
    match verdict:
        case Allowed(because) | Denied(because):
            reasons: list[Json] = [_reason(one) for one in because]
            return {"verdict": _word(verdict), "because": reasons, "missing": []}
        case Unknown(missing):
            return {"verdict": "unknown", "because": [], "missing": list(missing)}
        case _:
            assert_never(verdict)


def _reason(one: Evidence) -> Json:
    return {
        "policy": one.subject,
        "statement": one.statement,
        "why": one.why,
        "excerpt": one.excerpt,
    }
