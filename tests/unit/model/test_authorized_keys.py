# SPDX-License-Identifier: Apache-2.0
"""Keys as sshd reads them."""

from bartizan.model.authorized_keys import fingerprint, option, read
from tests.fakes.puppet import ED25519

# From `ssh-keygen -lf` on a file with this key.
FINGERPRINT = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA"


def test_a_fingerprint_is_as_ssh_keygen_writes_it() -> None:
    assert fingerprint(ED25519) == FINGERPRINT


def test_what_is_no_key_has_no_fingerprint() -> None:
    for text in ("", "hunter2", "AAAA", "c2VjcmV0IHNlY3JldCBzZWNyZXQ=", ED25519[:20]):
        assert fingerprint(text) == ""


def test_options_with_commas_and_quotes_in_them_are_told_apart() -> None:
    options = 'from="10.0.0.0/8,!10.1.1.1",command="/bin/x \\"hunter2\\"",no-pty'
    line = f"{options} ssh-ed25519 {ED25519} a b"

    (key,) = read(f"# comment\n\n{line}\n")

    assert key is not None
    assert key.options == ('from="10.0.0.0/8,!10.1.1.1"', 'command="/bin/x ?"', "no-pty")
    assert (key.type, key.fingerprint, key.name) == ("ssh-ed25519", FINGERPRINT, "a b")


def test_values_of_options_that_may_hide_something_are_not_kept() -> None:
    assert option('environment="TOKEN=hunter2"') == 'environment="?"'


def test_a_line_that_is_no_key_is_told() -> None:
    assert list(read("ssh-ed25519 hunter2\nwhatever\nno-pty,")) == [None, None, None]
