# SPDX-License-Identifier: Apache-2.0
"""Hosts from PuppetDB, and what becomes of what it does not answer."""

from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run
from bartizan.errors import SourceError
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import Host, HostUser
from bartizan.model.record import RecordList
from bartizan.sources.puppet.live import source
from bartizan.sources.puppet.live.client import Identity
from bartizan.sources.puppet.live.source import PuppetDb as Source
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.fakes.aws_scan import CountingProgress, MemoryDraft
from tests.fakes.puppet import KEY, catalog, resource
from tests.fakes.puppetdb import Answer, PuppetDb, served

REPORT = {"status": "unchanged", "noop": False, "noop_pending": False, "environment": "production"}


def node(name: str, *resources: dict[str, Any]) -> dict[str, Any]:
    return catalog(resource("User", "alice"), *resources, name=name)


def database(count: int = 1, **report: object) -> PuppetDb:
    held = PuppetDb()
    for number in range(count):
        facts = {"os": {"name": "Debian"}, "my_secret": "hunter2"}
        held.add(node(f"web{number}"), facts=facts, report=REPORT | report)
    return held


def collected(held: PuppetDb, *, draft: MemoryDraft | None = None) -> MemoryDraft:
    kept = draft or MemoryDraft()
    with served(held) as url:
        one = Source(url=url, identity=Identity(), key=KEY, wait=lambda _: None)
        one.collect(kept, CountingProgress())
    return kept


def facts(draft: MemoryDraft) -> Facts:
    return PuppetNormaliser()(RecordList(tuple(r for p in draft.pieces.values() for r in p)))


def test_hosts_are_read_with_their_catalog_facts_and_last_run() -> None:
    draft = collected(database())

    assert facts(draft).rows(Host)[0].system == "Debian"
    assert [row.state for row in facts(draft).rows(HostUser)] == ["present"]
    assert [one.body["status"] for one in draft.records("Puppet::Report")] == ["unchanged"]
    assert draft.unread() == []


def test_all_pages_and_all_groups_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "PAGE", 3)
    monkeypatch.setattr(source, "GROUP", 2)
    held = database(7)

    draft = collected(held)

    assert len(draft.records("Puppet::Catalog")) == 7
    assert len(draft.pieces) == 4
    assert sum(path.startswith("/pdb/query/v4/nodes") for path in held.asked) == 3


def test_only_facts_that_are_kept_leave_the_server() -> None:
    held = database()
    answers: list[bytes] = []

    def listen(endpoint: str, query: str) -> Answer | None:
        if endpoint == "facts" and not answers:
            answers.append(b"")
            answers.append(held.answer(endpoint, {"query": query})[1])
        return None

    held.spoil = listen
    collected(held)

    assert b"Debian" in answers[1]
    assert b"hunter2" not in answers[1]


def test_what_a_run_only_looked_at_is_unknown() -> None:
    held = PuppetDb()
    users = (resource("User", "bob", noop=False), resource("User", "carol", ensure="absent"))
    held.add(node("web0", *users), report=REPORT | {"noop": True})

    rows = facts(collected(held)).rows(HostUser)

    assert {row.name: row.state for row in rows} == {
        "alice": "unknown",
        "bob": "present",
        "carol": "unknown",
    }


def test_a_run_that_failed_stays_visible() -> None:
    reasons = [row.reason for row in facts(collected(database(status="failed"))).rows(Unread)]

    assert any("the last run failed" in reason for reason in reasons)


def test_a_node_without_a_catalog_is_unread() -> None:
    held = database()
    held.nodes.append({"certname": "new"})

    assert [(row["account"], row["operation"]) for row in collected(held).unread()] == [
        ("new", "catalogs")
    ]


def test_one_bad_catalog_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "GROUP", 3)
    held = database(3)
    held.catalogs[1]["resources"] = {"href": "/elsewhere"}

    draft = collected(held)

    assert [one.id for one in draft.records("Puppet::Catalog")] == ["web0", "web2"]
    assert [(row["account"], row["code"]) for row in draft.unread()] == [("web1", "malformed")]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((403, b"no"), "denied"),
        ((500, b"hunter2"), "failed"),
        ((503, b""), "throttled"),
        ((302, b""), "failed"),
        ((200, b"[{"), "malformed"),
        ((200, b"{}"), "malformed"),
        ((200, b"[1]"), "malformed"),
        ((200, b"[" * 1000), "malformed"),
    ],
)
def test_what_is_not_answered_is_unread_for_each_node(answer: Answer, code: str) -> None:
    held = database(2)
    held.spoil = lambda endpoint, _: answer if endpoint == "facts" else None

    draft = collected(held)

    assert {(row["account"], row["operation"]): row["code"] for row in draft.unread()} == {
        ("web0", "facts"): code,
        ("web1", "facts"): code,
    }
    assert "hunter2" not in str(draft.unread())
    assert len(draft.records("Puppet::Catalog")) == 2


def test_a_server_that_is_busy_is_asked_again() -> None:
    held = database()
    busy = iter([True, True])
    held.spoil = lambda endpoint, _: (
        (503, b"") if endpoint == "nodes" and next(busy, False) else None
    )

    assert collected(held).unread() == []


@pytest.mark.parametrize("answer", [(403, b""), (200, b"{}"), (200, b'[{"certname": 7}]')])
def test_without_the_list_of_nodes_nothing_is_made(answer: Answer) -> None:
    held = database()
    held.spoil = lambda endpoint, _: answer if endpoint == "nodes" else None

    with pytest.raises(SourceError, match="the nodes cannot be listed"):
        collected(held)


def test_an_answer_about_other_nodes_is_not_taken() -> None:
    held = database(2)
    other = b'[{"certname": "web9", "name": "kernel", "value": "x"}]'
    held.spoil = lambda endpoint, _: (200, other) if endpoint == "facts" else None

    assert collected(held).records("Puppet::Facts") == []


def test_pieces_that_are_safe_are_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "GROUP", 1)
    held = database(3)
    draft = collected(held)
    before = len(held.asked)

    collected(held, draft=draft)

    assert len(held.asked) == before + 1


def test_nothing_but_reads_is_asked() -> None:
    held = database()
    collected(held)

    assert held.methods == {"GET"}


def test_the_command_says_by_its_status_whether_all_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    token = tmp_path / "token"
    token.write_text("hunter2-token\n")
    held = database()

    with served(held) as url:
        whole = run(["scan", "puppetdb", url, "--token-file", str(token)])
        held.nodes.append({"certname": "new"})
        part = run(["scan", "puppetdb", url])
        held.spoil = lambda *_: (401, b"hunter2")
        refused = run(["scan", "puppetdb", url, "--token-file", str(token)])

    assert (whole, part, refused) == (0, 3, 2)
    assert held.tokens[0] == "hunter2-token"
    said = capsys.readouterr()
    assert "hunter2" not in said.out + said.err
    kept = b"".join(one.read_bytes() for one in (tmp_path / "home").rglob("*") if one.is_file())
    assert b"hunter2" not in kept
