# SPDX-License-Identifier: Apache-2.0
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec import structs

from bartizan.report.legible import legible
from bartizan.report.markdown import MarkdownReport, block, code, escaped, prose
from tests.fakes.findings import TO_ADMIN, acme, many_gaps
from tests.fakes.strained_findings import HOSTILE, empty, hostile, many

OURS = {"h1", "h2", "p", "ul", "ol", "li", "strong", "code", "pre", "details", "summary", "br"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}


def _shown(markdown: str) -> str:
    """Render as GitHub does, raw HTML included."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def _elements(html: str) -> set[str]:
    return set(re.findall(r"</?([a-zA-Z][\w-]*)", re.sub(r"<!-- -->", "", html)))


def _text_of(html: str) -> str:
    plain = re.sub(r"<!-- -->|</?[a-z][^>]*>", "", html)
    for name, character in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("amp", "&")):
        plain = plain.replace(f"&{name};", character)
    return plain


def test_the_report_has_a_table_and_the_steps_of_each_path() -> None:
    said = MarkdownReport().render(acme()).decode()

    assert "| 1 | 🟥 critical | the Internet | administrator of account prod" in said
    assert "allows `sts:AssumeRole` on `*`" in said
    assert "```sh\n   aws lambda remove-permission" in said


def test_terraform_is_shown_where_there_is_no_command() -> None:
    cut = acme().cut
    assert cut is not None
    only = structs.replace(cut.remedies[1], command="")
    findings = structs.replace(acme(), cut=structs.replace(cut, remedies=(only,)))

    assert "```hcl\n" in MarkdownReport().render(findings).decode()


def test_no_hostile_name_becomes_an_element_or_a_link() -> None:
    html = _shown(MarkdownReport().render(hostile()).decode())

    assert _elements(html) - OURS == set()
    assert "href" not in html


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_shows_as_itself(text: str) -> None:
    assert _text_of(_shown(escaped(text))).strip() == legible(text).strip()


@given(st.text(max_size=60) | st.text(st.sampled_from("#[](){}!<>&;*_~`|@:/w. x"), max_size=20))
def test_escaped_text_shows_as_itself(text: str) -> None:
    shown = re.sub(r"\s+", " ", _text_of(_shown(f"a {escaped(text)} z"))).strip()

    assert shown == re.sub(r"\s+", " ", f"a {legible(text)} z")


@given(st.text(max_size=60) | st.text(st.sampled_from("#-+=*_>~`|1.) x"), max_size=12))
@example("123. x")
@example("    x")
@example("  - x")
@example(" ===")
@example("# x")
def test_escaped_text_starts_no_block_of_its_own(text: str) -> None:
    html = _shown(escaped(text))

    assert _elements(html) <= {"p"}


@given(st.text(max_size=60) | st.text(st.sampled_from("` x"), max_size=12))
def test_code_cannot_be_left(text: str) -> None:
    html = _shown(f"a {code(text)} z")

    assert _elements(html) <= {"p", "code"}


@given(st.text(max_size=60) | st.text(st.sampled_from("`~\n x"), max_size=12))
def test_a_block_cannot_be_left(text: str) -> None:
    html = _shown("\n".join(block(text, "sh")))

    assert _elements(html) <= {"pre", "code"}


def test_backticks_in_pairs_are_code() -> None:
    assert prose("allows `s3:*` on `*`") == "allows `s3:*` on `*`"


def test_a_lone_backtick_is_a_backtick() -> None:
    assert prose("a ` b") == "a \\` b"


@pytest.mark.parametrize("text", ["@security", "#12", "see @team/x and #3"])
def test_nobody_is_mentioned_and_no_issue_is_linked(text: str) -> None:
    assert not re.search(r"[@#]\w", escaped(text))


def test_lists_that_were_cut_short_say_so() -> None:
    said = MarkdownReport(most=5).render(many(100)).decode()
    gaps = MarkdownReport().render(structs.replace(acme(), unread=many_gaps(27))).decode()

    assert "5 of 100 are shown" in said
    assert "20 of 27 are shown" in gaps


def test_nothing_found_is_said_plainly() -> None:
    said = MarkdownReport().render(empty()).decode()

    assert "**0 attack paths**" in said
    assert "Everything that was asked for could be read" in said


def test_what_else_falls_is_named() -> None:
    said = MarkdownReport().render(structs.replace(acme(), proved=(TO_ADMIN,))).decode()

    assert "with it fall: the bucket acme-config" in said
    assert "any of 6 could stand for role thumbnailer in web" in said
