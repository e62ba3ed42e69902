# SPDX-License-Identifier: Apache-2.0
"""What the search for values of condition keys gives up on, no values allow."""

from collections.abc import Callable, Mapping, Sequence

from hypothesis import given, settings

from bartizan.model.verdict import Allowed, Unknown
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.estate.settle import context_keys, settle
from bartizan.reason.authz.aws.request import Decision, Policies
from bartizan.reason.authz.aws.steps.attempt import search
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_condition import keys
from tests.fakes.generated_organization import organization

TRIES, DEEP = 6, 8
"""Requests of which values are drawn one after another, and how many values of each."""
ANYTHING = ("zz", "true", "false", "7", "192.0.2.77", "2026-03-01T12:00:00Z")
PEOPLE = (":user/", ":role/", ":assumed-role/")


@settings(max_examples=40, deadline=None)
@given(dice())
def test_what_the_search_gives_up_on_no_values_allow(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    estate = Estate(made.facts)
    people = [name for name in made.names if any(kind in name for kind in PEOPLE)]
    values = {key.lower(): held for key, (_, held) in keys(made.words).items()}

    for action, resource in dict.fromkeys(made.words.hot):
        for name in people:
            policies = estate.policies(name, action, resource)

            def decided(
                chosen: Chosen,
                name: str = name,
                asked: tuple[str, str] = (action, resource),
                policies: Policies = policies,
            ) -> Decision:
                return settle(estate, estate.request(name, *asked, chosen), policies)

            first = decided({})
            if not isinstance(first.verdict, Unknown):
                continue
            request = estate.request(name, action, resource, {})
            if search(estate, request, policies, first=first) is None:
                for _ in range(TRIES):
                    assert drawn(thrown, decided, values) is None, (name, action, resource)


def drawn(
    thrown: Dice, decided: Callable[[Chosen], Decision], values: Mapping[str, Sequence[str]]
) -> Chosen | None:
    """Draw values for one key after another; return them where they let the request through."""
    chosen: dict[str, str | tuple[str, ...]] = {}
    for _ in range(DEEP):
        decision = decided(chosen)
        if isinstance(decision.verdict, Allowed):
            return chosen
        open_keys = [key for key in context_keys(decision) if key not in chosen]
        if not open_keys:
            return None
        key = thrown.one(open_keys)
        chosen[key] = value(thrown, key, values.get(key, ()))
    return None


def value(thrown: Dice, key: str, named: Sequence[str]) -> str | tuple[str, ...]:
    """Draw what a key holds: something that policies name, or nearly; nothing for absent."""
    known = catalogue.condition_key(key)
    texts = [*named, *map(pattern.instance, named), *(f"{text}x" for text in named), *ANYTHING]
    if thrown.chance(20):
        return ()
    if known is not None and known.multivalued:
        return tuple(thrown.some(texts, least=1, most=3))
    return thrown.one(texts)
