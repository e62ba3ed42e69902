// SPDX-License-Identifier: Apache-2.0
// The views that read from top to bottom: summary, changes, what could not be read.

const FIRST = 5;
const BATCH = 200;

function outcome() {
  if (data.proved.length) return `${count(data.proved.length, "attack path reaches", "attack paths reach")} ${count(data.jewels, "jewel")}`;
  return data.unread.length ? "No attack path was found in what could be read" : "No attack path was found";
}

function levelsPanel() {
  const counts = [...data.levels].reverse().map((level, place) => [level, data.proved.filter((path) => path.rank === data.levels.length - place).length]);
  const shown = counts.filter(([, number]) => number);
  const bar = el("div", { class: "bar", "aria-hidden": "true" }, shown.map(([level, number]) => {
    const part = el("span", { class: level });
    part.style.flex = `${number} 1 0`;
    return part;
  }));
  const legend = shown.map(([level, number]) => el("button", { type: "button", on: { click: () => openPaths({ levels: new Set([level]) }) } }, el("b", {}, number.toLocaleString("en")), levelMark(level)));
  return el("div", { class: "levels" }, bar, el("div", { class: "legend" }, legend));
}

function cutVerdict() {
  const { cut } = data;
  return verdict(cut.uncut.length || cut.left ? "open" : "good", `${cut.verdict}.`);
}

function firstChanges() {
  const items = data.cut.remedies.slice(0, FIRST).map((remedy, number) => el("li", {}, el("a", { href: `#change/${number + 1}` }, el("span", { class: "number" }, String(number + 1)), el("span", { class: "name" }, ...prose(remedy.title)), el("span", { class: "side" }, count(remedy.closes.length, "path")))));
  return el("section", { class: "panel", "aria-labelledby": "first-changes" }, el("header", {}, el("h2", { id: "first-changes" }, "What to do first"), el("a", { class: "small", href: "#changes" }, `All ${count(data.cut.remedies.length, "change")}`)), cutVerdict(), el("ol", { class: "brief" }, items));
}

function worstPaths() {
  const items = data.proved.slice(0, FIRST).map((path, index) => el("li", {}, el("a", { href: `#path/${path.id}` }, el("span", { class: "number" }, levelShape(levelOf(path))), el("span", { class: "name" }, path.to), el("span", { class: "side" }, count(path.steps.length, "step")), el("span", { class: "more" }, `from ${path.from}`))));
  return el("section", { class: "panel", "aria-labelledby": "worst-paths" }, el("header", {}, el("h2", { id: "worst-paths" }, "Worst paths"), el("a", { class: "small", href: "#paths" }, `All ${count(data.proved.length, "path")}`)), el("ol", { class: "brief" }, items));
}

function doubts() {
  return [
    data.unread.length ? el("section", { class: "panel doubtful" }, verdict("doubt", `${data.completeness}. `, el("a", { href: "#unread" }, "See what"), ".")) : verdict("good", `${data.completeness}.`),
    data.possible.length ? verdict("doubt", `${count(data.possible.length, "more path is", "more paths are")} possible, resting on something that could not be read. `, el("a", { href: "#paths", on: { click: () => openPaths({ certainty: "possible" }) } }, "Show"), ".") : null,
  ];
}

function summaryView() {
  const facts = data.estate.join(" · ");
  const panels = [data.cut && data.proved.length ? firstChanges() : null, data.proved.length ? worstPaths() : null].filter(Boolean);
  return el("div", { class: "sheet" }, el("header", { class: "lead" }, el("h1", { tabindex: -1 }, outcome()), el("p", { class: "facts" }, facts)), data.proved.length ? levelsPanel() : null, panels.length ? el("div", { class: panels.length > 1 ? "columns" : "" }, panels) : null, ...doubts());
}

function change(remedy, number) {
  const most = Math.max(1, data.proved.length);
  const share = svg("svg", { viewBox: "0 0 180 6", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { width: 180, height: 6, rx: 3 }), svg("rect", { width: Math.max(3, (180 * remedy.closes.length) / most), height: 6, rx: 3 }));
  const chips = remedy.closes.slice(0, 12).map((index) => el("a", { href: `#path/${paths[index].id}` }, `${labelOf(index)} ${paths[index].to}`));
  return el(
    "li",
    { class: "panel change", id: `change-${number + 1}` },
    el("div", { class: "title" }, el("b", {}, String(number + 1)), el("h2", { tabindex: -1 }, ...prose(remedy.title)), el("span", { class: "soft small" }, `cost ${remedy.cost}`)),
    el(
      "div",
      { class: "inside" },
      el("div", { class: "share" }, share, el("span", { class: "small" }, `takes part in closing ${count(remedy.closes.length, "path")} of ${data.proved.length.toLocaleString("en")}`)),
      chips.length ? el("div", { class: "chips" }, chips, remedy.closes.length > chips.length ? el("a", { href: "#paths", on: { click: () => openPaths({ change: String(number) }) } }, `all ${remedy.closes.length.toLocaleString("en")}`) : null) : null,
      remedy.command ? recipe(remedy.command) : null,
      remedy.terraform ? el("details", { class: "more", open: !remedy.command }, el("summary", {}, "Terraform"), recipe(remedy.terraform)) : null,
    ),
  );
}

function changesView() {
  const { cut } = data;
  if (!cut) return el("div", { class: "sheet" }, el("h1", { tabindex: -1 }, "Changes"), el("p", {}, "The cut was not asked for."));
  const uncut = cut.uncut.map((index) => el("a", { href: `#path/${paths[index].id}` }, `${labelOf(index)} ${paths[index].to}`));
  return el(
    "div",
    { class: "sheet" },
    el("header", { class: "lead" }, el("h1", { tabindex: -1 }, count(cut.remedies.length, "change")), cutVerdict()),
    el("ol", { class: "sheet-list" }, cut.remedies.map(change)),
    uncut.length ? el("section", { class: "panel doubtful" }, el("h2", {}, "No known change closes these"), el("div", { class: "chips" }, uncut)) : null,
  );
}

function unreadView() {
  const body = el("tbody", {});
  const more = el("button", { class: "plain", type: "button", on: { click: () => add() } });
  const search = el("input", { type: "search", placeholder: "Filter by action, account, resource", "aria-label": "Filter what could not be read", on: { input: () => restart() } });
  let rows = data.unread;
  let shown = 0;
  function add() {
    body.append(...rows.slice(shown, shown + BATCH).map(([action, account, region, resource, , phrase, reason]) => el("tr", {}, el("td", { class: "mono" }, action), el("td", {}, [account, region].filter(Boolean).join(" ")), el("td", { class: "mono" }, resource), el("td", {}, phrase, el("span", { class: "soft" }, reason)))));
    shown = Math.min(rows.length, shown + BATCH);
    more.hidden = shown === rows.length;
    more.textContent = `Show ${Math.min(BATCH, rows.length - shown)} more of ${rows.length.toLocaleString("en")}`;
  }
  function restart() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows = data.unread.filter((row) => words.every((word) => row.join(" ").toLowerCase().includes(word)));
    shown = 0;
    body.replaceChildren();
    add();
  }
  add();
  const table = el("table", {}, el("thead", {}, el("tr", {}, ["Action", "Where", "Resource", "Why"].map((name) => el("th", { scope: "col" }, name)))), body);
  return el("div", { class: "sheet" }, el("header", { class: "lead" }, el("h1", { tabindex: -1 }, data.unread.length ? `${count(data.unread.length, "thing was", "things were")} not read` : "Everything was read"), data.unread.length ? el("p", { class: "facts" }, "Whatever depends on these is unknown, neither allowed nor denied. Grant the permission and scan again to be sure.") : null), data.unread.length ? el("section", { class: "panel" }, el("div", { class: "filters bare" }, search), el("div", { class: "scroll" }, table), more) : null);
}
