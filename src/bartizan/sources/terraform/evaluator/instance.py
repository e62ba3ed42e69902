# SPDX-License-Identifier: Apache-2.0
"""One module as one call has it: what the names in it stand for. All is worked out when it is
asked for, and once.

Source: https://developer.hashicorp.com/terraform/language/expressions/references
"""

import os
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from bartizan.errors import Location
from bartizan.sources.terraform.evaluator.access import attribute
from bartizan.sources.terraform.evaluator.configuration import Body, Configuration
from bartizan.sources.terraform.evaluator.datum import Datum, mapping, text, unknown
from bartizan.sources.terraform.evaluator.decode import refused, value
from bartizan.sources.terraform.evaluator.expression import Reference
from bartizan.sources.terraform.evaluator.functions.place import Place
from bartizan.sources.terraform.evaluator.kind import STRING
from bartizan.sources.terraform.evaluator.repeat import ONCE, Repetition, gathered, repetitions
from bartizan.sources.terraform.evaluator.scope import Scope
from bartizan.sources.terraform.evaluator.variable import Given, sensitive, taken
from bartizan.sources.terraform.evaluator.world import World, index

Plan = Callable[["Instance", tuple[str, ...], Body], Datum]
"""Plans all objects of a block and returns what its name stands for: the module that it is in,
`("resource", type, name)`, and the block."""

_CALLING = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


class Instance(Struct, kw_only=True, eq=False):
    """A module with what its caller gives it."""

    world: World
    plan: Plan
    path: tuple[str, ...] = ()
    """Names of the calls that lead to it."""
    address: str = ""
    """`module.m[0]`; empty for the root."""
    parent: "Instance | None" = None
    call: Body | None = None
    repetition: Repetition = ONCE
    """Which one of the things it is that its call stands for."""
    given: Mapping[str, Given] = field(default_factory=dict)
    """Values of the root's variables."""
    _values: dict[tuple[str, ...], Datum] = field(default_factory=dict)
    _children: dict[str, dict[int | str | None, "Instance"]] = field(default_factory=dict)

    @property
    def configuration(self) -> Configuration:
        """What it declares."""
        return self.world.configuration(self.world.folder(".".join(self.path)))

    def scope(self, repetition: Repetition = ONCE, own: Datum | None = None) -> Scope:
        """Return what names stand for in it, in a block that is repeated; `own` is what `self`
        stands for.
        """

        def resolve(reference: Reference) -> Datum:
            return self._resolved(reference, repetition, own)

        folder = self.world.folder(".".join(self.path))
        place = Place(module=folder, root=self.world.tree.root, below=self.world.below)
        return Scope(resolve=resolve, place=place, budget=self.world.budget)

    def children(self, name: str) -> Mapping[int | str | None, "Instance"]:
        """Return the modules that a call stands for.

        Raises:
            InputError: how many is not known, or a value does not fit.
        """
        if name not in self._children:
            body = self.configuration.declared["module", name]
            self._children[name] = {
                one.key: Instance(
                    world=self.world,
                    plan=self.plan,
                    path=(*self.path, name),
                    address=".".join(
                        part for part in (self.address, f"module.{name}{index(one.key)}") if part
                    ),
                    parent=self,
                    call=body,
                    repetition=one,
                )
                for one in repetitions(body, self.scope())
            }
        return self._children[name]

    def output(self, name: str) -> Datum:
        """Return an output."""
        body = self.configuration.declared["output", name]

        def work() -> Datum:
            written = body.expression("value")
            if written is None:
                raise refused("an output without a value", body.at)
            found = value(written, self.scope(), body.at_argument("value"))
            return found.marked(*_mark(sensitive(body, self.scope())))

        return self._once(("output", name), body.at, work)

    def variable(self, name: str) -> Datum:
        """Return the value of a variable."""
        body = self.configuration.declared["variable", name]

        def work() -> Datum:
            given = self.given.get(name)
            if self.parent is not None and self.call is not None:
                written = self.call.expression(name)
                if written is not None:
                    scope = self.parent.scope(self.repetition)
                    given = value(written, scope, self.call.at_argument(name))
            found = taken(body, given, self.scope())
            return found.marked(*_mark(sensitive(body, self.scope())))

        return self._once(("var", name), body.at, work)

    def resource(self, name: tuple[str, ...]) -> Datum:
        """Return what a resource or data stands for; `name` is `("resource", type, name)`."""
        body = self.configuration.declared[name]

        def work() -> Datum:
            return self.plan(self, name, body)

        return self._once(name, body.at, work)

    def check_call(self) -> None:
        """Look whether its caller gives it what it takes.

        Raises:
            InputError: it gives something that there is no variable for.
        """
        call = self.call
        if call is None:
            return
        for name in call.arguments:
            if name not in _CALLING and ("variable", name) not in self.configuration.declared:
                raise refused(f"an unsupported argument `{name}`", call.at_argument(name))

    def _once(self, name: tuple[str, ...], at: Location, work: Callable[[], Datum]) -> Datum:
        if name not in self._values:
            whole = (self.address, *name)
            self.world.begin(whole, at)
            try:
                self._values[name] = self.world.budget.keep(work())
            finally:
                self.world.end(whole)
        return self._values[name]

    def _resolved(  # noqa: PLR0911 - one line to each kind of name
        self, reference: Reference, repetition: Repetition, own: Datum | None
    ) -> Datum:
        names = reference.names
        declared = self.configuration.declared
        match names:
            case ("var", name) if ("variable", name) in declared:
                return self.variable(name)
            case ("local", name) if name in self.configuration.locals:
                return self.local(name)
            case ("module", name, *rest) if ("module", name) in declared:
                return self._called(name, rest, reference)
            case ("data", _, _) if names in declared:
                return self.resource(names)
            case ("self",) if own is not None:
                return own
            case (type_, name) if ("resource", type_, name) in declared:
                return self.resource(("resource", type_, name))
            case (_, _):
                found = repetition.named(names) or self._surrounding(names)
                if found is not None:
                    return found
            case _:
                pass
        raise refused(f"`{'.'.join(names)}` is not declared", reference.place)

    def local(self, name: str) -> Datum:
        """Return a local value."""
        body = self.configuration.locals[name]
        at = body.at_argument(name)

        def work() -> Datum:
            written = body.expression(name)
            if written is None:
                raise refused("a local value without a value", at)
            return value(written, self.scope(), at)

        return self._once(("local", name), at, work)

    def _called(self, name: str, rest: list[str], reference: Reference) -> Datum:
        body = self.configuration.declared["module", name]
        if rest and not {"count", "for_each"} & body.arguments.keys():
            inner = self.children(name)[None]
            if ("output", rest[0]) not in inner.configuration.declared:
                raise refused(f"module `{name}` has no output `{rest[0]}`", reference.place)
            return inner.output(rest[0])
        held = {
            key: mapping(
                {label: one.output(label) for (label,), _ in one.configuration.of("output")}
            )
            for key, one in self.children(name).items()
        }
        found = gathered(body, held)
        return attribute(found, rest[0]) if rest else found

    def _surrounding(self, names: tuple[str, ...]) -> Datum | None:
        match names:
            case ("path", "root"):
                return text(".")
            case ("path", "module"):
                folder = self.world.folder(".".join(self.path))
                return text(os.path.relpath(folder, self.world.tree.root).replace(os.sep, "/"))
            case ("path", "cwd"):
                return unknown(STRING, "`path.cwd`")
            case ("terraform", "workspace"):
                return text("default")
            case _:
                return None


def _mark(wanted: bool) -> tuple[Datum, ...]:  # noqa: FBT001 - a value
    """Return a value that makes what it marks sensitive, where that is wanted."""
    return (Datum(STRING, "", sensitive=True),) if wanted else ()
