# SPDX-License-Identifier: Apache-2.0
"""An AWS emulator on the loopback interface, for as long as a block of code runs."""

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping

from bartizan.errors import MissingExtraError, SourceError
from bartizan.example.description import REGION

_PATIENCE = 60.0
"""Seconds that the emulator may take to answer for the first time."""


@contextlib.contextmanager
def emulator(*, seed: int = 1) -> Iterator[str]:
    """Start an emulator and give its address; the same `seed` gives the same ids.

    It is a process of its own, so that it has a core of its own and its output is not ours.

    Raises:
        MissingExtraError: moto is not installed.
        SourceError: it does not start.
    """
    if importlib.util.find_spec("moto") is None:
        raise MissingExtraError(
            "the demo needs the AWS emulator", hint="pip install 'bartizan[demo]'"
        )
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "bartizan.example.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as server:  # noqa: S603 - fixed words
        try:
            _wait(address, server)
            _post(f"{address}/moto-api/seed?a={seed}")
            with _environment(_surroundings(address)):
                yield address
        finally:
            server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            _post(f"{address}/moto-api/reset")
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SourceError(
                    "the AWS emulator does not start",
                    hint="`python -m bartizan.example.server` says why",
                ) from error
            time.sleep(0.05)
        else:
            return


def _post(url: str) -> None:
    # No proxy stands between us and our own machine, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(url, method="POST"), timeout=30).close()  # noqa: S310 - our own server


def _surroundings(address: str) -> Mapping[str, str | None]:
    """Return the environment in which the usual credential chain ends at the emulator."""
    return {
        # The emulator answers S3 Control, whose host names carry the account, by way of itself.
        "HTTP_PROXY": address,
        "http_proxy": address,
        "NO_PROXY": None,
        "no_proxy": None,
        "AWS_PROFILE": None,
        "AWS_SESSION_TOKEN": None,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextlib.contextmanager
def _environment(wanted: Mapping[str, str | None]) -> Iterator[None]:
    """Set variables (None: unset them), and put back what was there."""
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(wanted: Mapping[str, str | None]) -> None:
    for name, value in wanted.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
