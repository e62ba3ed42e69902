# SPDX-License-Identifier: Apache-2.0
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bartizan import files
from bartizan.errors import InputError
from bartizan.files import NotRegularError, content, document, opened
from tests.fakes.patience import impatient

_MOST = 1000


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with impatient():
        yield


def _written(place: Path, held: bytes) -> threading.Thread:
    """Write to a pipe once somebody reads from it, as a shell's other half does."""
    writer = threading.Thread(target=place.write_bytes, args=(held,), daemon=True)
    writer.start()
    return writer


def test_a_regular_file_is_read_up_to_a_byte_more_than_the_bound(tmp_path: Path) -> None:
    place = tmp_path / "f"
    place.write_bytes(b"x" * 10)

    assert content(place, most=10) == document(place, most=10) == b"x" * 10
    assert content(place, most=4) == document(place, most=4) == b"x" * 5


def test_a_link_to_a_regular_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    (tmp_path / "link").symlink_to("f")

    assert content(tmp_path / "link", most=_MOST) == b"x"


def test_a_pipe_that_nobody_writes_to_is_refused_where_a_regular_file_is_to_be(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InputError, match="is a pipe, no regular file") as refused:
        content(tmp_path / "pipe", most=_MOST, shown="what people call it")

    assert list(refused.value.diagnostics()) == [
        "error[input]: cannot read the file: is a pipe, no regular file",
        "  --> what people call it",
        "  hint: put a regular file in its place",
    ]


@pytest.mark.parametrize("read", [content, document])
def test_a_device_without_an_end_is_refused_also_behind_a_link(
    tmp_path: Path, read: Callable[..., bytes]
) -> None:
    (tmp_path / "link").symlink_to("/dev/zero")

    with pytest.raises(InputError, match="is a device, no regular file"):
        read(tmp_path / "link", most=_MOST)


@pytest.mark.parametrize("read", [content, document])
def test_a_socket_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[..., bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")

        with pytest.raises(InputError, match="is a socket, no regular file"):
            read(Path("s"), most=_MOST)


@pytest.mark.parametrize("read", [content, document])
def test_a_folder_is_refused_as_a_folder(tmp_path: Path, read: Callable[..., bytes]) -> None:
    with pytest.raises(InputError, match="cannot read the file: is a directory"):
        read(tmp_path, most=_MOST)


@pytest.mark.parametrize("read", [content, document])
def test_what_is_not_there_is_refused(tmp_path: Path, read: Callable[..., bytes]) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "none", most=_MOST)


def test_the_null_device_is_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(os.devnull)

    assert content(tmp_path / "link", most=_MOST) == b""
    assert document(Path(os.devnull), most=_MOST) == b""


def test_a_pipe_is_a_document_where_one_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = _written(tmp_path / "pipe", b"x" * 300_000)

    found = document(tmp_path / "pipe", most=300_000)

    writer.join()
    assert found == b"x" * 300_000


def test_whoever_reads_a_pipe_again_gets_the_same_up_to_its_own_bound(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = _written(tmp_path / "pipe", b"document")

    head = document(tmp_path / "pipe", most=2)

    writer.join()
    assert head == b"doc"
    assert document(tmp_path / "pipe", most=_MOST) == b"document"


def test_a_pipe_of_a_shell_is_read_by_its_number() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"document")
    os.close(writing)

    found = document(Path(f"/dev/fd/{reading}"), most=_MOST)

    os.close(reading)
    assert found == b"document"


def test_a_pipe_gives_no_more_than_any_document_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SIZE", 100)
    monkeypatch.setattr(files, "_PIECE", 40)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(tmp_path / "pipe", os.O_WRONLY)
    os.write(writer, b"x" * 1000)

    # The writer never ends.
    found = document(tmp_path / "pipe", most=_MOST)

    os.close(reader)
    os.close(writer)
    assert 100 < len(found) <= 140


def test_a_pipe_to_which_nobody_writes_is_waited_for_no_longer_than_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InputError, match="nothing came through the pipe for 0 seconds"):
        document(tmp_path / "pipe", most=_MOST)


def test_what_became_a_pipe_meanwhile_is_refused_as_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_bytes(b"x")
    regular = (tmp_path / "f").stat()
    os.mkfifo(tmp_path / "pipe")
    before = set(Path("/proc/self/fd").iterdir())
    monkeypatch.setattr(Path, "stat", lambda _: regular)

    with pytest.raises(NotRegularError):
        opened(tmp_path / "pipe")

    assert set(Path("/proc/self/fd").iterdir()) == before
