# SPDX-License-Identifier: Apache-2.0
"""Theorems about all actions at once: each is decided as the definition decides it alone."""

import functools

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.logic import ALLOWED, DENIED, UNKNOWN
from tests.fakes.dice import dice
from tests.fakes.engines import defined
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import Question, question

_ACTIONS = 12
"""Actions that are held against the definition, of those that a request may name."""


def _on(thing: str, part: masks.Mask) -> tuple[str, masks.Mask]:
    return thing, part


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_all_actions_at_once_are_decided_as_the_definition_does(data: st.DataObject) -> None:
    thrown = data.draw(dice())
    made = organization(thrown, small=True)
    asked = question(thrown, made)
    estate = Estate(made.facts)
    kernel = Kernel.of(estate)
    things = [asked.resource, *dict.fromkeys(arn for _, arn in made.words.things)]
    hot = [action for action, _ in made.words.hot]
    for name in data.draw(st.lists(st.sampled_from(made.names), min_size=1, max_size=4)):
        reach = kernel.reach(name, estate, chosen=asked.chosen, complete=asked.complete)
        for thing in things:
            acting = masks.acting_on(thing) or masks.matching("s3:*") | masks.matching("sts:*")
            wanted = masks.names(acting)
            some = {*wanted[:: max(1, len(wanted) // _ACTIONS)], *hot} & set(wanted)
            told = list(reach.judge(estate, thing, acting, functools.partial(_on, thing)))
            assert sum(one.actions for one in told) == acting
            for action in sorted(some):
                bit = masks.matching(action)
                (one,) = (one for one in told if one.actions & bit)
                code = ALLOWED if one.allowed & bit else UNKNOWN if one.unknown & bit else DENIED
                single = Question(
                    action=action,
                    resource=thing,
                    chosen=asked.chosen,
                    complete=asked.complete,
                )
                assert code == defined(estate, name, single), (name, action, thing)
