# SPDX-License-Identifier: Apache-2.0
"""Sudoers files as sudo's own parser reads them: `cvtsudoers -f json`."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bartizan.model.sudoers import Rule, aliases, read

_CVTSUDOERS = shutil.which("cvtsudoers")
pytestmark = pytest.mark.skipif(
    _CVTSUDOERS is None, reason="no cvtsudoers: .ci/run names the packages"
)

Spec = tuple[Any, ...]

_TAGS = {
    ("authenticate", False): "NOPASSWD",
    ("authenticate", True): "PASSWD",
    ("noexec", True): "NOEXEC",
    ("noexec", False): "EXEC",
    ("setenv", True): "SETENV",
    ("setenv", False): "NOSETENV",
    ("log_input", True): "LOG_INPUT",
    ("log_input", False): "NOLOG_INPUT",
    ("send_mail", True): "MAIL",
    ("send_mail", False): "NOMAIL",
}
_SIGNS = {"usergroup": "%", "userid": "#", "usergid": "%#", "netgroup": "+"}

ALIASES = r"""
User_Alias ADMINS = alice, bob : OPS = %ops, !carol, ADMINS
Runas_Alias DB = postgres, #26
Host_Alias WEB = web1, !web2 : ALLWEB = WEB, 10.0.0.0/8
Cmnd_Alias SH = /bin/sh, !/bin/dash, \
  /bin/bash -c x
Cmnd_Alias MORE = SH, /usr/bin/more *
"""

USERS = ("alice", "ALL", "%ops", "#1000", "%#100", "+team", r"%domain\ users", "ADMINS", "OPS")
HOSTS = ("ALL", "web", "+farm", "10.0.0.0/8", "192.0.2.1", "WEB", "ALLWEB")
RUNAS = ("", "(root) ", "(ALL) ", "(ALL:ALL) ", "(:adm) ", "(DB) ", "(www,!root:adm) ", "() ")
TAGS = ("", "NOPASSWD: ", "PASSWD:", "NOEXEC: NOPASSWD: ", "EXEC:", "NOMAIL: ")
COMMANDS = (
    "ALL", "/bin/x", "/usr/bin/", "/bin/x a*", '/bin/x ""', r"/bin/x a\,b\:c\=d\\e", "SH", "MORE",
    "sudoedit /etc/f", "/usr/bin/[a-c]* -f  ?",
)  # fmt: skip


def _signed(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(("", "", "!", "!!")), st.sampled_from(names)).map("".join)


def _listed(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    joined = st.sampled_from((",", ", ", " , "))
    return st.tuples(joined, st.lists(_signed(names), min_size=1, max_size=3)).map(
        lambda pair: pair[0].join(pair[1])
    )


_COMMAND = st.tuples(st.sampled_from(RUNAS), st.sampled_from(TAGS), _signed(COMMANDS)).map("".join)
_PART = st.tuples(_listed(HOSTS), st.lists(_COMMAND, min_size=1, max_size=3)).map(
    lambda pair: f"{pair[0]} = {', '.join(pair[1])}"
)
_LINE = st.tuples(_listed(USERS), st.lists(_PART, min_size=1, max_size=2)).map(
    lambda pair: f"{pair[0]} {' : '.join(pair[1])}"
)


def theirs(text: str) -> list[Spec]:
    """Return what sudo reads: one entry for each command."""
    ended = subprocess.run(
        [str(_CVTSUDOERS), "-e", "-f", "json", "-"],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [
        (
            _names(one["User_List"]),
            _names(one["Host_List"]),
            *_whom(spec),
            ("!" if command.get("negated") else "") + command["command"],
            _tags(spec),
        )
        for one in json.loads(ended.stdout)["User_Specs"]
        for spec in one["Cmnd_Specs"]
        for command in spec["Commands"]
    ]


def _whom(spec: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    groups = tuple(name.removeprefix("%") for name in _names(spec.get("runasgroups", [])))
    if "runasusers" not in spec:
        return (() if groups else ("root",)), groups
    return tuple(name for name in _names(spec["runasusers"]) if name), groups


def _names(items: list[dict[str, Any]]) -> tuple[str, ...]:
    found = []
    for item in items:
        ((kind, name),) = ((key, value) for key, value in item.items() if key != "negated")
        found.append(("!" if item.get("negated") else "") + _SIGNS.get(kind, "") + str(name))
    return tuple(found)


def _tags(spec: dict[str, Any]) -> tuple[str, ...]:
    options = [pair for option in spec.get("Options", []) for pair in option.items()]
    # `ALL` implies SETENV, which sudo writes at neighbours of `ALL` too: it is not compared.
    return tuple(sorted({_TAGS[pair] for pair in options} - {"SETENV"}))


def ours(text: str) -> list[Spec]:
    """Return what we read: one entry for each command."""
    return [
        (one.users, one.hosts, one.as_users, one.as_groups, command, one.tags)
        for one in read(text, aliases([text]))
        if isinstance(one, Rule)
        for command in one.commands
    ]


@settings(max_examples=50, deadline=None, phases=[Phase.generate])
@given(st.lists(_LINE, min_size=1, max_size=5))
def test_every_rule_is_read_as_sudo_reads_it(lines: list[str]) -> None:
    text = ALIASES + "".join(f"{line}\n" for line in lines)

    assert ours(text) == theirs(text)
