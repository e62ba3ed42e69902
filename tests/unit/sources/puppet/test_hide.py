# SPDX-License-Identifier: Apache-2.0
"""What is kept of parameters, and that nothing else is."""

from typing import Any

import pytest

from bartizan.model.record import Json
from bartizan.sources.puppet.hide import TYPES, parameters, title
from tests.fakes.puppet import ED25519, KEY, ROOT, catalog, resource, text

SECRET = "hunter2"


def kept(type_: str, title_: str = "x", /, hidden: tuple[str, ...] = (), **given: Any) -> Any:  # noqa: ANN401 - JSON
    return parameters(type_, title_, given, sensitive=frozenset(hidden), key=KEY)


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_a_parameter_that_nobody_knows_is_never_kept(type_: str) -> None:
    found = kept(type_, a=SECRET, b=[SECRET], c={SECRET: SECRET}, d=[{"x": [SECRET]}], e=987654321)

    assert SECRET not in str(found)
    assert "987654321" not in str(found)


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_what_the_code_calls_sensitive_is_never_kept(type_: str) -> None:
    names = ("ensure", "name", "command", "content", "line", "options", "source", "password")
    wrapped: dict[str, Json] = {"__ptype": "Sensitive", "__pvalue": SECRET}

    plain = kept(type_, hidden=names, **dict.fromkeys(names, f"/bin/{SECRET}"))
    values: dict[str, Any] = dict.fromkeys(names, wrapped)
    rich = kept(type_, **values)

    assert SECRET not in f"{plain}{rich}"


def test_equal_secrets_have_equal_fingerprints_however_they_are_written() -> None:
    wrapped: dict[str, Json] = {"__ptype": "Sensitive", "__pvalue": SECRET}

    assert kept("User", password=wrapped) == kept("User", password=SECRET)


@pytest.mark.parametrize(
    "value",
    [
        "Deferred({'name' => 'vault', 'arguments' => ['hunter2']})",
        ["a", "Deferred({'name' => 'vault'})"],
        {"__ptype": "Deferred", "name": "vault", "arguments": ["hunter2"]},
        {"__ptype": "Binary", "__pvalue": "aHVudGVyMg=="},
    ],
)
def test_what_the_agent_works_out_is_unknown(value: Json) -> None:
    assert kept("File", "/etc/sudoers", content=value, owner=value) == {
        "content": {"bartizan:unknown": "deferred"},
        "owner": {"bartizan:unknown": "deferred"},
    }


def test_content_that_is_named_by_its_checksum_is_unknown() -> None:
    assert kept("File", "/etc/sudoers", content="{sha256}abcdef12") == {
        "content": {"bartizan:unknown": "checksum"}
    }


def test_of_files_that_say_who_can_do_what_the_text_is_kept() -> None:
    assert kept("File", "/etc/sudoers.d/a", content="# hunter2\nalice ALL=ALL\n") == {
        "content": "alice ALL=ALL\n"
    }
    assert (
        kept("File", "x", path="/etc/cron.d/a", content="@daily root /bin/x hunter2\n")["content"]
        == "@daily root /bin/x ?\n"
    )
    assert kept(
        "File", f"{ROOT}/.ssh/authorized_keys", content=f"ssh-ed25519 {ED25519} a\nb\n"
    ) == {"content": f"ssh-ed25519 {ED25519} a\n?\n"}
    assert kept("File", "/etc/sysctl.d/a.conf", content="# x\nnet.ipv4.ip_forward = 1\n??\n") == {
        "content": "net.ipv4.ip_forward=1\n?\n"
    }


def test_a_secret_in_such_a_text_hides_its_line() -> None:
    content = "alice ALL=ALL\nbob ALL=/bin/x AKIAIOSFODNN7EXAMPLE\n"

    assert kept("File", "/etc/sudoers.d/a", content=content)["content"] == "alice ALL=ALL\n?\n"


def test_a_rule_without_a_password_is_no_password() -> None:
    content = "alice ALL=(www) NOPASSWD: /usr/bin/systemctl restart nginx\n"

    assert kept("File", "/etc/sudoers.d/a", content=content)["content"] == content
    assert "hunter2" not in str(
        kept("File", "/etc/sudoers.d/a", content="a ALL = /bin/x --password=hunter2\n")
    )


def test_of_other_files_a_marker_is_kept() -> None:
    assert SECRET not in str(kept("File", "/etc/motd", content=SECRET))
    assert SECRET not in str(kept("File", "/etc/sudoers", content="a ALL=hunter2 " * 100_000))


def test_a_password_that_fits_nothing_is_kept_and_no_other() -> None:
    assert [kept("User", password=one)["password"] for one in ("!", "*", "")] == ["!", "*", ""]
    assert SECRET not in str(kept("User", password=f"!{SECRET}"))


def test_passwords_in_addresses_options_and_commands_are_not_kept() -> None:
    found = {
        **kept(
            "File", source=["https://me:hunter2@example.org/a?token=hunter2#hunter2", "/srv/a"]
        ),
        **kept("Mount", device="//me:hunter2@nas/x", options="nosuid,password=hunter2,uid=0"),
        **kept("Exec", command=["/bin/x", "hunter2", "a b"], unless="test hunter2"),
    }

    assert found == {
        "source": ["https://example.org/a", "/srv/a"],
        "device": "//nas/x",
        "options": "nosuid,password=?,uid=0",
        "command": "/bin/x ? ?",
        "unless": "test ?",
    }


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("puppet:///modules/a/b", "puppet:///modules/a/b"),
        ("https://me:a/b@c@example.org/x?y", "https://example.org/x"),
        ("me:hunter2@example.org:/x", "example.org:/x"),
        ("/srv/a@b", "/srv/a@b"),
        ("//me:hunter2@nas/x", "//nas/x"),
    ],
)
def test_addresses_are_kept_without_whom_they_name(said: str, known: str) -> None:
    assert kept("File", source=said) == {"source": known}


def test_a_private_key_in_the_place_of_a_public_one_is_not_kept() -> None:
    assert kept("Ssh_authorized_key", key=ED25519)["key"] == ED25519
    assert SECRET not in str(kept("Ssh_authorized_key", key=SECRET))


def test_a_structure_where_a_text_belongs_is_not_kept() -> None:
    for name in ("source", "owner"):
        given: dict[str, Any] = {name: {"__ptype": "Sensitive", "x": SECRET}}
        assert SECRET not in str(kept("File", **given))
    assert SECRET not in str(kept("Exec", command={"a": SECRET}))


def test_the_title_of_a_command_is_its_command() -> None:
    assert title("Exec", "/bin/x hunter2") == "/bin/x ?"
    assert title("User", "alice") == "alice"
    assert title("File", "/srv/AKIAIOSFODNN7EXAMPLE") == "?"


def test_no_canary_of_a_whole_catalog_is_kept() -> None:
    found = text(
        catalog(
            resource("User", "a", hidden=("password",), password=SECRET, comment=SECRET),
            resource("Exec", f"mysql -p{SECRET}", environment=[f"A={SECRET}"]),
            resource("Notify", SECRET, message=SECRET),
            resource("File", "/etc/x", content=SECRET, validate_cmd=f"x {SECRET}"),
            resource("Cron", "a", command=f"x {SECRET}", environment=f"A={SECRET}"),
            resource("My::Define", "a", password=SECRET),
        )
    )

    assert SECRET not in found
    assert '"Notify": 1' in found
