// Puts the page together: texts at once, the map when its geometry is unpacked.
const PARTS = [
  ["plan", "Plan", planPart],
  ["hotels", "Hotels", hotelPart],
  ["ledgers", "Land & money", ledgerPart],
  ["costs", "Costs", costPart],
  ["sure", "How sure", surePart],
  ["data", "Data", dataPart],
];

function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function fillParts(data, show) {
  const tabs = document.getElementById("tabs");
  const parts = document.getElementById("parts");
  const open = (id, focus) => {
    for (const [key] of PARTS) {
      const tab = document.getElementById(`tab-${key}`);
      tab.setAttribute("aria-selected", String(key === id));
      tab.tabIndex = key === id ? 0 : -1;
      document.getElementById(`part-${key}`).hidden = key !== id;
    }
    if (focus) document.getElementById(`tab-${id}`).focus();
    parts.scrollTop = 0;
  };
  PARTS.forEach(([id, words, fill], rank) => {
    const step = { ArrowRight: rank + 1, ArrowLeft: rank - 1, Home: 0, End: PARTS.length - 1 };
    const keys = (event) => {
      if (!(event.key in step)) return;
      event.preventDefault();
      open(PARTS[(step[event.key] + PARTS.length) % PARTS.length][0], true);
    };
    tabs.append(el("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `part-${id}`,
      on: { click: () => open(id, false), keydown: keys } }, words));
    const content = fill(data, show).flat().filter(Boolean);
    parts.append(el("div", { class: "part", role: "tabpanel", id: `part-${id}`, tabindex: 0, "aria-labelledby": `tab-${id}` },
      el("h2", { class: "title" }, words), content));
  });
  open(PARTS[0][0], false);
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

// Paper is light, has no popups, shows everything that is folded, and a map of its own size.
function toPaper(view, dark) {
  const { map } = view;
  const folded = [...document.querySelectorAll("details:not([open], .screen)")];
  view.before = { dark, folded, centre: map.getCenter(), zoom: map.getZoom() };
  folded.forEach((item) => (item.open = true));
  map.closePopup();
  setTheme(false);
  const frame = document.getElementById("frame");
  Object.assign(frame.style, { flex: "none", width: "690px", height: "450px" });
  map.invalidateSize({ animate: false });
  map.fitBounds(extent(view.data, view.layers), { padding: [20, 20], animate: false });
  refresh(view);
  view.paper = paperMap(view);
}

// All tile layers in one canvas, at the resolution of a printer.
function paperMap({ map, tiles }) {
  const size = map.getSize();
  const canvas = el("canvas", { class: "paper", width: 3 * size.x, height: 3 * size.y, style: { width: `${size.x}px`, height: `${size.y}px` } });
  const corner = map.getPixelBounds().min;
  const context = canvas.getContext("2d");
  context.setTransform(3, 0, 0, 3, 0, 0);
  tiles.forEach((layer) => layer.paint(context, sheet(corner.x, corner.y, size.x, size.y, map.getZoom())));
  map.getPane("tilePane").append(canvas);
  L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
  return canvas;
}

function toScreen(view) {
  const { dark, folded, centre, zoom } = view.before;
  view.paper.remove();
  folded.forEach((item) => (item.open = false));
  setTheme(dark);
  document.getElementById("frame").style.cssText = "";
  view.map.invalidateSize({ animate: false });
  view.map.setView(centre, zoom, { animate: false });
  refresh(view);
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
  fillParts(data, (place) => view && choose(view, place, true));
  const layers = await unpackAll(read("geometry"));
  const shown = { closed: true, buildings: true, catchments: false, reach: false, points: "channel", chosen: -1 };
  view = makeMap(data, layers, shown);
  fillLegend(view);
  view.map.invalidateSize({ animate: false }).fitBounds(extent(data, layers), { padding: [20, 20], animate: false });
  followTheme(view);
  document.documentElement.dataset.ready = "yes";
}

start();
