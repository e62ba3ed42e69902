# SPDX-License-Identifier: Apache-2.0
"""Jobs, services, packages, mounts and settings of the kernel of a host.

Sources: https://docs.chef.io/resources/cron/, .../cron_d/, .../execute/, .../script/,
.../service/, .../systemd_unit/, .../package/, .../mount/, .../sysctl/
"""

from collections.abc import Iterator

from bartizan.model.command_text import HIDDEN, paths
from bartizan.model.facts.host_part import (
    HostJob,
    HostMount,
    HostPackage,
    HostService,
    HostSysctl,
)
from bartizan.model.host_written import ABSENT, PRESENT, UNCERTAIN
from bartizan.model.table import Row
from bartizan.sources.chef.facts.said import Said, nameless

_NAMED = {
    "service": "service", "unit": "unit", "package": "package", "mount": "mount",
    "sysctl": "setting",
}  # fmt: skip
"""Kinds of which nothing can be told without a name, and what they are called."""
_TIMES = ("minute", "hour", "day", "month", "weekday")
_RUNS = {"start": True, "restart": True, "stop": False}
_STARTS = {"enable": True, "disable": False}
_MANAGERS = {
    "apt_package": "apt", "dpkg_package": "dpkg", "yum_package": "yum", "dnf_package": "dnf",
    "zypper_package": "zypper", "rpm_package": "rpm", "gem_package": "gem", "chef_gem": "chef_gem",
    "snap_package": "snap", "apk_package": "apk", "pacman_package": "pacman",
    "homebrew_package": "homebrew",
}  # fmt: skip


def rows(said: Said) -> Iterator[Row]:
    """Yield the rows of a job, service, package, mount or setting."""
    what = _NAMED.get(said.of)
    if what is not None and not said.names():
        yield nameless(said, what)
        return
    match said.of:
        case "exec":
            yield _exec(said)
        case "cron":
            yield _cron(said)
        case "service" | "unit":
            yield _service(said)
        case "package":
            yield from _packages(said)
        case "mount":
            yield _mount(said)
        case "sysctl":
            yield _sysctl(said)
        case _:
            return


def _exec(said: Said) -> Row:
    """What Chef runs itself, as root unless another user is named."""
    conditional = said.idle or said.guarded or "creates" in said.parameters
    unsure = said.doubt or "?" in said.actions
    return _job(said, kind="exec", schedule="", conditional=conditional, unsure=bool(unsure))


def _cron(said: Said) -> Row:
    special = said.text("time") or said.text("predefined_value")
    # A part that is not said is `*`.
    times = (said.text(name) or "*" for name in _TIMES)
    schedule = f"@{special.lstrip('@')}" if special else " ".join(times)
    return _job(said, kind="cron", schedule=schedule, conditional=False, unsure=False)


def _job(said: Said, *, kind: str, schedule: str, conditional: bool, unsure: bool) -> Row:
    command = said.text("command")
    state = said.state() if kind == "cron" else UNCERTAIN if unsure else PRESENT
    tail = said.tail(state, columns={"command": "command", "user": "user"})
    hidden = {"schedule"} if any(said.hidden(name) for name in _TIMES) else set()
    if HIDDEN in command:
        # NOTE: a word that was left out may be a path or a program, so the list may lack it.
        hidden.add("command")
    tail["unknown"] = tuple(sorted({*tail["unknown"], *hidden}))
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


def _service(said: Said) -> Row:
    known = not (said.doubt or said.guarded or "?" in said.actions)
    runs = [_RUNS[one] for one in said.actions if one in _RUNS]
    starts = [_STARTS[one] for one in said.actions if one in _STARTS]
    gone = {"mask", "delete"} & set(said.actions)
    return HostService(
        host=said.host,
        name=said.called.removesuffix(".service"),
        running=runs[-1] if runs and known else None,
        enabled=starts[-1] if starts and known else None,
        **said.tail(UNCERTAIN if not known else ABSENT if gone else PRESENT),
    )


def _packages(said: Said) -> Iterator[Row]:
    names, versions = said.names(), said.parameters.get("version")
    listed = said.texts("version") if isinstance(versions, list) else ()
    alone = said.text("version") if len(names) == 1 and not listed else ""
    for place, name in enumerate(names):
        told = listed[place] if place < len(listed) else alone
        latest = "latest" if "upgrade" in said.actions and not told else told
        yield HostPackage(
            host=said.host,
            name=name,
            version=latest,
            manager=_MANAGERS.get(said.type, ""),
            **said.tail(said.state(), columns={"version": "version"}),
        )


def _mount(said: Said) -> Row:
    """`mount` mounts now and `enable` at the next start; `umount` and `disable` undo each."""
    state = said.state()
    mounted = None
    if state != UNCERTAIN:
        now = [one for one in said.actions if one in ("mount", "umount", "unmount", "remount")]
        mounted = now[-1] in ("mount", "remount") if now else None
    options = said.parameters.get("options")
    listed = said.texts("options")
    if not isinstance(options, list):
        listed = tuple(said.text("options").split(","))
    return HostMount(
        host=said.host,
        path=said.called,
        device=said.text("device"),
        type=said.text("fstype"),
        options=tuple(one for one in listed if one),
        mounted=mounted,
        **said.tail(state, columns={"device": "device", "type": "fstype", "options": "options"}),
    )


def _sysctl(said: Said) -> Row:
    return HostSysctl(
        host=said.host,
        name=said.called,
        value=" ".join(said.texts("value")),
        **said.tail(said.state(), columns={"value": "value"}),
    )
