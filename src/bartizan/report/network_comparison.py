# SPDX-License-Identifier: Apache-2.0
"""Verdicts of the vendor's analyzer beside ours, for `bartizan network compare`.

The form of the JSON is `schema/network-compare.schema.json`.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from bartizan.model.network_comparison import Analysis, Compared, NetworkComparison
from bartizan.model.reach import PortRange
from bartizan.model.record import Json
from bartizan.report.json_ import encode
from bartizan.report.packet import port_range, protocol, verdict_json, word, write_verdict
from bartizan.report.sheet import Sheet, Style

SCHEMA = "bartizan/network-compare/1"
"""Raised when a consumer of the old form would misread the new one."""

SAME, DIFFERENT, UNDECIDED = "same", "different", "undecided"
_STYLES = {SAME: Style.GOOD, DIFFERENT: Style.HIGH, UNDECIDED: Style.MEDIUM}


def standing(one: Compared) -> str:
    """Tell whether both say the same, the contrary, or one of them nothing."""
    theirs, ours = _theirs(one.analysis), _ours(one)
    if {theirs, ours} <= {"reachable", "blocked"}:
        return SAME if theirs == ours else DIFFERENT
    return UNDECIDED


def numbers(told: NetworkComparison) -> Mapping[str, int]:
    """Count the analyses of each standing."""
    found = Counter(standing(one) for one in told.compared)
    return {name: found[name] for name in (SAME, DIFFERENT, UNDECIDED)}


def _theirs(one: Analysis) -> str:
    if one.found is None:
        return "unfinished"
    return "reachable" if one.found else "blocked"


def _ours(one: Compared) -> str:
    return "unasked" if one.verdict is None else word(one.verdict)


def _sides(one: Compared) -> tuple[list[str], list[str], list[str]]:
    """Return the codes that both name, those of the vendor's alone, and ours alone."""
    theirs, ours = set(one.analysis.codes), set(one.codes)
    return sorted(theirs & ours), sorted(theirs - ours), sorted(ours - theirs)


def as_text(told: NetworkComparison, *, width: int = 100, colour: bool = False) -> bytes:
    """Write a comparison for a terminal: what differs with its reasons, the rest in a line."""
    sheet = Sheet(width=width, colour=colour)
    for one in told.compared:
        state = standing(one)
        sheet.blank()
        said = f"theirs {_theirs(one.analysis)}, ours {_ours(one)}"
        sheet.row([(f"{state:<10}", _STYLES[state]), (f"{one.analysis.id}  {said}", Style.PLAIN)])
        _write(sheet, one, state)
    counts = numbers(told)
    sheet.heading("in all")
    sheet.write(", ".join(f"{name} {number:,}" for name, number in counts.items()))
    return sheet.render()


def _write(sheet: Sheet, one: Compared, state: str) -> None:
    asked = one.analysis
    port = PortRange(protocol=asked.protocol, first=asked.port, last=asked.port)
    what = port_range(port) if asked.port >= 0 else protocol(asked.protocol)
    target = asked.target or asked.address
    sheet.write(f"{asked.source} to {target} on {what}", label="asked    ", indent=2)
    both, theirs, ours = _sides(one)
    sheet.listing(both, label="both     ", indent=2)
    sheet.listing(theirs, label="theirs   ", indent=2)
    sheet.listing(ours, label="ours     ", indent=2)
    for remark in asked.remarks:
        sheet.write(remark, label="remark   ", indent=2, style=Style.FAINT)
    if one.why:
        sheet.write(one.why, label="why      ", indent=2)
    if state != SAME and one.verdict is not None:
        write_verdict(sheet, one.verdict, every_way=True)


def as_json(told: NetworkComparison) -> bytes:
    """Write a comparison for programs."""
    counts: dict[str, Json] = dict(numbers(told))
    return encode(
        {
            "schema": SCHEMA,
            "snapshot": told.snapshot,
            "analyses": [_analysis(one) for one in told.compared],
            **counts,
            "names": dict(sorted(told.names.items())),
        }
    )


def _analysis(one: Compared) -> Json:
    both, theirs, ours = _sides(one)
    said: dict[str, Json] = {"legs": [], "ways": [], "missing": []}
    if one.verdict is not None:
        said = verdict_json(one.verdict)
        del said["answer"]
    return {
        "analysis": one.analysis.id,
        "source": one.analysis.source,
        "target": one.analysis.target or one.analysis.address,
        "protocol": one.analysis.protocol,
        "port": one.analysis.port,
        "theirs": _theirs(one.analysis),
        "ours": _ours(one),
        "same": standing(one) == SAME,
        "theirs_only": list[Json](theirs),
        "ours_only": list[Json](ours),
        "both": list[Json](both),
        "why": one.why,
        **said,
    }


NETWORK_COMPARISON_FORMATS: Mapping[str, Callable[[NetworkComparison], bytes]] = {
    "text": as_text,
    "json": as_json,
}
"""Name of a format to what writes it."""
