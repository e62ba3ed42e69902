# SPDX-License-Identifier: Apache-2.0
"""What may be kept of files that say who can do what."""

import pytest

from bartizan.model.host_text import LIMIT, Form, form, kept, secrets_inside
from bartizan.model.record import Json
from bartizan.model.secret import mark
from tests.fakes.puppet import ED25519, ROOT

KEY = b"0" * 32


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/etc/sudoers", Form.SUDOERS),
        ("/etc/sudoers.d/a", Form.SUDOERS),
        (f"{ROOT}/.ssh/authorized_keys", Form.KEYS),
        ("/etc/cron.d/a", Form.CRONTAB),
        ("/etc/sysctl.d/a.conf", Form.SYSCTL),
        ("/etc/motd", None),
    ],
)
def test_the_path_says_how_a_file_is_read(path: str, expected: Form | None) -> None:
    assert form(path) is expected


@pytest.mark.parametrize(
    ("content", "how", "expected"),
    [
        ("# note\na ALL=(ALL) NOPASSWD: ALL\n", Form.SUDOERS, "a ALL=(ALL) NOPASSWD: ALL\n"),
        ("AKIAABCDEFGHIJKLMNOP ALL=ALL\n", Form.SUDOERS, "?\n"),
        (f"ssh-ed25519 {ED25519} bob\nnone\n", Form.KEYS, f"ssh-ed25519 {ED25519} bob\n?\n"),
        ("5 * * * * root /bin/x hunter2\nnone\n", Form.CRONTAB, "5 * * * * root /bin/x ?\n?\n"),
        ("# note\nnet/ipv4/a = 1\n!\n", Form.SYSCTL, "net.ipv4.a=1\n?\n"),
    ],
)
def test_what_may_be_a_secret_is_left_out(content: str, how: Form, expected: str) -> None:
    assert kept(content, how) == expected


def test_of_a_file_that_is_too_long_nothing_is_kept() -> None:
    assert kept("#" * (LIMIT + 1), Form.SUDOERS) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("plain", ((), ())),
        (None, ((), ())),
        ({"bartizan:secret": "odd"}, ((), ())),
        (mark("AKIAABCDEFGHIJKLMNOP", key=KEY), ((), ("AKIAABCDEFGHIJKLMNOP",))),
        (mark("x -----BEGIN PRIVATE KEY-----", key=KEY), (("private-key",), ())),
        ("x -----BEGIN PRIVATE KEY-----", (("private-key",), ())),
    ],
)
def test_kinds_of_credential_are_told_and_nothing_else(
    content: Json, expected: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    assert secrets_inside(content) == expected
