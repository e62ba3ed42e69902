# SPDX-License-Identifier: Apache-2.0
import unicodedata

from msgspec import structs

from bartizan.report.text import TextReport
from tests.fakes.findings import TO_ADMIN, TO_LOGS, UNREAD, acme, many_gaps
from tests.fakes.strained_findings import empty, hostile, many


def _said(report: TextReport | None = None, **change: object) -> str:
    findings = structs.replace(acme(), **change)
    return (report or TextReport()).render(findings).decode()


def test_a_path_is_told_with_its_steps_their_reasons_and_conditions() -> None:
    said = _said()

    assert "administrator of account prod" in said
    assert " 3. act as role deploy in prod" in said
    assert "Assume a role that trusts the caller [T1078.004]" in said
    assert "[#0] trusts every principal of 444444444444" in said
    assert "if   sends the external id `acme-deploy`" in said


def test_the_cut_says_what_to_type_and_what_it_closes() -> None:
    said = _said()

    assert "$ aws lambda remove-permission --region eu-west-1 " in said
    assert "takes part in closing 2 paths: #1, #3" in said
    assert "paths left after it: 0 (checked)" in said


def test_lines_fit_the_terminal_unless_they_are_to_be_copied() -> None:
    long = [line for line in _said().splitlines() if len(line) > 100]

    assert [line for line in long if not line.lstrip().startswith("$ ")] == []


def test_possible_paths_are_told_apart_from_the_proved() -> None:
    said = _said()

    assert "3 attack paths to 3 jewels: 2 critical, 1 high" in said
    assert "1 more path is possible" in said
    assert said.index("── Possible paths") < said.index(TO_LOGS.jewel.name)


def test_what_was_not_read_shows_beside_the_count_of_paths() -> None:
    said = _said()

    assert "3 things could not be read (1 denied, 1 unsupported, 1 not-enabled)" in said


def test_no_paths_with_something_unread_is_never_a_clean_answer() -> None:
    said = _said(proved=(), possible=(), unread=UNREAD[:1])

    assert "No attack path was found in what could be read" in said
    assert "there may be more paths than these" in said


def test_nothing_found_and_nothing_unread_is_said_plainly() -> None:
    said = TextReport().render(empty()).decode()

    assert "No attack path was found from the entries to the jewels" in said
    assert "Everything that was asked for could be read" in said
    assert "What to do" not in said


def test_other_paths_to_a_jewel_are_told_in_a_line_with_their_conditions() -> None:
    other = structs.replace(TO_ADMIN, id="other", steps=TO_ADMIN.steps[2:])

    said = _said(proved=(TO_ADMIN, other), possible=(TO_LOGS, TO_LOGS))

    assert "or #2  from the Internet, effort 6, id other: act as role deploy in prod; if" in said
    assert "or ?2  from the vendor account" in said
    assert said.count("CRITICAL") == 1


def test_a_list_that_was_cut_short_says_so() -> None:
    said = TextReport(most=2).render(acme()).decode()

    assert "2 of 3 jewels are shown" in said


def test_a_long_list_of_gaps_says_that_it_was_cut_short() -> None:
    assert "20 of 75 are shown" in _said(unread=many_gaps(75))


def test_the_same_gap_in_many_places_takes_one_line() -> None:
    rows = [
        structs.replace(UNREAD[0], account=account, region=region, resource="")
        for account in ("1", "2", "3")
        for region in ("eu-west-1", "us-east-1")
    ]

    said = _said(unread=tuple(rows))

    assert "6 times (3 accounts, 2 regions)" in " ".join(said.split())


def test_paths_that_no_change_closes_are_named() -> None:
    cut = acme().cut
    assert cut is not None

    said = _said(cut=structs.replace(cut, uncut=(TO_ADMIN.id,)))

    assert "No known change closes: #1" in said


def test_a_change_without_a_command_shows_its_terraform() -> None:
    cut = acme().cut
    assert cut is not None
    only = structs.replace(cut.remedies[1], command="")

    assert 'resource "aws_iam_role" "builder" {' in _said(
        cut=structs.replace(cut, remedies=(only,))
    )


def test_hostile_names_reach_no_terminal() -> None:
    said = TextReport().render(hostile()).decode()

    assert {unicodedata.category(c) for c in said.replace("\n", "")} & {"Cc", "Cf", "Cs"} == set()
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]


def test_thousands_of_paths_are_counted_and_the_worst_told() -> None:
    said = TextReport().render(many(2_000)).decode()

    assert "2,000 attack paths" in said
    assert "50 of 2,000 jewels are shown" in said


def test_colour_marks_levels_by_more_than_colour() -> None:
    said = TextReport(colour=True).render(acme()).decode()

    assert "\x1b[1;97;41m CRITICAL \x1b[0m" in said
