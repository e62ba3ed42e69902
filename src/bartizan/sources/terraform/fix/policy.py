# SPDX-License-Identifier: Apache-2.0
"""Takes a statement out of a policy that the code writes with `jsonencode` or as a document."""

import json
from collections.abc import Sequence

from bartizan.model.record import Json
from bartizan.model.remedy import DropStatement
from bartizan.sources.terraform.fix.site import Fix, Site, Values, everywhere, gone, sites
from bartizan.sources.terraform.plan import Plan
from bartizan.sources.terraform.source.define import CannotFixError, Value, uses
from bartizan.sources.terraform.source.edit import Edit, without_block, without_element
from bartizan.sources.terraform.source.find import nested_blocks
from bartizan.sources.terraform.source.syntax import (
    Argument,
    elements,
    members,
    reference,
    unwrapped,
)

_INLINE = frozenset({"aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"})
_DOCUMENT = ("data", "aws_iam_policy_document")
_JOINED = ("source_policy_documents", "override_policy_documents")


def drop_statement(remedy: DropStatement, one: Site, plans: Sequence[Plan]) -> Fix:
    """Return the fix that takes a statement out of the policy that one object writes.

    Raises:
        CannotFixError: it writes no such statement, or its text says it otherwise.
    """
    name = "assume_role_policy" if remedy.policy.endswith("#trust") else "policy"
    inline = remedy.policy.partition("#inline/")[2]
    if inline and one.values.get("name") != inline:
        raise CannotFixError("it is another policy")
    statements = _statements(one.values, name)
    argument = one.block.arguments().get(name)
    if argument is None or not 0 <= remedy.statement < len(statements):
        raise CannotFixError("it writes no such statement")
    if len(statements) == 1:
        if one.change.type in _INLINE:
            return gone(plans, one)
        return _detached(remedy.policy, one, plans, argument)
    value = one.value(argument)
    edit = _edit(one, value, remedy.statement, len(statements))

    def how(site: Site) -> Values:
        left = _statements(site.values, name)
        del left[remedy.statement]
        document = json.loads(str(site.values[name]))
        return {**site.values, name: json.dumps({**document, "Statement": left})}

    def where(site: Site) -> Value:
        held = site.block.arguments()[name]
        return site.value(held)

    return everywhere(plans, one, edit, where=where, how=how)


def holders(one: Site, policy: str) -> int:
    """Return how many principals an attachment gives a policy to; 0 where it is of another one.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy_attachment
    """
    if one.values.get("policy_arn") != policy:
        return 0
    if one.change.type != "aws_iam_policy_attachment":
        return 1
    lists = (one.values.get(name) for name in ("roles", "users", "groups"))
    return sum(len(held) for held in lists if isinstance(held, list))


def _detached(policy: str, one: Site, plans: Sequence[Plan], at: Argument) -> Fix:
    """Return the fix that takes a policy of one statement off the only principal that has it.

    Raises:
        CannotFixError: it is attached elsewhere too, or not by this change.
    """
    addresses = [
        change.address
        for plan in plans
        for change in plan.changes
        if change.type.endswith("_policy_attachment")
        and isinstance(change.after, dict)
        and change.after.get("policy_arn") == policy
    ]
    attached = list(sites(plans, one.code, addresses))
    if len(attached) != 1 or holders(attached[0], policy) != 1:
        raise CannotFixError("nothing would be left of the policy", at.place)
    return gone(plans, attached[0])


def _statements(values: Values, name: str) -> list[Json]:
    """Return the statements of a policy of the plan; none where it is not known."""
    text = values.get(name)
    try:
        document = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return []
    held = document.get("Statement") if isinstance(document, dict) else None
    if isinstance(held, dict):
        return [held]
    return list(held) if isinstance(held, list) else []


def _edit(one: Site, value: Value, place: int, count: int) -> Edit:
    node = unwrapped(value.node)
    if node.type == "function_call" and value.file.text(node).startswith("jsonencode("):
        inside = [part for part in node.named_children if part.type == "function_arguments"]
        arguments = [part for held in inside for part in held.named_children]
        held = members(value.file, arguments[0]) if len(arguments) == 1 else None
        listed = held.get("Statement") if held else None
        if listed is not None and len(elements(listed) or ()) == count:
            return without_element(value.file, listed, place)
    names = reference(value.file, value.node)
    if names[:2] == _DOCUMENT and names[3:] == ("json",):
        return _block(one, value, place=place, count=count)
    raise CannotFixError("the text does not write it out", value.place)


def _block(one: Site, value: Value, *, place: int, count: int) -> Edit:
    name = reference(value.file, value.node)[2]
    module = one.code.module(value.calls)
    blocks = module.blocks("data", _DOCUMENT[1], name) if module else ()
    if module is None or len(blocks) != 1:
        raise CannotFixError("its document is not in the text", value.place)
    if sum(1 for _ in uses(module, (*_DOCUMENT, name))) > 1:
        raise CannotFixError(f"the document `{name}` is used several times", value.place)
    arguments = blocks[0].arguments()
    held = nested_blocks(blocks[0], "statement")
    plain = not any(other in arguments for other in (*_JOINED, "for_each", "count"))
    if not plain or len(held) != count or any(one.type != "statement" for one in held):
        raise CannotFixError("the text does not write it out", value.place)
    return without_block(held[place])
