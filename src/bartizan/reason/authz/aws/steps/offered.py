# SPDX-License-Identifier: Apache-2.0
"""What an account offers to its callers, bound once for all of them."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding


class Offered(Struct, frozen=True, kw_only=True, eq=False):
    """What a technique is tried over, where that differs little from caller to caller."""

    bindings: Callable[[Scene, str], Iterable[Binding]]
    """All of them, for the callers of an account."""
    but: str = ""
    """A name under which nobody tries itself."""
    finish: Callable[[Scene, Actor, Binding], Iterable[Binding]] | None = None
    """Makes bindings of one caller of one of them; none where some other need is denied."""

    def __call__(self, scene: Scene, actor: Actor) -> Iterator[Binding]:
        """Yield the bindings of one caller."""
        yield from self.of(scene, actor, self.bindings(scene, actor.who.account))

    def of(self, scene: Scene, actor: Actor, among: Iterable[Binding]) -> Iterator[Binding]:
        """Yield what a caller makes of some of the common ones."""
        for binding in among:
            if self.but and binding.names[self.but] == actor.who.arn:
                continue
            if self.finish is None:
                yield binding
            else:
                yield from self.finish(scene, actor, binding)
