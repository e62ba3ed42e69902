# SPDX-License-Identifier: Apache-2.0
"""What may be kept of addresses and options."""

import pytest

from bartizan.model.host_value import address, mount_options


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://u:hunter2@example.org/x?t=hunter2#y", "https://example.org/x"),
        ("//u:hunter2@host/share", "//host/share"),
        ("u@host:/x", "host:/x"),
        ("/dev/sda1", "/dev/sda1"),
        ("puppet:///modules/a/b", "puppet:///modules/a/b"),
    ],
)
def test_an_address_has_no_password(value: str, expected: str) -> None:
    assert address(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("nosuid, ro", "nosuid,ro"),
        ("uid=5,password=hunter2", "uid=5,password=?"),
        ("x-systemd.automount=hunter 2", "x-systemd.automount=?"),
    ],
)
def test_options_that_may_be_words_keep_their_names(value: str, expected: str) -> None:
    assert mount_options(value) == expected
