# SPDX-License-Identifier: Apache-2.0
"""How PuppetDB is spoken to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from bartizan.errors import InputError, UsageError
from bartizan.model.record import Json
from bartizan.sources.puppet.live import client as client_module
from bartizan.sources.puppet.live.client import AskError, Client, Identity
from tests.fakes.puppetdb import Papers, PuppetDb, served


def client(url: str, identity: Identity | None = None) -> Client:
    return Client.to(url, identity or Identity(), wait=lambda _: None)


def ask(url: str, identity: Identity | None = None, **parameters: str) -> Json:
    with closing(client(url, identity)) as one:
        return one.ask("nodes", **parameters)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers.made(tmp_path_factory.mktemp("papers"))


def test_both_sides_prove_who_they_are(papers: Papers) -> None:
    identity = Identity(certificate=papers.client, authority=papers.authority)

    with served(PuppetDb(nodes=[{"certname": "a"}]), papers) as url:
        assert ask(url, identity) == [{"certname": "a"}]


def test_a_client_without_a_certificate_is_told_so(papers: Papers) -> None:
    with served(PuppetDb(), papers) as url, pytest.raises(AskError) as caught:
        ask(url, Identity(authority=papers.authority))

    assert caught.value.code == "failed"


def test_a_server_of_another_authority_is_not_asked(papers: Papers) -> None:
    held = PuppetDb()

    with served(held, papers) as url, pytest.raises(AskError, match="certificate does not hold"):
        ask(url, Identity(certificate=papers.client, token="hunter2"))

    assert held.asked == []


def test_a_token_shows_in_no_text() -> None:
    assert "hunter2" not in repr(Identity(token="hunter2"))


@pytest.mark.parametrize(
    "url",
    [
        "http://puppetdb.example.org:8080",
        "https://me:hunter2@puppetdb.example.org",
        "https://puppetdb.example.org/pdb",
        "https://puppetdb.example.org:x",
        "puppetdb.example.org",
        "file:///etc/passwd",
        "",
        "https://[",
    ],
)
def test_other_addresses_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        client(url)

    assert "hunter2" not in "".join(caught.value.diagnostics())


def test_files_that_are_no_certificates_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.pem"
    place.write_text("nothing")

    for identity in (
        Identity(certificate=place),
        Identity(authority=place),
        Identity(certificate=tmp_path / "none"),
    ):
        with pytest.raises(InputError, match="no certificate and key"):
            client("https://puppetdb.example.org", identity)


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "SIZE", 10)
    held = PuppetDb(nodes=[{"certname": "a" * 100}])

    with served(held) as url, pytest.raises(AskError) as caught:
        ask(url)

    assert caught.value.code == "truncated"


HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def dripping(first: bytes) -> Iterator[str]:
    """Serve a beginning, and then a byte now and then for as long as somebody listens."""

    def serve() -> None:
        with suppress(OSError), listening.accept()[0] as connection:
            connection.recv(65_536)
            connection.sendall(first)
            while not ended.wait(0.05):
                connection.sendall(b"a")

    ended = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


@pytest.mark.parametrize(
    "first",
    [
        HEADERS + b"Content-Length: 1000000\r\n\r\n[",
        HEADERS + b"Transfer-Encoding: chunked\r\n\r\n1000000\r\n[",
        HEADERS + b"\r\n[",
        HEADERS + b"X-Endless: ",
        b"",
    ],
    ids=["length", "chunks", "close", "headers", "status"],
)
def test_an_answer_that_drips_is_given_up_however_it_goes_on(first: bytes) -> None:
    with (
        dripping(first) as url,
        closing(Client.to(url, Identity(), wait=lambda _: None, seconds=0.5)) as asked,
        pytest.raises(AskError, match="not whole within"),
    ):
        asked.ask("nodes")


def test_a_second_question_is_answered_as_the_first() -> None:
    held = PuppetDb(nodes=[{"certname": "a"}])

    with served(held) as url, closing(Client.to(url, Identity(), wait=lambda _: None)) as asked:
        assert asked.ask("nodes") == asked.ask("nodes") == held.nodes


def test_nobody_there_is_an_error_in_words() -> None:
    with served(PuppetDb()) as url:
        pass

    with pytest.raises(AskError, match="refused"):
        ask(url)


def test_a_query_that_the_server_does_not_know_fails() -> None:
    with served(PuppetDb()) as url, pytest.raises(AskError, match="HTTP status 400"):
        ask(url, wrong="x")
