# SPDX-License-Identifier: Apache-2.0
"""What the server keeps: actors, groups, permissions, data bags, and keys that lie about.

Expected values: https://docs.chef.io/server/server_orgs/, https://docs.chef.io/data_bags/,
https://docs.chef.io/chef_vault/.
"""

import json
from typing import Any

import pytest

from bartizan.errors import InputError
from bartizan.model.facts.control import (
    ControlActor,
    ControlKey,
    ControlMember,
    ControlObject,
    ControlRight,
    ControlSecret,
)
from bartizan.sources.chef.server import key_kind
from tests.fakes.chef import RECIPE, facts, files_of, gaps, node, read
from tests.unit.sources.chef.test_node import POLICY

SEALED = {"encrypted_data": "a==", "iv": "b==", "version": 3, "cipher": "aes-256-gcm",
          "auth_tag": "c=="}  # fmt: skip


def acl(**more: list[str]) -> dict[str, Any]:
    """Return permissions of which `more` says the groups for each action."""
    return {
        action: {"actors": ["pivotal"], "groups": more.get(action, ["admins"])}
        for action in ("create", "read", "update", "delete", "grant")
    }


def secret(files: dict[str, object]) -> ControlSecret:
    (row,) = facts(files).rows(ControlSecret)
    return row


def test_permissions_are_told_one_by_one() -> None:
    files: dict[str, object] = {
        "acls/nodes/web1.json": acl(update=["admins", "users"]),
        "acls/containers/cookbooks.json": acl(create=["users"]),
        "acls/organization.json": acl(),
    }

    found = facts(files).rows(ControlRight)

    assert {(row.kind, row.name, row.action, row.holder_kind, row.holder) for row in found} >= {
        ("nodes", "web1", "update", "group", "users"),
        ("nodes", "web1", "update", "actor", "pivotal"),
        ("containers", "cookbooks", "create", "group", "users"),
        ("organization", "", "read", "group", "admins"),
    }
    assert ("nodes", "web1", "delete", "group", "users") not in {
        (row.kind, row.name, row.action, row.holder_kind, row.holder) for row in found
    }
    assert gaps(files) == []


def test_users_and_clients_that_are_told_apart_are_not_told_as_actors_again() -> None:
    entry = {"actors": ["alice", "web1", "x"], "users": ["alice"], "clients": ["web1"],
             "groups": []}  # fmt: skip

    found = facts({"acls/nodes/a.json": acl() | {"read": entry}}).rows(ControlRight)

    assert [(row.holder_kind, row.holder) for row in found if row.action == "read"] == [
        ("actor", "x"), ("client", "web1"), ("user", "alice"),
    ]  # fmt: skip


def test_that_what_a_server_gave_has_no_permissions_is_told() -> None:
    files = files_of("")

    assert not any(one.kind == "Bartizan::Unread" for one in read(files))
    served = files | {"clients/web1.json": {"name": "web1"}}
    (row,) = [one for one in read(served) if one.kind == "Bartizan::Unread"]

    assert row.body["reason"] == (
        "no permissions are in the folder, so who may change what is not known"
    )


@pytest.mark.parametrize(
    ("held", "message"),
    [({}, "lack `create`"), (acl() | {"read": {"groups": "x"}}, "no list of names"),
     (acl() | {"read": {"groups": [1]}}, "no list of names"), (acl() | {"grant": 1}, "`grant`")],
)  # fmt: skip
def test_permissions_that_are_damaged_are_an_error(held: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        facts({"acls/nodes/a.json": held})


def test_groups_may_hold_groups() -> None:
    found = facts(
        {"groups/ops.json": {"name": "ops", "users": ["a"], "clients": ["c"], "groups": ["g"]}}
    ).rows(ControlMember)

    assert [(row.group, row.kind, row.member) for row in found] == [
        ("ops", "client", "c"), ("ops", "group", "g"), ("ops", "user", "a"),
    ]  # fmt: skip


def test_a_client_of_the_name_of_a_node_has_its_key_there() -> None:
    files = files_of("") | {
        "clients/web1.json": {"name": "web1", "validator": False},
        "clients/org-validator.json": {"clientname": "org-validator", "validator": True},
        "users/pivotal.json": {"username": "pivotal"},
        "users/alice.json": {},
    }

    found = facts(files).rows(ControlActor)

    assert [(row.kind, row.name, row.power, row.host) for row in found] == [
        ("client", "org-validator", "validator", ""),
        ("client", "web1", "", "web1"),
        ("user", "alice", "", ""),
        ("user", "pivotal", "superuser", ""),
    ]


def test_what_decides_about_a_host_is_told_by_its_run_list() -> None:
    files = files_of("include_recipe 'app'", node=node("web1", "role[r]")) | {
        "roles/r.json": {"name": "r", "run_list": ["recipe[app]"]},
        "roles/idle.json": {"name": "idle"},
        "data_bags/b/i.json": {"id": "i"},
    }

    found = facts(files).rows(ControlObject)

    assert [(row.kind, row.name, row.hosts, row.whole) for row in found] == [
        ("cookbooks", "app", ("web1",), True),
        ("data_bags", "b", (), True),
        ("environments", "_default", ("web1",), True),
        ("nodes", "web1", ("web1",), True),
        ("roles", "idle", (), True),
        ("roles", "r", ("web1",), True),
    ]


def test_a_policy_decides_and_roles_and_environments_do_not() -> None:
    found = facts(POLICY).rows(ControlObject)

    assert [(row.kind, row.name, row.hosts) for row in found] == [
        ("cookbook_artifacts", "app", ("web1",)),
        ("nodes", "web1", ("web1",)),
        ("policies", "web", ("web1",)),
        ("policy_groups", "prod", ("web1",)),
    ]


def test_where_a_run_list_is_not_known_there_may_be_more() -> None:
    found = facts(files_of("", node=node("web1", "role[gone]"))).rows(ControlObject)

    assert {row.whole for row in found} == {False}


def test_a_plain_item_is_told_by_the_kinds_of_secrets_in_it_alone() -> None:
    files: dict[str, object] = {
        "data_bags/b/i.json": {"id": "i", "key": "-----BEGIN PRIVATE KEY-----hunter2",
                               "aws": "AKIAABCDEFGHIJKLMNOP"}
    }  # fmt: skip

    row = secret(files)

    assert (row.bag, row.name, row.kind, row.version) == ("b", "i", "plain", None)
    assert row.secrets == ("private-key",)
    assert row.access_keys == ("AKIAABCDEFGHIJKLMNOP",)
    assert "hunter2" not in json.dumps([dict(one.body) for one in read(files)])


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_encrypted_item_has_its_version(version: int) -> None:
    sealed = SEALED | {"version": version}

    row = secret({"data_bags/b/i.json": {"raw_data": {"id": "i", "x": sealed}}})

    assert (row.kind, row.version, row.cipher) == ("encrypted", version, "aes-256-gcm")


def test_an_item_of_which_a_part_is_plain_is_mixed() -> None:
    row = secret({"data_bags/b/i.json": {"id": "i", "x": SEALED, "y": "password=hunter2"}})

    assert (row.kind, row.secrets) == ("mixed", ("password",))


def test_a_vault_is_opened_by_those_that_its_keys_name() -> None:
    keys = {"id": "i_keys", "admins": ["alice"], "clients": ["web2", "web1"],
            "search_query": "role:web", "alice": "x==", "web1": "y=="}  # fmt: skip

    row = secret(
        {
            "data_bags/b/i.json": {"id": "i", "x": SEALED},
            "data_bags/b/i_keys.json": keys,
            "data_bags/b/i_key_web1.json": {"id": "i_key_web1", "web1": "y=="},
        }
    )

    assert (row.kind, row.admins, row.clients, row.query) == (
        "vault", ("alice",), ("web1", "web2"), "role:web",
    )  # fmt: skip


def test_an_item_that_only_ends_as_keys_do_is_one_of_its_own() -> None:
    found = facts({"data_bags/b/api_keys.json": {"id": "api_keys", "admins": ["x"]}})

    assert [row.name for row in found.rows(ControlSecret)] == ["api_keys"]


def test_an_item_without_a_name_is_an_error() -> None:
    with pytest.raises(InputError, match="has no `id`"):
        facts({"data_bags/b/i.json": {"x": 1}})


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".chef/alice.pem", "actor"),
        ("alice.pem", "actor"),
        (".chef/org-validator.pem", "validator"),
        ("etc/chef/validation.pem", "validator"),
        (".chef/pivotal.pem", "superuser"),
        ("encrypted_data_bag_secret", "shared-secret"),
        ("cookbooks/a/files/default/x.pem", None),
        ("nodes/a.json", None),
    ],
)
def test_keys_are_known_by_their_names(path: str, kind: str | None) -> None:
    assert key_kind(path) == kind


def test_a_key_that_lies_about_is_told_and_not_read() -> None:
    files = files_of("") | {".chef/alice.pem": "hunter2", "encrypted_data_bag_secret": "hunter2"}

    found = facts(files).rows(ControlKey)

    assert [(row.kind, row.name, row.place) for row in found] == [
        ("actor", "alice", ".chef/alice.pem"),
        ("shared-secret", "", "encrypted_data_bag_secret"),
    ]
    assert "hunter2" not in json.dumps([dict(one.body) for one in read(files)])
    assert RECIPE in files
