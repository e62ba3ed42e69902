# SPDX-License-Identifier: Apache-2.0
"""Files of a Puppet server and of a control repository."""

import json
import time
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import InputError
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host_control import HostControl
from bartizan.model.record import RecordList
from bartizan.sources.puppet.control import Control, Unclear, is_control, read
from bartizan.sources.puppet.files import PuppetFiles
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.fakes.aws_scan import CountingProgress, MemoryDraft
from tests.fakes.puppet import KEY, catalog

NAMES = ("Puppetfile", "auth.conf", "autosign.conf", "certificate-allowlist", "hiera.yaml",
         "jetty.ini", "puppet.conf")  # fmt: skip


def said(name: str, text: str) -> list[tuple[str, ...]]:
    """Return kind, name, version and line of what a file says; of what is unclear the line."""
    return [
        ("unclear", str(one.line))
        if isinstance(one, Unclear)
        else (one.kind, one.name, one.version, str(one.line))
        for one in read(PurePosixPath(name), text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[server]\nautosign = true\n", [("autosign", "*", "", "2")]),
        ("[main]\nautosign=true\n[server]\nautosign = false # no\n",
         [("autosign-off", "", "", "4")]),
        ("[master]\nautosign = /etc/puppet/autosign.conf\n", []),
        ("[server]\nautosign = /usr/local/bin/check\n", [("autosign", "", "", "2")]),
        ("autosign = true\n", [("autosign", "*", "", "1")]),
        ("[agent]\nserver = puppet.example.org\n",
         [("server", "puppet.example.org", "", "2"),
          ("authority", "puppet.example.org", "", "2")]),
        ("[main]\nserver = a\nca_server = b\n",
         [("server", "a", "", "2"), ("authority", "b", "", "3")]),
        ("[user]\nautosign = true\n", []),
    ],
)  # fmt: skip
def test_the_section_of_the_server_counts_most(text: str, expected: list[tuple[str, ...]]) -> None:
    assert said("puppet.conf", text) == expected


def test_each_line_of_autosign_is_a_name_or_a_pattern() -> None:
    text = "# hosts\n*.example.org\nweb1.example.org # one\n\n"

    assert said("autosign.conf", text) == [
        ("autosign", "*.example.org", "", "2"),
        ("autosign", "web1.example.org", "", "3"),
    ]


@pytest.mark.parametrize(
    ("line", "name", "version"),
    [
        ("mod 'puppetlabs-stdlib', '9.4.1'", "puppetlabs/stdlib", "9.4.1"),
        ('mod "puppetlabs/stdlib"', "puppetlabs/stdlib", ""),
        ("mod 'puppetlabs-stdlib', :latest", "puppetlabs/stdlib", ""),
        ("mod 'puppetlabs-stdlib', '>= 1.0.0'", "puppetlabs/stdlib", ""),
        ("mod('a-b', '1.0.0')", "a/b", "1.0.0"),
        ("mod 'x', git: 'https://u:hunter2@git.example.org/x?t=hunter2', tag: 'v1'",
         "https://git.example.org/x", "v1"),
        ("mod 'x', :git => 'git@git.example.org:x.git', :branch => 'main'",
         "git.example.org:x.git", ""),
        ("mod 'x', git: 'g', commit: 'abc'", "g", "abc"),
        (f"mod 'x', git: 'g', ref: '{'a' * 40}'", "g", "a" * 40),
        ("mod 'x',\n  git: 'g', # here\n  ref: 'main'", "g", ""),
    ],
)  # fmt: skip
def test_a_module_is_taken_in_one_version_or_not(line: str, name: str, version: str) -> None:
    assert said("Puppetfile", line) == [("module", name, version, "1")]


def test_a_ref_may_be_a_tag_or_a_branch() -> None:
    (one,) = read(PurePosixPath("Puppetfile"), "mod 'x', git: 'g', ref: 'v1'")

    assert isinstance(one, Control)
    assert one.unknown == ("version",)


def test_what_is_no_module_is_not_run_and_stays_visible() -> None:
    text = (
        "forge 'https://forge.example.org'\nmoduledir 'x'\nmod 'own', local: true\n"
        "if ENV['X']\n  mod 'a-b', '1.0.0'\nend\nsystem('rm')\nmod 'c-d',\n"
    )

    assert said("Puppetfile", text) == [
        ("unclear", "4"), ("module", "a/b", "1.0.0", "5"), ("unclear", "6"), ("unclear", "7"),
        ("unclear", "8"),
    ]  # fmt: skip


def test_keys_of_encrypted_data_are_named_by_their_path() -> None:
    text = "hierarchy:\n  - name: x\n    options:\n      pkcs7_private_key: '/etc/eyaml/k.pem' #\n"

    assert said("hiera.yaml", text) == [("secrets-key", "/etc/eyaml/k.pem", "", "4")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[jetty]\nport = 8080\n", []),
        ("[jetty]\nhost = localhost\nport = 8080\n", []),
        ("[jetty]\nhost = 0.0.0.0\n", [("inventory", "8080/http", "", "2")]),
        ("[jetty]\nssl-port = 8081\n[puppetdb]\ncertificate-allowlist = /x\n",
         [("inventory", "8081/https", "", "2"), ("allowlist", "/x", "", "4")]),
    ],
)  # fmt: skip
def test_an_inventory_answers_in_plain_text_where_it_is_told_to(
    text: str, expected: list[tuple[str, ...]]
) -> None:
    assert said("jetty.ini", text) == expected
    assert said("/etc/puppetlabs/puppetdb/conf.d/own.ini", text) == expected


def test_a_list_of_readers_has_one_in_each_line() -> None:
    assert said("certificate-allowlist", "# x\npuppet\n") == [("reader", "puppet", "", "2")]


def test_a_language_that_is_not_read_stays_visible() -> None:
    assert said("auth.conf", "authorization: {}") == [("unclear", "0")]


def test_files_are_known_by_their_names() -> None:
    assert all(is_control(PurePosixPath(name)) for name in NAMES)
    assert not is_control(PurePosixPath("/etc/own.ini"))


@given(st.sampled_from(NAMES), st.text(max_size=200))
def test_whatever_a_file_holds_it_is_read(name: str, text: str) -> None:
    for one in read(PurePosixPath(name), text):
        assert 0 <= one.line <= text.count("\n") + text.count("\r") + 201


@given(
    st.lists(st.sampled_from(["mod ", "'a-b'", ", ", "git: ", ":ref => ", "'", "\n", "(", ")"]))
)
def test_whatever_looks_like_a_module_is_read(parts: list[str]) -> None:
    list(read(PurePosixPath("Puppetfile"), "".join(parts)))


def facts(place: Path) -> tuple[Facts, MemoryDraft]:
    draft = MemoryDraft()
    PuppetFiles([place], key=KEY).collect(draft, CountingProgress())
    rows = tuple(record for held in draft.pieces.values() for record in held)
    return PuppetNormaliser()(RecordList(rows)), draft


def test_a_folder_is_read_with_its_code_and_settings(tmp_path: Path) -> None:
    repository = tmp_path / "environments" / "production"
    repository.mkdir(parents=True)
    (repository / "Puppetfile").write_text("mod 'a-b'\nfoo\n")
    (repository / "metadata.json").write_text("{ broken")
    (tmp_path / "web1.json").write_text(json.dumps(catalog()))

    found, _ = facts(tmp_path)

    (module,) = found.rows(HostControl)
    assert (module.name, module.environments) == ("a/b", ("production",))
    assert (module.file, module.line) == ("environments/production/Puppetfile", 1)
    assert [row.operation for row in found.rows(Unread) if row.provider == "puppet"] == []


def test_settings_alone_make_a_snapshot(tmp_path: Path) -> None:
    (tmp_path / "puppet.conf").write_text("[server]\nautosign = true\n")
    (tmp_path / "auth.conf").write_text("")

    found, draft = facts(tmp_path)

    assert [row.kind for row in found.rows(HostControl)] == ["autosign"]
    (gap,) = [r for held in draft.pieces.values() for r in held if r.kind == "Bartizan::Unread"]
    assert (gap.body["operation"], gap.body["code"]) == ("auth.conf", "not-understood")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("puppet.conf", "a = b" + " " * 1_000_000 + "x"),
        ("puppet.conf", "a = " + "b " * 500_000 + "x"),
        ("Puppetfile", "mod" + " " * 1_000_000 + "x"),
        ("Puppetfile", "mod 'a', " + "b" * 1_000_000),
        ("Puppetfile", "a,\n" * 330_000),
        ("hiera.yaml", " " * 1_000_000 + "x"),
    ],
)
def test_a_line_takes_no_longer_than_it_is_long(name: str, text: str) -> None:
    begin = time.process_time()
    list(read(PurePosixPath(name), text))

    assert time.process_time() - begin < 10


@pytest.mark.parametrize("content", [b"\xff", b" " * 1_000_001])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "puppet.conf").write_bytes(content)

    with pytest.raises(InputError):
        facts(tmp_path)
