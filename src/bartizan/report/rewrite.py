# SPDX-License-Identifier: Apache-2.0
"""Policies that were written anew, for `bartizan policy minimize` and `fit`, as text and JSON.

The forms of the JSON are `schema/policy-minimize.schema.json` and `schema/policy-fit.schema.json`.
"""

import json
from collections.abc import Callable, Iterable, Mapping

from bartizan.model.record import Json
from bartizan.model.rewrite import Fitted, Group, Minimized, Proof
from bartizan.report.json_ import encode
from bartizan.report.sheet import Sheet, Style
from bartizan.report.wording import count

MINIMIZE_SCHEMA = "bartizan/policy-minimize/1"
"""Raised when a consumer of the old form would misread the new one."""
FIT_SCHEMA = "bartizan/policy-fit/1"
"""As above."""

MANAGED = 6_144
"""Characters that a managed policy may have
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""


def policy_text(text: str) -> bytes:
    """Write a policy document for a file of its own; non-ASCII letters stay as they are."""
    return (json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n").encode()


def minimized_as_text(found: Minimized, *, width: int = 100, colour: bool = False) -> bytes:
    """Say what was done and show the shorter policy."""
    sheet = Sheet(width=width, colour=colour)
    sheet.write(
        f"{found.name} ({found.type} policy): {_sizes(found.before, found.after)}, "
        f"{_statements(found)}"
    )
    for done in found.done:
        sheet.write(done, label="done  ", indent=2)
    for left in found.left:
        sheet.write(left, label="left as it was  ", indent=2, style=Style.MEDIUM)
    if found.done:
        sheet.write("both allow and deny the same, whatever else is attached: proved", indent=2)
    _show(sheet, found.text)
    return sheet.render()


def minimized_as_json(found: Minimized) -> bytes:
    """Say the same for programs."""
    return encode(
        {
            "schema": MINIMIZE_SCHEMA,
            "name": found.name,
            "type": found.type,
            "characters": {"before": found.before, "after": found.after},
            "statements": {"before": found.statements_before, "after": found.statements_after},
            "done": list(found.done),
            "left": list(found.left),
            "policy": json.loads(found.text),
        }
    )


def _statements(found: Minimized) -> str:
    before, after = found.statements_before, found.statements_after
    return f"{count(before, 'statement')} before, {after} now"


def _sizes(before: int, after: int) -> str:
    return f"{before:,} characters before, {after:,} now"


def fitted_as_text(found: Fitted, *, width: int = 100, colour: bool = False) -> bytes:
    """Say what goes and what stays, and why, and show the proposal."""
    sheet = Sheet(width=width, colour=colour)
    sheet.write(f"{found.name} ({found.type} policy): {_sizes(found.before, found.after)}")
    if found.after > MANAGED:
        sheet.write(
            f"longer than the {MANAGED:,} characters that a managed policy may have",
            indent=2,
            style=Style.MEDIUM,
        )
    for one in found.coverage:
        sheet.write(one, label="read  ", indent=2)
    _write_groups(sheet, "Removed", found.removed, Style.GOOD)
    for pattern in found.opened:
        sheet.write(f"{pattern}: also all that it would name beyond the known actions", indent=2)
    _write_groups(sheet, "Not covered: kept", found.kept, Style.MEDIUM)
    for call in found.unmapped:
        sheet.write(
            f"{call.source} {call.name}, {count(call.count, 'call')}: stands for no known action",
            indent=2,
            style=Style.MEDIUM,
        )
    _write_groups(sheet, "Used", found.used, Style.PLAIN)
    if found.trial.elsewhere:
        sheet.heading("Used, and not allowed by this policy")
        for use in found.trial.elsewhere:
            sheet.write(f"{use.action} on {use.resource} by {use.principal}", indent=2)
    sheet.heading("Proof")
    sheet.write(_proved(found.proof), indent=2)
    sheet.write(_tried(found), indent=2)
    if not json.loads(found.text)["Statement"]:
        sheet.write("nothing of it is used: detach it rather than empty it", indent=2)
    _show(sheet, found.text)
    return sheet.render()


def _proved(proof: Proof) -> str:
    if proof.holds is True:
        return "the proposal allows nothing that the old policy does not: proved"
    return f"that the proposal allows nothing new could not be proved: {proof.why}"


def _tried(found: Fitted) -> str:
    trial = found.trial
    decided = count(trial.decided, "observed request")
    said = f"{decided} decided: none that the old policy allows is refused"
    if trial.unstated:
        said += f"; of {count(trial.unstated, 'kind')} of calls the log names no resource"
    return said


def _write_groups(sheet: Sheet, title: str, groups: Iterable[Group], style: Style) -> None:
    listed = list(groups)
    if not listed:
        return
    total = sum(len(group.actions) for group in listed)
    sheet.heading(f"{title} ({count(total, 'action')})")
    by_reason: dict[str, list[str]] = {}
    for group in listed:
        by_reason.setdefault(group.why, []).extend(group.actions)
    for why, actions in by_reason.items():
        sheet.write(why, indent=2, style=style)
        sheet.listing(actions, label="", indent=4)


def fitted_as_json(found: Fitted) -> bytes:
    """Say the same for programs."""
    return encode(
        {
            "schema": FIT_SCHEMA,
            "name": found.name,
            "type": found.type,
            "complete": found.complete,
            "characters": {"before": found.before, "after": found.after},
            "coverage": list(found.coverage),
            "removed": [_group(group) for group in found.removed],
            "opened": list(found.opened),
            "kept": [_group(group) for group in found.kept],
            "used": [_group(group) for group in found.used],
            "unmapped": [
                {"source": call.source, "name": call.name, "count": call.count}
                for call in found.unmapped
            ],
            "elsewhere": [
                {"action": use.action, "resource": use.resource, "principal": use.principal}
                for use in found.trial.elsewhere
            ],
            "decided": found.trial.decided,
            "unstated": found.trial.unstated,
            "within_old": found.proof.holds,
            "not_proved": found.proof.why,
            "policy": json.loads(found.text),
        }
    )


def _group(group: Group) -> Json:
    return {"service": group.service, "actions": list(group.actions), "why": group.why}


def _show(sheet: Sheet, text: str) -> None:
    """Write the policy itself, to be copied."""
    sheet.blank()
    sheet.verbatim(json.dumps(json.loads(text), indent=2), indent=0)


MINIMIZE_FORMATS: Mapping[str, Callable[[Minimized], bytes]] = {
    "text": minimized_as_text,
    "json": minimized_as_json,
}
FIT_FORMATS: Mapping[str, Callable[[Fitted], bytes]] = {
    "text": fitted_as_text,
    "json": fitted_as_json,
}
