# SPDX-License-Identifier: Apache-2.0
"""What the cookbooks of one node say, read in the order in which Chef would run them.

First the attribute files of all cookbooks, then the recipes of the run list. Nothing is run: what
is no literal, attribute or plain condition is unknown, with its file and line.

Sources: https://docs.chef.io/chef_client_overview/, https://docs.chef.io/recipes/,
https://docs.chef.io/attribute_files/
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from tree_sitter import Node

from bartizan.sources.chef.attributes import NAMES, OF_OHAI, Attributes
from bartizan.sources.chef.cookbook import Cookbook
from bartizan.sources.chef.resource_block import Resource, resource
from bartizan.sources.chef.resource_types import HARMLESS, INERT, TYPES
from bartizan.sources.chef.ruby.evaluate import arguments, evaluate, path_of
from bartizan.sources.chef.ruby.scope import UNTOLD, Scope
from bartizan.sources.chef.ruby.syntax import Code, named, part, text
from bartizan.sources.chef.ruby.value import ABSENT, Absent, Unknown, Value
from bartizan.sources.chef.ruby.value import text as as_text
from bartizan.sources.chef.ruby.walk import Budget, Frame, walk

RESOURCES = 50_000
"""Resources of one run; what comes behind is not read."""


class Gap(Struct, frozen=True):
    """Something of a run that could not be read."""

    place: str
    """`file:line`, or what is missing."""
    reason: str


class Run(Struct):
    """One node's run, as far as code tells it."""

    attributes: Attributes
    told: Mapping[str, Value]
    """What `node.NAME` is: `name`, `chef_environment`, ..."""
    cookbooks: Mapping[str, Cookbook]
    ohai: bool
    """What Ohai said is known."""
    resources: list[Resource] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    loaded: set[str] = field(default_factory=set)
    """Cookbooks whose code it takes, those that are not in the folder included."""
    _budget: Budget = field(default_factory=Budget)
    _included: dict[str, bool] = field(default_factory=dict)
    """Recipe to whether it surely ran."""

    def attribute(self, path: tuple[str, ...]) -> Value | Absent:
        """Return the attribute at `path` as it is by now."""
        found = self.attributes.read(path)
        if found is ABSENT and not self.ohai and path[0] in OF_OHAI:
            return Unknown("the node's file holds no automatic attributes")
        return found

    def about(self, name: str) -> Value:
        """Return what `node.NAME` is."""
        return self.told.get(name, UNTOLD)

    def of(self, recipes: Sequence[str]) -> None:
        """Read what a run list comes to, whose items are `cookbook::recipe`."""
        for name in self._order(recipes):
            self._attribute_files(name)
        for recipe in recipes:
            self._recipe(recipe, "", "the run list")

    def _order(self, recipes: Sequence[str]) -> list[str]:
        """Return cookbooks in the order of their attribute files: dependencies first."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [(recipe.partition("::")[0], False) for recipe in reversed(recipes)]
        while waiting:
            name, ready = waiting.pop()
            if ready:
                found[name] = None
                continue
            if name in seen:
                continue
            seen.add(name)
            waiting.append((name, True))
            held = self.cookbooks.get(name)
            depends = () if held is None else sorted(held.depends, reverse=True)
            waiting.extend((one, False) for one in depends)
        return list(found)

    def _attribute_files(self, name: str) -> None:
        self.loaded.add(name)
        cookbook = self.cookbooks.get(name)
        if cookbook is None:
            reason = f"cookbook `{name}` is not in the folder"
            self.gaps.append(Gap(f"cookbook {name}", f"{reason}, so attributes may be others"))
            self.attributes.blur(reason)
            return
        if cookbook.unsure:
            self.gaps.append(Gap(f"cookbook {name}", cookbook.unsure))
        for path in cookbook.attribute_files():
            code = cookbook.code(path)
            if code is None:
                reason = f"`{cookbook.path(path)}` cannot be read"
                self.gaps.append(Gap(cookbook.path(path), reason))
                self.attributes.blur(reason)
                continue
            self._file(code, _OF_ATTRIBUTES)

    def _recipe(self, recipe: str, doubt: str, by: str) -> None:
        name, _, part_ = recipe.partition("::")
        called = f"{name}::{part_ or 'default'}"
        if self._included.get(called) is True or self._included.get(called) is (not doubt):
            return
        self._included[called] = not doubt
        cookbook = self.cookbooks.get(name)
        path = None if cookbook is None else cookbook.recipe(part_ or "default")
        if cookbook is None or path is None:
            self.gaps.append(Gap(by, f"recipe `{called}` is not in the folder"))
            return
        code = cookbook.code(path)
        if code is None:
            self.gaps.append(Gap(cookbook.path(path), "the recipe cannot be read"))
            return
        self._file(code, called, doubt)

    def _file(self, code: Code, recipe: str, doubt: str = "") -> None:
        scope = Scope(code, self, {})
        frame = Frame(scope, self._budget, doubt)
        in_attributes = recipe is _OF_ATTRIBUTES
        walk(
            named(code.root),
            frame,
            self._attribute_statement if in_attributes else self._recipe_statement,
        )
        for told in frame.into:
            place, _, reason = told.partition(" ")
            self.gaps.append(Gap(place, reason))
            if in_attributes:
                self.attributes.blur(reason)

    def _attribute_statement(self, node: Node, frame: Frame) -> None:
        if self._written(node, frame) or _is_inert(node):
            return
        reason = "a statement of an attribute file is not read"
        self._lost(node, frame, reason)
        self.attributes.blur(f"{reason} at {frame.scope.code.place(node)}")

    def _recipe_statement(self, node: Node, frame: Frame) -> None:
        if self._written(node, frame):
            return
        name = _function(node)
        if name == "include_recipe":
            self._include(node, frame)
        elif name in TYPES:
            self._resource(node, name, frame)
        elif name == "declare_resource":
            self._declared(node, frame)
        elif name == "raise":
            frame.ended = "return"
            self._lost(node, frame, "the run may end here")
        elif name not in HARMLESS and not _is_inert(node):
            self._not_understood(node, name, frame)

    def _not_understood(self, node: Node, name: str, frame: Frame) -> None:
        what = f"`{name}` is not read" if name else "a statement is not read"
        self._lost(node, frame, what)
        if _touches(node):
            self.attributes.blur(f"a statement at {frame.scope.code.place(node)} is not read")

    def _resource(self, node: Node, type_: str, frame: Frame, skip: int = 0) -> None:
        if len(self.resources) >= RESOURCES:
            self._lost(node, frame, "what stands from here on is too much")
            frame.ended = "return"
            return
        found = resource(node, type_, frame, skip=skip)
        if found is not None:
            self.resources.append(found)

    def _declared(self, node: Node, frame: Frame) -> None:
        """`declare_resource(:file, '/x') do`: https://docs.chef.io/infra_language/editing_resources/."""
        given = arguments(node, frame.scope)
        type_ = given[0] if given else None
        if isinstance(type_, str) and str(type_) in TYPES:
            self._resource(node, str(type_), frame, skip=1)
        else:
            self._lost(node, frame, "a resource of a type that is not read")

    def _include(self, node: Node, frame: Frame) -> None:
        for name in arguments(node, frame.scope):
            if isinstance(name, str):
                here = frame.scope.code.name.split("/")[1:2]
                full = f"{here[0] if here else ''}{name}" if name.startswith("::") else str(name)
                self._recipe(full, frame.doubt, frame.scope.code.place(node))
            else:
                self._lost(node, frame, "which recipe is included is not known")

    def _written(self, node: Node, frame: Frame) -> bool:
        """Take a statement that gives a variable or an attribute a value; false for others."""
        if node.type not in ("assignment", "operator_assignment", "binary"):
            return False
        left = part(node, "left")
        if left is None:
            return False
        if left.type == "identifier":
            return self._variable(node, text(left), frame)
        value = self._right(node, frame)
        found = path_of(left, frame.scope)
        level = None if found is None else _level(found[0])
        if found is None or level is None or not found[1]:
            return found is not None and found[0] in ("node.run_state", *frame.scope.variables)
        names = [as_text(key) for key in found[1]]
        known: list[str] = []
        for name in names:
            if isinstance(name, Unknown):
                break
            known.append(name)
        if not known:
            self._lost(node, frame, "an attribute whose name is not known is set")
            self.attributes.blur(f"an attribute is set at {frame.scope.code.place(node)}")
        else:
            if len(known) < len(names):
                value = frame.scope.unknown(node, "an attribute whose name is not known is set")
            self.attributes.write(level, tuple(known), value)
        return True

    def _variable(self, node: Node, name: str, frame: Frame) -> bool:
        if node.type == "binary":
            if name in frame.scope.variables:
                frame.scope.variables[name] = frame.scope.unknown(node, "it is changed")
                return True
            return False
        frame.scope.variables[name] = self._right(node, frame)
        return True

    def _right(self, node: Node, frame: Frame) -> Value:
        if frame.doubt:
            return Unknown(frame.doubt)
        if node.type != "assignment" or "_unless" in text(node).partition("=")[0]:
            return frame.scope.unknown(node, "it is changed")
        return evaluate(part(node, "right"), frame.scope)

    def _lost(self, node: Node, frame: Frame, reason: str) -> None:
        self.gaps.append(Gap(frame.scope.code.place(node), reason))


_OF_ATTRIBUTES = "attributes"


def _level(root: str) -> str | None:
    return NAMES.get(root.removeprefix("node."))


def _function(node: Node) -> str:
    """Return the name of what a statement calls without saying on what; empty for others."""
    if node.type == "identifier":
        return text(node)
    if node.type == "call" and part(node, "receiver") is None:
        method = part(node, "method")
        return "" if method is None else text(method)
    return ""


def _is_inert(node: Node) -> bool:
    """Tell whether a statement does nothing to a host and to attributes."""
    if _function(node) in INERT or node.type in ("string", "nil", "integer", "simple_symbol"):
        return True
    receiver = part(node, "receiver") if node.type == "call" else None
    return receiver is not None and text(receiver).startswith(
        ("Chef::Log", "::Chef::Log", "::Chef::Recipe", "Chef::Recipe", "Chef::Resource",
         "::Chef::Resource", "::Chef::DSL", "Chef::DSL", "::Chef::Mixin", "Chef::Mixin")
    )  # fmt: skip


def _touches(node: Node) -> bool:
    """Tell whether a statement that is not read may set attributes: it names the node."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "identifier" and text(one) in ("node", "run_context", "send", "eval"):
            return True
        waiting.extend(one.children)
    return False
