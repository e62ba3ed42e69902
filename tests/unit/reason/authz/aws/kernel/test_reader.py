# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.asked import Asked
from bartizan.reason.authz.aws.kernel.compile import Supposed
from bartizan.reason.authz.aws.kernel.papers import Said
from bartizan.reason.authz.aws.kernel.reader import ReadOnce
from bartizan.reason.authz.aws.kernel.readings import Reading
from bartizan.reason.authz.aws.kernel.requests import Reach
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import reached
from tests.fakes.statements import allow, deny

HOME = "111111111111"
GET, PUT = masks.matching("s3:GetObject"), masks.matching("s3:PutObject")
IN, OUT = "arn:aws:s3:::box/in/k", "arn:aws:s3:::box/out/k"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    built.account(HOME)
    return built


def boxed(built: EstateBuilder) -> tuple[Reach, Estate]:
    """Return what a user can do, whom a bucket's policy names."""
    user = built.user("u", HOME)
    named = {"Principal": {"AWS": user}}
    policy = [
        {**allow("s3:GetObject", "arn:aws:s3:::box/in/*"), **named},
        {**deny("s3:Put*"), **named},
        {**allow("s3:*"), "Principal": {"AWS": "222222222222"}},
    ]
    built.bucket("box", HOME, policy=policy)
    return reached(built, user)


def read(
    reach: Reach, estate: Estate, thing: str, full: int, *, like: Asked | None = None
) -> tuple[Reading, list[Said]]:
    """Read a bucket's policy for a thing in it, for which requests hold what those `like` do."""
    said: list[Said] = []
    policy = estate.resource_policy(thing, False)  # noqa: FBT003 - as the estate takes it
    assert policy is not None
    views = ((reach.alone.view(home=True), full),)
    contexts = like.contexts if like else {}
    asked = Asked(estate, "s3:GetObject", thing, contexts=contexts)
    reader = ReadOnce(reach.fits(Supposed(own=False)), full, said)
    return reader.read((policy,), asked, views), said


def test_of_what_was_read_each_crowd_hears_what_is_about_its_actions(built: EstateBuilder) -> None:
    reach, estate = boxed(built)

    for full, allowed, denied in ((GET, GET, 0), (PUT, 0, PUT), (GET | PUT, GET, PUT)):
        found, said = read(reach, estate, IN, full)

        assert (found.allows().sure, found.denies.sure) == (allowed, denied)
        assert [one.mask for one in said] == [mask for mask in (allowed, denied) if mask]


def test_what_was_read_for_one_thing_is_not_told_of_another(built: EstateBuilder) -> None:
    reach, estate = boxed(built)
    like = Asked(estate, "s3:GetObject", IN)

    found = [read(reach, estate, thing, GET, like=like)[0].allows().sure for thing in (IN, OUT)]

    assert found == [GET, 0]


def test_what_a_request_holds_is_heeded_though_the_policy_was_read(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    condition = {"StringEquals": {"aws:UserAgent": "x"}}
    policy = [{**allow("s3:GetObject", Condition=condition), "Principal": {"AWS": user}}]
    built.bucket("box", HOME, policy=policy)
    reach, estate = reached(built, user)
    (one,) = [raw for raw in [estate.resource_policy(IN, False)] if raw]  # noqa: FBT003 - as above
    views = ((reach.alone.view(home=True), GET),)
    reader = ReadOnce(reach.fits(Supposed(own=False)), GET, [])

    codes = [
        reader.read((one,), Asked(estate, "s3:GetObject", IN, chosen), views).allows()
        for chosen in ({}, {"aws:UserAgent": "x"}, {"aws:UserAgent": "y"})
    ]

    assert [(truth.sure, truth.possible) for truth in codes] == [(0, GET), (GET, GET), (0, 0)]
