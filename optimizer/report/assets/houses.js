// Hotels told in full, drawn floor by floor: units side by side, tenants as wide as what they take.
const HOUSE = { width: 440, gutter: 30, row: 54, head: 15, roof: 18, docks: 26 };
const SECTOR_HUES = 8; // more sectors than that share the last

// Patterns tell sectors apart in grey; they are defined once for the whole page.
const PATTERNS = [
  (k) => [],
  (k) => [svg("path", { d: "M-2 2 2 -2M0 8 8 0M6 10 10 6", ...k })],
  (k) => [svg("path", { d: "M4 0V8", ...k })],
  (k) => [svg("path", { d: "M0 4H8", ...k })],
  (k) => [svg("circle", { cx: 2, cy: 2, r: 1.3, fill: k.stroke }), svg("circle", { cx: 6, cy: 6, r: 1.3, fill: k.stroke })],
  (k) => [svg("path", { d: "M-2 6 2 10M0 0 8 8M6 -2 10 2", ...k })],
  (k) => [svg("path", { d: "M0 4H8M4 0V8", ...k })],
  (k) => [svg("path", { d: "M0 0 8 8M8 0 0 8", ...k })],
];

function sectorPatterns() {
  const line = { stroke: "var(--panel)", "stroke-width": 1.8, fill: "none" };
  return svg("svg", { width: 0, height: 0, class: "patterns", "aria-hidden": "true" }, svg("defs", {}, ...PATTERNS.map((lines, k) =>
    svg("pattern", { id: `sector${k}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
      svg("rect", { width: 8, height: 8, fill: `var(--sector${k})` }), ...lines(line)))));
}

function hueOf(sector) {
  return Math.min(sector, SECTOR_HUES - 1);
}

function sectorKeys(data, sectors) {
  return el("ul", { class: "keys legend" }, sectors.map((sector) => {
    const box = svg("svg", { width: 18, height: 12, "aria-hidden": "true" }, svg("rect", { width: 18, height: 12, fill: `url(#sector${hueOf(sector)})` }));
    return el("li", null, box, ` ${data.stock.sectors[sector]}`);
  }));
}

function markKeys() {
  const marks = [["wet", "water and drain"], ["vented", "extraction"], ["lift", "goods lift (t)"]];
  const key = (icon, words) => el("li", null, icon, ` ${words}`);
  return el("ul", { class: "keys legend marks" },
    marks.map(([name, words]) => key(svg("svg", { width: 12, height: 12, viewBox: "-6 -6 12 12", "aria-hidden": "true" }, unitMark(name)), words)),
    ["♪ noisy", "♡ sensitive to noise", "▣ needs a dock", "◤ moved, new, or another area"].map((words) => el("li", null, words)));
}

const MARKS = {
  wet: "M0-5C3-1 4 .5 4 2A4 3.6 0 0 1-4 2C-4 .5-3-1 0-5Z",
  vented: "M0-5 4-.5H1.5V5H-1.5V-.5H-4Z",
  lift: "M-2.5-5 0-1.5H-5ZM-2.5 5 0 1.5H-5ZM2-5H5V5H2Z",
};

function unitMark(name, x = 0, y = 0) {
  return svg("path", { d: MARKS[name], fill: "var(--soft)", transform: `translate(${x} ${y})` });
}

// Text that ends with a dot where it has no room; a letter is about 0.56 of its size wide.
function fitted(words, size, width, attributes) {
  const letters = Math.floor(width / (0.56 * size));
  if (letters < 2) return null;
  const shown = words.length <= letters ? words : `${words.slice(0, letters - 1)}…`;
  const text = svg("text", { "font-size": size, ...attributes });
  text.append(shown);
  return text;
}

function named(node, words) {
  const title = svg("title", {});
  title.append(words);
  node.prepend(title);
  return node;
}

function floorsOf(design) {
  const floors = new Map();
  design.units.forEach((unit, u) => floors.set(unit.level, [...(floors.get(unit.level) || []), u]));
  return [...floors].sort((a, b) => b[0] - a[0]).map(([level, units]) =>
    ({ level, units: units.sort((a, b) => design.units[a].at - design.units[b].at) }));
}

function crossSection(data, house) {
  const design = data.stock.designs[house.design];
  const floors = floorsOf(design);
  const area = (floor) => floor.units.reduce((sum, u) => sum + design.units[u].m2, 0);
  const scale = (HOUSE.width - HOUSE.gutter - 2) / most(floors.map(area));
  const roof = design.roofM2 ? HOUSE.roof : 0;
  const height = roof + floors.length * HOUSE.row + HOUSE.docks + 4;
  const ground = roof + floors.length * HOUSE.row + 2;
  const rows = floors.map((floor, rank) => floorRow(data, house, design, floor, roof + 2 + rank * HOUSE.row, scale));
  const place = data.open[house.open];
  const words = `${place.name} floor by floor, ${number(house.parts.filter((part) => !part.annex).length)} tenants; the table below says the same`;
  return svg("svg", { viewBox: `0 0 ${HOUSE.width} ${height}`, class: "section", role: "img", "aria-label": words },
    ...(roof ? roofRow(house, design, area(floors[0]) * scale) : []),
    ...rows.flat(),
    svg("path", { d: `M0 ${ground}H${HOUSE.width}`, stroke: "var(--ink)", "stroke-width": 2.5 }),
    ...dockDoors(house, design, ground));
}

function floorRow(data, house, design, floor, y, scale) {
  let x = HOUSE.gutter;
  const label = svg("text", { x: HOUSE.gutter - 8, y: y + HOUSE.row / 2 + 5, class: "level" });
  label.append(floor.level === 0 ? "G" : String(floor.level));
  return [label, ...floor.units.map((u) => {
    const width = design.units[u].m2 * scale;
    const box = unitBox(data, house, u, design.units[u], x, y, width, scale);
    x += width;
    return box;
  })];
}

function unitBox(data, house, u, unit, x, y, width, scale) {
  const box = svg("svg", { x, y, width, height: HOUSE.row });
  const state = house.states[u];
  const space = state ? `hybrid: ${state[1] ? "now " : ""}${state[0]}` : unit.space === "any" ? "" : unit.space;
  const marks = [unit.wet ? "wet" : "", unit.vented ? "vented" : "", unit.level !== 0 && unit.lift > 0 ? "lift" : ""].filter(Boolean);
  const tons = marks.includes("lift") ? number(unit.lift / 1000, 1) : "";
  const taken = marks.length * 12 + (tons ? 16 : 0) + 4;
  const head = svg("g", {}, svg("rect", { width, height: HOUSE.head, fill: "var(--fill)" }));
  const name = fitted([unit.id, space].filter(Boolean).join(" "), 10, width - taken - 6, { x: 5, y: 11, class: "unit" });
  if (name) head.append(name);
  if (width > taken + 14) {
    marks.forEach((mark, k) => head.append(unitMark(mark, width - taken + 8 + 12 * k, 7.5)));
    if (tons) head.append(fitted(tons, 10, 40, { x: width - 17, y: 11, class: "unit" }));
  }
  named(head, [`Unit ${unit.id}, ${unit.level === 0 ? "ground floor" : `level ${unit.level}`}: ${number(unit.m2)} m², bears ${number(unit.load)} kg/m², ${number(unit.height, 1)} m high`,
    space, unit.wet ? "water and drain" : "dry", unit.vented ? "extraction" : "", tons ? `goods lift ${tons} t` : ""].filter(Boolean).join("; "));
  let at = 0;
  const rooms = house.parts.filter((part) => part.unit === u).map((part) => {
    const block = tenantBlock(data, part, at, part.m2 * scale);
    at += part.m2 * scale;
    return block;
  });
  if (house.hub && house.hub[0] === u) {
    rooms.push(plainBlock("hub", house.hub[1], at, house.hub[1] * scale, "hub-room"));
    at += house.hub[1] * scale;
  }
  if (width - at > 1) rooms.push(plainBlock("free", (width - at) / scale, at, width - at, "free-room"));
  box.append(svg("g", { transform: `translate(0 ${HOUSE.head})` }, ...rooms), head,
    svg("rect", { x: 0.5, y: 0.5, width: Math.max(0, width - 1), height: HOUSE.row - 1, fill: "none", stroke: "var(--soft)" }));
  return box;
}

function tenantBlock(data, part, x, width) {
  const who = data.stock.tenants[part.who];
  const tall = HOUSE.row - HOUSE.head;
  const hue = hueOf(who.sector);
  const room = svg("svg", { x, y: 0, width, height: tall });
  room.append(svg("rect", { width, height: tall, fill: `var(--sector${hue})`, "fill-opacity": 0.2 }),
    svg("rect", { y: tall - 9, width, height: 9, fill: `url(#sector${hue})` }),
    svg("path", { d: `M${width - 0.5} 0V${tall}`, stroke: "var(--panel)" }));
  if (part.was) room.append(svg("path", { d: "M0 0H8L0 8Z", fill: "var(--ink)" }));
  const indent = part.was ? 9 : 4;
  const load = part.annex ? part.load : who.load;
  [fitted(`${signsOf(who)}${part.annex ? "annex " : ""}${who.name}`, 11, width - indent - 2, { x: indent, y: 13 }),
    fitted(`${number(part.m2)} m² · ${number(load)} kg`, 10, width - 6, { x: 4, y: 26, class: "unit" })]
    .filter(Boolean).forEach((text) => room.append(text));
  return named(room, [who.name, data.stock.sectors[who.sector], part.annex ? "annex" : part.stage, `${number(part.m2)} m²`, `${number(load)} kg/m²`,
    who.db === null ? "" : `${number(who.db)} dB(A)`, part.was].filter(Boolean).join(", "));
}

function signsOf(who) {
  return `${who.noise > 0 ? "♪" : ""}${who.noise < 0 ? "♡" : ""}${who.dock || who.dockMin ? "▣" : ""}`;
}

function plainBlock(words, area, x, width, name) {
  const tall = HOUSE.row - HOUSE.head;
  const room = svg("svg", { x, y: 0, width, height: tall }, svg("rect", { width, height: tall, class: name }));
  const text = fitted(`${words} ${number(area)} m²`, 11, width - 6, { x: 4, y: 22, class: `on-${name}` });
  if (text) room.append(text);
  return named(room, `${capital(words)}: ${number(area)} m²`);
}

function roofRow(house, design, width) {
  let x = HOUSE.gutter;
  const uses = house.roof.map((row) => {
    const wide = (row.m2 / design.roofM2) * width;
    const bar = svg("svg", { x, y: 1, width: wide, height: HOUSE.roof - 1 }, svg("rect", { width: wide - 1, height: HOUSE.roof - 1, class: "roof-use" }));
    const text = fitted(`${row.use} ${number(row.m2)} m²`, 10.5, wide - 8, { x: 4, y: 12 });
    if (text) bar.append(text);
    x += wide;
    return named(bar, `Roof: ${row.use}, ${number(row.m2)} of ${number(design.roofM2)} m²`);
  });
  return [svg("rect", { x: HOUSE.gutter, y: 1, width, height: HOUSE.roof - 1, class: "free-room" }), ...uses];
}

function dockDoors(house, design, y) {
  const doors = Math.min(design.docks, 20);
  const own = house.docks.own.length;
  const kind = (k) => (k < house.docks.hub ? "door hub-room" : k < house.docks.hub + own ? "door own" : "door");
  const marks = Array.from({ length: doors }, (_, k) => svg("rect", { x: HOUSE.gutter + 16 * k, y: y + 3, width: 13, height: 9, class: kind(k) }));
  const words = [`${number(design.docks)} ${design.docks === 1 ? "dock" : "docks"}`, house.docks.hub ? `${number(house.docks.hub)} for the hub` : "", own ? `${number(own)} for one tenant each` : ""];
  const text = svg("text", { x: HOUSE.gutter + 16 * doors + 6, y: y + 12, "font-size": 11 });
  text.append(words.filter(Boolean).join(", "));
  return [...marks, text];
}
