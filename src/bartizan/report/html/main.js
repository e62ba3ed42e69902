// SPDX-License-Identifier: Apache-2.0
// Joins the parts: the views, the address of each, and the keys that work everywhere.

const main = document.getElementById("main");
const detail = new PathDetail();
const list = new PathList((index, open) => choose(index, open));
const split = el("div", { class: "split" });
const tally = el("span", { "aria-live": "polite" });
const reset = el("button", { type: "button", on: { click: () => openPaths({}) } }, "Clear filters");
const search = el("input", { type: "search", placeholder: "Search names, ARNs, techniques  ( / )", "aria-label": "Search paths", on: { input: () => { filters.words = search.value; refresh(); }, keydown: (event) => { if (event.key === "ArrowDown") { list.box.focus(); list.go(Math.max(list.at, 0)); event.preventDefault(); } } } });
let selected = -1;

const VIEWS = [["summary", "Summary", null], ["paths", "Paths", data.proved.length], ["changes", "Changes", data.cut ? data.cut.remedies.length : null], ["unread", "Not read", data.unread.length]];
document.querySelector(".tabs").append(...VIEWS.map(([id, name, number]) => el("a", { href: `#${id}`, "data-view": id }, name, number === null ? null : el("span", { class: "tally" }, number.toLocaleString("en")))));

const toggles = [...data.levels].reverse().map((level) => el("button", { type: "button", "aria-pressed": "true", "data-level": level, on: { click: () => { filters.levels.has(level) ? filters.levels.delete(level) : filters.levels.add(level); refresh(); } } }, levelMark(level)));

function choice(key, name, options) {
  const id = `filter-${key}`;
  const box = el("select", { id, "data-filter": key, on: { change: () => { filters[key] = box.value; refresh(); } } }, options.map(([value, text]) => el("option", { value }, text)));
  return [el("label", { for: id, class: "soft" }, name), box];
}

function buildFinder() {
  const used = Object.entries(data.techniques).map(([id, note]) => [id, note.title]);
  const starts = [...new Set(paths.map((path) => path.from))].sort().map((name) => [name, name]);
  const changes = (data.cut ? data.cut.remedies : []).map((remedy, number) => [String(number), `${number + 1}. ${remedy.title.replaceAll("`", "")}`]);
  const more = el("details", { class: "more" }, el("summary", {}, "More filters and order"), el("div", {}, choice("technique", "Technique", [["", "any"], ...used]), choice("from", "From", [["", "anywhere"], ...starts]), choice("change", "Closed by", [["", "any change or none"], ...changes]), choice("certainty", "Certainty", [["proved", "proved"], ["possible", "possible"], ["all", "proved and possible"]]), choice("order", "Order", [["rank", "worst first"], ["effort", "least effort first"], ["steps", "fewest steps first"]])));
  const form = el("div", { class: "filters", role: "search" }, search, el("div", { class: "toggles", role: "group", "aria-label": "Levels" }, toggles), more, el("div", { class: "found" }, tally, reset));
  split.append(el("div", { class: "finder" }, form, list.box), detail.pane);
}

// Shows the paths that the filters let through; the one that is read stays if it is among them.
function refresh() {
  const result = found();
  for (const button of toggles) button.setAttribute("aria-pressed", String(filters.levels.has(button.dataset.level)));
  for (const box of split.querySelectorAll("select")) box.value = filters[box.dataset.filter];
  tally.textContent = tallied(result.length);
  reset.hidden = Object.keys(filters).every((key) => (key === "levels" ? filters.levels.size === data.levels.length : filters[key] === everything[key]));
  if (!result.includes(selected) && result.length && !split.classList.contains("read")) read(result[0]);
  list.show(result, selected);
}

// Proved and possible paths are never added up.
function tallied(shown) {
  const proved = count(data.proved.length, "path");
  const possible = count(data.possible.length, "possible path");
  const whole = { proved, possible, all: `${proved} and ${possible}` }[filters.certainty];
  const size = { proved: data.proved.length, possible: data.possible.length, all: paths.length }[filters.certainty];
  return shown === size ? whole : `${shown.toLocaleString("en")} of ${whole}`;
}

function openPaths(change) {
  Object.assign(filters, everything, { levels: new Set(data.levels) }, change);
  search.value = filters.words;
  if (location.hash === "#paths") refresh();
  else location.hash = "#paths";
}

function read(index) {
  if (selected === index) return;
  selected = index;
  detail.show(index);
}

// Moving along the list shows a path beside it; opening one goes there.
function choose(index, open) {
  read(index);
  if (!open) return;
  if (location.hash === `#path/${paths[index].id}`) route();
  else location.hash = `#path/${paths[index].id}`;
}

function showPaths(id) {
  const index = id ? indexOfId.get(id) : undefined;
  if (!split.firstChild) buildFinder();
  if (main.firstChild !== split) main.replaceChildren(split);
  if (index !== undefined && isPossible(index) && filters.certainty === "proved") filters.certainty = "all";
  split.classList.toggle("read", index !== undefined);
  if (index !== undefined) read(index);
  refresh();
  if (index === undefined) return;
  list.go(list.found.indexOf(index));
  detail.title.focus({ preventScroll: true });
}

function route(event) {
  const [view, id] = location.hash.slice(1).split("/");
  const tab = { path: "paths", change: "changes" }[view] || (VIEWS.some(([known]) => known === view) ? view : "summary");
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.dataset.view === tab) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (tab === "paths" && paths.length) return showPaths(id);
  const views = { summary: summaryView, changes: changesView, unread: unreadView, paths: summaryView };
  main.replaceChildren(views[tab]());
  scrollTo(0, 0);
  const target = tab === "changes" && id ? document.getElementById(`change-${id}`) : null;
  if (target) target.scrollIntoView({ block: "start" });
  if (event) (target ? target.querySelector("h2") : main.querySelector("h1")).focus({ preventScroll: true });
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.addEventListener("keydown", (event) => {
  const typing = /^(input|select|textarea)$/i.test(event.target.tagName);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && paths.length) {
    event.preventDefault();
    if (main.firstChild !== split) showPaths();
    split.classList.remove("read");
    search.focus();
  } else if (event.key === "Escape" && main.firstChild === split && detail.pane.contains(event.target)) {
    list.box.focus();
  }
});
addEventListener("hashchange", route);
document.documentElement.classList.remove("without-script");
route();
