# SPDX-License-Identifier: Apache-2.0
"""What one caller can do in a built estate, as the kernel tells it."""

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.requests import Reach
from tests.fakes.estate import EstateBuilder


def reached(
    built: EstateBuilder, caller: str, *, chosen: Chosen | None = None, complete: bool = False
) -> tuple[Reach, Estate]:
    """Return what decides all requests of a caller, with its estate."""
    estate = Estate(built.facts())
    kernel = Kernel.of(estate)
    return kernel.reach(caller, estate, chosen=chosen, complete=complete), estate


def judged(reach: Reach, estate: Estate, thing: str, pattern: str) -> tuple[set[str], set[str]]:
    """Return which actions of a pattern are allowed on a thing, and of which that is not known."""
    actions = masks.matching(pattern)
    heard = list(reach.judge(estate, thing, actions, lambda part: (thing, part)))
    return (
        set(masks.names(masks.joined(one.allowed for one in heard))),
        set(masks.names(masks.joined(one.unknown for one in heard))),
    )
