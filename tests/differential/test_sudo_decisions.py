# SPDX-License-Identifier: Apache-2.0
"""What sudo allows, in a mount namespace of its own: `sudo -l -U USER -u TARGET COMMAND`."""

import os
import random
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bartizan.model.facts.host import SudoRule
from bartizan.model.sudoers import Rule, aliases, read
from bartizan.reason.host.people import People
from bartizan.reason.host.program import Use
from bartizan.reason.host.sudo import Said, decide, ordered
from tests.fakes.hosts import WEB, group, host, member, rule, user

WORLDS, ASKED = 150, 5
USERS = ("bob", "ALL", "%ops", "#1500", "!bob", "%#1700", "carl", "!%ops", "ALL,!carl")
RUNAS = ("", "(ALL) ", "(root) ", "(carl) ", "(ALL,!root) ", "(#0) ")
TAGS = ("", "NOPASSWD: ", "NOEXEC: ")
COMMANDS = (
    "ALL", "!ALL", "/usr/bin/find", "!/usr/bin/find", '/usr/bin/find ""', "/usr/bin/",
    "!/usr/bin/", "/usr/bin/f*", "/usr/bin/find . *", "/usr/bin/find .", "/usr/*/find", "/bin/*",
    "/usr/bin/id", "/usr/bin/find ?",
)  # fmt: skip
ASKS = ("/usr/bin/find", "/usr/bin/find .", "/usr/bin/find . -delete", "/usr/bin/id",
        "/usr/bin/env find")  # fmt: skip
PEOPLE = People(
    WEB,
    [user("bob", uid=1500, group="bob"), user("carl", uid=1501, group="carl")],
    [group("ops", gid=1700)],
    [member("bob", "ops")],
)

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("sudo") is None, reason="no sudo to ask as root"
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question about one file of rules."""

    text: str
    name: str
    target: str
    command: str


def worlds(seed: int) -> Iterator[Asked]:
    """Draw files of a few rules, and questions about each."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(WORLDS):
        lines = []
        for _ in range(dice.randint(1, 3)):
            commands = ", ".join(
                dice.choice(TAGS) + dice.choice(COMMANDS) for _ in range(dice.randint(1, 3))
            )
            lines.append(f"{dice.choice(USERS)} ALL={dice.choice(RUNAS)}{commands}\n")
        for _ in range(ASKED):
            yield Asked(
                text="".join(lines),
                name=dice.choice(("bob", "carl")),
                target=dice.choice(("root", "carl", "bob")),
                command=dice.choice(ASKS),
            )


def sudo(asked: list[Asked], folder: Path) -> list[bool]:
    """Return what sudo says to each question."""
    for name, extra in (
        ("passwd", "bob:x:1500:1500::/:/bin/sh\ncarl:x:1501:1501::/:/bin/sh\n"),
        ("group", "bob:x:1500:\ncarl:x:1501:\nops:x:1700:bob\n"),
    ):
        (folder / name).write_text(Path("/etc", name).read_text(encoding="utf-8") + extra)
    rules = folder / "sudoers"
    rules.touch(mode=0o440)
    script = [f"mount --bind {folder / n} /etc/{n}" for n in ("passwd", "group", "sudoers")]
    for number, one in enumerate(asked):
        place = folder / str(number)
        place.write_text(one.text)
        told = f"sudo -n -l -U {one.name} -u {one.target} {shlex.join(one.command.split())}"
        script.append(f"cat {place} > {rules}; {told} >/dev/null 2>&1; echo $?")
    commands = folder / "ask.sh"
    commands.write_text("\n".join(script))
    unshare, shell = shutil.which("unshare") or "unshare", shutil.which("sh") or "sh"
    ended = subprocess.run(
        [unshare, "--mount", shell, str(commands)],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return [line == "0" for line in ended.stdout.split()]


def ours(one: Asked) -> Said:
    entries = list(read(one.text, aliases([one.text])))
    rules: list[SudoRule] = [
        rule(
            ",".join(entry.users), *entry.commands, as_users=entry.as_users, tags=entry.tags,
            order=number,
        )
        for number, entry in enumerate(entries)
        if isinstance(entry, Rule)
    ]  # fmt: skip
    path, _, arguments = one.command.partition(" ")
    use = Use(path, arguments)
    answer = decide(ordered(rules), host(), PEOPLE.who(one.name), use, as_user=one.target)
    return answer.said


def test_what_is_decided_is_what_sudo_says(tmp_path: Path) -> None:
    asked = list(worlds(seed=1))

    told = sudo(asked, tmp_path)

    assert len(told) == len(asked)
    assert 0.1 < sum(told) / len(told) < 0.9, "both answers occur"
    wrong = [
        (one, says)
        for one, says in zip(asked, told, strict=True)
        if ours(one) not in _right(one, says=says)
    ]
    assert wrong == []
    assert sum(ours(one) is Said.MAYBE for one in asked) < len(asked) / 4


def _right(one: Asked, *, says: bool) -> set[Said]:
    """Where a rule names `/bin`, it may be another name of `/usr/bin` or not."""
    return {Said.YES if says else Said.NO} | ({Said.MAYBE} if "/bin/*" in one.text else set())
