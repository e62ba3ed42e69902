# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.host import program


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/usr/bin/python3.11", "python"),
        ("/usr/bin/python3", "python3"),
        ("/usr/bin/find", "find"),
        ("/opt/find", ""),
        ("/usr/bin/other2", "other2"),
    ],
)
def test_programs_are_known_by_name_where_systems_put_them(path: str, name: str) -> None:
    assert program.named(path) == name


def test_a_use_is_written_as_a_command() -> None:
    assert str(program.free("/usr/bin/env")) == "/usr/bin/env /own/x"
    assert str(program.bare("/bin/sh")) == "/bin/sh"
    assert program.bare("/usr/bin/env") is None
    assert program.free("/usr/bin/other") is None


def test_some_programs_take_commands_whatever_their_arguments() -> None:
    assert program.fixed("/usr/bin/less", "/etc/motd") is not None
    assert program.fixed("/usr/bin/env", "true") is None


def test_some_take_arguments_that_are_as_good_behind_others() -> None:
    assert str(program.appended("/usr/bin/find", "/srv ")) == "/usr/bin/find /srv x -exec /own/x ;"
    assert program.appended("/usr/bin/env", "true ") is None


def test_a_few_do_nothing_of_use() -> None:
    assert program.harmless("/usr/bin/id", None)
    assert program.harmless("/usr/bin/find", "")
    assert program.harmless("/usr/bin/date", "")
    assert not program.harmless("/usr/bin/date", "-f /etc/shadow")
    assert not program.harmless("/bin/sh", "")
    assert not program.harmless("/usr/bin/find", None)
    assert not program.harmless("/opt/id", None)


def test_folders_of_the_system_hold_such_programs() -> None:
    assert str(program.in_folder("/usr/bin")).startswith("/usr/bin/find")
    assert program.in_folder("/opt/app") is None
