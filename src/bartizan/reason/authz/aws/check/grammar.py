# SPDX-License-Identifier: Apache-2.0
"""Reads a document for its check: every fault of its form, and what could be read all the same.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Iterator

from msgspec.structs import replace

from bartizan.errors import PolicyError
from bartizan.reason.authz.aws.check.layout import Leaf, List, Member, Node, Object, Part
from bartizan.reason.authz.aws.check.subject import Fault, Stated
from bartizan.reason.authz.aws.policy.read import MOST_STATEMENTS, read

_OPERATOR = "unknown condition operator"
_BEFORE, _AFTER = '{"Version":"2012-10-17","Statement":[', "]}"


def guessed(root: Node) -> str:
    """Return the type of policy that the form suggests: only a policy of a resource says whom it
    is about, and only a trust policy does so without naming a resource.
    """
    statements = [node for node in nodes(root) if isinstance(node, Object)]
    named = [node for node in statements if node.get("Principal") or node.get("NotPrincipal")]
    if not named:
        return "identity"
    apart = any(node.get("Resource") or node.get("NotResource") for node in statements)
    assumes = all(_all_of_sts(node.get("Action")) for node in named)
    return "resource" if apart or not assumes else "trust"


def _all_of_sts(action: Member | None) -> bool:
    if action is None:
        return False
    items = action.value.items if isinstance(action.value, List) else (action.value,)
    return all(
        isinstance(item, Leaf) and str(item.value).lower().startswith("sts:") for item in items
    )


def nodes(root: Node) -> tuple[Node, ...]:
    """Return the statements as they stand."""
    member = root.get("Statement") if isinstance(root, Object) else None
    if member is None:
        return ()
    return member.value.items if isinstance(member.value, List) else (member.value,)


def top(root: Node) -> Iterator[Fault]:
    """Find what is wrong around the statements."""
    if not isinstance(root, Object):
        at = Part(root.start, root.start + 1)
        yield Fault(at=at, message="the policy is not an object", fix="write `{...}`")
        return
    opening = Part(root.start, root.start + 1)
    statement = root.get("Statement")
    if statement is None:
        fix = "add a list of statements"
        yield Fault(at=opening, message="the policy has no `Statement`", fix=fix)
    elif not nodes(root):
        at = Part(statement.key.start, statement.value.end)
        yield Fault(at=at, message="the list of statements is empty", fix="add a statement")
    for member in root.members:
        if member.name != "Statement":
            yield from _member(member)


def _member(member: Member) -> Iterator[Fault]:
    """Read one of the other members by itself."""
    at = Part(member.key.start, member.value.end)
    if member.name in {"Version", "Id"} and not isinstance(member.value, Leaf):
        yield Fault(at=at, message=f"`{member.name}` is not a string")
        return
    value = member.value
    quoted = isinstance(value, Leaf) and value.quoted and isinstance(value.value, str)
    if member.name not in {"Version", "Id"}:
        close = next((n for n in ("Version", "Id", "Statement") if _alike(n, member.name)), "")
        fix = f"write `{close}`" if close else "it may have Id, Statement, Version"
        message = f"unknown element `{member.name[:100]}` in the policy"
        yield Fault(at=at, message=message, fix=fix)
    elif not quoted:
        yield Fault(at=at, message=f"`{member.name}` is not a string", fix="quote it")
    elif member.name == "Version" and isinstance(value, Leaf):
        said = str(value.value)
        if said not in {"2008-10-17", "2012-10-17"}:
            message = f"unknown version `{said[:100]}`"
            yield Fault(at=at, message=message, fix="write `2012-10-17`")


def _alike(name: str, written: str) -> bool:
    return written.lower().rstrip("s") == name.lower()


def statements(text: str, root: Node, kind: str) -> tuple[tuple[Stated, ...], tuple[Fault, ...]]:
    """Read the statements one by one, so that a fault in one hides nothing in another."""
    found: list[Stated] = []
    faults: list[Fault] = []
    for position, node in enumerate(nodes(root)[:MOST_STATEMENTS]):
        try:
            document = read(f"{_BEFORE}{text[node.start : node.end]}{_AFTER}", name="", type=kind)
        except PolicyError as error:
            faults.extend(_fault(error, text, node))
            continue
        if isinstance(node, Object):
            found.append(Stated(replace(document.statements[0], position=position), node))
    return tuple(found), tuple(faults)


def _fault(error: PolicyError, text: str, node: Node) -> Iterator[Fault]:
    """Say in the place of the document what was wrong with one statement. Operators have a rule
    of their own, and so have names that stand twice.
    """
    if error.message.startswith(_OPERATOR) or "stands twice" in error.message:
        return
    at = _place(error, text, node)
    yield Fault(at=at, message=error.message, fix=error.hint)


def _place(error: PolicyError, text: str, node: Node) -> Part:
    line = error.at.line if error.at and error.at.line else 1
    column = error.at.column if error.at and error.at.column else 1
    inside = text[node.start : node.end]
    if line == 1:
        offset = column - 1 - len(_BEFORE)
    else:
        starts = [0, *(place + 1 for place, one in enumerate(inside) if one == "\n")]
        offset = starts[line - 1] + column - 1
    wanted = node.start + offset
    return _starting(node, wanted) or _opening(node)


def _starting(node: Node, wanted: int) -> Part | None:
    """Return the member or item below `node` that starts at `wanted`, a member with its name."""
    match node:
        case Object():
            for member in node.members:
                if member.value.start == wanted:
                    return Part(member.key.start, member.value.end)
                if member.value.start <= wanted < member.value.end:
                    return _starting(member.value, wanted)
        case List():
            for item in node.items:
                if item.start == wanted:
                    return Part(item.start, item.end)
                if item.start <= wanted < item.end:
                    return _starting(item, wanted)
        case Leaf():
            pass
    return None


def _opening(node: Node) -> Part:
    """Return the part that stands for a whole statement."""
    if isinstance(node, Object) and node.members:
        first = node.members[0]
        return Part(first.key.start, min(first.value.end, first.value.start + 200))
    return Part(node.start, min(node.end, node.start + 1))
