# SPDX-License-Identifier: Apache-2.0
"""Hosts from a PuppetDB that Puppet itself told of them, over TLS as in production."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bartizan.cli.main import run
from bartizan.errors import SourceError
from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import AuthorizedKey, Host, HostUser, SudoRule
from bartizan.model.record import RecordList
from bartizan.sources.puppet.live import source
from bartizan.sources.puppet.live.client import Identity
from bartizan.sources.puppet.live.source import PuppetDb as Source
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.fakes.aws_scan import CountingProgress, MemoryDraft
from tests.fakes.puppet import ED25519, KEY, read
from tests.fakes.puppet_compiler import Manifest
from tests.fakes.puppetdb import PuppetDb, served
from tests.fakes.puppetdb_service import Service, missing, service

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")

CANARY = "%ops ALL=(ALL) NOPASSWD: ALL # hunter2"
EXPORTING = f"""
user {{ 'ann': ensure => present, groups => ['sudo'] }}
@@ssh_authorized_key {{ 'ann@here': user => 'deploy', type => 'ssh-ed25519', key => '{ED25519}' }}
"""
COLLECTING = """
user { 'deploy': ensure => present }
Ssh_authorized_key <<| |>>
"""
HIDING = f"""
file {{ '/etc/sudoers.d/ops': ensure => file, mode => '0440', content => Sensitive('{CANARY}') }}
"""
EXPORTER, COLLECTOR, HIDER = (f"node{number}.example.org" for number in range(3))


@dataclass(frozen=True)
class Held:
    """A PuppetDB that knows three nodes."""

    service: Service
    compiled: Mapping[str, dict[str, Any]]

    def identity(self) -> Identity:
        papers = self.service.papers
        return Identity(certificate=papers.client, authority=papers.authority)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("manifests")
    manifests = []
    for number, code in enumerate((EXPORTING, COLLECTING, HIDING)):
        place = folder / f"{number}.pp"
        place.write_text(code)
        manifests.append(Manifest(file=place, facts={"os": {"name": "Debian"}}))
    with service() as one:
        catalogs = one.stored(manifests)
        yield Held(one, {catalog["name"]: catalog for catalog in catalogs})


def collected(url: str, identity: Identity) -> MemoryDraft:
    draft = MemoryDraft()
    Source(url=url, identity=identity, key=KEY, wait=lambda _: None).collect(
        draft, CountingProgress()
    )
    return draft


def facts(draft: MemoryDraft) -> Facts:
    return PuppetNormaliser()(RecordList(tuple(r for p in draft.pieces.values() for r in p)))


def test_what_puppet_stored_is_what_is_told(held: Held) -> None:
    found = facts(collected(held.service.url, held.identity()))

    assert [row.id for row in found.rows(Host)] == [EXPORTER, COLLECTOR, HIDER]
    assert [(row.host, row.name) for row in found.rows(HostUser)] == [
        (EXPORTER, "ann"),
        (COLLECTOR, "deploy"),
    ]


def test_what_another_host_exported_is_there_where_it_is_collected(held: Held) -> None:
    (key,) = facts(collected(held.service.url, held.identity())).rows(AuthorizedKey)

    assert (key.host, key.user) == (COLLECTOR, "deploy")


@pytest.mark.parametrize("name", [EXPORTER, COLLECTOR])
def test_the_compiled_catalog_says_the_same(name: str, held: Held) -> None:
    there = facts(collected(held.service.url, held.identity()))

    here = PuppetNormaliser()(RecordList(read(held.compiled[name])))

    for table in TABLES:
        own = [row for row in there.rows(table) if getattr(row, "host", "") == name]
        if table not in (Host, Unread):
            assert own == list(here.rows(table)), table


def test_what_the_code_calls_sensitive_is_not_there_and_not_taken_for_absent(held: Held) -> None:
    draft = collected(held.service.url, held.identity())
    found = facts(draft)

    assert "hunter2" not in repr(draft.pieces)
    assert found.rows(SudoRule) == ()
    assert [row for row in found.rows(Unread) if "/etc/sudoers.d/ops" in row.resource]


def test_pages_and_groups_are_read_to_their_end(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PAGE", 2)
    monkeypatch.setattr(source, "GROUP", 1)

    found = collected(held.service.url, held.identity())

    assert len(found.records("Puppet::Catalog")) == len(held.compiled)
    assert {one.body["status"] for one in found.records("Puppet::Report")} == {"unchanged"}


def test_the_stand_in_answers_every_question_as_it_does(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PAGE", 2)
    known = {name: held.service.ask(f"/pdb/query/v4/{name}") for name in ("nodes", "catalogs")}
    known |= {name: held.service.ask(f"/pdb/query/v4/{name}") for name in ("facts", "reports")}
    # What it calls the latest report is a question, and no column.
    reports = [row | {"latest_report?": True} for row in known.pop("reports")]
    stand_in = PuppetDb(**known, reports=reports)
    with served(stand_in) as url:
        collected(url, Identity())

    assert len(stand_in.asked) > len(known)
    for path in stand_in.asked:
        parts = urlsplit(path)
        parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
        status, content = stand_in.answer(parts.path.rpartition("/")[2], parameters)
        assert (status, _sorted(json.loads(content))) == (200, _sorted(held.service.ask(path)))


def _sorted(rows: list[Any]) -> list[str]:
    """Return rows in an order of their own: without `order_by` there is none."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_it_is_scanned_from_the_command_line(
    held: Held,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path))
    papers = held.service.papers

    shown = ["--cert", str(papers.client), "--ca-cert", str(papers.authority)]
    scanned = run(["scan", "puppetdb", held.service.url, *shown])
    asked = run(["paths"])

    assert scanned == 0
    # The content of a file that decides who is root was not told.
    assert asked == 3
    assert "/etc/sudoers.d/ops" in capsys.readouterr().out


def test_who_has_no_certificate_is_told_so(held: Held) -> None:
    with pytest.raises(SourceError, match="the nodes cannot be listed"):
        collected(held.service.url, Identity(authority=held.service.papers.authority))
