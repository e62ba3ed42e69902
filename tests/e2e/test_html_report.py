# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator
from pathlib import Path

import pytest

from bartizan.report.html_ import HtmlReport
from tests.fakes import chromium
from tests.fakes.chromium import Browser
from tests.fakes.findings import TO_ADMIN, TO_RECORDS, acme
from tests.fakes.strained_findings import empty, hostile, many

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement"
DETAIL = "document.querySelector('.reading h1').textContent"
ROWS = "document.querySelectorAll('.row').length"
TALLY = "document.querySelector('.found span').textContent"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    binary = chromium.find()
    if binary is None:
        pytest.skip("Chromium is not installed")
    with chromium.browser(binary) as one:
        yield one


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    kinds = {"acme": acme(), "empty": empty(), "hostile": hostile(), "many": many(10_000)}
    places = {name: folder / f"{name}.html" for name in kinds}
    for name, findings in kinds.items():
        places[name].write_bytes(HtmlReport().render(findings))
    return places


VIEWS = ("summary", "paths", "changes", "unread", f"path/{TO_ADMIN.id}", "path/none", "?", "%")


@pytest.mark.parametrize("name", ["acme", "empty", "hostile"])
def test_every_view_opens_without_an_error_or_a_request(
    chrome: Browser, pages: dict[str, Path], name: str
) -> None:
    chrome.open(pages[name])
    for view in VIEWS:
        chrome.run(f"location.hash = '#{view}'")
        chrome.settle()
        assert chrome.run("document.querySelector('main h1') !== null")

    assert chrome.logged == []
    assert chrome.requested == [pages[name].as_uri()]


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_wider_than_the_window(
    chrome: Browser, pages: dict[str, Path], width: int
) -> None:
    for name in ("acme", "hostile"):
        chrome.open(pages[name], width=width)
        for view in ("summary", "paths", "changes", "unread"):
            chrome.run(f"location.hash = '#{view}'")
            chrome.settle()
            assert chrome.run("document.documentElement.scrollWidth") <= width, (name, view)


def test_hostile_names_run_nothing_and_show_as_they_are(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    chrome.open(pages["hostile"])
    chrome.run("location.hash = '#paths'")
    chrome.settle()

    assert (
        chrome.run("document.querySelectorAll('main img, main script, main iframe').length") == 0
    )
    assert chrome.run(DETAIL).startswith("</script><script>alert(1)</script>")
    assert "Page.javascriptDialogOpening" not in chrome.happened


def test_the_policy_blocks_a_script_that_got_in(
    chrome: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    attack = "<script>window.ran = 1</script><img src='data:,' onerror='window.ran = 1'>"
    page = tmp_path / "attacked.html"
    page.write_text(pages["acme"].read_text().replace("</header>", f"</header>{attack}"))

    chrome.open(page)

    assert chrome.run("window.ran === undefined")
    assert chrome.run("document.querySelector('main h1') !== null")
    assert sum("Content Security Policy" in text for text in chrome.logged) == 2


def test_the_policy_blocks_every_way_out(chrome: Browser, pages: dict[str, Path]) -> None:
    chrome.open(pages["acme"])

    said = chrome.run("fetch('http://127.0.0.1:9/x').then(() => 'sent', () => 'refused')")

    assert said == "refused"
    assert any("Content Security Policy" in text for text in chrome.logged)


def test_the_summary_is_what_one_sees_first(chrome: Browser, pages: dict[str, Path]) -> None:
    chrome.open(pages["acme"])

    assert chrome.run("document.querySelector('main h1').textContent") == (
        "3 attack paths reach 3 jewels"
    )
    assert chrome.run("document.querySelector('.tabs a[aria-current]').dataset.view") == "summary"
    assert "3 things could not be read" in chrome.run("document.querySelector('main').innerText")


def test_a_person_without_a_mouse_goes_from_the_summary_to_the_evidence(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    chrome.open(pages["acme"])
    chrome.press("Tab")
    assert chrome.run(f"{FOCUSED}.className") == "skip"
    chrome.press("Enter")
    assert chrome.run(f"{FOCUSED}.id") == "main"

    chrome.press("/")
    chrome.write("customer builder")
    assert chrome.run(TALLY) == "1 of 3 paths"
    chrome.press("ArrowDown")
    assert chrome.run(f"{FOCUSED}.getAttribute('role')") == "listbox"
    chrome.press("Enter")
    assert chrome.run("location.hash") == f"#path/{TO_RECORDS.id}"
    assert chrome.run(f"{FOCUSED}.textContent") == TO_RECORDS.jewel.name

    chrome.press("Tab")
    while chrome.run(f"{FOCUSED}.dataset.step") is None:
        chrome.press("Tab")
    for _ in range(4):
        chrome.press("ArrowRight")
    assert chrome.run(f"{FOCUSED}.dataset.step") == "4"
    assert "Needs 2 footholds at once" in chrome.run(f"{FOCUSED}.getAttribute('aria-label')")
    chrome.press("Enter")
    assert chrome.run(f"{FOCUSED}.getAttribute('aria-expanded')") == "true"
    assert "is encrypted with" in chrome.run("document.querySelector('li.open .why').innerText")

    chrome.press("Escape")
    assert chrome.run(f"{FOCUSED}.getAttribute('role')") == "listbox"


def test_focus_is_always_seen(chrome: Browser, pages: dict[str, Path]) -> None:
    chrome.open(pages["acme"])
    chrome.run("location.hash = '#paths'")
    chrome.settle()
    for _ in range(14):
        chrome.press("Tab")
        ring = chrome.run(f"getComputedStyle({FOCUSED}).outlineStyle")
        joint = f"{FOCUSED}.querySelector('circle:last-of-type')"
        thick = f"{joint} && getComputedStyle({joint}).strokeWidth"
        seen = ring != "none" or chrome.run(thick) == "4px"
        assert seen, chrome.run(f"{FOCUSED}.outerHTML.slice(0, 200)")


def test_a_click_on_a_change_and_on_a_step_leads_to_it(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    chrome.open(pages["acme"])
    chrome.run("document.querySelector('a[href=\"#change/2\"]').click()")
    chrome.settle()
    assert "Stop trusting GitHub" in chrome.run(f"{FOCUSED}.textContent")

    chrome.run(f"location.hash = '#path/{TO_ADMIN.id}'")
    chrome.settle()
    chrome.run(
        "document.querySelector('.joint[data-step=\"2\"]').dispatchEvent(new Event('click'))"
    )
    chrome.settle()
    opened = chrome.run(
        "[...document.querySelectorAll('.steps > li.open .gain')].map(e => e.textContent)"
    )
    assert opened == ["act as role deploy in prod"]


def test_ten_thousand_paths_are_searched_and_few_rows_are_drawn(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    chrome.open(pages["many"])
    chrome.run("location.hash = '#paths'")
    chrome.settle()
    assert chrome.run(TALLY) == "10,000 paths"
    assert chrome.run(ROWS) < 40

    chrome.press("/")
    chrome.write("acme-00042")
    assert chrome.run(TALLY) == "1 of 10,000 paths"
    assert "acme-00042" in chrome.run(DETAIL)

    chrome.run("document.querySelector('.found button').click()")
    chrome.run("document.querySelector('.rows').focus()")
    chrome.press("End")
    assert chrome.run("document.querySelector('.row[aria-selected=true] .aside').textContent") == (
        "#10000"
    )
    assert chrome.run(ROWS) < 40


def test_filters_narrow_the_list_and_can_be_cleared(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    chrome.open(pages["acme"])
    chrome.run("location.hash = '#paths'")
    chrome.settle()
    chrome.run("document.querySelector('[data-level=critical]').click()")
    assert chrome.run(TALLY) == "1 of 3 paths"
    chrome.run("document.querySelector('.found button').click()")
    assert chrome.run(TALLY) == "3 paths"
    chrome.run(
        "(() => { const s = document.querySelector('[data-filter=certainty]'); s.value = 'all';"
        " s.dispatchEvent(new Event('change')) })()"
    )
    assert chrome.run(TALLY) == "3 paths and 1 possible path"
    chrome.run(
        "(() => { const s = document.querySelector('[data-filter=change]'); s.value = '1';"
        " s.dispatchEvent(new Event('change')) })()"
    )
    assert chrome.run(ROWS) == 1


def test_dark_and_light_follow_the_reader(chrome: Browser, pages: dict[str, Path]) -> None:
    grounds = []
    for dark in (False, True):
        chrome.open(pages["acme"], dark=dark)
        grounds.append(chrome.run("getComputedStyle(document.documentElement).backgroundColor"))

    assert grounds == ["rgb(246, 247, 248)", "rgb(17, 20, 23)"]


def test_words_stand_out_from_their_ground_in_dark_and_light(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 for text."""
    for dark in (False, True):
        chrome.open(pages["acme"], dark=dark)
        contrasts = chrome.run(
            """(() => {
              const style = getComputedStyle(document.documentElement);
              const light = (name) => {
                const hex = style.getPropertyValue(name).trim().slice(1);
                const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
                  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const words = ['ink', 'soft', 'accent', 'critical', 'high', 'medium', 'low', 'good'];
              const grounds = ['ground', 'panel', 'sunken', 'tint'];
              return words.flatMap((word) => grounds.map((ground) => {
                const [a, b] = [light(`--${word}`), light(`--${ground}`)];
                return [`${word} on ${ground}`, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
              }));
            })()"""
        )

        assert [(pair, round(value, 2)) for pair, value in contrasts if value < 4.5] == []


def test_paper_has_the_findings_and_not_the_controls(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    chrome.open(pages["acme"])
    chrome.call("Emulation.setEmulatedMedia", media="print")
    shown = chrome.run("document.body.innerText")
    chrome.call("Emulation.setEmulatedMedia", media="")

    assert "administrator of account prod" in shown
    assert "More filters" not in shown
    assert chrome.paper().startswith(b"%PDF")


def test_without_scripts_the_findings_are_there(chrome: Browser, pages: dict[str, Path]) -> None:
    chrome.call("Emulation.setScriptExecutionDisabled", value=True)
    chrome.load(pages["acme"])
    chrome.call("Emulation.setScriptExecutionDisabled", value=False)

    shown = chrome.run("document.body.innerText")
    assert "administrator of account prod" in shown
    assert "Worst paths" not in shown


def test_assistive_technology_is_told_what_things_are(
    chrome: Browser, pages: dict[str, Path]
) -> None:
    chrome.open(pages["many"])
    chrome.run("location.hash = '#paths'")
    chrome.settle()
    nodes = chrome.call("Accessibility.getFullAXTree")["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored")
    ]

    controls = {"button", "link", "searchbox", "combobox", "listbox", "option", "textbox"}
    assert [role for role, name in named if role in controls and not name] == []
    assert {"banner", "navigation", "main", "search", "listbox"} <= {role for role, _ in named}
    assert sum(role == "heading" for role, _ in named) >= 2
