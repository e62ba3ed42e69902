# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from bartizan.report.html_ import HtmlReport, inert
from tests.fakes.findings import UNREAD, acme
from tests.fakes.strained_findings import empty, hostile, many


class Reader(HTMLParser):
    """Takes a page apart as a browser would."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.policy = ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        values = dict(attrs)
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""
        kind = "data" if values.get("type") == "application/json" else tag
        if tag in {"script", "style"}:
            self.open.append(kind)
            self.texts.setdefault(kind, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data


def _read(page: bytes) -> Reader:
    reader = Reader()
    reader.feed(page.decode())
    return reader


PAGES = [acme(), empty(), hostile()]


@pytest.mark.parametrize("findings", PAGES)
def test_the_policy_allows_the_one_script_and_the_one_style_and_nothing_else(
    findings: object,
) -> None:
    page = _read(HtmlReport().render(findings))  # type: ignore[arg-type] # Findings

    def digest(kind: str) -> str:
        (text,) = page.texts[kind]
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert f"script-src 'sha256-{digest('script')}'" in page.policy
    assert f"style-src 'sha256-{digest('style')}'" in page.policy
    assert page.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in page.policy


@pytest.mark.parametrize("findings", PAGES)
def test_nothing_on_the_page_is_fetched_from_anywhere(findings: object) -> None:
    page = _read(HtmlReport().render(findings))  # type: ignore[arg-type] # Findings

    links = [value for name, value in page.attributes if name in {"src", "href"} and value]
    assert {link for link in links if not link.startswith("#")} == {"data:,"}
    assert "img" not in page.tags
    assert not re.search(r"@import|url\(", page.texts["style"][0])


@pytest.mark.parametrize("findings", PAGES)
def test_no_element_handles_events_or_styles_by_itself(findings: object) -> None:
    page = _read(HtmlReport().render(findings))  # type: ignore[arg-type] # Findings

    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]


def test_hostile_names_add_no_element() -> None:
    tame, wild = _read(HtmlReport().render(acme())), _read(HtmlReport().render(hostile()))

    assert wild.tags.count("script") == tame.tags.count("script") == 2
    assert set(wild.tags) <= set(tame.tags)


def test_the_data_survives_its_block() -> None:
    (text,) = _read(HtmlReport().render(hostile())).texts["data"]

    assert json.loads(text)["proved"][0]["to"].startswith("</script><script>alert(1)</script>")


def test_the_script_never_makes_markup_from_text() -> None:
    (script,) = _read(HtmlReport().render(acme())).texts["script"]

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script
    )
    assert not re.search(r"\bfetch\b|XMLHttpRequest|WebSocket|localStorage|import\(", script)


@given(st.text(st.characters() | st.sampled_from("<>&/!-\u2028\u2029")))
@example("</script><!--&amp;\u2028\u2029")
def test_no_text_can_leave_the_data_block(text: str) -> None:
    encoded = inert({"text": text})

    assert not set(encoded) & set("<>&\u2028\u2029")
    assert encoded.isascii()
    assert json.loads(encoded) == {"text": text}


def test_the_page_reads_without_scripts_and_on_paper() -> None:
    page = HtmlReport().render(acme()).decode()

    assert "<h1>3 attack paths</h1>" in page
    assert "1. administrator of account prod" in page
    assert "aws lambda remove-permission" in page
    assert "<code>s3:GetBucketPolicy</code> on arn:aws:s3:::acme-logs" in page


def test_paper_says_when_it_has_not_all() -> None:
    findings = structs.replace(many(150), unread=UNREAD * 50)

    page = HtmlReport().render(findings).decode()

    assert "100 of 150 are printed" in page


def test_the_same_findings_give_the_same_page() -> None:
    assert HtmlReport().render(acme()) == HtmlReport().render(acme())
