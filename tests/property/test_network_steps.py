# SPDX-License-Identifier: Apache-2.0
"""Theorems about steps over a network: what keeps packets out does, a witness holds."""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.model.facts import Facts
from bartizan.model.step import Step
from bartizan.reason.network.aws.steps.derivation import steps
from bartizan.reason.network.aws.steps.recheck import recheck
from tests.fakes.network_estate import (
    OUT,
    behind,
    database,
    instance,
    public_network,
    service,
    workload,
)
from tests.fakes.remedy import after

HOSTS = ("a", "b", "c", "d")
PLACES = {"subnet-public": "10.0.0", "subnet-inside": "10.0.1", "subnet-far": "10.1.0"}
TABLES = {
    "rtb-public vpc-1": [
        "10.0.0.0/16 local", "0.0.0.0/0 internet-gateway igw-1", "10.1.0.0/16 peering pcx-1",
    ],
    "rtb-inside vpc-1": ["10.0.0.0/16 local", "10.1.0.0/16 peering pcx-1"],
    "rtb-far vpc-2": ["10.1.0.0/16 local", "10.0.0.0/16 peering pcx-1"],
}  # fmt: skip
PEERS = (
    "0.0.0.0/0",
    "10.0.0.0/8",
    "0.0.0.0/1",
    "10.0.0.0/16",
    "10.0.1.0/24",
    "203.0.113.0/24",
    "sg-1",
    "sg-2",
)
PORTS = ("any", "22", "80", "5432", "0-1023", "5000-6000")
OUTWARD = (OUT, "out tcp 80 0.0.0.0/0", "out tcp 0-6000 10.0.0.0/8")
LISTS = {
    "acl-answers": ["100 in allow any any 0.0.0.0/0", "100 out allow any any 0.0.0.0/0"],
    "acl-silent": ["100 in allow any any 0.0.0.0/0", "100 out allow tcp 0-1023 0.0.0.0/0"],
    "acl-narrow": ["90 in deny tcp 22 0.0.0.0/0", "100 in allow any any 0.0.0.0/0",
                   "100 out allow any any 0.0.0.0/0"],
}  # fmt: skip

rules = st.lists(
    st.builds("in tcp {} {}".format, st.sampled_from(PORTS), st.sampled_from(PEERS)), max_size=4
)
groups = st.builds(lambda held, out: [*held, out], rules, st.sampled_from(OUTWARD))


@st.composite
def estates(draw: Any) -> Facts:  # noqa: ANN401 - Hypothesis gives it no type that helps
    """Four hosts and a database in two subnets of one network and one of its neighbour."""
    interfaces = {}
    for number, name in enumerate((*HOSTS, "data")):
        subnet = draw(st.sampled_from(sorted(PLACES)))
        network = PLACES[subnet]
        held = draw(st.sampled_from(["sg-1", "sg-2", "sg-1,sg-2"]))
        # Some have an address that another has as well, as where it moved while it was read.
        own, shown = (draw(st.sampled_from([*[number] * 7, 0])) for _ in range(2))
        public = draw(st.sampled_from(["", f"public=198.51.100.{shown + 1}"]))
        what = behind(name) if name in HOSTS else ""
        interfaces[f"eni-{name}"] = f"{subnet} {network}.{own + 10} groups={held} {what} {public}"
    subnets: Mapping[str, str] = {
        "subnet-public": "vpc-1 10.0.0.0/24 table=rtb-public "
        f"acl={draw(st.sampled_from(sorted(LISTS)))}",
        "subnet-inside": "vpc-1 10.0.1.0/24 table=rtb-inside "
        f"acl={draw(st.sampled_from(sorted(LISTS)))}",
        "subnet-far": "vpc-2 10.1.0.0/24 table=rtb-far "
        f"acl={draw(st.sampled_from(sorted(LISTS)))}",
    }
    return public_network(
        [*(workload(instance(name)) for name in HOSTS), service(database("orders"), "eni-data")],
        network={"vpc-1": "10.0.0.0/16", "vpc-2": "10.1.0.0/16"},
        table=TABLES,
        peering={"pcx-1": "vpc-1 vpc-2"},
        subnet=subnets,
        acl=LISTS,
        group={"sg-1": draw(groups), "sg-2": draw(groups)},
        interface=interfaces,
    )


def _same(step: Step) -> tuple[object, ...]:
    return step.technique, step.needs, step.grants


def _gained(known: list[Step], start: str) -> set[str]:
    """Return all that is gained from one foothold alone, but what stands for others."""
    held = {start}
    while gained := {str(s.grants) for s in known if held.issuperset(map(str, s.needs))} - held:
        held |= gained
    return {one for one in held if not one.startswith(("send-as", "send-alike"))}


slowly = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@slowly
@given(facts=estates(), choice=st.randoms(use_true_random=False))
def test_what_keeps_packets_out_does(facts: Facts, choice: Any) -> None:  # noqa: ANN401 - a Random
    found = [step for step in steps(facts) if step.breakers]
    for step in choice.sample(found, min(len(found), 4)):
        for breaker in step.breakers:
            changed = after(facts, [remedy.change for remedy in breaker.remedies])

            assert _same(step) not in {_same(each) for each in steps(changed)}, breaker


@slowly
@given(facts=estates())
def test_every_step_over_a_network_can_be_closed(facts: Facts) -> None:
    flows = [step for step in steps(facts) if step.flows]

    assert all(step.breakers for step in flows)


@slowly
@given(facts=estates())
def test_every_flow_holds_when_it_is_decided_again(facts: Facts) -> None:
    found = tuple(steps(facts))

    shown = recheck(found, facts)

    assert [_same(step) for step in shown] == [_same(step) for step in found]
    assert all(len(step.evidence) > 1 for step in shown if step.flows and step.proved)


@slowly
@given(facts=estates(), choice=st.randoms(use_true_random=False))
def test_keeping_packets_out_never_opens_a_way(facts: Facts, choice: Any) -> None:  # noqa: ANN401 - a Random
    before = list(steps(facts))
    breakers = [breaker for step in before for breaker in step.breakers]
    if not breakers:
        return
    chosen = choice.choice(breakers)
    later = list(steps(after(facts, [remedy.change for remedy in chosen.remedies])))

    for start in ("start internet", *(f"run-code {instance(name)}" for name in HOSTS)):
        hosts = {one for one in _gained(later, start) if one.startswith(("run-code", "read"))}
        assert hosts <= _gained(before, start)
