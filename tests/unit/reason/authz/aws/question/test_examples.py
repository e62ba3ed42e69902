# SPDX-License-Identifier: Apache-2.0
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate, is_read
from bartizan.reason.authz.aws.question.examples import Which, examples, parted, template
from bartizan.reason.authz.aws.question.lots import Lot
from bartizan.reason.authz.aws.question.things import Placed, Things
from tests.fakes.estate import EstateBuilder

HOME = "111111111111"
REGIONS = ("us-east-1", "eu-west-1")
GRANTED = masks.matching("s*:*") | masks.matching("lambda:*")
SERVICES = sorted({one.service for one in examples("aws", REGIONS)})
READ = Which("aws", REGIONS, GRANTED, read=True)


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    built.account(HOME)
    return built


def asked_of(placed: list[Placed]) -> dict[str, tuple[str, int]]:
    """Return by thing its region and what is asked about it."""
    rows = [
        (thing, (one.region, asked))
        for one in placed
        for thing, asked in zip(one.lot.things, one.lot.asked, strict=True)
    ]
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def typed(built: EstateBuilder, apart: set[str]) -> list[Placed]:
    user = built.user("u", HOME)
    estate = Estate(built.facts())
    things = Things(estate, estate.caller(user), ())
    return list(things.typed(GRANTED, ("eu-west-1",), apart))


def test_things_of_services_that_nothing_tells_apart_come_together_by_region(
    built: EstateBuilder,
) -> None:
    together = typed(built, set())

    assert len(together) == len({one.region for one in together})
    assert asked_of(together) == asked_of(typed(built, {""}))


@given(apart=st.sets(st.sampled_from(SERVICES)))
@settings(max_examples=30, deadline=None)
def test_examples_are_the_same_whichever_come_by_themselves(apart: set[str]) -> None:
    names = template(READ).written(HOME)

    lots = [part.lot(names, HOME) for part in parted(READ, frozenset(apart))]

    by_service: list[Lot] = [one for lot in lots for one in (lot.each() if lot.runs else (lot,))]
    assert sorted(thing for one in by_service for thing in one.things) == sorted(names)
    assert all(thing.split(":")[2] == one.service for one in by_service for thing in one.things)
    for one in (*lots, *by_service):
        assert one.acting == masks.joined(one.asked)
        assert one.requests == masks.count(one.asked)
    for one in lots:
        assert not one.runs or not one.is_of(apart)


def test_what_is_not_read_is_told_by_the_arn_where_nothing_was_left_unread(
    built: EstateBuilder,
) -> None:
    estate = Estate(built.facts())

    for name in template(READ._replace(granted=masks.every(), read=False)).written(HOME):
        assert is_read(name) == (estate.resource_policy(name, False) is None)  # noqa: FBT003 - by position


@pytest.mark.parametrize("operation", ["GetQueuePolicy", "ListTagsOfQueue"])
def test_what_could_not_be_read_comes_by_itself(built: EstateBuilder, operation: str) -> None:
    queue = f"arn:aws:sqs:us-east-1:{HOME}:bartizan"
    built.unread(HOME, f"sqs:{operation}", resource=queue)

    found = typed(built, set())

    own = [one.lot for one in found if one.lot.service == "sqs"]
    assert any(queue in lot.things for lot in own) == ("Policy" not in operation)
    assert all(not lot.is_of(CARRIERS) for lot in (one.lot for one in found) if lot.runs)


def test_a_thing_of_the_estate_is_no_example(built: EstateBuilder) -> None:
    queue = f"arn:aws:sqs:us-east-1:{HOME}:bartizan"
    before = asked_of(typed(built, set()))

    built.store("AWS::SQS::Queue", queue, HOME)

    assert asked_of(typed(built, set())) == {k: v for k, v in before.items() if k != queue}
