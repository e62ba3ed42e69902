# SPDX-License-Identifier: Apache-2.0

import pytest
from msgspec import structs

from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.step import Foothold, Step
from bartizan.reason.host.derivation import following, steps
from bartizan.reason.host.recheck import recheck
from tests.fakes.hosts import host, key, machine, rule
from tests.unit.reason.host.test_cloud import WEB, interface

FACTS = Facts.of((host(), rule("bob", "ALL"), key("alice")))


def test_what_follows_from_the_facts_is_shown_as_it_is() -> None:
    found = tuple(steps(FACTS))

    assert recheck(found, FACTS) == found


@pytest.mark.parametrize("change", [{"missing": ("x",)}, {"needs": (Foothold("run-code", "x"),)}])
def test_what_does_not_follow_is_refused(change: dict[str, object]) -> None:
    sudo = next(step for step in steps(FACTS) if step.technique == "sudo")

    with pytest.raises(DisagreementError, match="does not follow"):
        recheck([structs.replace(sudo, **change)], FACTS)


def test_what_follows_from_steps_of_others_is_checked_with_them() -> None:
    facts = Facts.of((WEB, machine(), interface(), key("alice")))
    sends = Step(
        technique="send",
        needs=(Foothold("start", "internet"),),
        grants=Foothold("send", "eni-1:22/tcp"),
        cost=1,
    )
    (signs,) = following(facts, [sends])

    assert recheck([signs, sends], facts) == (signs, sends)


def test_steps_of_others_are_not_looked_at() -> None:
    other = Step(technique="x", needs=(), grants=Foothold("act-as", "r"), cost=1)

    assert recheck([other], Facts.of(())) == (other,)
