# SPDX-License-Identifier: Apache-2.0
"""The report as one self-contained page that opens offline and trusts nothing it shows.

The page may run the one script and use the one style sheet whose digests stand in its content
security policy, and nothing else: no network, no other script, no frame, no form. All data lies
in a block that no browser executes.

Source: https://www.w3.org/TR/CSP3/
"""

import base64
import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING

from msgspec import Struct

from bartizan.model.finding import Findings
from bartizan.model.record import Json
from bartizan.report.legible import legible_lines
from bartizan.report.page import payload

if TYPE_CHECKING:
    from jinja2 import Environment

STYLES = ("tokens.css", "layout.css", "paths.css", "paper.css")
SCRIPTS = ("elements.js", "search.js", "list.js", "graph.js", "detail.js", "views.js", "main.js")
"""In the order in which they are joined; they share one scope."""

MOST_ON_PAPER = 100
"""Paths and unread rows that are printed; the screen has all."""


class HtmlReport(Struct, frozen=True):
    """Renders findings as a page."""

    def render(self, findings: Findings) -> bytes:
        """Return the page."""
        style = "".join(_part(name) for name in STYLES)
        script = '"use strict";(() => {\n' + "".join(_part(name) for name in SCRIPTS) + "})();"
        page = payload(findings)
        template = _environment().get_template("page.html.j2")
        text = template.render(
            page=page,
            paper=_paper(page),
            style=style,
            script=script,
            policy=_policy(style=style, script=script),
            data=inert(page),
        )
        return text.encode("utf-8", "backslashreplace")


def inert(value: Json) -> str:
    """Write JSON that cannot end the element it stands in, whatever strings it holds.

    Source: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _policy(*, style: str, script: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _paper(page: dict[str, Json]) -> dict[str, int]:
    """Say how much of the page is also there for paper and for browsers without scripts."""
    counts = {name: page[name] for name in ("proved", "possible", "unread")}
    return {
        name: min(len(rows), MOST_ON_PAPER)
        for name, rows in counts.items()
        if isinstance(rows, list)
    }


def _part(name: str) -> str:
    return (files("bartizan.report") / "html" / name).read_text("utf-8")


def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - for pages

    environment = Environment(
        loader=FunctionLoader(_part),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["lines"] = legible_lines
    return environment
