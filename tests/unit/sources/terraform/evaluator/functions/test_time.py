# SPDX-License-Identifier: Apache-2.0
"""Functions of times, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("formatdate", "DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z"), "02 Jan 2018 23:12 UTC"),
        (
            ("formatdate", "EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z"),
            "Tuesday, 02-Jan-18 23:12:01 UTC",
        ),
        (
            ("formatdate", "EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00"),
            "Tue, 02 Jan 2018 23:12:01 -0800",
        ),
        (("formatdate", "MMM DD, YYYY", "2018-01-02T23:12:01Z"), "Jan 02, 2018"),
        (("formatdate", "HH:mmaa", "2018-01-02T23:12:01Z"), "11:12pm"),
        (("formatdate", "h 'o''clock' AA M D", "2018-01-02T03:12:01Z"), "3 o'clock AM 1 2"),
        (("formatdate", "H m s MM MMMM", "2018-01-02T00:12:01Z"), "12 12 1 01 January"),
        (("formatdate", "ZZZZZ ZZZZ Z", "2018-01-02T00:12:01+05:30"), "+05:30 +0530 +05:30"),
        (("formatdate", "Z", "2018-01-02T00:12:01+00:00"), "Z"),
        (("formatdate", "xx", "2018-01-02T00:12:01Z"), REFUSED),
        (("formatdate", "'x", "2018-01-02T00:12:01Z"), REFUSED),
        (("formatdate", "YYYY", "2018-13-02T00:12:01Z"), UNKNOWN),
        (("formatdate", "YYYY", "yesterday"), UNKNOWN),
        (("formatdate", "YYYY", "2018-01-02T00:12:01+05:60"), UNKNOWN),
        (("timeadd", "2017-11-22T00:00:00Z", "10m"), "2017-11-22T00:10:00Z"),
        (("timeadd", "2017-11-22T00:00:00-08:00", "-1.5h"), "2017-11-21T22:30:00-08:00"),
        (("timeadd", "2017-11-22T00:00:00Z", "1h30m"), "2017-11-22T01:30:00Z"),
        (("timeadd", "2017-11-22T00:00:00Z", "0"), "2017-11-22T00:00:00Z"),
        (("timeadd", "2017-11-22T00:00:00Z", "1ns"), UNKNOWN),
        (("timeadd", "2017-11-22T00:00:00Z", "2d"), UNKNOWN),
        (("timeadd", "9999-11-22T00:00:00Z", "99999h"), UNKNOWN),
        (("timecmp", "2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z"), -1),
        (("timecmp", "2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00"), 0),
        (("timecmp", "2017-11-22T01:00:00.5Z", "2017-11-22T01:00:00Z"), 1),
        (("timecmp", "x", "2017-11-22T01:00:00Z"), UNKNOWN),
        (("timestamp",), UNKNOWN),
        (("timestamp", 1), REFUSED),
        (("plantimestamp",), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
