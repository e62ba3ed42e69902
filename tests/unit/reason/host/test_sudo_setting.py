# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.host import SudoDefault
from bartizan.reason.host.people import People
from bartizan.reason.host.sudo_setting import settings
from tests.fakes.hosts import WEB, host, rule, setting

BOB = People(WEB, (), (), ()).who("bob")
RULE = rule("bob", "ALL", tags=())


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        ((), "own"),
        (("!authenticate",), "nobody"),
        (("!authenticate", "authenticate"), "own"),
        (("rootpw",), "root"),
        (("rootpw", "!rootpw"), "own"),
        (("runaspw",), "target"),
        (("lecture=never",), "own"),
    ],
)
def test_the_last_setting_says_whose_password_is_asked_for(
    given: tuple[str, ...], asks: str
) -> None:
    assert settings(RULE, map(setting, given), host(), BOB).asks == asks


@pytest.mark.parametrize(
    ("given", "sets"),
    [
        (("!env_reset",), True),
        (("!env_reset", "env_reset"), False),
        (("setenv",), True),
        (('env_keep="LD_LIBRARY_PATH HOME"',), True),
        (('env_keep-="LD_PRELOAD"', "!env_keep"), False),
    ],
)
def test_variables_pass_where_they_are_let(given: tuple[str, ...], *, sets: bool) -> None:
    held = [one for one in given if "-=" not in one]

    assert settings(RULE, map(setting, held), host(), BOB).sets is sets


def test_tags_win_over_settings() -> None:
    tagged = rule("bob", "ALL", tags=("EXEC", "NOSETENV", "PASSWD"))

    found = settings(tagged, map(setting, ("!authenticate", "setenv", "noexec")), host(), BOB)

    assert (found.asks, found.sets, found.noexec) == ("own", False, False)


@pytest.mark.parametrize(
    ("scope", "applies"),
    [("", True), (":bob", True), (":carl", False), ("@web1", True), ("@db1", False),
     ("!/bin/ls", False), (">root", False)],
)  # fmt: skip
def test_a_setting_is_for_whom_it_names(scope: str, *, applies: bool) -> None:
    given: SudoDefault = setting("!authenticate", scope=scope)

    assert (settings(RULE, (given,), host(), BOB).asks == "nobody") is applies


def test_where_rules_that_name_nobody_mean_another_they_are_not_sure() -> None:
    assert settings(RULE, (setting("runas_default=app"),), host(), BOB).missing


def test_a_setting_that_is_not_sure_is_missing() -> None:
    unsure = setting("noexec", state="unknown")
    gone = setting("noexec", state="absent")

    assert settings(RULE, (unsure,), host(), BOB).missing
    assert settings(RULE, (gone,), host(), BOB).noexec is False
