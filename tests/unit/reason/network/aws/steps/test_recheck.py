# SPDX-License-Identifier: Apache-2.0
"""Flows are decided again, and say what they pass."""

import pytest
from msgspec import structs

from bartizan.errors import DisagreementError
from bartizan.reason.network.aws.steps.derivation import steps
from bartizan.reason.network.aws.steps.recheck import recheck
from tests.fakes.network_estate import WORLD, web

SSH = f"in tcp 22 {WORLD}"


def test_the_way_of_the_packets_is_the_evidence() -> None:
    facts = web(SSH)

    shown = recheck(tuple(steps(facts)), facts)

    (step,) = [one for one in shown if one.flows]
    said = {(one.subject, one.why) for one in step.evidence}
    assert any(subject == "sg-web" and "allows it in" in why for subject, why in said)
    assert any(subject == "rtb-public" for subject, _ in said), "the answer's route"
    assert any("198.51.100.7" in why for _, why in said)


def test_steps_without_flows_stay_as_they_are() -> None:
    facts = web(SSH)
    (still,) = [step for step in steps(facts) if not step.flows]

    assert recheck([still], facts) == (still,)


def test_a_step_that_does_not_hold_is_no_answer() -> None:
    facts = web(SSH)
    (step,) = [step for step in steps(facts) if step.flows]
    flow = structs.replace(step.flows[0], port=23)

    with pytest.raises(DisagreementError, match="definition answers blocked"):
        recheck([structs.replace(step, flows=(flow,))], facts)


def test_what_is_unknown_proves_nothing_but_may_be_possible() -> None:
    facts = web("in tcp 22 pl-1", prefix_list={"pl-1": None})
    (step,) = [step for step in steps(facts) if step.flows]
    assert not step.proved

    (shown,) = recheck([step], facts)

    assert shown.missing
    with pytest.raises(DisagreementError, match="definition answers unknown"):
        recheck([structs.replace(step, missing=())], facts)
