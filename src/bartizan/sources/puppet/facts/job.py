# SPDX-License-Identifier: Apache-2.0
"""What runs by itself on a host: cron jobs, and what Puppet runs.

Sources: https://forge.puppet.com/modules/puppetlabs/cron_core/reference,
https://www.puppet.com/docs/puppet/7/types/exec
"""

import re
from collections.abc import Iterator

from bartizan.model.command_text import HIDDEN, paths
from bartizan.model.facts.host_part import HostJob
from bartizan.model.host_written import PRESENT, UNCERTAIN
from bartizan.sources.puppet.facts.said import Said
from bartizan.sources.puppet.hide import file_path

_TIMES = ("minute", "hour", "monthday", "month", "weekday")
_CONDITIONS = ("unless", "onlyif", "creates")
_PERIODIC = re.compile(r"/etc/cron\.(hourly|daily|weekly|monthly)/([^/]+)")
_RUN = re.compile(r"[A-Za-z0-9_-]+")
"""Names that run-parts(8) of Debian runs; other systems run more."""


def rows(said: Said) -> Iterator[HostJob]:
    """Yield the rows of a job, and of a file that cron runs by where it lies."""
    match said.type:
        case "Cron":
            special = said.text("special")
            # A part that is not said is `*`.
            times = (",".join(said.texts(name)) or "*" for name in _TIMES)
            schedule = f"@{special}" if special else " ".join(times)
            yield _job(said, kind="cron", schedule=schedule)
        case "Exec":
            yield _job(said, kind="exec", schedule="")
        case "File":
            yield from _periodic(said)
        case _:
            return


def _job(said: Said, *, kind: str, schedule: str) -> HostJob:
    command = said.text("command")
    conditional = said.flag("refreshonly") is True or any(
        name in said.parameters for name in _CONDITIONS
    )
    tail = said.tail(
        said.state() if kind == "cron" else UNCERTAIN if said.idle else PRESENT,
        columns={"command": "command", "user": "user"},
    )
    # NOTE: a word that was left out may be a path or a program, so the list may lack it.
    if HIDDEN in command and "command" not in tail["unknown"]:
        tail["unknown"] = tuple(sorted({*tail["unknown"], "command"}))
    return HostJob(
        host=said.host,
        kind=kind,
        name=said.title,
        user=said.text("user", "root"),
        schedule=schedule,
        command=command,
        paths=paths(command),
        conditional=conditional,
        **tail,
    )


def _periodic(said: Said) -> Iterator[HostJob]:
    path = file_path("File", said.title, said.parameters)
    match = _PERIODIC.fullmatch(path)
    if match is None or said.text("ensure") == "directory":
        return
    state = said.state()
    if not _RUN.fullmatch(match[2]) and state == PRESENT:
        state = UNCERTAIN
    yield HostJob(
        host=said.host,
        kind="cron",
        name=said.title,
        user="root",
        schedule=f"@{match[1]}",
        command=path,
        paths=(path,),
        conditional=False,
        **said.tail(state),
    )
