# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.masks import Meets
from bartizan.reason.authz.aws.question.crops import Bunch, Crop, Crops
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import reached
from tests.fakes.statements import allow

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
    return {thing: held for part in crop.held(actions, Meets()) for thing, held in part}


def gathered(built: EstateBuilder, resource: str) -> list[Crop]:
    user = built.user("u", HOME, allows=[allow("s3:*", resource)])
    reach, estate = reached(built, user)
    crops = Crops(reach)
    for thing in (A1, A2, B1):
        crops.add(thing, READ, estate)
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
    crops.add_all(Bunch("s3", [(A1, READ), (A2, WRITE)], BOTH), estate, key="")

    (crop,) = crops

    assert things(crop) == {A1: READ, A2: WRITE}
    assert things(crop, WRITE) == {A2: WRITE}
    assert crop.one(WRITE) == (A2, WRITE)
    assert list(crop.asked(WRITE)) == [A2]
    with pytest.raises(LookupError):
        crop.one(masks.matching("s3:DeleteObject"))


def test_a_bunch_put_to_a_crop_stays_as_it_was(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:*")])
    reach, estate = reached(built, user)
    bunch = Bunch("s3", [(A1, READ)], READ)
    crops = Crops(reach)
    crops.add_all(bunch, estate, key="")
    crops.add(A2, WRITE, estate, key="")

    assert (bunch.things, bunch.actions) == ([(A1, READ)], READ)


def test_a_statement_that_a_witness_wakes_parts_a_crop(built: EstateBuilder) -> None:
    sleeping = allow("s3:*", "arn:aws:s3:::a*", Condition={"StringEquals": {"aws:username": "v"}})
    user = built.user("u", HOME, allows=[allow("s3:*", Condition=CONDITION), sleeping])
    reach, estate = reached(built, user)
    crops = Crops(reach)
    for thing in (A1, A2, B1):
        crops.add(thing, READ, estate)
    under = reach.under({"aws:UserAgent": "x"})

    parts = [part for crop in crops for part in crop.apart(under, reach)]

    assert {thing for part in parts for thing in things(part)} == {A1, A2, B1}
    for part in parts:
        assert [heard.allowed for heard in part.judge(under, READ)] == [READ]
