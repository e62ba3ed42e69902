// SPDX-License-Identifier: Apache-2.0
// The findings of this page, and the search over them.

const data = JSON.parse(document.getElementById("data").textContent);
const paths = [...data.proved, ...data.possible];
const isPossible = (index) => index >= data.proved.length;
const labelOf = (index) => (isPossible(index) ? `?${index - data.proved.length + 1}` : `#${index + 1}`);
const indexOfId = new Map(paths.map((path, index) => [path.id, index]));

// A step is part of thousands of paths, so what can be found in it is put together once.
const stepText = data.steps.map((step) => {
  const footholds = [...step.needs, step.grants].map((one) => `${data.footholds[one][0]} ${data.footholds[one][3]}`);
  const note = data.techniques[step.technique];
  return [step.technique, note.title, note.attack, ...footholds].join(" ").toLowerCase();
});
const pathText = paths.map((path, index) => [path.to, path.from, path.id, labelOf(index), levelOf(path), ...(path.implies || [])].join(" ").toLowerCase());

const closedBy = new Map();
(data.cut ? data.cut.remedies : []).forEach((remedy, number) => closedBy.set(number, new Set(remedy.closes)));

const filters = { words: "", levels: new Set(data.levels), technique: "", from: "", change: "", certainty: data.proved.length ? "proved" : "all", order: "rank" };
const everything = { ...filters, levels: new Set(data.levels) };

const ORDERS = {
  rank: (a, b) => a - b,
  effort: (a, b) => paths[a].cost - paths[b].cost || a - b,
  steps: (a, b) => paths[a].steps.length - paths[b].steps.length || a - b,
};

// Says for each word which steps have it, so that a path is only asked about its own words.
function wordTests(words) {
  return words.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
    const steps = stepText.map((text) => text.includes(word));
    return (index) => pathText[index].includes(word) || paths[index].steps.some((step) => steps[step]);
  });
}

function found() {
  const tests = wordTests(filters.words);
  if (filters.levels.size < data.levels.length) tests.push((index) => filters.levels.has(levelOf(paths[index])));
  if (filters.certainty !== "all") tests.push((index) => isPossible(index) === (filters.certainty === "possible"));
  if (filters.technique) tests.push((index) => paths[index].steps.some((step) => data.steps[step].technique === filters.technique));
  if (filters.from) tests.push((index) => paths[index].from === filters.from);
  if (filters.change !== "") tests.push((index) => !isPossible(index) && closedBy.get(Number(filters.change)).has(index));
  const result = [];
  for (let index = 0; index < paths.length; index += 1) if (tests.every((test) => test(index))) result.push(index);
  return result.sort(ORDERS[filters.order]);
}
