// Puts the page together: texts at once, the map when its geometry is unpacked.
const EVERY_PART = [
  ["years", "Years", yearsPart],
  ["plan", "Plan", planPart],
  ["tours", "Tours", toursPart],
  ["hotels", "Hotels", hotelPart],
  ["ledgers", "Land & money", ledgerPart],
  ["costs", "Costs", costPart],
  ["sure", "How sure", surePart],
  ["data", "Data", dataPart],
];

function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function partsOf(data) {
  return EVERY_PART.filter(([id]) => (id !== "years" || data.periods) && (id !== "tours" || data.tours));
}

function fillParts(data) {
  const parts = partsOf(data);
  const tabs = document.getElementById("tabs");
  const panels = document.getElementById("parts");
  const open = (id, focus) => {
    for (const [key] of parts) {
      const tab = document.getElementById(`tab-${key}`);
      tab.setAttribute("aria-selected", String(key === id));
      tab.tabIndex = key === id ? 0 : -1;
      document.getElementById(`part-${key}`).hidden = key !== id;
    }
    if (focus) document.getElementById(`tab-${id}`).focus();
    panels.scrollTop = 0;
    if (dayState.view) enterTours(dayState.view, id === "tours");
  };
  parts.forEach(([id, words], rank) => {
    const keys = stepping(rank, parts.length, (to) => open(parts[to][0], true));
    tabs.append(el("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `part-${id}`,
      on: { click: () => open(id, false), keydown: keys } }, words));
    panels.append(el("div", { class: "part", role: "tabpanel", id: `part-${id}`, tabindex: 0, "aria-labelledby": `tab-${id}` }));
  });
  open(parts[0][0], false);
  dayState.openPart = (id) => open(id, false);
}

// Arrow keys, Home and End go from one of `count` buttons to another.
function stepping(rank, count, go) {
  const step = { ArrowRight: rank + 1, ArrowLeft: rank - 1, Home: 0, End: count - 1 };
  return (event) => {
    if (!(event.key in step)) return;
    event.preventDefault();
    go((step[event.key] + count) % count);
  };
}

// Of the parts, "years" and "tours" are the same in every period; the others are filled again when it changes.
function refillParts(data, show, again = false) {
  partsOf(data).forEach(([id, words, fill]) => {
    if (again && (id === "years" || id === "tours")) return;
    const title = data.periods && PERIOD_PARTS.includes(id) ? `${words} ${data.periodLabel}` : words;
    const content = fill(data, show).flat().filter(Boolean);
    document.getElementById(`part-${id}`).replaceChildren(el("h2", { class: "title" }, title), ...content);
  });
}

function setTheme(dark) {
  document.documentElement.classList.toggle("dark", dark);
  document.getElementById("theme").textContent = dark ? "Light" : "Dark";
}

function followTheme(view) {
  const isDark = () => document.documentElement.classList.contains("dark");
  document.getElementById("theme").addEventListener("click", () => {
    setTheme(!isDark());
    refresh(view);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    setTheme(event.matches);
    refresh(view);
  });
  addEventListener("beforeprint", () => toPaper(view, isDark()));
  addEventListener("afterprint", () => toScreen(view));
}

async function unpackAll(packed) {
  if (!("DecompressionStream" in window)) return {};
  const names = Object.keys(packed);
  const layers = await Promise.all(names.map((name) => unpack(packed[name])));
  return Object.fromEntries(names.map((name, rank) => [name, layers[rank]]));
}

async function start() {
  const data = read("data");
  let view = null;
  setTheme(matchMedia("(prefers-color-scheme: dark)").matches);
  document.getElementById("place").textContent = `Faubourg · ${data.name}`;
  document.getElementById("headline").textContent = data.headline;
  document.getElementById("credit").textContent = data.credit;
  const show = (place) => view && choose(view, place, true);
  if (data.periods) usePeriod(data, null, 0);
  fillParts(data);
  refillParts(data, show);
  const layers = await unpackAll(read("geometry"));
  const shown = { closed: true, buildings: true, zones: true, catchments: false, reach: false, points: "channel", chosen: -1 };
  if (data.periods) usePeriod(data, layers, 0);
  view = makeMap(data, layers, shown);
  if (data.tours) startTours(view);
  fillLegend(view);
  if (data.periods) fillPeriods(view, show);
  view.map.invalidateSize({ animate: false }).fitBounds(extent(data, layers), { padding: [20, 20], animate: false });
  followTheme(view);
  document.documentElement.dataset.ready = "yes";
}

start();
