# SPDX-License-Identifier: Apache-2.0
"""Services, packages, mounts and settings of the kernel of a host.

Sources: https://www.puppet.com/docs/puppet/7/types/service, .../types/package, and
https://forge.puppet.com/modules/puppetlabs/mount_core/reference
"""

from collections.abc import Iterator

from bartizan.model.facts.host_part import HostMount, HostPackage, HostService, HostSysctl
from bartizan.model.host_written import ABSENT, PRESENT, UNCERTAIN
from bartizan.model.table import Row
from bartizan.sources.puppet.facts.said import Said

_ANY_VERSION = frozenset({"present", "installed", "absent", "purged", "held", ""})
_RUNS = {"running": True, "true": True, "stopped": False, "false": False}
_MOUNTED = {"mounted": True, "unmounted": False}


def rows(said: Said) -> Iterator[Row]:
    """Yield the row of a service, a package, a mount or a setting."""
    match said.type:
        case "Service":
            yield _service(said)
        case "Package":
            yield _package(said)
        case "Mount":
            yield _mount(said)
        case "Sysctl":
            yield _sysctl(said)
        case _:
            return


def _service(said: Said) -> Row:
    enable = said.text("enable")
    state = UNCERTAIN if said.idle else ABSENT if enable == "mask" else PRESENT
    return HostService(
        host=said.host,
        name=said.name(),
        running=_RUNS.get(said.text("ensure")),
        enabled={"true": True, "delayed": True, "false": False, "mask": False}.get(enable),
        **said.tail(state, columns={"running": "ensure", "enabled": "enable"}),
    )


def _package(said: Said) -> Row:
    ensure = said.text("ensure")
    return HostPackage(
        host=said.host,
        name=said.name(),
        version="" if ensure in _ANY_VERSION else ensure,
        manager=said.text("provider"),
        **said.tail(said.state(), columns={"version": "ensure", "manager": "provider"}),
    )


def _mount(said: Said) -> Row:
    ensure = said.text("ensure")
    return HostMount(
        host=said.host,
        path=said.name(),
        device=said.text("device"),
        type=said.text("fstype"),
        options=tuple(one for one in said.text("options").split(",") if one),
        mounted=False if said.state() == ABSENT else _MOUNTED.get(ensure),
        **said.tail(
            said.state(UNCERTAIN),
            columns={"device": "device", "type": "fstype", "options": "options"},
        ),
    )


def _sysctl(said: Said) -> Row:
    named = "val" if "val" in said.parameters else "value"
    return HostSysctl(
        host=said.host,
        name=said.name(),
        value=said.text(named),
        **said.tail(said.state(), columns={"value": named}),
    )
