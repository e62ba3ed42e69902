// SPDX-License-Identifier: Apache-2.0
// A list box of any length that keeps only the rows in view in the document.

const ROW = 68;
const SPARE = 6;

class PathList {
  constructor(onOpen) {
    this.found = [];
    this.at = -1;
    this.onOpen = onOpen;
    this.room = el("div", { class: "room", role: "presentation" });
    this.box = el("div", { class: "rows", role: "listbox", tabindex: 0, "aria-label": "Paths", on: { scroll: () => this.paint(), keydown: (event) => this.key(event) } }, this.room);
    new ResizeObserver(() => this.paint()).observe(this.box);
  }

  show(found, selected) {
    this.found = found;
    this.at = found.indexOf(selected);
    this.room.style.height = `${found.length * ROW}px`;
    if (this.at < 0) this.box.scrollTop = 0;
    this.paint(true);
  }

  paint(anew = false) {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - SPARE);
    const last = Math.min(this.found.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW) + SPARE);
    const window = `${first}-${last}`;
    if (!anew && window === this.window) return;
    this.window = window;
    const rows = [];
    for (let place = first; place < last; place += 1) rows.push(this.row(place));
    if (!this.found.length) rows.push(el("p", { class: "nothing" }, "No path matches."));
    this.room.replaceChildren(...rows);
    const active = this.at >= first && this.at < last ? `row-${this.at}` : null;
    if (active) this.box.setAttribute("aria-activedescendant", active);
    else this.box.removeAttribute("aria-activedescendant");
  }

  row(place) {
    const index = this.found[place];
    const path = paths[index];
    const level = levelOf(path);
    const row = el(
      "div",
      { class: "row", role: "option", id: `row-${place}`, "aria-selected": String(place === this.at), "aria-setsize": this.found.length, "aria-posinset": place + 1, on: { click: () => this.go(place, true) } },
      levelShape(level),
      el("div", { class: "pair" }, el("span", { class: "to", title: path.to }, path.to), el("span", { class: "aside" }, labelOf(index))),
      el("div", { class: "pair" }, el("span", { class: "from" }, `from ${path.from}`), el("span", { class: "aside" }, `${count(path.steps.length, "step")}, effort ${path.cost}`)),
    );
    row.style.top = `${place * ROW}px`;
    return row;
  }

  go(place, open = false) {
    if (!this.found.length) return;
    this.at = Math.min(Math.max(place, 0), this.found.length - 1);
    const top = this.at * ROW;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    if (top + ROW > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + ROW - this.box.clientHeight;
    this.paint(true);
    this.onOpen(this.found[this.at], open);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    const moves = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: this.at + page, PageUp: this.at - page, Home: 0, End: this.found.length - 1 };
    if (event.key in moves) this.go(moves[event.key]);
    else if (event.key === "Enter" && this.at >= 0) this.go(this.at, true);
    else return;
    event.preventDefault();
  }
}
