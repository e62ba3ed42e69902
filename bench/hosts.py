# SPDX-License-Identifier: Apache-2.0
"""How fast catalogs are read, and steps are found on their hosts."""

import json
import resource as usage
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bartizan.model.record import RecordList
from bartizan.reason.host.derivation import steps
from bartizan.sources.puppet.files import PuppetFiles
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.fakes.aws_scan import CountingProgress, MemoryDraft
from tests.fakes.puppet import ED25519, KEY, catalog, resource

COUNT = 1_000
USERS, OTHERS = 20, 200

T = TypeVar("T")


def main() -> None:
    """Print the processor time of reading, of facts and of steps, for a fleet of hosts."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(COUNT):
            place = Path(folder) / f"{number}.json"
            place.write_text(json.dumps(_catalog(f"web{number}.example.org")), encoding="utf-8")
        draft = MemoryDraft()
        source = PuppetFiles([Path(folder)], key=KEY)
        _timed(f"{COUNT:,} catalogs", lambda: source.collect(draft, CountingProgress()))
    records = RecordList(tuple(record for held in draft.pieces.values() for record in held))
    facts = _timed(f"facts of {len(records.rows):,} records", lambda: PuppetNormaliser()(records))
    found = _timed("steps", lambda: list(steps(facts)))
    peak = usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / 1024
    print(f"hosts: {len(found):,} steps, peak {peak:,.0f} MiB")


def _timed(what: str, run: Callable[[], T]) -> T:
    begin = time.process_time()
    found = run()
    print(f"hosts, {what}: {time.process_time() - begin:.2f} s")
    return found


def _catalog(name: str) -> dict[str, Any]:
    """A host with users, keys, sudo rules, jobs, files, packages and much that is only counted."""
    users = [resource("User", f"u{one}", uid=2000 + one, groups=["ops"]) for one in range(USERS)]
    keys = [
        resource("Ssh_authorized_key", f"u{one}@desk", user=f"u{one}", type="ssh-ed25519",
                 key=ED25519)
        for one in range(USERS)
    ]  # fmt: skip
    sudo = "%ops ALL=(ALL) ALL\nu1 ALL=(ALL) NOPASSWD: /usr/bin/systemctl restart x\n"
    files = [
        resource("File", f"/opt/app/{one}", ensure="file", owner="app", mode="0755", content="x")
        for one in range(USERS)
    ]
    jobs = [resource("Cron", f"j{one}", command=f"/opt/app/{one} -x") for one in range(5)]
    others = [resource("Profile::Thing", f"t{one}", a="b") for one in range(OTHERS)]
    packages = [resource("Package", f"p{one}", ensure="installed") for one in range(USERS)]
    rules = resource("File", "/etc/sudoers.d/ops", ensure="file", content=sudo)
    return catalog(*users, *keys, rules, *files, *jobs, *packages, *others, name=name)


if __name__ == "__main__":
    main()
