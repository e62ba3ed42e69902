# SPDX-License-Identifier: Apache-2.0
from bartizan.reason.host.notes import notes
from tests.fakes.hosts import derived, file, key, member, rule, user


def test_every_technique_has_a_note() -> None:
    found = derived(
        rule("bob", "ALL"), user("toor", uid=0), member("bob", "docker"), member("a", "shadow"),
        key("alice"), file("/usr/bin/find", mode=0o4755), file("/etc/passwd", owner="bob"),
        whole=False,
    )  # fmt: skip

    assert {step.technique for step in found} <= notes().keys()
