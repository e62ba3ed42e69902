# SPDX-License-Identifier: Apache-2.0
"""Who reads what a tool's server keeps: where it works, and where the nearest thing does not.

Expected answers: https://docs.chef.io/data_bags/ and https://docs.chef.io/chef_vault/.
"""

from typing import Any

import pytest

from bartizan.model.facts.control import ControlSecret
from bartizan.model.facts.identity import AccessKey
from tests.fakes.hosts import file, host
from tests.unit.reason.host.test_permission import CLIENT, actor, held, member, right

WEB = host(source="chef")
ITEM, SEALED = "read chef:data_bags/b/i", "read-sealed chef:data_bags/b/i"
MAY_READ = (right("data_bags/b", "read", "clients"), member("clients", "web1", "client"))
MAY_UPDATE = right("nodes/web1", "update", "web1", "client")
WEB1 = actor("client", "web1", host="web1")
KEY = "AKIAABCDEFGHIJKLMNOP"
SECRET = "/etc/chef/encrypted_data_bag_secret"


def secret(kind: str, **more: Any) -> ControlSecret:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "source": "chef", "bag": "b", "name": "i", "kind": kind, "version": None, "cipher": "",
        "clients": (), "admins": (), "query": "", "secrets": (), "access_keys": (),
        "file": "data_bags/b/i.json",
    }  # fmt: skip
    return ControlSecret(**(plain | more))


def test_any_client_reads_what_is_plain() -> None:
    assert held(CLIENT, secret("plain"), *MAY_READ)[ITEM] is True
    assert held(CLIENT, secret("mixed"), *MAY_READ)[ITEM] is True
    assert ITEM not in held(CLIENT, secret("plain"), right("data_bags/b", "update", "clients"))
    assert ITEM not in held(CLIENT, secret("plain"), MAY_READ[0])
    assert ITEM not in held(CLIENT, secret("plain", bag="c"), *MAY_READ)


def test_a_registered_client_reads_it_as_well() -> None:
    validator = actor("client", "v", power="validator")

    assert held("act-as chef:client/v", validator, secret("plain"), MAY_READ[0])[ITEM] is True


def test_what_is_encrypted_is_read_sealed() -> None:
    found = held(CLIENT, secret("encrypted", version=3), *MAY_READ)

    assert found[SEALED] is True
    assert ITEM not in found


def test_one_host_with_the_shared_secret_may_open_what_is_for_all() -> None:
    rows = (WEB, WEB1, secret("encrypted"), *MAY_READ)
    key = file(SECRET, source="chef")

    assert held("run-code root@web1", *rows, key)[ITEM] is False
    assert ITEM not in held("run-code root@web1", *rows)
    assert ITEM not in held(
        "run-code root@web1", *rows, file(SECRET, source="chef", state="absent")
    )


def test_a_vault_is_opened_by_those_it_is_encrypted_for() -> None:
    rows = (secret("vault", clients=("web1",), admins=("alice",)), *MAY_READ)

    assert held(CLIENT, *rows)[ITEM] is True
    assert ITEM not in held("act-as chef:client/web2", *rows, member("clients", "web2", "client"))
    admin = member("clients", "alice")
    assert held("act-as chef:user/alice", *rows, admin)[ITEM] is True
    assert ITEM not in held(CLIENT, rows[0])


@pytest.mark.parametrize("query", ["role:web", "chef_environment:prod AND roles:x", "tags:a"])
def test_a_node_that_may_update_itself_meets_the_search_of_a_vault(query: str) -> None:
    rows = (WEB, WEB1, secret("vault", clients=("web2",), query=query), *MAY_READ)

    assert held(CLIENT, *rows, MAY_UPDATE)[ITEM] is True
    assert ITEM not in held(CLIENT, *rows)
    assert ITEM not in held(CLIENT, *rows[:-2], MAY_UPDATE)


@pytest.mark.parametrize("query", ["", "name:web2", "name:web2 OR name:web3"])
def test_a_search_for_names_is_met_by_nobody_else(query: str) -> None:
    rows = (WEB, WEB1, secret("vault", clients=("web2",), query=query), *MAY_READ, MAY_UPDATE)

    assert ITEM not in held(CLIENT, *rows)


def test_a_client_that_is_no_node_meets_no_search() -> None:
    rows = (actor("client", "web1"), secret("vault", query="role:web"), *MAY_READ, MAY_UPDATE)

    assert ITEM not in held(CLIENT, *rows)


def test_an_access_key_in_an_item_acts_in_the_cloud() -> None:
    user = "arn:aws:iam::111111111111:user/u"
    rows = (secret("plain", access_keys=(KEY,)), *MAY_READ)

    def key(*, active: bool) -> AccessKey:
        plain: dict[str, Any] = dict.fromkeys(AccessKey.__struct_fields__, "")
        return AccessKey(**plain | {"id": KEY, "principal": user, "active": active})

    assert held(CLIENT, *rows, key(active=True))[f"act-as {user}"] is True
    assert f"act-as {user}" not in held(CLIENT, *rows, key(active=False))
    assert f"act-as {user}" not in held(CLIENT, *rows)
