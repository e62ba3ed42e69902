# SPDX-License-Identifier: Apache-2.0
"""Puppet's own compiler, run once for many manifests."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MODULES = Path("/usr/share/puppet/modules")
"""Where Debian puts modules."""
NEEDED = ("cron_core", "firewall", "mount_core", "sshkeys_core", "stdlib", "sysctl")
"""Modules that the manifests use."""
SCRIPT = Path(__file__).parent.parent / "e2e" / "puppet" / "compile.rb"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What to compile for a node of its own."""

    file: Path
    facts: dict[str, Any] = field(default_factory=dict)
    apply: bool = False
    """Also do what it says, on this machine."""


def missing() -> str:
    """Say what is not installed; empty where nothing is missing."""
    absent = [name for name in ("ruby", "puppet") if shutil.which(name) is None]
    absent += [f"module {name}" for name in NEEDED if not (MODULES / name).is_dir()]
    return f"no {', no '.join(absent)}: .ci/run names the packages" if absent else ""


def compiled(manifests: Sequence[Manifest], folder: Path) -> list[dict[str, Any]]:
    """Return the catalog of each manifest, in wire format; `folder` is Puppet's to write in."""
    asked = "".join(
        json.dumps(
            {
                "name": f"node{number}.example.org",
                "file": str(one.file),
                "facts": one.facts,
                "apply": one.apply,
            }
        )
        + "\n"
        for number, one in enumerate(manifests)
    )
    ruby = shutil.which("ruby") or "ruby"
    ended = subprocess.run(
        [ruby, str(SCRIPT), str(folder), str(MODULES)],
        input=asked,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if len(lines) != len(manifests):
        message = f"{len(lines)} of {len(manifests)} manifests compiled: {ended.stderr[-2000:]}"
        raise AssertionError(message)
    return [json.loads(line) for line in lines]
