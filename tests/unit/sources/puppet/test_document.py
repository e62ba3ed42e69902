# SPDX-License-Identifier: Apache-2.0
"""The shapes in which Puppet and PuppetDB write catalogs and facts."""

from typing import Any

import pytest

from bartizan.errors import InputError
from bartizan.model.record import Json
from bartizan.sources.puppet import document
from bartizan.sources.puppet.document import Catalog, NodeFacts, documents
from tests.fakes.puppet import catalog, resource

USER = resource("User", "alice", at=("/code/site.pp", 7), ensure="present")


def of_puppetdb(*resources: dict[str, Any]) -> dict[str, Any]:
    """A catalog as https://help.puppet.com/pdb/current/topics/catalogs.htm shows it."""
    rows = [
        {key: value for key, value in one.items() if key != "kind"}
        | {"resource": "a" * 40, "certname": "web1", "environment": "production"}
        for one in resources
    ]
    return {
        "certname": "web1",
        "hash": "b" * 40,
        "version": "1",
        "environment": "production",
        "code_id": None,
        "transaction_uuid": "c",
        "catalog_uuid": "d",
        "producer_timestamp": "2026-01-01T00:00:00.000Z",
        "producer": "puppet",
        "resources": {"data": rows, "href": "/pdb/query/v4/catalogs/web1/resources"},
        "edges": {"data": [], "href": "/pdb/query/v4/catalogs/web1/edges"},
    }


def one(content: Any) -> Any:  # noqa: ANN401 - JSON
    (found,) = documents(content, "f.json")
    return found


def test_a_compiled_catalog_and_a_stored_one_say_the_same() -> None:
    compiled, stored = one(catalog(USER)), one([of_puppetdb(USER)])

    assert isinstance(compiled, Catalog)
    assert compiled.resources == stored.resources
    assert (compiled.certname, compiled.stored, stored.stored) == ("web1", False, True)
    assert (compiled.resources[0].file, compiled.resources[0].line) == ("/code/site.pp", 7)


@pytest.mark.parametrize(
    "content",
    [
        {"name": "web1", "values": {"kernel": "Linux", "fqdn": "web1"}, "timestamp": "x"},
        [
            {"certname": "web1", "environment": "e", "name": "kernel", "value": "Linux"},
            {"certname": "web1", "environment": "e", "name": "fqdn", "value": "web1"},
        ],
        {
            "certname": "web1",
            "facts": {
                "data": [
                    {"name": "kernel", "value": "Linux"},
                    {"name": "fqdn", "value": "web1"},
                ]
            },
        },
    ],
)
def test_facts_come_in_three_shapes(content: object) -> None:
    assert one(content) == NodeFacts(certname="web1", values={"kernel": "Linux", "fqdn": "web1"})


def test_other_json_is_nothing_of_puppet() -> None:
    others: tuple[Json, ...] = ([], {}, [1], {"a": 1}, "x", None, {"resources": []})
    for content in others:
        assert list(documents(content, "f.json")) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"catalog_format": 3}, "format"),
        ({"catalog_format": True}, "format"),
        ({"catalog_format": []}, "format"),
        ({"name": "a/../b"}, "name of the node"),
        ({"name": 7}, "name of the node"),
        ({"resources": None}, "no list of resources"),
        ({"resources": {"href": "/x"}}, "no list of resources"),
        ({"resources": [7]}, "resource 1"),
        ({"resources": [USER, {"type": "User"}]}, "resource 2"),
        ({"resources": [USER | {"parameters": [1]}]}, "resource 1"),
    ],
)
def test_a_damaged_catalog_is_an_error_with_its_place(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        one(catalog() | change)

    assert str(caught.value.at) == "f.json"


def test_a_catalog_of_too_many_resources_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "RESOURCES", 1)

    with pytest.raises(InputError, match="more than 1 resources"):
        one(catalog(USER, USER))
