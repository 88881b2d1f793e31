// How sure the answer is, who is not served, what was assumed, and where the data come from.
function surePart(data) {
  return [
    ...data.proof.words.map((words) => el("p", null, words)),
    gauge(data),
    el("h2", null, "Words"),
    el("p", null, el("b", null, "Proven"), " means: a calculation shows that no choice of sites, sizes and shares that keeps all rules can cost less than the bound. It does not depend on how long or how cleverly one searches."),
    el("p", null, el("b", null, "Gap"), " means: the distance between the plan found and that bound. The best possible plan lies between the two, or is this one."),
    el("p", null, el("b", null, "Today"), " means: vans alone, with the facilities that exist already."),
  ];
}

// Bound, plan and today on one line.
function gauge(data) {
  const { value, bound, baseline } = data.proof;
  if (value === null || bound === null || !(baseline > bound)) return null;
  const [low, high] = [bound, Math.max(baseline, value)];
  const x = (amount) => 12 + (376 * (amount - low)) / (high - low || 1);
  const mark = (amount, words, y, anchor) => [
    svg("line", { x1: x(amount), x2: x(amount), y1: 36, y2: 52, stroke: "var(--ink)", "stroke-width": 2 }),
    label(x(amount), y, anchor, `${words} ${money(amount)}`),
  ];
  const picture = svg("svg", { viewBox: "0 0 400 84", role: "img", "aria-label": "Bound, plan and today on one line" },
    svg("rect", { x: x(bound), y: 39, width: Math.max(0, x(value) - x(bound)), height: 10, fill: "var(--none)", "fill-opacity": 0.5 }),
    svg("rect", { x: x(value), y: 39, width: Math.max(0, x(baseline) - x(value)), height: 10, fill: "var(--shop)" }),
    ...mark(bound, "bound", 72, "start"), ...mark(value, "plan", 26, "start"), ...mark(baseline, "today", 72, "end"));
  return el("div", { class: "gauge" }, picture,
    el("p", { class: "small soft" }, `${data.currency} a year. Grey: where a better plan could still be. Green: saved against today.`));
}

function label(x, y, anchor, words) {
  const text = svg("text", { x: Math.min(392, Math.max(8, x)), y, "text-anchor": anchor });
  text.textContent = words;
  return text;
}

function unservedPart(data) {
  if (!data.unservedCount) return [el("p", null, "Every demand point is served.")];
  const groups = new Map();
  data.unserved.forEach((item) => {
    const key = JSON.stringify([item.reason, item.action]);
    groups.set(key, [...(groups.get(key) || []), item]);
  });
  const rows = [...groups].map(([key, items]) => {
    const [reason, action] = JSON.parse(key);
    const parcels = items.reduce((sum, item) => sum + item.parcels_per_day, 0);
    return [reason, breakable(action), number(items.length), number(parcels, 1)];
  });
  const more = data.unservedCount - data.unserved.length;
  return [
    el("p", null, `${number(data.unservedParcels, 1)} parcels a day at ${number(data.unservedCount)} demand point${data.unservedCount === 1 ? "" : "s"}, taken out before the search or left unserved. They are marked × on the map and listed in tables/unserved.csv.`),
    table([["Why", false], ["What could be done", false], ["Points", true], ["Parcels/day", true]], rows),
    more > 0 ? el("p", { class: "soft" }, `The table and the map leave out the ${number(more)} smallest.`) : null,
  ];
}

// One fold per block of the scenario; a source that repeats the one above is a ditto mark.
function assumptionGroups(data) {
  if (!data.assumptions.length) return [el("p", null, "None were stated.")];
  const groups = new Map();
  data.assumptions.forEach((row) => {
    const key = row[0].split(".")[0];
    groups.set(key, [...(groups.get(key) || []), row]);
  });
  return [...groups].map(([key, rows]) => {
    const shown = rows.map(([name, value, source], k) => [
      breakable(name.startsWith(`${key}.`) ? name.slice(key.length + 1) : name),
      value,
      k && rows[k - 1][2] === source ? "″" : source,
    ]);
    return el("details", null, el("summary", null, `${capital(key.replaceAll("_", " "))} (${number(rows.length)})`),
      table([["What", false], ["Value", false], ["Source", false]], shown));
  });
}

function dataPart(data) {
  const audit = data.audit.map(([room, what, count, unit, detail]) => [
    room, detail ? `${what} (${detail})` : what, number(count, Number.isInteger(count) ? 0 : 1), unit,
  ]);
  return [
    el("h2", null, "Who is not served"), ...unservedPart(data),
    el("h2", null, "Assumptions and their sources"),
    ...assumptionGroups(data),
    el("h2", null, "What was mended or left out on the way"),
    audit.length ? table([["Step", false], ["What", false], ["How much", true], ["", false]], audit) : el("p", null, "Nothing."),
    el("h2", null, "Where this comes from"),
    table([["", false], ["", false]], [["Map data", data.credit], ...data.provenance]),
  ];
}
