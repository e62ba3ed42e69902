# SPDX-License-Identifier: Apache-2.0
"""Starts a program that may read and write only where it is told, use only so much, and lives no
longer than whoever started it.

It is run as a program of its own: `python confine.py LIMITS PROGRAM ARGUMENT...`, LIMITS in JSON.
What it takes away, it takes away from itself, and the program that follows cannot get it back.
Where the kernel has no Landlock the bounds of memory and time hold all the same.

Sources: https://docs.kernel.org/userspace-api/landlock.html and
https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import stat
import sys
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH, _NET_PORT = 1, 2
_VERSION = 1
_DEATH_SIGNAL, _NO_NEW_PRIVILEGES = 1, 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE
_TRUNCATE, _DEVICE = 1 << 14, 1 << 15
_CONNECT = 1 << 1
_BIND = 1
_WITH_TRUNCATE, _WITH_NET, _WITH_DEVICE = 3, 4, 5
"""From which version of Landlock on these can be taken away."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _Port(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def main(limits: str, command: list[str]) -> None:
    """Take away what `limits` does not name, and become the program."""
    told = json.loads(limits)
    _end_with(told["parent"])
    _bound(told["seconds"], told["memory"], told["file"])
    _restrict(told["read"], told["write"], told["ports"])
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def _end_with(parent: int) -> None:
    """Be killed when `parent`, which started this process, is no more: even one that was killed
    itself leaves nothing behind that goes on using the machine.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("whoever started the program is gone")


def _bound(seconds: int, memory: int, file: int) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        held = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (held, held))


def _restrict(read: Iterable[str], write: Iterable[str], ports: Iterable[int]) -> None:
    if not sys.platform.startswith("linux"):
        return
    system = ctypes.CDLL(None, use_errno=True)
    version = system.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return
    files = _files(version)
    rules = _Ruleset(files, _BIND | _CONNECT if version >= _WITH_NET else 0)
    size = ctypes.sizeof(rules) if version >= _WITH_NET else 8
    ruleset = system.syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0)
    if ruleset < 0:
        return
    for path in read:
        _allow(system, ruleset, path, _READ)
    for path in write:
        _allow(system, ruleset, path, files & ~_DEVICE)
    for port in ports if version >= _WITH_NET else ():
        rule = _Port(_CONNECT, port)
        system.syscall(_ADD_RULE, ruleset, _NET_PORT, ctypes.byref(rule), 0)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if system.syscall(_RESTRICT_SELF, ruleset, 0):
        sys.exit("the kernel did not confine the program")
    os.close(ruleset)


def _files(version: int) -> int:
    """Return all that can be taken away of files in a version of Landlock."""
    found = (1 << 13) - 1
    for since, right in ((2, 1 << 13), (_WITH_TRUNCATE, _TRUNCATE), (_WITH_DEVICE, _DEVICE)):
        found |= right if version >= since else 0
    return found


def _allow(system: ctypes.CDLL, ruleset: int, path: str, allowed: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not stat.S_ISDIR(os.fstat(parent).st_mode):
        allowed &= _OF_FILE | _TRUNCATE
    rule = _Beneath(allowed, parent)
    system.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(parent)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
