# SPDX-License-Identifier: Apache-2.0
"""Theorems about remedies on hosts."""

import dataclasses
from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.model.facts import Facts
from bartizan.model.facts.host import SudoRule
from bartizan.model.record import RecordList
from bartizan.model.step import Foothold, Step
from bartizan.model.table import Row
from bartizan.reason.host.derivation import steps
from bartizan.reason.host.power import GROUP
from bartizan.sources.hosts.change import changed
from bartizan.sources.hosts.editor import HostEditor
from tests.fakes.hosts import file, group, host, job, key, member, rule, service, user

_NAMES = st.sampled_from(["bob", "eve"])
_GROUPS = st.sampled_from(["docker", "ops", "17", "sudo", "adm", "disk"])
_RULES = st.builds(
    rule,
    st.sampled_from(["bob", "%ops", "ALL", "bob,%ops", "%#17", "bob,!bob", "ALL,!%ops", "!bob"]),
    st.sampled_from(["ALL", "/usr/bin/find", "/usr/bin/id", "!ALL", "/opt/run", "sudoedit /x"]),
    as_users=st.sampled_from([("root",), ("ALL",), ("eve",), ("root", "eve")]),
    path=st.sampled_from(["/etc/sudoers.d/a", "/etc/sudoers.d/b"]),
    tags=st.sampled_from([("NOPASSWD",), (), ("NOEXEC", "NOPASSWD")]),
)
_OWNED = {
    "owner": st.sampled_from(["bob", "root", ""]),
    "group": st.sampled_from(["ops", "root", ""]),
    "mode": st.sampled_from([None, 0o644, 0o664, 0o666, 0o755, 0o775, 0o777, 0o1777, 0o4755]),
}
_FILES = st.builds(file, st.sampled_from(["/opt/run", "/etc/rc.local", "/opt/find"]), **_OWNED)
_FOLDERS = st.builds(
    file,
    st.sampled_from(["/opt", "/etc"]),
    kind=st.just("directory"),
    inside=st.booleans(),
    **_OWNED,
)
_PARTS = st.lists(
    st.builds(user, _NAMES, group=st.sampled_from(["", "ops", "docker"]))
    | st.builds(member, _NAMES, _GROUPS)
    | st.builds(key, _NAMES)
    | _FILES
    | _FOLDERS,
    max_size=8,
    unique_by=repr,
)
ALWAYS = (host(), service("docker"), group("ops", gid=17), job("/opt/run", "/opt/run"))


def _numbered(rules: Iterable[SudoRule]) -> Iterator[SudoRule]:
    """Yield rules with the place that each has in its file."""
    for number, row in enumerate(rules):
        yield dataclasses.replace(row, order=number)


def _key(step: Step) -> tuple[str, tuple[Foothold, ...], Foothold, tuple[str, ...]]:
    """Return what a step is, wherever that is written.

    Each group gives a step of its own. What the file that a system's sudo comes with may say is
    told only where no rule is, and what is missing tells it from what a rule says.
    """
    by = tuple(one.why for one in step.evidence) if step.technique == GROUP else ()
    return step.technique, step.needs, step.grants, (*step.missing, *by)


@settings(deadline=None)
@given(_PARTS, st.lists(_RULES, max_size=3))
def test_what_a_remedy_on_a_host_takes_away_is_gone(
    parts: list[Row], rules: list[SudoRule]
) -> None:
    facts = Facts.of((*ALWAYS, *parts, *_numbered(rules)))

    for step in steps(facts):
        for breaker in step.breakers:
            overlay = HostEditor().apply(breaker.remedies, RecordList(()))
            left = map(_key, steps(changed(facts, overlay)))
            assert _key(step) not in set(left), breaker
