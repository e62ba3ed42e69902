# SPDX-License-Identifier: Apache-2.0
"""Resources and data: what the code says of them, with what would be told of them once they were
there.

Sources: https://developer.hashicorp.com/terraform/language/resources/syntax and
https://developer.hashicorp.com/terraform/language/providers/configuration
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from bartizan.errors import Location
from bartizan.sources.terraform.evaluator.configuration import Body
from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError
from bartizan.sources.terraform.evaluator.decode import decoded, refused, value
from bartizan.sources.terraform.evaluator.instance import Instance
from bartizan.sources.terraform.evaluator.kind import BOOL
from bartizan.sources.terraform.evaluator.repeat import Repetition, gathered, repetitions
from bartizan.sources.terraform.evaluator.scope import Scope
from bartizan.sources.terraform.evaluator.shape import filled, secret, value_of
from bartizan.sources.terraform.evaluator.world import Planned, Provider
from bartizan.sources.terraform.provider.data_source import UntoldDataError
from bartizan.sources.terraform.provider.document import DocumentError
from bartizan.sources.terraform.provider.made import TooManyError
from bartizan.sources.terraform.provider.predict import Provided, pending
from bartizan.sources.terraform.provider.schema import KEY, Block
from bartizan.sources.terraform.provider.tree import source_of
from bartizan.sources.terraform.value import Value

_META = frozenset(
    {"count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"}
)
_OF_PROVIDER = frozenset({"alias", "version"})


class AgainError(Exception):
    """Data of a type cannot be told, and is to be unknown from the start."""


class Objects(Struct):
    """Plans the objects of all modules."""

    _provided: dict[tuple[Instance, str, str], Provided] = field(default_factory=dict)

    def plan(self, module: Instance, names: tuple[str, ...], body: Body) -> Datum:
        """Plan all objects of a block, and return what its name stands for; `names` is as
        `("resource", "aws_iam_role", "r")`.

        Raises:
            InputError: Terraform refuses it, or how many there are is not known.
            AgainError: data cannot be told.
        """
        kind, type_, name = names
        managed = kind == "resource"
        called = provider_of(body, type_)
        code = module.world.tree.code[module.world.folder(".".join(module.path))]
        source = source_of(called[0], code)
        provider = module.world.providers[source]
        provided = self._configuration(module, provider, called, body.at)
        table = provider.schema.resources if managed else provider.schema.data
        block = table.get(type_)
        if block is None:
            raise refused(f"the provider `{source}` has no `{type_}`", body.at)
        held: dict[int | str | None, Datum] = {}
        for one in repetitions(body, module.scope()):
            made = _One(module, provider, provided, type_, body, block)
            config = made.config(one)
            values, read = made.resource(one, config) if managed else made.data(one, config)
            held[one.key] = values
            planned = Planned(
                module=module.address,
                type=type_,
                name=name,
                managed=managed,
                key=one.key,
                provider=source,
                values=values,
                read=read,
                computed=frozenset(_computed(body, config)),
            )
            module.world.add(planned, body.at)
        return gathered(body, held)

    def _configuration(
        self, module: Instance, provider: Provider, called: tuple[str, str], at: Location
    ) -> Provided:
        """Return what the configuration of a provider says that a module knows by local name and
        alias.
        """
        key = (module, *called)
        if key not in self._provided:
            self._provided[key] = self._found(module, provider, called, at)
        return self._provided[key]

    def _found(
        self, module: Instance, provider: Provider, called: tuple[str, str], at: Location
    ) -> Provided:
        local, alias = called
        own = module.configuration.providers.get((local, alias))
        if own is not None:
            told = decoded(own, provider.schema.provider, module.scope(), _OF_PROVIDER)
            config = value_of(told)
            assert isinstance(config, dict)  # noqa: S101 - a block is an object
            config[KEY] = f"{local}.{alias}" if alias else local
            return provider.making.configured(config)
        if module.parent is None or module.call is None:
            if alias:
                raise refused(f"the provider `{local}.{alias}` is not configured", at)
            return provider.making.configured(None)
        passed = passed_providers(module.call)
        wanted = f"{local}.{alias}" if alias else local
        if wanted in passed:
            outer, _, outer_alias = passed[wanted].partition(".")
            return self._configuration(module.parent, provider, (outer, outer_alias), at)
        if alias:
            raise refused(f"the provider `{wanted}` is not passed to its module", at)
        folder = module.world.folder(".".join(module.parent.path))
        code = module.world.tree.code[folder]
        names = [one for one in code.sources if source_of(one, code) == provider.source]
        outer = names[0] if names else provider.source.rpartition("/")[2]
        return self._configuration(module.parent, provider, (outer, ""), at)


class _One(Struct, frozen=True):
    """What all objects of one block share."""

    module: Instance
    provider: Provider
    provided: Provided
    type: str
    body: Body
    block: Block

    def config(self, repetition: Repetition) -> Datum:
        return decoded(self.body, self.block, self.module.scope(repetition), _META)

    def resource(self, repetition: Repetition, config: Datum) -> tuple[Datum, bool]:
        try:
            told = self.provider.making.made(self.type, self.block, _object(config), self.provided)
        except TooManyError as error:
            raise refused(str(error), self.body.at) from error
        found = secret(filled(config, dict(told)), self.block)
        self._check(repetition, found)
        return found, False

    def data(self, repetition: Repetition, config: Datum) -> tuple[Datum, bool]:
        if self.type not in self.module.world.known or not config.wholly_known:
            found = filled(config, pending(self.block, value_of(config)))
            return secret(found, self.block), False
        try:
            told = self.provider.making.data(self.type, self.block, _object(config), self.provided)
        except UntoldDataError as error:
            raise AgainError from error
        except DocumentError as error:
            raise refused(str(error), self.body.at) from error
        found = secret(filled(config, dict(told)), self.block)
        self._check(repetition, found)
        return found, True

    def _check(self, repetition: Repetition, found: Datum) -> None:
        for one in self.body.named("lifecycle"):
            check(one.named("precondition"), self.module.scope(repetition))
            check(one.named("postcondition"), self.module.scope(repetition, found))


def _computed(body: Body, config: Datum) -> Iterator[str]:
    """Yield what dynamic blocks write of an object that is not known."""
    held = config.value if isinstance(config.value, dict) else {}
    for one in body.named("dynamic"):
        if one.labels and one.labels[0] in held and not held[one.labels[0]].known:
            yield one.labels[0]


def check(conditions: Iterable[Body], scope: Scope) -> None:
    """Look at conditions that the code makes.

    Raises:
        InputError: one does not hold.
    """
    for one in conditions:
        written = one.expression("condition")
        if written is None:
            raise refused("a condition without an expression", one.at)
        at = one.at_argument("condition")
        try:
            found = converted(value(written, scope, at), BOOL)
        except RefusedError as error:
            raise refused(str(error), at) from error
        if found.null or found.value is False:
            raise refused("a condition of the code does not hold", at)


def provider_of(body: Body, type_: str) -> tuple[str, str]:
    """Return local name and alias of the provider of a block."""
    argument = body.arguments.get("provider")
    written = argument.file.text(argument.value).strip().strip('"') if argument else ""
    local, _, alias = written.partition(".")
    return local or type_.partition("_")[0], alias


def passed_providers(call: Body) -> dict[str, str]:
    """Return which configurations of providers a call passes: the name in the module to ours."""
    argument = call.arguments.get("providers")
    if argument is None:
        return {}
    found = {}
    stack = [argument.value]
    while stack:
        node = stack.pop()
        stack += node.named_children
        if node.type == "object_elem":
            parts = [one for one in node.named_children if one.type == "expression"]
            key, outer = (argument.file.text(one).strip().strip('"') for one in parts)
            found[key] = outer
    return found


def _object(config: Datum) -> dict[str, Value]:
    found = value_of(config)
    return found if isinstance(found, dict) else {}
