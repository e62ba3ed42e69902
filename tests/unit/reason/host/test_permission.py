# SPDX-License-Identifier: Apache-2.0
"""Who changes what hosts get by permissions on a tool's server: where it works, and where the
nearest thing does not.

Expected answers: https://docs.chef.io/server/server_orgs/ and https://docs.chef.io/policyfile/.
"""

from bartizan.model.facts import Facts
from bartizan.model.facts.control import (
    ControlActor,
    ControlKey,
    ControlMember,
    ControlObject,
    ControlRight,
)
from bartizan.model.step import Step
from bartizan.model.table import Row
from bartizan.reason.host.derivation import steps
from tests.fakes.hosts import host

WEB = host(source="chef")
ALICE, CLIENT = "act-as chef:user/alice", "act-as chef:client/web1"
ROOT = "run-code root@web1"


def right(name: str, action: str, holder: str, kind: str = "group") -> ControlRight:
    of, _, called = name.partition("/")
    return ControlRight(
        source="chef", kind=of, name=called, action=action, holder_kind=kind, holder=holder,
        file=f"acls/{name}.json",
    )  # fmt: skip


def member(group: str, name: str, kind: str = "user") -> ControlMember:
    return ControlMember(source="chef", group=group, kind=kind, member=name, file="groups/x.json")


def decides(name: str, *hosts: str) -> ControlObject:
    of, _, called = name.partition("/")
    return ControlObject(source="chef", kind=of, name=called, hosts=hosts, whole=True)


def actor(kind: str, name: str, **more: str) -> ControlActor:
    return ControlActor(
        source="chef", kind=kind, name=name, power=more.get("power", ""),
        host=more.get("host", ""), file=f"{kind}s/{name}.json",
    )  # fmt: skip


def held(start: str | tuple[str, ...], *rows: Row) -> dict[str, bool]:
    """Return all that follows from some footholds, with whether it is proved."""
    starts = (start,) if isinstance(start, str) else start
    reached = dict.fromkeys(starts, True)
    known: list[Step] = list(steps(Facts.of({WEB, *rows})))
    for _ in range(len(known) + 1):
        for step in known:
            needs = [str(need) for need in step.needs]
            if all(need in reached for need in needs):
                sure = step.proved and all(reached[need] for need in needs)
                reached[str(step.grants)] = reached.get(str(step.grants), False) or sure
    return {name: sure for name, sure in reached.items() if name not in starts}


COOKBOOK = decides("cookbooks/app", "web1")


def test_whoever_may_update_a_cookbook_is_root_where_it_runs() -> None:
    found = held(ALICE, WEB, COOKBOOK, right("cookbooks/app", "update", "alice", "user"))

    assert found[ROOT] is True


def test_whoever_may_read_a_cookbook_or_update_another_is_not() -> None:
    assert ROOT not in held(ALICE, WEB, COOKBOOK, right("cookbooks/app", "read", "alice", "user"))
    other = right("cookbooks/other", "update", "alice", "user")
    assert ROOT not in held(ALICE, WEB, COOKBOOK, decides("cookbooks/other"), other)


def test_whoever_may_grant_takes_the_right() -> None:
    found = held(ALICE, WEB, COOKBOOK, right("cookbooks/app", "grant", "alice", "user"))

    assert found[ROOT] is True


def test_a_group_has_its_members_and_those_of_groups_in_it() -> None:
    rows = (WEB, COOKBOOK, right("cookbooks/app", "update", "users"))

    assert held(ALICE, *rows, member("users", "alice"))[ROOT] is True
    nested = (member("users", "ops", "group"), member("ops", "alice"))
    assert held(ALICE, *rows, *nested)[ROOT] is True
    assert ROOT not in held(ALICE, *rows, member("admins", "alice"))
    assert ROOT not in held(ALICE, *rows, member("users", "alice", "client"))


def test_a_group_in_itself_ends() -> None:
    found = held(ALICE, WEB, member("users", "alice"), member("users", "users", "group"))

    assert found == {"act-as chef:group/users": True}


def test_whoever_is_named_without_a_kind_is_whom_the_server_knows() -> None:
    named = right("cookbooks/app", "update", "web1", "actor")

    assert held(CLIENT, WEB, COOKBOOK, named, actor("client", "web1"))[ROOT] is True
    assert ROOT not in held(CLIENT, WEB, COOKBOOK, named)
    assert held("act-as chef:user/web1", WEB, COOKBOOK, named)[ROOT] is True


def test_a_run_list_is_root_with_code_and_possibly_without() -> None:
    rows = (WEB, decides("nodes/web1", "web1"), right("nodes/web1", "update", "alice", "user"))

    assert held(ALICE, *rows)[ROOT] is False
    upload = right("containers/cookbooks", "create", "alice", "user")
    assert held(ALICE, *rows, upload)[ROOT] is True
    assert held(ALICE, *rows, right("containers/cookbooks", "update", "alice", "user"))[ROOT] is (
        False
    )
    assert ROOT not in held(ALICE, WEB, decides("nodes/web1", "web1"), upload)


def test_a_role_is_as_a_node_and_an_environment_chooses_no_code() -> None:
    upload = right("containers/cookbooks", "create", "alice", "user")
    role = (decides("roles/r", "web1"), right("roles/r", "update", "alice", "user"))
    where = (decides("environments/e", "web1"), right("environments/e", "update", "alice", "user"))

    assert held(ALICE, WEB, *role, upload)[ROOT] is True
    assert held(ALICE, WEB, *where, upload)[ROOT] is False
    assert ROOT not in held(ALICE, WEB, decides("roles/r"), role[1], upload)


def test_a_policy_is_pushed_by_whoever_may_change_it_and_its_group() -> None:
    rows = (WEB, decides("policies/web", "web1"), decides("policy_groups/prod", "web1"),
            decides("policy_groups/test"))  # fmt: skip
    policy = right("policies/web", "update", "alice", "user")
    group = right("policy_groups/prod", "update", "alice", "user")

    upload = right("containers/cookbook_artifacts", "create", "alice", "user")
    assert held(ALICE, *rows, policy, group, upload)[ROOT] is True
    assert held(ALICE, *rows, policy, group)[ROOT] is False
    assert ROOT not in held(ALICE, *rows, policy, upload)
    assert ROOT not in held(ALICE, *rows, group, upload)
    other = right("policy_groups/test", "update", "alice", "user")
    assert ROOT not in held(ALICE, *rows, policy, other, upload)


def test_root_on_a_host_is_its_client_and_no_other() -> None:
    client = actor("client", "web1", host="web1")

    assert held(ROOT, WEB, client)[CLIENT] is True
    assert CLIENT not in held("run-code alice@web1", WEB, client)
    assert CLIENT not in held(ROOT, WEB, actor("client", "web1"))


def test_a_validator_makes_clients() -> None:
    start = "act-as chef:client/org-validator"

    found = held(start, actor("client", "org-validator", power="validator"))

    assert found == {"act-as chef:group/clients": True}
    assert held(start, actor("client", "org-validator")) == {}


def test_the_superuser_changes_all_code() -> None:
    start = "act-as chef:user/pivotal"

    assert held(start, WEB, actor("user", "pivotal", power="superuser"))[ROOT] is True
    assert held(start, WEB, actor("user", "pivotal")) == {}


def test_a_workstation_has_the_key_of_its_user_and_another_only_where_it_was_seen() -> None:
    client = actor("client", "org-validator", power="validator")
    key = ControlKey(
        source="chef", kind="validator", name="org-validator", place=".chef/v.pem", host=""
    )
    start = "start stolen-laptop"

    assert held(start, actor("user", "alice"))[ALICE] is True
    assert held(start, client) == {}
    assert "act-as chef:group/clients" in held(start, client, key)
    told = [step for step in steps(Facts.of([WEB, actor("user", "alice")])) if step.conditions]
    assert [held.key for step in told for held in step.conditions] == ["assume:stolen-key"]
