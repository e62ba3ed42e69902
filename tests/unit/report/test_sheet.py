# SPDX-License-Identifier: Apache-2.0
import re

import pytest

from bartizan.report.sheet import Sheet, Style


def _sheet(*, colour: bool = False) -> Sheet:
    return Sheet(width=40, colour=colour)


def test_a_paragraph_hangs_under_its_first_word() -> None:
    sheet = _sheet()

    sheet.write("one two three four five six seven eight", label="why  ", indent=2)

    assert sheet.render().decode() == ("  why  one two three four five six seven\n       eight\n")


def test_a_long_label_does_not_push_the_text_off_the_sheet() -> None:
    sheet = _sheet()

    sheet.write(
        "alpha beta gamma delta epsilon", label="any of 214 could stand for it: ", indent=2
    )

    assert [len(line) <= 40 for line in sheet.lines] == [True, True]
    assert sheet.lines[1].startswith("      ")


def test_an_arn_is_never_broken() -> None:
    sheet = _sheet()
    arn = "arn:aws:iam::111111111111:role/a-role-with-a-very-long-name"

    sheet.write(f"trusts {arn} and more")

    assert arn in sheet.lines


def test_a_command_is_copied_whole() -> None:
    sheet = _sheet()

    sheet.verbatim("aws s3 rm " + "x" * 80 + "\naws s3 ls", indent=2, prompt="$ ")

    assert sheet.lines == ["  $ aws s3 rm " + "x" * 80, "    aws s3 ls"]


def test_a_listing_says_how_many_it_left_out() -> None:
    sheet = _sheet()

    sheet.listing("abcde", label="", indent=0, most=3)

    assert sheet.lines == ["a, b, c, and 2 more"]


def test_a_listing_of_nothing_is_nothing() -> None:
    sheet = _sheet()

    sheet.listing([], label="with it: ", indent=0)

    assert sheet.lines == []


@pytest.mark.parametrize("style", [style for style in Style if style is not Style.PLAIN])
def test_colours_are_switched_on_and_off_in_the_same_line(style: Style) -> None:
    sheet = _sheet(colour=True)

    sheet.write("word", style=style)

    assert sheet.lines == [f"\x1b[{style.value}mword\x1b[0m"]


def test_without_colour_there_is_no_escape_at_all() -> None:
    sheet = _sheet()

    sheet.heading("Title")
    sheet.row([("a", Style.CRITICAL), ("b", Style.PLAIN)])

    assert b"\x1b" not in sheet.render()


def test_colour_changes_nothing_but_the_colour() -> None:
    plain, coloured = _sheet(), _sheet(colour=True)
    for sheet in (plain, coloured):
        sheet.heading("Title")
        sheet.write("some words that are long enough to be wrapped", label="why ", indent=3)

    assert re.sub(rb"\x1b\[[0-9;]*m", b"", coloured.render()) == plain.render()


@pytest.mark.parametrize("text", ["::error file=x::no", "##[command]no"])
def test_a_build_log_takes_no_line_for_a_command(text: str) -> None:
    sheet = _sheet()

    sheet.write(text, indent=4)

    assert sheet.render().lstrip().startswith(b"\\")


def test_two_blank_lines_are_one() -> None:
    sheet = _sheet()

    sheet.write("a")
    sheet.blank()
    sheet.blank()
    sheet.write("b")

    assert sheet.lines == ["a", "", "b"]
