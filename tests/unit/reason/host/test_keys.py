# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.identity import AccessKey
from bartizan.model.step import Step
from tests.fakes.hosts import derived, file, host, key, user

NO_SHELL = user("alice", shell="/usr/sbin/nologin")  # noqa: S604 - a column
BOT = "arn:aws:iam::111111111111:user/bot"


def signing(*rows: Any) -> list[Step]:  # noqa: ANN401 - rows of any table
    return [step for step in derived(*rows) if step.technique == "sign-in-with-key"]


def access(**more: Any) -> AccessKey:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "id": "AKIAEXAMPLE",
        "principal": BOT,
        "active": True,
        "created": "",
        "last_used": "",
    }
    return AccessKey(**(plain | more))


def reading(*rows: Any) -> dict[str, bool]:  # noqa: ANN401 - rows of any table
    found = derived(*rows)
    return {
        step.needs[0].entity: step.proved for step in found if step.technique == "read-access-key"
    }


def test_the_holder_of_a_listed_key_signs_in() -> None:
    (step,) = signing(key("alice"))

    assert [str(held) for held in step.needs] == ["hold SHA256:abc"]
    assert str(step.grants) == "run-code alice@web1"
    assert [held.key for held in step.conditions] == ["assume:sshd", "assume:reachable"]
    assert step.proved


def test_a_stolen_computer_has_each_key_once() -> None:
    found = derived(host(), host("web2"), key("alice"), key("root", host="web2"))

    (step,) = [one for one in found if one.technique == "steal-key"]
    assert str(step.needs[0]) == "start stolen-laptop"
    assert step.conditions[0].text == "a computer with the key alice@laptop is stolen"


@pytest.mark.parametrize(
    "rows",
    [
        (key("alice", state="absent"),),
        (key(""),),
        (key("alice"), NO_SHELL),
    ],
    ids=repr,
)
def test_a_key_that_opens_nothing_gives_no_step(rows: tuple[object, ...]) -> None:
    assert signing(*rows) == []


def test_a_key_that_is_not_known_may_be_anybodys() -> None:
    (step,) = signing(key("alice", fingerprint="", name="", unknown=("fingerprint",)))

    assert [str(held) for held in step.needs] == ["hold SHA256:?"]
    assert not step.proved


def test_what_limits_a_key_is_a_condition_or_unknown() -> None:
    (from_there,) = signing(key("alice", options=('from="10.0.0.0/8,db1"', "no-pty")))
    (forced,) = signing(key("alice", options=('command="/usr/bin/true"',)))

    assert from_there.conditions[1].values == ("10.0.0.0/8", "db1")
    assert forced.missing == ("what `command` leaves of alice@laptop for alice on web1",)


def test_whoever_reads_a_file_with_an_access_key_acts_as_its_user() -> None:
    held = file("/etc/aws", access_keys=("AKIAEXAMPLE",), owner="app", mode=0o640, group="ops")

    assert reading(held, access()) == {"root@web1": True, "app@web1": True}
    assert reading(held, access(), user("bob", group="ops"))["bob@web1"] is True


def test_a_key_that_is_off_or_nobodys_opens_nothing() -> None:
    held = file("/etc/aws", access_keys=("AKIAEXAMPLE",))

    assert reading(held) == {}
    assert reading(held, access(active=False)) == {}
    assert reading(file("/etc/aws", access_keys=("AKIAEXAMPLE",), state="absent"), access()) == {}


def test_a_file_that_may_not_be_there_makes_it_possible() -> None:
    unsure = file("/etc/aws", access_keys=("AKIAEXAMPLE",), state="unknown")

    assert reading(unsure, access())["root@web1"] is False
