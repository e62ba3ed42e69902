// SPDX-License-Identifier: Apache-2.0
// Builds elements. Text is only ever set as text, so nothing in it can become markup.

const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") for (const [event, call] of Object.entries(value)) node.addEventListener(event, call);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

const count = (number, noun, plural) => `${number.toLocaleString("en")} ${number === 1 ? noun : plural || `${noun}s`}`;

// What stands between backticks is code, if they come in pairs.
function prose(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, index) => (index % 2 ? el("code", {}, part) : part)).filter((part) => part !== "");
}

// Each level has a shape of its own, so that it is told apart without its colour.
const SHAPES = { critical: "M6 0 12 6 6 12 0 6z", high: "M6 0.5 12 11.5H0z", medium: "M1 1h10v10H1z", low: "M6 1.5a4.5 4.5 0 1 0 0.01 0z" };

function glyph(level) {
  const open = level === "low" ? "none" : null;
  return svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, svg("path", { d: SHAPES[level], fill: open, "stroke-width": open ? 2 : 0 }));
}

const levelOf = (path) => data.levels[path.rank - 1];
const levelMark = (level) => el("span", { class: `level ${level}` }, glyph(level), level);
const levelShape = (level) => el("span", { class: `level ${level}`, title: level }, glyph(level), el("span", { class: "unseen" }, level));

const ICONS = { good: "M2 9.5 6.5 14 16 4", open: "M9 3v7M9 14.4v.2", doubt: "M5.6 6.4a3.4 3.4 0 1 1 4.7 3.1C9.3 10 9 10.6 9 11.6M9 14.4v.2" };

function verdict(kind, ...children) {
  return el("div", { class: `verdict ${kind}` }, svg("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, svg("path", { d: ICONS[kind] })), el("p", {}, ...children));
}

function recipe(text) {
  const code = el("pre", { tabindex: 0, "aria-label": "Command" }, text);
  const button = el("button", { class: "plain", type: "button", on: { click: () => copy(code, button) } }, "Copy");
  return el("div", { class: "recipe" }, code, button);
}

// A page opened from disk may not be given the clipboard; then the text is selected instead.
function copy(code, button) {
  const select = () => {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  };
  if (!navigator.clipboard) return select();
  return navigator.clipboard.writeText(code.textContent).then(() => { button.textContent = "Copied"; }, select);
}
