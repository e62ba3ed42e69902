# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.question.crops import Crop, Crops
from bartizan.reason.authz.aws.question.lots import Lot
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import reached
from tests.fakes.statements import allow, deny

HOME = "111111111111"
READ, WRITE = masks.matching("s3:GetObject"), masks.matching("s3:PutObject")
BOTH = READ | WRITE
CONDITION = {"StringEquals": {"aws:UserAgent": "x"}}
A1, A2, B1 = (f"arn:aws:s3:::{name}/k" for name in ("a1", "a2", "b1"))


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    built.account(HOME)
    for name in ("a1", "a2", "b1"):
        built.bucket(name, HOME)
    return built


def things(crop: Crop, actions: int = BOTH) -> dict[str, int]:
    return {thing: held for lot, part in crop.held(actions) for thing, held in lot.among(part)}


def gathered(built: EstateBuilder, resource: str) -> list[Crop]:
    user = built.user("u", HOME, allows=[allow("s3:*", resource)])
    reach, estate = reached(built, user)
    crops = Crops(reach)
    for thing in (A1, A2, B1):
        crops.add(Lot.of_one(thing, READ), READ, estate)
    return list(crops)


def test_things_that_nothing_tells_apart_are_one_crop(built: EstateBuilder) -> None:
    (crop,) = gathered(built, "*")

    assert things(crop) == {A1: READ, A2: READ, B1: READ}
    assert (crop.first, crop.actions) == (A1, READ)


def test_a_pattern_of_the_caller_tells_things_apart(built: EstateBuilder) -> None:
    assert [set(things(crop)) for crop in gathered(built, "arn:aws:s3:::a*")] == [{A1, A2}, {B1}]


def test_each_thing_is_asked_about_by_its_own_actions(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:*")])
    reach, estate = reached(built, user)
    crops = Crops(reach)
    crops.add(Lot.of_all("s3", [A1, A2], [READ, WRITE]), BOTH, estate, key="")

    (crop,) = crops

    assert things(crop) == {A1: READ, A2: WRITE}
    assert things(crop, WRITE) == {A2: WRITE}
    assert crop.one(WRITE) == (A2, WRITE)
    assert list(crop.asked(WRITE)) == [A2]
    with pytest.raises(LookupError):
        crop.one(masks.matching("s3:DeleteObject"))


def test_of_what_is_asked_about_a_thing_some_may_be_looked_at(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:*")])
    reach, estate = reached(built, user)
    crops = Crops(reach)
    crops.add(Lot.of_all("s3", [A1, A2], [READ, BOTH]), WRITE, estate, key="")

    (crop,) = crops

    assert (crop.first, crop.actions) == (A2, WRITE)
    assert things(crop) == {A2: WRITE}


def test_a_statement_that_a_witness_wakes_parts_a_crop(built: EstateBuilder) -> None:
    sleeping = allow("s3:*", "arn:aws:s3:::a*", Condition={"StringEquals": {"aws:username": "v"}})
    user = built.user("u", HOME, allows=[allow("s3:*", Condition=CONDITION), sleeping])
    reach, estate = reached(built, user)
    crops = Crops(reach)
    for thing in (A1, A2, B1):
        crops.add(Lot.of_one(thing, READ), READ, estate)
    under = reach.under({"aws:UserAgent": "x"})

    parts = [part for crop in crops for part in crop.apart(under, reach)]

    assert {thing for part in parts for thing in things(part)} == {A1, A2, B1}
    for part in parts:
        assert [heard.allowed for heard in part.judge(under, READ)] == [READ]


def test_of_a_lot_too_each_thing_is_parted_that_a_witness_tells_apart(
    built: EstateBuilder,
) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/t": "v"}}
    sleeping = deny("s3:*", "arn:aws:s3:::a1/*", Condition=condition)
    user = built.user("u", HOME, tags={"t": "u"}, allows=[allow("s3:*"), sleeping])
    reach, estate = reached(built, user)
    crops = Crops(reach)
    crops.add(Lot.of_all("s3", [A1, A2, B1], [BOTH, READ, WRITE]), READ, estate, key="")
    crops.add(Lot.of_all("sqs", ["q", "p"], [READ, READ]), READ, estate, key="")
    (crop,) = crops
    under = reach.under({"aws:PrincipalTag/t": "v"})

    parts = [things(part) for part in crop.apart(under, reach)]

    assert parts == [{A1: READ}, {A2: READ, "q": READ, "p": READ}]
    assert list(crop.apart(reach.under({}), reach)) == [crop]
