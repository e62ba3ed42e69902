# SPDX-License-Identifier: Apache-2.0
"""What has a part in steps over networks, and what has none; nothing is lost by a property."""

from collections.abc import Iterable, Mapping

import pytest
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, Rule, SecurityGroup
from bartizan.model.table import Row
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.steps.derivation import again, derive, steps
from bartizan.reason.network.aws.steps.pertinent import LOOKED_AT, alike, pertinent
from bartizan.reason.network.aws.topology.unread import ADDRESSES
from tests.fakes.dice import seeded
from tests.fakes.generated_network import unread
from tests.fakes.inhabited_network import inhabited
from tests.fakes.network_estate import (
    OUT,
    database,
    front,
    function,
    instance,
    lines,
    service,
    web,
    workload,
)
from tests.fakes.watched import Watched

SERVED = "in tcp 443 0.0.0.0/0"
LAMBDA = "AWS::Lambda::Function"


def estate(*rules: str, rows: Iterable[Row] = (), **groups: list[str]) -> Facts:
    """An instance that the Internet reaches, a database beside it, and a front of a function."""
    held: Mapping[str, list[str]] = {name.replace("_", "-"): own for name, own in groups.items()}
    return web(
        SERVED,
        *rules,
        group=held,
        rows=[
            service(database("orders"), "eni-web"),
            workload(function("f"), LAMBDA),
            front("api", "AWS::ApiGateway::RestApi", function("f")),
            *rows,
        ],
    )


def pertains(before: Facts, after: Facts) -> bool:
    """Tell whether a difference has a part in any step."""
    return not alike(pertinent(before), pertinent(after))


def test_every_table_that_steps_over_networks_are_derived_from_is_compared() -> None:
    seen: set[type[Row]] = set()
    for seed in range(12):
        facts = Watched.over(inhabited(seeded(seed)))
        list(derive(facts, Kernel.compile(facts)))
        seen |= facts.seen

    assert seen == {*LOOKED_AT}


def test_what_has_no_part_in_any_step_leaves_the_known_ones_as_they_are() -> None:
    before = estate()
    after = estate(
        rows=[workload(function("g"), LAMBDA)],
        sg_new=["in tcp 22 0.0.0.0/0", "in tcp 80 sg-more"],
        sg_more=["out tcp 80 sg-new"],
    )
    known = tuple(steps(before))

    found = list(again(before, known, after))

    assert not pertains(before, after)
    assert all(one is other for one, other in zip(found, known, strict=True))
    assert lines(found) == lines(derive(after, Kernel.compile(after)))


@pytest.mark.parametrize(
    "after",
    [
        estate("in tcp 22 0.0.0.0/0"),
        # Who is let in by a group is a matter of its members, of whom there may be more outside.
        estate("in tcp 22 sg-new", sg_new=[OUT]),
        estate(rows=[workload(function("g"), LAMBDA, anonymous=True)]),
        estate(rows=[workload(instance("unknown"))]),
        estate(rows=[front("other", "AWS::ApiGateway::RestApi", function("f"))]),
        estate(rows=[service(database("more"), "eni-web", port=1433)]),
    ],
    ids=["rule", "named", "anonymous", "instance", "front", "service"],
)
def test_what_may_have_a_part_in_a_step_has_all_derived_anew(after: Facts) -> None:
    before = estate()

    found = list(again(before, tuple(steps(before)), after))

    assert pertains(before, after)
    assert found == list(steps(after))


def test_a_group_to_spare_counts_once_somebody_holds_it() -> None:
    before = estate(sg_new=["in tcp 22 0.0.0.0/0"])
    rows = [
        replace(row, groups=("sg-new", "sg-web")) if isinstance(row, Interface) else row
        for kind in LOOKED_AT
        for row in before.rows(kind)
    ]
    after = Facts.of(rows)

    found = list(again(before, tuple(steps(before)), after))

    assert pertains(before, after)
    assert lines(found) - lines(steps(before))


def test_the_name_of_a_group_that_a_rule_names_counts() -> None:
    # It stands in the remedy.
    facts = estate("in tcp 22 sg-peer", sg_peer=[OUT])

    assert {row.id for row in pertinent(facts).rows(SecurityGroup)} == {"sg-web", "sg-peer"}


@pytest.mark.parametrize(("kind", "counts"), [(ADDRESSES[0], True), ("AWS::S3::Bucket", False)])
def test_what_of_networks_was_not_read_counts(kind: str, *, counts: bool) -> None:
    gap = replace(unread(seeded(0)), kind=kind, resource="")

    assert pertains(estate(), estate(rows=[gap])) == counts


def test_rules_of_who_is_no_known_group_are_kept() -> None:
    facts = estate()
    stray = replace(facts.rows(Rule)[0], owner="sg-unknown")

    assert stray in pertinent(facts.joined(Facts.of([stray]))).rows(Rule)
