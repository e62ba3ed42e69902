# SPDX-License-Identifier: Apache-2.0
"""Crontabs of the system."""

from bartizan.model.crontab import Entry, read


def test_lines_name_a_user_and_settings_are_passed_over() -> None:
    text = "SHELL=/bin/sh\n# x\n17 * * * * root cd / && run\n@daily app /opt/x  y\n"

    assert list(read(text)) == [
        Entry(schedule="17 * * * *", user="root", command="cd / && run"),
        Entry(schedule="@daily", user="app", command="/opt/x  y"),
    ]


def test_a_line_that_lacks_something_is_told() -> None:
    assert list(read("* * * * * root\n@daily root\n")) == [None, None]
