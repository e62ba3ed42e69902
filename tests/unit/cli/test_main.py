# SPDX-License-Identifier: Apache-2.0
import click
import pytest

from bartizan.cli import main
from bartizan.errors import InputError, Location


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Let every command raise what a test puts here."""
    raised: list[BaseException] = []

    def command(*_names: object) -> click.Command:
        def callback() -> None:
            raise raised[0]

        return click.Command("list", callback=callback)

    monkeypatch.setattr(main.cli, "get_command", command)
    return raised


def test_an_error_is_told_with_its_place_and_remedy(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(InputError("cannot be read", at=Location("x.json", 3), hint="mend it"))

    assert main.run(["schema"]) == 2
    assert capsys.readouterr().err == (
        "error[input]: cannot be read\n  --> x.json:3\n  hint: mend it\n"
    )


def test_a_defect_of_ours_is_no_finding_and_leaks_nothing(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(KeyError("hunter2"))

    assert main.run(["schema"]) == 2
    said = capsys.readouterr().err
    assert "KeyError" in said
    assert "hunter2" not in said


def test_debug_shows_where_it_happened(failing: list[BaseException]) -> None:
    failing.append(KeyError("x"))

    with pytest.raises(KeyError):
        main.run(["--debug", "schema"])


def test_an_interrupt_promises_nothing(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(KeyboardInterrupt())

    assert main.run(["schema"]) == 130
    assert capsys.readouterr().err.strip() == "interrupted"


def test_every_command_is_where_its_name_says() -> None:
    context = click.Context(main.cli)

    for name in main.COMMANDS:
        found = main.cli.get_command(context, name)
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["--version"]])
def test_help_and_version_are_no_error(words: list[str]) -> None:
    assert main.run(words) == 0


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["nothing"]) == 2
    assert capsys.readouterr().err.startswith("error[usage]")
