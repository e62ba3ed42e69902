# SPDX-License-Identifier: Apache-2.0
"""What expressions name, and where.

Source: https://developer.hashicorp.com/terraform/language/expressions/references
"""

from collections.abc import Iterator

from msgspec import Struct
from tree_sitter import Node

from bartizan.sources.terraform.source.syntax import File


class Reference(Struct, frozen=True, kw_only=True):
    """How a reference in an expression begins: `aws_iam_role.r` of `aws_iam_role.r.arn`."""

    type: str
    name: str
    start: int
    """Where it begins in the bytes of the file."""
    end: int
    """Behind its name."""


def references(file: File, top: Node) -> Iterator[Reference]:
    """Yield all references in a part of a file, from first to last."""
    stack = [top]
    while stack:
        node = stack.pop()
        follows = node.next_sibling
        if node.type == "variable_expr" and follows is not None and follows.type == "get_attr":
            name = file.text(follows).lstrip(".").strip()
            yield Reference(
                type=file.text(node), name=name, start=node.start_byte, end=follows.end_byte
            )
        stack += reversed(node.named_children)
