// SPDX-License-Identifier: Apache-2.0
// Draws a path as a layered graph: footholds are boxes, steps are numbered joints before what they grant.

const WIDE = { node: [160, 64], along: 58, across: 20, joint: 30 };
const SMALLEST = 0.76;
const TALL = { node: [158, 64], along: 56, across: 14, joint: 26 };

// Puts each foothold one layer after the last of its needs; where a need lies further back, a free
// slot is kept in each layer between, so that lines do not run through boxes.
function arrange(path) {
  const layer = new Map(path.starts.map(([foothold]) => [foothold, 0]));
  const steps = path.steps.map((position) => data.steps[position]);
  for (const step of steps) {
    const after = 1 + Math.max(0, ...step.needs.map((need) => layer.get(need) ?? 0));
    for (const need of step.needs) if (!layer.has(need)) layer.set(need, 0);
    layer.set(step.grants, Math.max(after, layer.get(step.grants) ?? 0));
  }
  const layers = [];
  const put = (at, slot) => (layers[at] ||= []).push(slot);
  layer.forEach((at, foothold) => put(at, { foothold, from: [] }));
  const slotOf = new Map(layers.flat().map((slot) => [slot.foothold, slot]));
  const lines = [];
  steps.forEach((step, number) => {
    for (const need of step.needs) {
      const through = [];
      let before = slotOf.get(need);
      for (let at = layer.get(need) + 1; at < layer.get(step.grants); at += 1) {
        const free = { from: [before] };
        put(at, free);
        through.push(free);
        before = free;
      }
      slotOf.get(step.grants).from.push(before);
      lines.push({ number, need, through });
    }
  });
  layers.forEach((slots, at) => {
    if (at) slots.sort((a, b) => middle(a) - middle(b));
    slots.forEach((slot, place) => { slot.place = place - (slots.length - 1) / 2; slot.at = at; });
  });
  return { layers, slotOf, lines, steps };
}

const middle = (slot) => slot.from.reduce((sum, one) => sum + (one.place || 0), 0) / Math.max(1, slot.from.length);

const ruler = document.createElement("canvas").getContext("2d");
const FAMILY = getComputedStyle(document.documentElement).fontFamily;
const FONTS = { verb: `11px ${FAMILY}`, name: `600 12.5px ${FAMILY}`, where: `11px ${FAMILY}` };

const fits = (text, room, font) => {
  ruler.font = FONTS[font];
  return ruler.measureText(text).width <= room;
};

// Cuts a text to the room there is.
function fit(text, room, font) {
  let end = Math.min(text.length, 200);
  while (end > 1 && !fits(end < text.length ? `${text.slice(0, end)}…` : text, room, font)) end -= 1;
  return end < text.length ? `${text.slice(0, end)}…` : text;
}

// Breaks a name into two lines, where a break is natural.
function twoLines(text, room) {
  const breaks = [...text.slice(0, 80).matchAll(/[\s\-_/.:]/g)].map((match) => match.index + 1);
  const at = breaks.filter((place) => fits(text.slice(0, place).trimEnd(), room, "name")).at(-1);
  return fits(text, room, "name") || !at ? [text] : [text.slice(0, at), text.slice(at)];
}

class PathGraph {
  constructor(path, onStep) {
    this.path = path;
    this.onStep = onStep;
    this.plan = arrange(path);
    this.holder = el("div", { class: "graph" });
  }

  // Lays the graph out for the room there is and draws it.
  draw(room) {
    this.tall = room < 620;
    const size = this.tall ? TALL : WIDE;
    const [width, height] = size.node;
    const most = Math.max(...this.plan.layers.map((slots) => slots.length));
    const pitch = (this.tall ? width : height) + size.across;
    const stride = (this.tall ? height : width) + size.along;
    const along = (this.plan.layers.length - 1) * stride + (this.tall ? height : width) + 24;
    const across = most * pitch + 16;
    this.spot = (slot) => {
      const a = 12 + slot.at * stride;
      const b = across / 2 + slot.place * pitch;
      return this.tall ? { x: b - width / 2, y: a, width, height } : { x: a, y: b - height / 2, width, height };
    };
    this.size = size;
    const [w, h] = this.tall ? [across, along] : [along, across];
    // A little too wide is drawn a little smaller; much too wide is scrolled.
    this.scale = Math.min(1, Math.max(SMALLEST, (room - 80) / w));
    this.picture = svg("svg", { width: w * this.scale, height: h * this.scale, viewBox: `0 0 ${w} ${h}`, role: "group", "aria-label": `Graph of ${count(this.path.steps.length, "step")}`, on: { keydown: (event) => this.key(event) } });
    this.picture.append(...this.plan.lines.map((line) => this.line(line)), ...this.ends(), ...this.nodes(), ...this.joints());
    this.holder.replaceChildren(this.picture, el("p", { class: "hint" }, el("kbd", {}, "←"), " ", el("kbd", {}, "→"), " follow the path step by step, ", el("kbd", {}, "Enter"), " reads the evidence"));
  }

  // Where a step's joint is, and where its line enters and leaves a box.
  joint(number) {
    const { x, y, width, height } = this.spot(this.plan.slotOf.get(this.plan.steps[number].grants));
    const shift = this.sameGrant(number) * 26;
    return this.tall ? { x: x + width / 2 + shift, y: y - this.size.joint } : { x: x - this.size.joint, y: y + height / 2 + shift };
  }

  // Several steps may grant one foothold; their joints stand beside one another.
  sameGrant(number) {
    const grants = this.plan.steps[number].grants;
    const alike = this.plan.steps.flatMap((step, index) => (step.grants === grants ? [index] : []));
    return alike.indexOf(number) - (alike.length - 1) / 2;
  }

  line({ number, need, through }) {
    const leave = this.spot(this.plan.slotOf.get(need));
    const points = [this.tall ? [leave.x + leave.width / 2, leave.y + leave.height] : [leave.x + leave.width, leave.y + leave.height / 2]];
    for (const slot of through) {
      const { x, y, width, height } = this.spot(slot);
      points.push(...(this.tall ? [[x + width / 2, y], [x + width / 2, y + height]] : [[x, y + height / 2], [x + width, y + height / 2]]));
    }
    const end = this.joint(number);
    points.push([end.x, end.y]);
    let d = `M${points[0]}`;
    for (let index = 1; index < points.length; index += 1) {
      const [[x1, y1], [x2, y2]] = [points[index - 1], points[index]];
      d += this.tall ? `C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}` : `C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`;
    }
    return svg("path", { class: "edge", d, "data-step": number });
  }

  ends() {
    return this.plan.steps.flatMap((step, number) => {
      const { x, y } = this.joint(number);
      const box = this.spot(this.plan.slotOf.get(step.grants));
      const [tx, ty] = this.tall ? [box.x + box.width / 2, box.y] : [box.x, box.y + box.height / 2];
      const head = this.tall ? `M${tx} ${ty}l-4.5 -8h9z` : `M${tx} ${ty}l-8 -4.5v9z`;
      return [svg("path", { class: "edge", d: `M${x} ${y}L${tx} ${ty}`, "data-step": number }), svg("path", { class: "arrow", d: head, "data-step": number })];
    });
  }

  nodes() {
    const names = new Map(this.path.starts);
    const last = this.plan.steps.at(-1)?.grants;
    return [...this.plan.slotOf].map(([foothold, slot]) => {
      const { x, y, width, height } = this.spot(slot);
      const [phrase, verb, entity, arn] = data.footholds[foothold];
      const cut = entity.lastIndexOf(" in ");
      const whole = names.get(foothold) || (cut > 0 ? entity.slice(0, cut) : entity);
      const where = names.has(foothold) || cut <= 0 ? "" : entity.slice(cut + 1);
      const room = width - 22;
      const lines = where ? [whole] : twoLines(whole, room);
      const kind = names.has(foothold) ? "node start" : foothold === last ? `node jewel ${levelOf(this.path)}` : "node";
      const step = this.plan.steps.findIndex((one) => one.grants === foothold);
      const texts = [[verb, "verb"], ...lines.map((text) => [text, "name"]), [where, "where"]].filter(([text]) => text);
      const top = y + height / 2 - (texts.length - 1) * 8 + 4;
      return svg(
        "g",
        { class: kind, "data-foothold": foothold, on: { click: () => this.onStep(Math.max(step, 0)) } },
        svg("title", {}, `${phrase}\n${arn}`),
        svg("rect", { x, y, width, height, rx: 7 }),
        texts.map(([text, name], line) => svg("text", { class: name, x: x + 11, y: top + line * 16 }, fit(text, room, name))),
      );
    });
  }

  joints() {
    return this.plan.steps.map((step, number) => {
      const { x, y } = this.joint(number);
      const both = step.needs.length > 1;
      const note = data.techniques[step.technique].title;
      const label = `Step ${number + 1}: ${data.footholds[step.grants][0]}. ${note}${both ? `. Needs ${count(step.needs.length, "foothold")} at once` : ""}`;
      return svg(
        "g",
        { class: `joint${both ? " both" : ""}${step.missing.length ? " unsure" : ""}`, role: "button", tabindex: -1, "aria-label": label, "data-step": number, on: { click: () => this.onStep(number) } },
        svg("title", {}, label),
        both ? svg("circle", { cx: x, cy: y, r: 15 }) : null,
        svg("circle", { cx: x, cy: y, r: 11.5 }),
        svg("text", { x, y: y + 4 }, String(number + 1)),
      );
    });
  }

  // Marks one step: its joint, its lines, what it grants.
  mark(number, focus) {
    this.at = number;
    for (const one of this.picture.querySelectorAll("[data-step]")) {
      const on = Number(one.dataset.step) === number;
      one.classList.toggle("on", on);
      if (!one.classList.contains("joint")) continue;
      one.setAttribute("tabindex", on ? 0 : -1);
      one.setAttribute("aria-pressed", String(on));
      if (on && focus) one.focus();
    }
    for (const one of this.picture.querySelectorAll("[data-foothold]")) one.classList.toggle("on", Number(one.dataset.foothold) === this.plan.steps[number]?.grants);
    const box = this.plan.steps[number] && this.spot(this.plan.slotOf.get(this.plan.steps[number].grants));
    if (box && !this.tall) this.holder.scrollLeft = (box.x + box.width / 2) * this.scale - this.holder.clientWidth / 2;
  }

  key(event) {
    const last = this.plan.steps.length - 1;
    const moves = { ArrowRight: this.at + 1, ArrowDown: this.at + 1, ArrowLeft: this.at - 1, ArrowUp: this.at - 1, Home: 0, End: last };
    if (event.key in moves) this.onStep(Math.min(Math.max(moves[event.key], 0), last), "graph");
    else if (event.key === "Enter" || event.key === " ") this.onStep(this.at, "evidence");
    else return;
    event.preventDefault();
  }
}
