# SPDX-License-Identifier: Apache-2.0
"""Theorems about catalogs that nobody vouches for."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.errors import InputError
from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import Host
from bartizan.model.record import RecordList
from bartizan.reason.host.derivation import steps
from bartizan.reason.host.recheck import recheck
from bartizan.sources.puppet.change import CatalogChange
from bartizan.sources.puppet.hide import TYPES
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.fakes.puppet import catalog, read

CANARY = "hunter2"

_NAMES = st.sampled_from(
    [
        "ensure", "name", "path", "content", "command", "password", "user", "groups", "members",
        "mode", "owner", "key", "options", "source", "target", "line", "order", "noop", "title",
        "context", "incl", "policy", "dport", "purge", "recurse", "home", "type", "other",
    ]
)  # fmt: skip
_WORDS = st.sampled_from(
    [
        "", "present", "absent", "0644", "/etc/sudoers", "/etc/sudoers.d/a", "/etc/cron.d/a",
        "/srv/.ssh/authorized_keys", "/files/etc/sudoers", "a ALL=(ALL) NOPASSWD: ALL", "!,:=\\",
        "* * * * * root /bin/x", "Deferred({'name' => 'x'})", "-----BEGIN PRIVATE KEY-----",
        "//@?",
    ]
)  # fmt: skip
_SCALARS = st.none() | st.booleans() | st.integers() | st.just(2**80) | st.text() | _WORDS
_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(2**80)
    | st.floats(allow_nan=False)
    | st.text()
    | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_NAMES | st.just("__ptype"), inner, max_size=3)
    ),
    max_leaves=6,
)
_RESOURCES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(sorted(TYPES)),
        "title": st.text(max_size=10) | _WORDS,
        "parameters": st.dictionaries(_NAMES, _ANY, max_size=6),
    },
    optional={
        "file": _ANY, "line": _ANY, "exported": _ANY, "virtual": _ANY,
        "sensitive_parameters": st.lists(_NAMES, max_size=2),
    },
)  # fmt: skip


def facts(content: Any) -> Facts:  # noqa: ANN401 - JSON
    return PuppetNormaliser()(RecordList(read(content)))


@settings(deadline=None)
@given(st.lists(_RESOURCES, max_size=5, unique_by=lambda one: (one["type"], one["title"])))
def test_whatever_a_catalog_holds_every_table_can_be_made(resources: list[dict[str, Any]]) -> None:
    found = facts(catalog(*resources))

    assert all(found.table(kind).num_rows for kind in TABLES if found.rows(kind))


@settings(deadline=None)
@given(st.lists(_RESOURCES, max_size=5, unique_by=lambda one: (one["type"], one["title"])))
def test_whatever_a_catalog_holds_each_step_follows_again(resources: list[dict[str, Any]]) -> None:
    held = facts(catalog(*resources))
    found = tuple(steps(held))

    assert recheck(found, held) == found
    assert all(step.needs and step.cost > 0 for step in found)


@settings(deadline=None)
@given(st.lists(_RESOURCES, max_size=3), st.lists(_RESOURCES, max_size=3))
def test_no_change_of_catalogs_is_too_strange_to_be_laid(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    change = CatalogChange(
        names=(), before=tuple(read(catalog(*before))), after=tuple(read(catalog(*after)))
    )

    laid = change.over(change.base(RecordList(())))

    places = [change.place(address) for held in laid.touched.values() for address in held]
    assert all(place is None or place.line > 0 for place in places)
    assert PuppetNormaliser()(laid.overlay).rows(Host)


@settings(deadline=None)
@given(_ANY | st.dictionaries(st.sampled_from(list(catalog())), _ANY))
def test_any_json_is_read_or_refused_in_words(content: Any) -> None:  # noqa: ANN401 - JSON
    with suppress(InputError):
        assert facts(content).rows(Unread) is not None


@settings(deadline=None)
@given(_RESOURCES, _NAMES, st.sampled_from(["{}", "x {} y", "a={}", "//{}@b", "--p={}", "!{}"]))
def test_nothing_that_the_code_calls_sensitive_is_kept(
    resource: dict[str, Any], name: str, around: str
) -> None:
    resource["parameters"] |= {name: around.replace("{}", CANARY)}
    resource["sensitive_parameters"] = [name]

    records = read(catalog(resource))

    assert CANARY not in json.dumps([dict(record.body) | {"id": record.id} for record in records])
