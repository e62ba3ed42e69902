# SPDX-License-Identifier: Apache-2.0
"""Answers over HTTP that are whole in time: the time limit of a socket starts anew with each byte.

Source: https://docs.python.org/3/library/socket.html#socket-timeouts
"""

import http.client
import io
import time
from socket import socket
from typing import Any


class LateError(Exception):
    """An answer was not whole in time."""


def timely(seconds: float, *, silence: float) -> type[http.client.HTTPResponse]:
    """Return the class of answers of which all, headers too, is there `seconds` after they began,
    and which are never silent for longer than `silence` seconds. Reading a later one raises
    `LateError`.
    """

    class Answer(http.client.HTTPResponse):
        def __init__(self, sock: socket, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as the base has it
            super().__init__(sock, *args, **more)
            until = time.monotonic() + seconds
            self.fp = io.BufferedReader(_Timely(sock, self.fp, until=until, silence=silence))

    return Answer


class _Timely(io.RawIOBase):
    """What a server sends, read until a moment and no longer."""

    def __init__(
        self, connection: socket, sent: io.BufferedReader, *, until: float, silence: float
    ) -> None:
        self._connection, self._sent = connection, sent
        self._until, self._silence = until, silence

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401 - any buffer
        """Read what is there, or wait for it.

        Raises:
            LateError: the moment has come.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise LateError
        self._connection.settimeout(min(left, self._silence))
        try:
            # Past the buffer, which would go on until it is full.
            return self._sent.raw.readinto(buffer)
        except TimeoutError as error:
            if time.monotonic() < self._until:
                raise
            raise LateError from error

    def close(self) -> None:
        """Let go of the connection."""
        self._sent.close()
        super().close()
