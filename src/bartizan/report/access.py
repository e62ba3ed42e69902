# SPDX-License-Identifier: Apache-2.0
"""Who can do what, for `bartizan who-can` and `bartizan what-can`, for people and for programs.

The form of the JSON is `schema/access.schema.json`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from bartizan.model.access import Access, AccessAnswer, Asked, Certainty, Witness
from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.model.record import Json
from bartizan.report.json_ import condition, encode
from bartizan.report.sheet import Sheet, Style
from bartizan.report.wording import count

SCHEMA = "bartizan/access/1"
"""Raised when a consumer of the old form would misread the new one."""

TITLES: Mapping[Certainty, str] = {
    Certainty.MUST: "can, whatever else the request holds",
    Certainty.MAY: "can under a condition",
    Certainty.UNKNOWN: "what was not read or not found decides",
}
_STYLES = {
    Certainty.MUST: Style.STRONG,
    Certainty.MAY: Style.MEDIUM,
    Certainty.UNKNOWN: Style.MEDIUM,
}
_RELATIONS: Mapping[str, str] = {
    "own": "in the account of what is asked for",
    "estate": "in another account of the estate",
    "outside": "outside of the estate",
    "provider": "from a directory outside",
    "service": "services of the vendor",
    "anyone": "anyone",
}
_FEW = 8


def as_text(
    told: AccessAnswer,
    *,
    most: int = 0,
    explain: bool = False,
    width: int = 100,
    colour: bool = False,
) -> bytes:
    """Write an answer for a terminal: `most` groups (0 for all), with `explain` the statements'
    text and the rules too.
    """
    sheet = Sheet(width=width, colour=colour)
    sheet.row([(headline(told.asked), Style.STRONG)])
    for change in told.overlay:
        sheet.write(change, label="supposing  ", indent=2, style=Style.ACCENT)
    for key, value in told.asked.context:
        sheet.write(f"{key} = {value}", label="context    ", indent=2)
    shown = told.groups[:most] if most else told.groups
    for certainty in Certainty:
        groups = [group for group in shown if group.certainty is certainty]
        if groups:
            sheet.heading(f"{certainty.value}: {TITLES[certainty]}")
        for group in groups:
            _write(sheet, group, told, explain=explain)
    _write_sum(sheet, told, left=len(told.groups) - len(shown))
    return sheet.render()


def _write_sum(sheet: Sheet, told: AccessAnswer, *, left: int) -> None:
    sheet.heading("in all")
    for line in summary(told):
        sheet.write(line)
    if left:
        sheet.write(f"{count(left, 'group')} more not shown; raise `--max`")
    for item in told.incomplete[:_FEW]:
        sheet.write(item, label="not read  ", indent=2, style=Style.MEDIUM)
    if len(told.incomplete) > _FEW:
        sheet.write(f"and {len(told.incomplete) - _FEW:,} more", indent=12)
    for note in told.notes:
        sheet.write(note, label="note  ", indent=2, style=Style.FAINT)


def headline(asked: Asked) -> str:
    """Say the question in one line."""
    if asked.principal:
        limits = [f"by `{asked.action}`"] if asked.action else []
        limits += [f"on `{asked.resource}`"] if asked.resource else []
        return " ".join(("what can", asked.principal, "do", *limits))
    return f"who can {asked.action} on {asked.resource}"


def summary(told: AccessAnswer) -> Sequence[str]:
    """Say in a few sentences, without stops, how many there are of each answer."""
    if told.asked.principal:
        numbers = {
            certainty: sum(group.requests for group in told.groups if group.certainty is certainty)
            for certainty in Certainty
        }
        noun, total = "request", told.requests
    else:
        numbers = dict.fromkeys(Certainty, 0)
        for certainty in Certainty:
            held = (group for group in told.groups if group.certainty is certainty)
            numbers[certainty] = len({name for group in held for name in group.callers})
        noun, total = "caller", told.callers
    said = [f"{certainty.value} {number:,}" for certainty, number in numbers.items()]
    lines = [f"of {count(total, noun)}: {', '.join(said)}, never {told.never:,}"]
    if not told.groups and not told.incomplete:
        lines.append("nobody can" if not told.asked.principal else "it can do none of it")
    if not told.whole:
        lines.append("the answer is not whole: what was not read could change it")
    return lines


def _write(sheet: Sheet, group: Access, told: AccessAnswer, *, explain: bool) -> None:
    sheet.blank()
    if told.asked.principal:
        sheet.write(actions(group.actions), style=_STYLES[group.certainty])
        sheet.listing(group.resources, label="on       ", indent=2)
    else:
        sheet.write(callers(group, told.names), style=_STYLES[group.certainty])
        if len(group.callers) > 1:
            sheet.listing(group.callers, label="namely   ", indent=2)
        if (group.actions, group.resources) != ((told.asked.action,), (told.asked.resource,)):
            sheet.listing(group.actions, label="does     ", indent=2)
            sheet.listing(group.resources, label="on       ", indent=2)
    _write_witness(sheet, group.witness)
    for item in group.missing[:_FEW]:
        sheet.write(unknown(item), label="because  ", indent=2)
    if len(group.missing) > _FEW:
        sheet.write(f"and {len(group.missing) - _FEW:,} more", indent=11)
    for one in group.because:
        sheet.write(f"{statement(one)} {one.why}", label="through  ", indent=2)
        if explain and one.excerpt:
            sheet.write(one.excerpt, indent=11, style=Style.FAINT)
    if not group.because and group.certainty is not Certainty.UNKNOWN:
        sheet.write(group.rule, label="through  ", indent=2)
    elif explain and group.rule:
        sheet.write(group.rule, label="rule     ", indent=2, style=Style.FAINT)


def _write_witness(sheet: Sheet, witness: Witness) -> None:
    for one in witness.conditions:
        sheet.write(f"{one.text} (effort {one.effort})", label="if it    ", indent=2)
    if witness.context:
        sheet.listing(pairs(witness), label="witness  ", indent=2)
    if witness.absent:
        sheet.listing(witness.absent, label="without  ", indent=2)


def pairs(witness: Witness) -> list[str]:
    """Write condition keys of a witness as `--context` takes them."""
    return [f"{key}={value}" for key, value in witness.context]


def unknown(item: str) -> str:
    """Say what would have to be known."""
    key = item.removeprefix("context:")
    return f"no value of the condition key `{key}` was found that does" if key != item else item


def statement(one: Evidence) -> str:
    """Name a statement: its policy and its Sid or position."""
    return f"{one.subject} [{one.statement}]" if one.statement else one.subject


def callers(group: Access, names: Mapping[str, str]) -> str:
    """Say who they are: one by its name, several by what they share."""
    first = group.callers[0]
    where = _RELATIONS[group.relation]
    if len(group.callers) == 1:
        account = names.get(account_of(first), "")
        known = names.get(first) or (f"{first} ({account})" if account else first)
        return f"{known}, {where}" if group.relation not in {"anyone", "service"} else known
    accounts = {account_of(name) for name in group.callers} - {""}
    kinds = {_kind(name) for name in group.callers}
    kind = f"{kinds.pop()}s" if len(kinds) == 1 else "callers"
    own = {name.rsplit("/", 1)[-1] for name in group.callers}
    named = f" named `{next(iter(own))}`" if len(own) == 1 and kind != "root users" else ""
    spread = f" in {count(len(accounts), 'account')}" if len(accounts) > 1 else ""
    return f"any of {len(group.callers):,} {kind}{named}{spread}, {where}"


def _kind(name: str) -> str:
    if not name.startswith("arn:"):
        return "service" if name.endswith((".com", ".cn")) else "caller"
    rest = name.split(":", 5)[5]
    if rest == "root":
        return "root user"
    kinds = {
        "role": "role",
        "user": "user",
        "assumed-role": "session",
        "federated-user": "session",
    }
    return kinds.get(rest.split("/", 1)[0], "provider")


def actions(names: Sequence[str]) -> str:
    """List a few actions; of many, say how many of which services."""
    if len(names) <= _FEW:
        return ", ".join(names)
    services = Counter(name.partition(":")[0] for name in names)
    if len(services) == 1:
        return f"{', '.join(names[:_FEW])} and {len(names) - _FEW:,} more"
    most = sorted(services, key=lambda name: (-services[name], name))
    shown = ", ".join(f"{name} ({services[name]})" for name in most[:_FEW])
    more = f" and {len(most) - _FEW:,} more" if len(most) > _FEW else ""
    return f"{len(names):,} actions of {count(len(most), 'service')}: {shown}{more}"


def as_json(told: AccessAnswer) -> bytes:
    """Write an answer for programs, every caller by its name."""
    asked = told.asked
    return encode(
        {
            "schema": SCHEMA,
            "snapshot": told.snapshot,
            "question": {
                "principal": asked.principal,
                "action": asked.action,
                "resource": asked.resource,
                "context": [list(pair) for pair in asked.context],
                "complete": asked.complete,
            },
            "supposing": list(told.overlay),
            "groups": [_group(group) for group in told.groups],
            "callers": told.callers,
            "requests": told.requests,
            "never": told.never,
            "whole": told.whole,
            "unread": list(told.incomplete),
            "notes": list(told.notes),
            "names": dict(sorted(told.names.items())),
        }
    )


def _group(group: Access) -> dict[str, Json]:
    witness = group.witness
    found: dict[str, Json] | None = None
    if group.certainty is Certainty.MAY:
        found = {
            "context": [list(pair) for pair in witness.context],
            "absent": list(witness.absent),
            "conditions": [condition(one) for one in witness.conditions],
            "effort": witness.effort,
        }
    return {
        "answer": group.certainty.value,
        "relation": group.relation,
        "callers": list(group.callers),
        "actions": list(group.actions),
        "resources": list(group.resources),
        "by": group.by,
        "rule": group.rule,
        "because": [_reason(one) for one in group.because],
        "sides": [[_reason(one) for one in side] for side in group.sides],
        "witness": found,
        "missing": list(group.missing),
        "requests": group.requests,
        "checked": group.checked,
    }


def _reason(one: Evidence) -> Json:
    return {
        "policy": one.subject,
        "statement": one.statement,
        "why": one.why,
        "excerpt": one.excerpt,
    }


ACCESS_FORMATS: Mapping[str, Callable[[AccessAnswer], bytes]] = {
    "text": as_text,
    "json": as_json,
}
"""Name of a format to what writes it."""
