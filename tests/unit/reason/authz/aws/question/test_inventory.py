# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.access import Asked
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.question.inventory import Inventory
from bartizan.reason.authz.aws.question.things import Others, others
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow

HOME, AWAY = "111111111111", "222222222222"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    built.bucket("box", HOME)
    return built


def inventory(
    built: EstateBuilder, principal: str, *, action: str = "", resource: str = ""
) -> tuple[Inventory, set[str]]:
    """Return what is asked about, and those things that could be done something to."""
    kernel = Kernel.compile(built.facts())
    named = not resource or "*" in resource
    elsewhere = (
        others(kernel.elsewhere, kernel.caller(principal)) if named else Others((resource,), (), 0)
    )
    estate = kernel.estate((principal,), elsewhere.named)
    asked = Asked(principal=principal, action=action, resource=resource)
    reach = kernel.reach(principal, estate)
    found = Inventory(kernel, reach, estate, asked=asked, elsewhere=elsewhere)
    crops = list(found.crops())
    possible = {
        thing
        for crop in crops
        for lot, actions in crop.held(crop.actions)
        for thing in lot.holding(actions)
    }
    return found, possible


def asked_of(found: Inventory) -> dict[str, int]:
    pairs = [pair for lot in found.lots for pair in zip(lot.things, lot.asked, strict=True)]
    assert len({thing for thing, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_things_of_the_account_are_asked_about_by_what_acts_on_them(built: EstateBuilder) -> None:
    found, _ = inventory(built, built.user("u", HOME, allows=FULL))

    assert asked_of(found)["arn:aws:s3:::box"] == masks.acting_on("arn:aws:s3:::box")
    assert asked_of(found)["*"] == masks.without_resource()


def test_requests_are_counted_once_for_each_action_and_thing(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=FULL)

    for action in ("", "s3:Get*"):
        found, _ = inventory(built, user, action=action)
        assert found.requests == sum(asked.bit_count() for asked in asked_of(found).values())


def test_only_the_actions_that_are_asked_for_are_there(built: EstateBuilder) -> None:
    found, _ = inventory(built, built.user("u", HOME, allows=FULL), action="s3:GetObject")

    assert masks.joined(asked_of(found).values()) == masks.matching("s3:GetObject")


def test_an_example_stands_for_what_the_snapshot_does_not_hold(built: EstateBuilder) -> None:
    user = built.user(
        "u", HOME, allows=[allow("sqs:SendMessage"), allow("sns:*", "arn:aws:sns:*")]
    )

    _, possible = inventory(built, user)

    assert any(thing.endswith(f":{HOME}:bartizan") and ":sqs:" in thing for thing in possible)
    assert not any(":dynamodb:" in thing for thing in possible)


def test_a_thing_that_is_named_is_the_only_one(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=FULL)

    found, possible = inventory(built, user, resource="arn:aws:s3:::box/in/k")

    assert set(asked_of(found)) == possible == {"arn:aws:s3:::box/in/k"}


def test_of_what_no_known_action_acts_on_everything_is_asked(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=FULL)
    thing = f"arn:aws:nosuch:eu-central-1:{HOME}:thing/x"

    found, _ = inventory(built, user, resource=thing)

    assert asked_of(found) == {thing: masks.every()}


def test_things_elsewhere_are_possible_only_where_both_sides_could_allow(
    built: EstateBuilder,
) -> None:
    user = built.user("u", HOME, allows=[allow("s3:GetObject")])
    for name, action in (("reads", "s3:GetObject"), ("writes", "s3:PutObject")):
        statement = {**allow(action, f"arn:aws:s3:::{name}/*"), "Principal": "*"}
        built.bucket(name, AWAY, policy=[statement])

    found, possible = inventory(built, user)

    assert {"arn:aws:s3:::reads/bartizan", "arn:aws:s3:::writes/bartizan"} <= set(asked_of(found))
    assert "arn:aws:s3:::reads/bartizan" in possible
    assert "arn:aws:s3:::writes/bartizan" not in possible


def test_strangers_are_not_asked_about_what_names_no_resource(built: EstateBuilder) -> None:
    found, _ = inventory(built, f"arn:aws:iam::{'0' * 12}:role/bartizan-outsider")

    assert "*" not in asked_of(found)
