# SPDX-License-Identifier: Apache-2.0
"""Network namespaces without names, joined by virtual cables, which end with this process.

No namespace is ever mounted or named: the kernel holds it for an open file of ours, so nothing is
left behind however the process ends, and two of them never meet. None has a way to the outside.
"""

import ctypes
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct, field

CLONE_NEWNET = 0x40000000

MAC = "02:00:00:00:00:01"
"""Every cable has this address at both ends, so that without ARP each end takes what is sent."""

SWITCHES = {
    "net/ipv4/ip_forward": "1",
    "net/ipv4/conf/all/rp_filter": "0",
    "net/ipv4/conf/default/rp_filter": "0",
    "net/ipv4/conf/all/send_redirects": "0",
    "net/ipv4/conf/default/send_redirects": "0",
    "net/ipv4/ip_unprivileged_port_start": "0",
    "net/ipv4/ping_group_range": "0 2147483647",
    "net/ipv6/conf/all/forwarding": "1",
    "net/ipv6/conf/all/accept_dad": "0",
    "net/ipv6/conf/default/accept_dad": "0",
    "net/ipv6/conf/default/accept_ra": "0",
    "net/ipv6/conf/default/addr_gen_mode": "1",
    "net/ipv6/conf/default/router_solicitations": "0",
}

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def why_not() -> str:
    """Return why no laboratory can be made here; empty where it can."""
    missing = [tool for tool in ("ip", "nft") if shutil.which(tool) is None]
    if missing:
        return f"no {' and no '.join(missing)}: install iproute2 and nftables"
    try:
        here = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        return f"no network namespaces: {error}"
    try:
        _check(_libc.unshare(CLONE_NEWNET))
        _check(_libc.setns(here, CLONE_NEWNET))
    except OSError as error:
        return f"no network namespaces, which need root: {error}"
    finally:
        os.close(here)
    return ""


class Cable(Struct, frozen=True, kw_only=True):
    """A virtual cable between two namespaces, or from one to itself."""

    near: str
    """Namespace of one end."""
    near_name: str
    """What that end is called in it."""
    far: str
    """Namespace of the other end."""
    far_name: str
    """What that end is called in it."""


class Laboratory(Struct):
    """A set of namespaces and cables, made when it is entered."""

    names: Sequence[str]
    cables: Sequence[Cable]
    _spaces: dict[str, int] = field(default_factory=dict)
    _here: int = -1

    def __enter__(self) -> Self:
        self._here = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            for name in self.names:
                self._make(name)
            for name in self.names:
                self._lay(name)
            for name in self.names:
                self._switch_on(name)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the namespaces, which ends them and what is in them."""
        for handle in self._spaces.values():
            os.close(handle)
        self._spaces.clear()
        if self._here >= 0:
            os.close(self._here)
            self._here = -1

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Do what is within in a namespace; sockets stay in the one that they were made in."""
        _check(_libc.setns(self._spaces[name], CLONE_NEWNET))
        try:
            yield
        finally:
            _check(_libc.setns(self._here, CLONE_NEWNET))

    def run(self, name: str, *command: str, text: str) -> None:
        """Run a command in a namespace, which reads `text`.

        Raises:
            RuntimeError: it failed; with what it was given and what it said.
        """
        with self.inside(name):
            done = subprocess.run(
                command, input=text, capture_output=True, text=True, check=False, timeout=30
            )
        if done.returncode:
            raise RuntimeError(f"{command} in {name}: {done.stderr}\n{text}")

    def forget(self, names: Sequence[str]) -> None:
        """Forget all connections that are tracked in some namespaces."""
        # A message of ctnetlink that deletes without saying what deletes all.
        subsystem, delete, request_and_ack = 1, 2, 5
        message = struct.pack(
            "=IHHIIBBH", 20, subsystem << 8 | delete, request_and_ack, 1, 0, 0, 0, 0
        )
        for name in names:
            with (
                self.inside(name),
                socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as netlink,
            ):
                netlink.send(message)
                answer = netlink.recv(4096)
            (number,) = struct.unpack_from("=i", answer, 16)
            if number:
                raise OSError(-number, os.strerror(-number))

    def _make(self, name: str) -> None:
        _check(_libc.unshare(CLONE_NEWNET))
        try:
            self._spaces[name] = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            self._switch(SWITCHES)
        finally:
            _check(_libc.setns(self._here, CLONE_NEWNET))

    @staticmethod
    def _switch(values: Mapping[str, str]) -> None:
        for place, value in values.items():
            Path("/proc/sys", place).write_text(value)

    def _place(self, name: str) -> str:
        return f"/proc/{os.getpid()}/fd/{self._spaces[name]}"

    def _lay(self, name: str) -> None:
        """Lay the cables that have their near end in a namespace."""
        lines = ["link set lo up"]
        lines += [
            f"link add {cable.near_name} address {MAC} type veth"
            f" peer name {cable.far_name} address {MAC} netns {self._place(cable.far)}"
            for cable in self.cables
            if cable.near == name
        ]
        self.run(name, "ip", "-batch", "-", text="\n".join(lines))

    def _switch_on(self, name: str) -> None:
        """Switch on all ends of cables in a namespace."""
        ends = [cable.near_name for cable in self.cables if cable.near == name]
        ends += [cable.far_name for cable in self.cables if cable.far == name]
        lines = [f"link set dev {end} arp off up" for end in ends]
        self.run(name, "ip", "-batch", "-", text="\n".join(lines))
