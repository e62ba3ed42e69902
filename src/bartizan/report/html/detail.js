// SPDX-License-Identifier: Apache-2.0
// One path to read: what it reaches, its graph, and each step with its evidence.

class PathDetail {
  constructor() {
    this.article = el("article", { "aria-label": "Path" });
    this.pane = el("div", { class: "reading" }, this.article);
    new ResizeObserver(() => this.refit()).observe(this.pane);
  }

  show(index) {
    this.index = index;
    const path = paths[index];
    this.open = new Set([0]);
    this.graph = new PathGraph(path, (number, focus) => this.select(number, focus));
    this.title = el("h1", { tabindex: -1 }, path.to);
    this.list = el("ol", { class: "steps" }, path.steps.map((_, number) => this.step(number)));
    this.all = el("button", { class: "plain", type: "button", on: { click: () => this.toggleAll() } }, "Open all");
    this.article.replaceChildren(
      el("header", { class: "lead" }, el("a", { class: "back", href: "#paths" }, "← All paths"), this.kicker(path, index), this.title, el("p", { class: "facts" }, `From ${path.from} in ${count(path.steps.length, "step")}, effort ${path.cost}`)),
      el("div", { class: "remarks" }, this.remarks(path)),
      this.graph.holder,
      el("div", {}, el("div", { class: "heading" }, el("h2", {}, "Step by step"), this.all), this.list),
    );
    this.pane.scrollTop = 0;
    this.width = 0;
    this.refit();
  }

  kicker(path, index) {
    return el("div", { class: "kicker" }, levelMark(levelOf(path)), isPossible(index) ? el("span", { class: "possible" }, "possible, not proved") : null, el("span", {}, labelOf(index)), el("span", { class: "mono small" }, path.id));
  }

  remarks(path) {
    const closing = (data.cut ? data.cut.remedies : []).flatMap((remedy, number) => (closedBy.get(number).has(this.index) ? [[remedy, number]] : []));
    const known = data.cut && data.cut.uncut.includes(this.index);
    return [
      closing.length ? verdict("good", "Closed by ", closing.map(([remedy, number], place) => [place ? ", " : "", el("a", { href: `#change/${number + 1}` }, `change ${number + 1}`), ": ", ...prose(remedy.title)])) : null,
      known ? verdict("open", "No known change closes this path.") : null,
      path.missing ? verdict("doubt", "It holds unless one of these, which could not be read, forbids it: ", path.missing.map((one, place) => [place ? ", " : "", el("code", {}, one)])) : null,
      ...(path.folded || []).map(([name, others]) => el("details", { class: "more" }, el("summary", {}, `Any of ${(others.length + 1).toLocaleString("en")} could stand for ${name}`), el("ul", { class: "mono small" }, others.slice(0, 200).map((one) => el("li", {}, one)), others.length > 200 ? el("li", {}, `and ${(others.length - 200).toLocaleString("en")} more`) : null))),
      path.implies ? el("details", { class: "more" }, el("summary", {}, `${count(path.implies.length, "lesser jewel falls", "lesser jewels fall")} with it`), el("ul", { class: "small" }, path.implies.slice(0, 200).map((one) => el("li", {}, one)))) : null,
    ].filter(Boolean);
  }

  refit() {
    if (!this.graph || this.pane.clientWidth === this.width || !this.pane.clientWidth) return;
    this.width = this.pane.clientWidth;
    this.graph.draw(this.width);
    this.graph.mark(this.graph.at ?? 0);
  }

  step(number) {
    const step = data.steps[paths[this.index].steps[number]];
    const note = data.techniques[step.technique];
    const id = `why-${number}`;
    const how = [note.title, note.attack, step.conditions.length ? `if ${step.conditions.join(", and if ")}` : ""].filter(Boolean).join(" · ");
    const button = el("button", { class: "step", type: "button", "data-number": number + 1, "aria-expanded": "false", "aria-controls": id, on: { click: () => this.toggle(number) } }, el("span", { class: "gain" }, data.footholds[step.grants][0]), el("span", { class: "how" }, ...prose(how)));
    const item = el("li", {}, button, el("div", { id, hidden: true }));
    if (this.open.has(number)) this.unfold(item, number);
    return item;
  }

  unfold(item, number) {
    item.classList.add("open");
    item.firstChild.setAttribute("aria-expanded", "true");
    item.lastChild.hidden = false;
    if (!item.lastChild.firstChild) item.lastChild.append(evidence(data.steps[paths[this.index].steps[number]], this.index));
  }

  fold(item) {
    item.classList.remove("open");
    item.firstChild.setAttribute("aria-expanded", "false");
    item.lastChild.hidden = true;
  }

  toggle(number) {
    const item = this.list.children[number];
    if (item.classList.contains("open")) this.fold(item);
    else this.unfold(item, number);
    this.graph.mark(number);
  }

  toggleAll() {
    const items = [...this.list.children];
    const every = items.every((item) => item.classList.contains("open"));
    items.forEach((item, number) => (every ? this.fold(item) : this.unfold(item, number)));
    this.all.textContent = every ? "Open all" : "Close all";
  }

  // Follows the path to a step: the graph marks it and its evidence alone is open.
  select(number, focus) {
    [...this.list.children].forEach((item, place) => (place === number ? this.unfold(item, place) : this.fold(item)));
    this.graph.mark(number, focus === "graph");
    if (focus === "evidence") this.list.children[number].firstChild.focus();
  }
}

function pretty(excerpt) {
  try {
    return JSON.stringify(JSON.parse(excerpt), null, 2);
  } catch {
    return excerpt;
  }
}

const line = (name, ...content) => [el("dt", {}, name), el("dd", {}, ...content)];

function evidence(step, index) {
  const note = data.techniques[step.technique];
  const chosen = new Set((data.cut ? data.cut.remedies : []).flatMap((remedy, number) => (closedBy.get(number).has(index) ? [remedy.title] : [])));
  const rows = [];
  if (step.needs.length > 1) rows.push(line("Needs at once", el("ul", {}, step.needs.map((need) => el("li", {}, data.footholds[need][0])))));
  if (step.evidence.length) rows.push(line("Why", step.evidence.map(([subject, statement, why, excerpt]) => el("div", { class: "proof" }, el("p", {}, ...prose(why)), el("p", { class: "subject mono" }, subject, statement ? ` [${statement}]` : ""), excerpt ? el("pre", { tabindex: 0 }, pretty(excerpt)) : null))));
  if (step.conditions.length) rows.push(line("If", el("ul", {}, step.conditions.map((one) => el("li", {}, ...prose(one))))));
  if (step.asks.length) rows.push(line("Requests", step.asks.map(([principal, action, resource, context]) => el("div", { class: "ask mono" }, el("span", { class: "soft" }, "as"), el("span", {}, principal), el("span", { class: "soft" }, "does"), el("span", {}, action), el("span", { class: "soft" }, "on"), el("span", {}, resource), context.map((one) => [el("span", { class: "soft" }, "with"), el("span", {}, one)])))));
  if (step.missing.length) rows.push(line("Not read", el("ul", { class: "mono small" }, step.missing.map((one) => el("li", {}, one)))));
  rows.push(line("Technique", el("p", {}, ...prose(note.explanation || note.title)), el("p", { class: "soft small" }, [step.technique, note.attack && `ATT&CK ${note.attack}`, note.reference].filter(Boolean).join(" · "))));
  if (step.ways.length) rows.push(line("Closed by", el("ul", {}, step.ways.map((way) => el("li", { class: way.some((title) => chosen.has(title)) ? "chosen" : null }, ...prose(way.join(" and ")), way.some((title) => chosen.has(title)) ? " (in the plan)" : "")))));
  return el("dl", { class: "why" }, rows);
}
