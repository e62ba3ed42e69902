# SPDX-License-Identifier: Apache-2.0
"""The plan of a folder of code, made without Terraform: what it would plan, or unknown.

Nothing is fetched or run. What is not evaluated here is refused by name, with what to do.
"""

import json

from bartizan.errors import InputError, Location, SourceError
from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.evaluator import names, show
from bartizan.sources.terraform.evaluator.instance import Instance
from bartizan.sources.terraform.evaluator.objects import AgainError, Objects, check
from bartizan.sources.terraform.evaluator.root import deep, root_of
from bartizan.sources.terraform.evaluator.world import Provider
from bartizan.sources.terraform.provider.asked import Asked
from bartizan.sources.terraform.provider.data_source import DATA
from bartizan.sources.terraform.provider.made import of_provider
from bartizan.sources.terraform.provider.stable import stable
from bartizan.sources.terraform.provider.tree import Tree, follow

NAME = "bartizan"
"""What plans call this evaluator."""


def plan(asked: Asked) -> CodePlan:
    """Plan a folder of code.

    Raises:
        InputError: the code is wrong, needs what is not on this disk, would run programs, or says
            something that is evaluated by Terraform alone.
        SourceError: it takes too long.
        UsageError: an account is none.
    """
    if asked.state is not None:
        raise InputError(
            "code over a state is planned by Terraform alone",
            at=Location(str(asked.state)),
            hint="install `terraform` or `tofu`, or give the plan: `terraform show -json PLAN`",
        )
    return deep(lambda: _planned(asked, follow(asked.folder, programs=asked.programs)))


def _planned(asked: Asked, tree: Tree) -> CodePlan:
    unread: frozenset[str] = frozenset()
    while True:
        run = _Run(asked, tree, unread)
        try:
            return run.made()
        except AgainError:
            unread |= run.untold
        except (InputError, SourceError) as error:
            if error.at is None:
                error.at = Location(str(asked.folder))
            raise
        except RecursionError as error:
            raise InputError(
                "values rest on one another too deep", at=Location(str(asked.folder))
            ) from error


class _Run:
    """A tree, evaluated once."""

    def __init__(self, asked: Asked, tree: Tree, unread: frozenset[str]) -> None:
        self.asked, self.tree = asked, tree
        self.providers = {
            source: Provider(source=source, schema=schema, making=making)
            for source, types in tree.providers().items()
            for schema, making in (of_provider(source, types, asked),)
        }
        there = frozenset(one.type for one in asked.data) | DATA.keys()
        self.root = root_of(
            asked,
            tree,
            plan=Objects().plan,
            providers=self.providers,
            known=there - unread,
            seconds=asked.seconds,
        )
        self.world = self.root.world

    @property
    def untold(self) -> frozenset[str]:
        """Types of data that could not be told."""
        return frozenset(one for held in self.providers.values() for one in held.making.untold)

    def made(self) -> CodePlan:
        """Return the plan as everybody reads it."""
        self._walk(self.root)
        for (name,), body in self.root.configuration.of("output"):
            if self.root.output(name).sensitive and "sensitive" not in body.arguments:
                raise InputError(
                    f"terraform refuses the code: the output `{name}` is sensitive",
                    at=body.at,
                    hint="write `sensitive = true`",
                )
        plan_ = show.plan(self.root, names.configuration(self.world))
        issued = [one for held in self.providers.values() for one in held.making.issued]
        aws = self.providers["hashicorp/aws"].making
        return CodePlan(
            content=stable(json.dumps(plan_).encode(), issued, ()),
            places={
                key: (place.account, place.region) for key, place in sorted(aws.places.items())
            },
            programs=tuple(
                f"{what} ({at})" for code in self.tree.code.values() for what, at in code.programs
            ),
            evaluator=NAME,
            unevaluated=(*show.unevaluated(self.world.planned), *self.tree.others),
            computed={one.address: one.computed for one in self.world.planned if one.computed},
        )

    def _walk(self, module: Instance) -> None:
        """Work out all that a module declares."""
        module.check_call()
        held = module.configuration
        for (name,), body in held.of("variable"):
            module.variable(name)
            check(body.named("validation"), module.scope())
        for kind in ("data", "resource"):
            for labels, _ in held.of(kind):
                module.resource((kind, *labels))
        for name in sorted(held.locals):
            module.local(name)
        for (name,), _ in held.of("module"):
            for inner in module.children(name).values():
                self._walk(inner)
        for (name,), body in held.of("output"):
            module.output(name)
            check(body.named("precondition"), module.scope())
