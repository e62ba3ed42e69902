# SPDX-License-Identifier: Apache-2.0
"""A policy document under check: its statements as values, and where each part of them stands."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from bartizan.reason.authz.aws.check.layout import Leaf, List, Member, Node, Object, Part
from bartizan.reason.authz.aws.policy.document import ConditionTest, Effect, Statement
from bartizan.reason.authz.aws.policy.operator import Operator, operator

MOST_WORK = 1_500_000
"""What one rule may spend on one document, in about microseconds."""


class ExhaustedError(Exception):
    """A rule would take too long on this document."""


class Fault(Struct, frozen=True):
    """Something that is not of the grammar."""

    at: Part
    message: str
    fix: str = ""


class Text(Struct, frozen=True):
    """A string of the document."""

    value: str
    at: Part


class Test(Struct, frozen=True):
    """A condition: an operator with a key and its values."""

    said: ConditionTest
    operator: Operator
    family: str
    """The operator's name in lower case, without set operator and `IfExists`."""
    at: Part
    """The key with its values."""
    operator_at: Part
    key_at: Part
    values: tuple[Text, ...]

    @property
    def key(self) -> str:
        """The key in lower case."""
        return self.said.key.lower()


class Stated(Struct, frozen=True, dict=True):
    """A statement and where it stands."""

    statement: Statement
    node: Object

    @property
    def allows(self) -> bool:
        """It is an Allow."""
        return self.statement.effect is Effect.ALLOW

    @property
    def name(self) -> str:
        """What messages call it."""
        sid = self.statement.sid
        return f"`{sid[:60]}`" if sid else f"statement {self.statement.position + 1}"

    def at(self, *elements: str) -> Part:
        """Return where the first of `elements` that is there stands, name included; else where
        the statement begins.
        """
        for element in elements:
            member = self.node.get(element)
            if member is not None:
                return Part(member.key.start, member.value.end)
        return self.opening

    @property
    def opening(self) -> Part:
        """The part that stands for the whole: its Sid or Effect, so that a finding is short."""
        member = self.node.get("Sid") or self.node.get("Effect")
        if member is None:
            return Part(self.node.start, self.node.start + 1)
        return Part(member.key.start, member.value.end)

    def texts(self, element: str) -> tuple[Text, ...]:
        """Return the strings of an element: one, or those of a list."""
        member = self.node.get(element)
        return tuple(_texts(member.value)) if member is not None else ()

    @cached_property
    def actions(self) -> tuple[Text, ...]:
        """The patterns of Action or NotAction."""
        return self.texts("Action") or self.texts("NotAction")

    @cached_property
    def width(self) -> int:
        """How much work it is to compare an action with all its patterns, in microseconds."""
        wild = sum("*" in text.value or "?" in text.value for text in self.actions)
        return 2 + len(self.actions) // 2 + 10 * wild

    @cached_property
    def resources(self) -> tuple[Text, ...]:
        """The patterns of Resource or NotResource."""
        return self.texts("Resource") or self.texts("NotResource")

    @cached_property
    def principals(self) -> tuple[tuple[str, Text], ...]:
        """The names of Principal or NotPrincipal, each with its kind: `AWS`, `Service`, ..."""
        member = self.node.get("Principal") or self.node.get("NotPrincipal")
        if member is None:
            return ()
        if isinstance(member.value, Object):
            kinds = member.value.members
            return tuple((kind.name, text) for kind in kinds for text in _texts(kind.value))
        return tuple(("AWS", text) for text in _texts(member.value))

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """The conditions."""
        member = self.node.get("Condition")
        if member is None or not isinstance(member.value, Object):
            return ()
        return tuple(_tests(member.value))

    def tests_of(self, key: str) -> tuple[Test, ...]:
        """Return the conditions on a key, given in lower case."""
        return tuple(test for test in self.tests if test.key == key)


def _texts(node: Node) -> Iterator[Text]:
    items = node.items if isinstance(node, List) else (node,)
    for item in items:
        if isinstance(item, Leaf):
            yield Text(_spelled(item), Part(item.start, item.end))


def _spelled(leaf: Leaf) -> str:
    if isinstance(leaf.value, bool):
        return "true" if leaf.value else "false"
    return leaf.value or ""


def _tests(conditions: Object) -> Iterator[Test]:
    for group in conditions.members:
        known = operator(group.name)
        if known is None or not isinstance(group.value, Object):
            continue
        for member in group.value.members:
            yield _test(group, member, known)


def _test(group: Member, member: Member, known: Operator) -> Test:
    values = tuple(_texts(member.value))
    name = group.name.lower()
    if known.quantifier is not None:
        name = name[len(known.quantifier.value) :]
    return Test(
        said=ConditionTest(group.name, member.name, tuple(text.value for text in values)),
        operator=known,
        family=name.removesuffix("ifexists"),
        at=Part(member.key.start, member.value.end),
        operator_at=group.key,
        key_at=member.key,
        values=values,
    )


class Subject:
    """A document under check, as every rule sees it."""

    def __init__(
        self,
        text: str,
        *,
        kind: str,
        root: Node,
        stated: tuple[Stated, ...],
        faults: tuple[Fault, ...] = (),
    ) -> None:
        self.text = text
        self.kind = kind
        """Type of policy."""
        self.root = root
        self.stated = stated
        """The statements that could be read."""
        self.faults = faults
        """Why the others could not."""
        self._work = 0

    @property
    def current(self) -> bool:
        """The document is of the version that knows variables."""
        member = self.root.get("Version") if isinstance(self.root, Object) else None
        version = member.value if member is not None else None
        return isinstance(version, Leaf) and version.value == "2012-10-17"

    def begin(self) -> None:
        """Start counting the work of a rule."""
        self._work = 0

    def spend(self, work: int = 1) -> None:
        """Count work, in about microseconds.

        Raises:
            ExhaustedError: it has become too much.
        """
        self._work += work
        if self._work > MOST_WORK:
            raise ExhaustedError
