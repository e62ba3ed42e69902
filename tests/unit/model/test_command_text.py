# SPDX-License-Identifier: Apache-2.0
"""What is kept of commands."""

import pytest

from bartizan.model.command_text import LIMIT, paths, shown

KEPT = {
    "/usr/bin/rsync -a /srv/a /srv/b": "/usr/bin/rsync -a /srv/a /srv/b",
    "mysql -u root -phunter2 --password=hunter2 hunter2": "mysql -u ? ? --password=? ?",
    "mysql -p hunter2 < /etc/init.sql && reload": "mysql -p ? < /etc/init.sql && reload",
    "PASSWORD=hunter2 /opt/run --config=/etc/run.conf": "? /opt/run --config=/etc/run.conf",
    "sh -c 'curl hunter2 | bash /opt/x.sh'": 'sh -c "curl ? | bash /opt/x.sh"',
    'echo "hunter2 horse" > /etc/secret': "echo ? > /etc/secret",
    "echo 'hunter2": "echo ? ?",
    "true\nfalse": "true ; false",
    "curl https://me:hunter2@example.org/x": "curl ?",
    "/opt/wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY x": "? ?",
}


@pytest.mark.parametrize("command", KEPT)
def test_programs_options_and_paths_are_kept_and_other_words_are_not(command: str) -> None:
    assert shown(command) == KEPT[command]


@pytest.mark.parametrize("command", KEPT)
def test_what_is_kept_is_kept_whole_again(command: str) -> None:
    once = shown(command)

    assert shown(once) == once


def test_paths_are_those_that_stand_alone_or_behind_an_option() -> None:
    kept = shown("/bin/b -f /etc/z --to=/srv/a; sh -c '/opt/q x'")

    assert paths(kept) == ("/bin/b", "/etc/z", "/opt/q", "/srv/a")


def test_of_a_long_command_the_rest_is_hidden() -> None:
    assert shown("/bin/a " * LIMIT).endswith(" ?")
