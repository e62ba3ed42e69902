# SPDX-License-Identifier: Apache-2.0
"""Steps by changing what others run: jobs, units, files that say who may do what, set-id programs.

Sources: https://man7.org/linux/man-pages/man5/crontab.5.html,
https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html,
https://man7.org/linux/man-pages/man8/ld.so.8.html
"""

import re
from collections.abc import Iterator

from bartizan.model.facts.host_part import HostFile, HostJob
from bartizan.model.step import Condition, Step
from bartizan.reason.host import place, program, remedies
from bartizan.reason.host.estate import Machine
from bartizan.reason.host.people import Who
from bartizan.reason.host.tree import SEARCH, SETUID, Tree

JOB, FILE, SETUID_PROGRAM = "change-job", "change-system-file", "setuid-program"
_RUNNERS = place.words(
    "sh bash dash ash ksh zsh python python2 python3 perl ruby php node lua awk env nice ionice "
    "nohup setsid timeout flock chronic time exec source . sudo su systemd-cat run-parts "
    "command"
)
"""What runs the programs or scripts that stand behind it."""
_UNIT = re.compile(
    r"/(?:etc|run|lib|usr/lib|usr/local/lib)/systemd/system/"
    r"[^/]+(?:\.(?:service|socket|timer|path)|\.d/[^/]+\.conf)"
)
_AT_START = re.compile(r"/etc/(?:init\.d/[^/]+|rc\.local|profile|profile\.d/[^/]+|bash\.bashrc)")
_AT_ONCE = re.compile(r"/etc/(?:passwd|shadow|ld\.so\.preload|pam\.d/[^/]+)")
_STOCK = place.words(
    "at chage chfn chsh crontab dbus-daemon-launch-helper doas expiry fusermount fusermount3 "
    "gpasswd mount mount.cifs mount.nfs newgidmap newgrp newuidmap ntfs-3g passwd ping ping6 "
    "pkexec polkit-agent-helper-1 pppd snap-confine ssh-keysign su sudo sudoedit umount "
    "unix_chkpwd vmware-user-suid-wrapper Xorg.wrap"
)
"""Programs that are set-id on purpose, and check what their caller may do."""
_SHELLS_KEEP = place.words(
    "bash zsh ksh find env python python2 python3 perl ruby php node vim "
    "vi awk gawk gdb cp mv tee dd tar rsync sed nano less"
)
"""Programs whose caller does anything with the powers of the file's owner: shells that are told
to keep them (`bash -p`), and what runs code itself or writes any file."""


def steps(machine: Machine, tree: Tree) -> Iterator[Step]:
    """Yield what a user gains by changing files that others run or go by."""
    jobs = [job for job in machine.jobs if job.state != "absent"]
    files = [file for file in machine.files if file.state != "absent" and _matters(file)]
    for who in machine.everybody:
        for job in jobs:
            if job.user != who.name:
                yield from _by_job(machine, tree, who, job)
        for file in files:
            yield from _by_file(machine, tree, who, file)
            yield from _by_setuid(machine, tree, who, file)


def _matters(file: HostFile) -> bool:
    """Tell whether others go by a file, or it runs as its owner."""
    if file.kind == "directory":
        return False
    gone_by = any(form.fullmatch(file.path) for form in (_UNIT, _AT_START, _AT_ONCE))
    return gone_by or bool((file.mode or 0) & SETUID)


def _by_job(machine: Machine, tree: Tree, who: Who, job: HostJob) -> Iterator[Step]:
    runs = programs(job.command)
    for path in job.paths:
        changed = tree.changes(who, path)
        if changed is None:
            continue
        row = tree.told.get(path)
        if path not in runs and (row is None or not (row.mode or 0) & 0o111):
            # A file that is only read or written by the job.
            continue
        read = () if path in runs else (f"whether `{job.command}` runs {path} on {machine.id}",)
        how = job.source.capitalize() if job.kind == "exec" else "cron"
        yield Step(
            technique=JOB,
            needs=(who.foothold,),
            grants=place.user(machine.id, job.user),
            cost=2 + job.conditional,
            conditions=_again(f"{how} runs {path} on {machine.id}") if job.conditional else (),
            evidence=(
                changed.evidence,
                place.because(job, f"{how} runs {path} as {job.user}"),
            ),
            breakers=tuple(remedies.to_root(changed.files)),
            missing=tuple(sorted({*changed.missing, *read, *place.doubt(job, "user")})),
        )


def programs(command: str) -> frozenset[str]:
    """Return the paths in a command that are run: first words, and what stands behind a program
    that runs others.
    """
    found: set[str] = set()
    for part in re.split(r"[;&|(){}\n]+", command.replace('"', " ").replace("'", " ")):
        running = True
        for word in part.split():
            if word in {">", ">>", "<"}:
                break
            if running and word.startswith("/"):
                found.add(word)
            first = word.rpartition("/")[2]
            option = word.startswith("-") or word == "?"
            running = running and (option or first in _RUNNERS)
    return frozenset(found)


def _again(text: str) -> tuple[Condition, ...]:
    return (place.assume("assume:runs", text, effort=1),)


def _by_file(machine: Machine, tree: Tree, who: Who, file: HostFile) -> Iterator[Step]:
    later = _UNIT.fullmatch(file.path) or _AT_START.fullmatch(file.path)
    if not later and not _AT_ONCE.fullmatch(file.path):
        return
    changed = tree.changes(who, file.path)
    if changed is None:
        return
    conditions = _again(f"{file.path} is run again on {machine.id}") if later else ()
    yield Step(
        technique=FILE,
        needs=(who.foothold,),
        grants=place.user(machine.id, place.ROOT),
        cost=2 + sum(held.effort for held in conditions),
        conditions=conditions,
        evidence=(changed.evidence,),
        breakers=tuple(remedies.to_root(changed.files)),
        missing=changed.missing,
    )


def _by_setuid(machine: Machine, tree: Tree, who: Who, file: HostFile) -> Iterator[Step]:
    """Yield what a program is worth that runs as its owner, whoever starts it."""
    name = program.basename(file.path)
    if file.mode is None or not file.mode & SETUID or not file.owner or name in _STOCK:
        return
    target = place.ROOT if file.owner == "0" else file.owner
    run = tree.uses(who, file.path, SEARCH, "run")
    if run is None or target == who.name:
        return
    missing = {*run.missing, *place.doubt(file, "owner", "mode"), *_mounted(machine, file.path)}
    if _never(machine, file.path):
        return
    if program.named(file.path) not in _SHELLS_KEEP:
        missing.add(f"what {file.path} lets its caller do on {machine.id}")
    yield Step(
        technique=SETUID_PROGRAM,
        needs=(who.foothold,),
        grants=place.user(machine.id, target),
        cost=2,
        evidence=(place.because(file, f"{file.path} runs as {target}, whoever starts it"),),
        breakers=(remedies.without_bit(file),),
        missing=tuple(sorted(missing)),
    )


def _never(machine: Machine, path: str) -> bool:
    """Tell whether the file system of a file takes no notice of the set-id bit."""
    held = [row for row in machine.mounts if row.state == "present" and row.mounted]
    under = [row for row in held if f"{path}/".startswith(f"{row.path.rstrip('/')}/")]
    last = max(under, key=lambda row: len(row.path), default=None)
    return last is not None and "nosuid" in last.options


def _mounted(machine: Machine, path: str) -> tuple[str, ...]:
    """Name the mounts of which it is not known whether they hold a file."""
    return tuple(
        f"whether {row.path} is mounted with `nosuid` on {machine.id}"
        for row in machine.mounts
        if row.state != "absent"
        and f"{path}/".startswith(f"{row.path.rstrip('/')}/")
        and (
            "options" in row.unknown
            or ("nosuid" in row.options and not (row.state == "present" and row.mounted))
        )
    )
