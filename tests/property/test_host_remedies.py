# SPDX-License-Identifier: Apache-2.0
"""Theorems about remedies on hosts."""

from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.control import ControlActor, ControlMember, ControlObject, ControlRight
from bartizan.model.facts.host import SudoRule
from bartizan.model.facts.host_control import HostControl
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
_CONTROLS = st.lists(
    st.builds(
        ControlRight,
        source=st.just("chef"),
        kind=st.just("cookbooks"),
        name=st.sampled_from(["app", "db"]),
        action=st.sampled_from(["update", "grant", "read"]),
        holder_kind=st.sampled_from(["user", "group", "actor"]),
        holder=st.sampled_from(["alice", "users"]),
        file=st.just("acls/x.json"),
    )
    | st.builds(
        ControlMember,
        source=st.just("chef"),
        group=st.sampled_from(["users", "admins"]),
        kind=st.sampled_from(["user", "group"]),
        member=st.sampled_from(["alice", "users"]),
        file=st.just("groups/x.json"),
    )
    | st.builds(
        HostControl,
        source=st.just("puppet"),
        kind=st.sampled_from(["module", "autosign"]),
        name=st.sampled_from(["", "*", "*.example.org", "acme/x"]),
        version=st.sampled_from(["", "1.0.0"]),
        environments=st.just(()),
        file=st.just("Puppetfile"),
        line=st.integers(1, 3),
        state=st.just("present"),
        unknown=st.sampled_from([(), ("version",)]),
    ),
    max_size=6,
    unique_by=repr,
)
TOOLS = (
    host("web1", source="chef"),
    host("db.example.org", source="puppet"),
    ControlActor(
        source="chef", kind="user", name="alice", power="", host="", file="users/alice.json"
    ),
    ControlObject(source="chef", kind="cookbooks", name="app", hosts=("web1",), whole=True),
)
ALWAYS = (host(), service("docker"), group("ops", gid=17), job("/opt/run", "/opt/run"))


def _numbered(rules: Iterable[SudoRule]) -> Iterator[SudoRule]:
    """Yield rules with the place that each has in its file."""
    for number, row in enumerate(rules):
        yield structs.replace(row, order=number)


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


@settings(deadline=None)
@given(_CONTROLS)
def test_what_a_remedy_on_a_tool_takes_away_is_gone_and_nothing_else(parts: list[Row]) -> None:
    facts = Facts.of((*TOOLS, *parts))
    before = set(steps(facts))

    for step in before:
        for breaker in step.breakers:
            overlay = HostEditor().apply(breaker.remedies, RecordList(()))
            left = set(steps(changed(facts, overlay)))
            assert step not in left, breaker
            assert left < before
            assert all(breaker in one.breakers for one in before - left)
