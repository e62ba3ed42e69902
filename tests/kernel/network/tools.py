# SPDX-License-Identifier: Apache-2.0
"""The two tools that set namespaces up, kept running inside them so that a world costs little."""

import ctypes
import ctypes.util
import subprocess
from collections.abc import Iterable

ANSWER = "link show lo"
"""A command that prints two lines, by which all before it are known to be done."""


class Ip:
    """An `ip -batch` that runs in the namespace in which it was started."""

    def __init__(self, family: str) -> None:
        self._process = subprocess.Popen(
            ["ip", family, "-batch", "-"],  # noqa: S607 - wherever the system has it
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, lines: Iterable[str]) -> None:
        """Run commands, in order.

        Raises:
            RuntimeError: one failed; none after it ran.
        """
        text = "\n".join([*lines, ANSWER, ""])
        into, out, errors = self._process.stdin, self._process.stdout, self._process.stderr
        if into is None or out is None or errors is None:
            raise RuntimeError("ip has no pipes")
        try:
            into.write(text)
            into.flush()
        except BrokenPipeError:
            pass
        if not out.readline() or not out.readline():
            raise RuntimeError(f"ip: {errors.read()}\n{text}")

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


class Nft:
    """The library of nft, which speaks to the namespace in which this was made."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("nftables") or "libnftables.so.1"
        self._library = library = ctypes.CDLL(name)
        library.nft_ctx_new.restype = ctypes.c_void_p
        library.nft_ctx_get_error_buffer.restype = ctypes.c_char_p
        for function in ("free", "buffer_error", "get_error_buffer"):
            getattr(library, f"nft_ctx_{function}").argtypes = [ctypes.c_void_p]
        library.nft_run_cmd_from_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        self._context = library.nft_ctx_new(0)
        library.nft_ctx_buffer_error(self._context)

    def run(self, lines: Iterable[str]) -> None:
        """Take chains in place of all that there was.

        Raises:
            RuntimeError: they were refused, and nothing was changed.
        """
        text = "\n".join(["flush ruleset", "table inet world {", *lines, "}", ""])
        if self._library.nft_run_cmd_from_buffer(self._context, text.encode()):
            said = self._library.nft_ctx_get_error_buffer(self._context).decode()
            raise RuntimeError(f"nft: {said}\n{text}")

    def close(self) -> None:
        """Let go of it."""
        self._library.nft_ctx_free(self._context)
