# SPDX-License-Identifier: Apache-2.0
"""Applies every rule to one document, within bounds, and puts what they find in its place."""

from bisect import bisect_right

from msgspec import Struct

from bartizan.model.policy_check import CheckedPolicy, Level, PolicyFinding, Related, Span
from bartizan.reason.authz.aws.check import grammar
from bartizan.reason.authz.aws.check.layout import MalformedError, Node, Part, parse
from bartizan.reason.authz.aws.check.rule import Hit, Rule
from bartizan.reason.authz.aws.check.rules import RULES
from bartizan.reason.authz.aws.check.subject import ExhaustedError, Subject
from bartizan.reason.authz.aws.policy.read import LONGEST, MOST_STATEMENTS

MOST_FINDINGS = 100
"""Findings of one rule in one document; how many more there are is said."""

_BY_ID = {rule.id: rule for rule in RULES}


def check(content: bytes, *, name: str, kind: str = "") -> CheckedPolicy:
    """Check a document, as a policy of type `kind`, or of the type that its form suggests."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return _refused("not-text", _broken(content, error), name=name, kind=kind)
    if len(text) > LONGEST:
        message = f"document of {len(text):,} characters is longer than {LONGEST:,}"
        fault = _Fault(text[:1], 0, message, "a policy has at most some thousand characters")
        return _refused("not-json", fault, name=name, kind=kind)
    try:
        root = parse(text)
    except MalformedError as error:
        fault = _Fault(text, error.at, error.message, error.fix)
        return _refused("not-json", fault, name=name, kind=kind)
    return _apply(text, root, name=name, kind=kind)


class _Fault(Struct, frozen=True):
    """Why a document cannot be read at all."""

    text: str
    at: int
    message: str
    fix: str


def _broken(content: bytes, error: UnicodeDecodeError) -> _Fault:
    before = content[: error.start].decode()
    message = f"byte {content[error.start]:#04x} is not UTF-8"
    return _Fault(before, len(before), message, "")


def _refused(rule: str, fault: _Fault, *, name: str, kind: str) -> CheckedPolicy:
    hit = Hit(at=Part(fault.at, fault.at + 1), message=fault.message, fix=fault.fix)
    finding = _Lines(fault.text).finding(_BY_ID[rule], hit)
    return CheckedPolicy(name=name, type=kind, told=bool(kind), findings=(finding,))


def _apply(text: str, root: Node, *, name: str, kind: str) -> CheckedPolicy:
    told = kind or grammar.guessed(root)
    stated, faults = grammar.statements(text, root, told)
    subject = Subject(text, kind=told, root=root, stated=stated, faults=faults)
    lines = _Lines(text)
    findings: list[PolicyFinding] = []
    unchecked: list[str] = []
    if len(grammar.nodes(root)) > MOST_STATEMENTS:
        unchecked.append(f"statements after the first {MOST_STATEMENTS:,}")
    for rule in RULES:
        if told not in rule.types:
            continue
        subject.begin()
        hits: list[Hit] = []
        try:
            hits.extend(rule.find(subject))
        except ExhaustedError:
            unchecked.append(f"{rule.id}: stopped, since the document is too large for it")
        findings.extend(lines.finding(rule, hit) for hit in hits[:MOST_FINDINGS])
        if len(hits) > MOST_FINDINGS:
            unchecked.append(f"{rule.id}: {len(hits) - MOST_FINDINGS:,} more, not shown")
    return CheckedPolicy(
        name=name,
        type=told,
        told=bool(kind),
        findings=tuple(sorted(set(findings), key=_order)),
        unchecked=tuple(unchecked),
    )


def _order(finding: PolicyFinding) -> tuple[Span, int, str, str]:
    levels = tuple(Level)
    return finding.span, levels.index(finding.level), finding.rule, finding.message


class _Lines:
    """Says lines and columns of a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]

    def finding(self, rule: Rule, hit: Hit) -> PolicyFinding:
        """Put a hit in its place."""
        return PolicyFinding(
            rule=rule.id,
            level=hit.level or rule.level,
            message=hit.message,
            span=self._span(hit.at),
            fix=hit.fix or rule.fix,
            related=tuple(Related(self._span(at), text) for at, text in hit.related),
        )

    def _span(self, part: Part) -> Span:
        line, column = self._place(part.start)
        end_line, end_column = self._place(part.end)
        return Span(line, column, end_line, end_column)

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1
