# SPDX-License-Identifier: Apache-2.0
"""Blocks of code as objects of the type that a provider's schema gives them.

Sources: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks and
https://developer.hashicorp.com/terraform/language/attr-as-blocks
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bartizan.errors import InputError, Location, SourceError
from bartizan.sources.terraform.evaluator.configuration import Body
from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    mapping,
    null,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import set_datum
from bartizan.sources.terraform.evaluator.evaluate import evaluate
from bartizan.sources.terraform.evaluator.expression import Expression
from bartizan.sources.terraform.evaluator.kind import Collection, Kind, Object, Primitive
from bartizan.sources.terraform.evaluator.loops import elements
from bartizan.sources.terraform.evaluator.scope import Scope
from bartizan.sources.terraform.evaluator.shape import kind_of, kind_of_block
from bartizan.sources.terraform.provider.schema import Attribute, Block, Nested

MOST = 10_000
"""Blocks of one name that one dynamic block may stand for."""


def value(expression: Expression, scope: Scope, at: Location) -> Datum:
    """Return the value of an expression at a place.

    Raises:
        InputError: Terraform refuses it, or it is too large.
        SourceError: it takes too long.
    """
    try:
        return evaluate(expression, scope)
    except RefusedError as error:
        raise refused(str(error), at) from error
    except (InputError, SourceError) as error:
        if error.at is None:
            error.at = at
        raise


def refused(why: str, at: Location) -> InputError:
    """Return the error of code that Terraform refuses."""
    return InputError(
        f"terraform refuses the code: {why}",
        at=at,
        hint="mend the code; `terraform plan` says more",
    )


def converted_at(given: Datum, kind: Kind, at: Location) -> Datum:
    """Return a value as a type.

    Raises:
        InputError: Terraform refuses to convert it.
    """
    try:
        return converted(given, kind)
    except RefusedError as error:
        raise refused(str(error), at) from error


class _Content(Struct, frozen=True):
    """A block with the names that dynamic blocks around it give, and whether there is one at all
    for sure.
    """

    body: Body
    scope: Scope
    marks: tuple[Datum, ...] = ()
    untold: str | None = None
    """Why it is not known how many there are; None where it is known."""


def decoded(body: Body, block: Block, scope: Scope, passed: frozenset[str] = frozenset()) -> Datum:
    """Return what a block says; arguments and blocks of the names in `passed` are not looked at.

    Raises:
        InputError: it says what the schema does not have, lacks what it needs, or Terraform
            refuses an expression in it.
    """
    return _Decoding(scope, passed).object(_Content(body, scope), block, outermost=True)


class _Decoding(Struct):
    scope: Scope
    passed: frozenset[str]

    def object(self, content: _Content, block: Block, *, outermost: bool = False) -> Datum:
        body = content.body
        passed = self.passed if outermost else frozenset[str]()
        inner = self._inner(content, passed)
        held: dict[str, Datum] = {}
        for name in body.arguments:
            if name not in passed and name not in block.attributes:
                raise refused(f"an unsupported argument `{name}`", body.at_argument(name))
        for name, attribute in block.attributes.items():
            as_block = _as_block(attribute)
            # Dynamic blocks that stand for none are as if nothing was written.
            blocks = [] if as_block is None else inner.pop(name, [])
            if name in body.arguments and name not in passed:
                held[name] = self._argument(name, attribute, content)
            elif blocks and as_block is not None:
                held[name] = self._gathered(blocks, as_block)
            elif attribute.required:
                raise refused(f"the argument `{name}` is missing", body.at)
            else:
                held[name] = null(kind_of(attribute.type))
        for name, nested in block.blocks.items():
            held[name] = self._nested(name, inner.pop(name, []), nested, body.at)
        for name in inner:
            raise refused(f"an unsupported block `{name}`", body.at)
        return Datum(kind_of_block(block), dict(sorted(held.items())))

    def _argument(self, name: str, attribute: Attribute, content: _Content) -> Datum:
        body, at = content.body, content.body.at_argument(name)
        expression = body.expression(name, frozenset(content.scope.own))
        assert expression is not None  # noqa: S101 - the caller has seen it
        kind = kind_of(attribute.type)
        found = converted_at(value(expression, content.scope, at), kind, at)
        # What is write-only is in no plan.
        return null(kind) if attribute.write_only else found.marked(*content.marks)

    def _inner(self, content: _Content, passed: frozenset[str]) -> dict[str, list[_Content]]:
        """Return the blocks in a block by name, dynamic ones written out."""
        found: dict[str, list[_Content]] = {}
        for one in content.body.blocks:
            if one.type == "dynamic" and one.labels:
                found.setdefault(one.labels[0], []).extend(_written_out(one, content))
            elif one.type not in passed:
                inner = _Content(one, content.scope, content.marks)
                found.setdefault(one.type, []).append(inner)
        return found

    def _nested(
        self, name: str, contents: Sequence[_Content], nested: Nested, at: Location
    ) -> Datum:
        kind = kind_of_block(nested.block)
        untold = next((one.untold for one in contents if one.untold is not None), None)
        if nested.nesting == "map":
            if contents:
                raise InputError(f"blocks `{name}` are evaluated by Terraform alone", at=at)
            return Datum(Collection("map", kind), {})
        if untold is None and len(contents) < nested.least:
            raise refused(f"a block `{name}` is missing", at)
        if nested.most and untold is None and len(contents) > nested.most:
            raise refused(f"more than {nested.most} blocks `{name}`", at)
        if nested.nesting in ("list", "set"):
            return self._gathered(contents, nested)
        if untold is not None:
            return unknown(kind, untold)
        if len(contents) > 1:
            raise refused(f"more than one block `{name}`", at)
        if contents:
            return self.object(contents[0], nested.block)
        if nested.nesting == "group":
            return _empty(kind)
        return null(kind)

    def _gathered(self, contents: Sequence[_Content], nested: Nested) -> Datum:
        kind = kind_of_block(nested.block)
        whole = Collection("set" if nested.nesting == "set" else "list", kind)
        for one in contents:
            if one.untold is not None:
                return unknown(whole, one.untold)
        held = tuple(self.object(one, nested.block) for one in contents)
        # One alone is one, whatever it turns out to be.
        sure = len(held) == 1 or whole.name == "list"
        return Datum(whole, held) if sure else set_datum(kind, held)


def _empty(kind: Object) -> Datum:
    return Datum(kind, {name: null(of) for name, of in kind.attributes})


def _as_block(attribute: Attribute) -> Nested | None:
    """Return how an attribute is written as blocks; None where it cannot be."""
    told = attribute.type
    if isinstance(told, str) or told[0] not in ("list", "set"):
        return None
    if isinstance(told[1], str) or told[1][0] != "object":
        return None
    inner = {
        name: Attribute(
            type=of,
            required=False,
            optional=True,
            computed=False,
            sensitive=False,
        )
        for name, of in told[1][1].items()
    }
    return Nested(nesting=told[0], least=0, most=0, block=Block(attributes=inner, blocks={}))


def _written_out(dynamic: Body, around: _Content) -> Iterator[_Content]:
    """Yield the blocks that a dynamic block stands for."""
    scope = around.scope
    contents = list(dynamic.named("content"))
    each = dynamic.expression("for_each", frozenset(scope.own))
    if each is None or len(contents) != 1:
        raise refused("a dynamic block without `for_each` or `content`", dynamic.at)
    at = dynamic.at_argument("for_each")
    source = value(each, scope, at)
    if source.null or (isinstance(source.kind, Primitive) and source.known):
        raise refused("`for_each` is nothing to go over", at)
    if not source.known:
        yield _Content(contents[0], scope, untold=source.why)
        return
    name = _iterator(dynamic)
    marks = (*around.marks, source) if source.sensitive else around.marks
    for number, (key, one) in enumerate(elements(source)):
        if number >= MOST:
            raise InputError(f"a dynamic block of more than {MOST:,} elements", at=at)
        given = mapping({"key": key, "value": one}).marked(source)
        yield _Content(contents[0], scope.given(**{name: given}), marks, around.untold)


def _iterator(dynamic: Body) -> str:
    argument = dynamic.arguments.get("iterator")
    return argument.file.text(argument.value).strip() if argument else dynamic.labels[0]
