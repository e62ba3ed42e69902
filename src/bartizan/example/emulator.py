# SPDX-License-Identifier: Apache-2.0
"""An AWS emulator on the loopback interface, for as long as a block of code runs."""

import contextlib
import logging
import os
import urllib.request
from collections.abc import Iterator, Mapping

from bartizan.errors import MissingExtraError
from bartizan.example.description import REGION


@contextlib.contextmanager
def emulator(*, seed: int = 1) -> Iterator[str]:
    """Start an emulator and give its address; the same `seed` gives the same ids.

    Raises:
        MissingExtraError: moto is not installed.
    """
    try:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise MissingExtraError(
            "the demo needs the AWS emulator", hint="pip install 'bartizan[demo]'"
        ) from error
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        for path in ("reset", f"seed?a={seed}"):
            request = urllib.request.Request(f"{address}/moto-api/{path}", method="POST")  # noqa: S310 - our own server
            urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - as above
        with _environment(_surroundings(address)):
            yield address
    finally:
        server.stop()


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
