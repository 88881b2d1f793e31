// On paper: a light map of its own size, everything unfolded, and one small map per period.
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
  const sheetOnly = document.documentElement.classList.contains("sheet-only") && dayState.chosen >= 0;
  view.before.inTours = dayState.kinds.some(Boolean);
  if (!sheetOnly) enterTours(view, false);
  map.fitBounds(sheetOnly ? tourBox(view) : extent(view.data, view.layers), { padding: [20, 20], animate: false });
  refresh(view);
  view.paper = paperMap(view);
  if (view.data.periods) smallMultiples(view);
  if (view.data.tours && !sheetOnly) tourMapOnPaper(view);
  if (view.data.periods && view.data.stock) housesOnPaper(view, () => {});
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
  document.getElementById("multiples").replaceChildren();
  enterTours(view, view.before.inTours);
  document.querySelectorAll(".tour-map, .othertime").forEach((sheet) => sheet.remove());
  folded.forEach((item) => (item.open = false));
  setTheme(dark);
  document.getElementById("frame").style.cssText = "";
  view.map.invalidateSize({ animate: false });
  view.map.setView(centre, zoom, { animate: false });
  refresh(view);
}

// Every period on a map of its own, with the signs of what is open; then back to the one chosen.
function smallMultiples(view) {
  const { data, layers } = view;
  const chosen = data.shownPeriod;
  const box = extent(data, layers);
  const pictures = data.periods.map((period, t) => {
    showPeriod(view, t);
    const words = KINDS.map((kind) => [data.counts[kind], data.nouns[kind]])
      .filter(([count]) => count)
      .map(([count, nouns]) => `${number(count)} ${nouns[count === 1 ? 0 : 1]}`);
    return el("figure", null, smallMap(view, box, 330, 215),
      el("figcaption", null, el("b", null, period.periodLabel), ` ${words.join(", ") || "nothing new"}`));
  });
  showPeriod(view, chosen);
  document.getElementById("multiples").replaceChildren(...pictures);
}

function smallMap({ data, tiles }, box, width, height) {
  const canvas = el("canvas", { width: 3 * width, height: 3 * height, style: { width: `${width}px`, height: `${height}px` } });
  const context = canvas.getContext("2d");
  context.setTransform(3, 0, 0, 3, 0, 0);
  const [west, east] = [worldX(box.getWest()), worldX(box.getEast())];
  const [north, south] = [worldY(box.getNorth()), worldY(box.getSouth())];
  const scale = Math.min((width - 24) / (east - west || 1e-6), (height - 24) / (south - north || 1e-6));
  const [left, top] = [((west + east) / 2) * scale - width / 2, ((north + south) / 2) * scale - height / 2];
  context.fillStyle = colour("map");
  context.fillRect(0, 0, width, height);
  tiles.forEach((layer) => {
    context.save();
    layer.paint(context, sheet(left, top, width, height, Math.log2(scale)));
    context.restore();
  });
  [...data.open].reverse().forEach((place) => {
    const [lat, lon] = shifted(place);
    paintSign(context, place, worldX(lon) * scale - left, worldY(lat) * scale - top);
  });
  return canvas;
}

function paintSign(context, place, x, y) {
  const r = place.kind === 2 ? 4 : 7;
  context.beginPath();
  candidateShape(context, x, y, r, 1 << place.kind);
  context.fillStyle = colour(KIND_COLOURS[place.kind]);
  context.strokeStyle = colour("rim");
  context.fill();
  context.stroke();
  if (place.kind === 2) return;
  context.fillStyle = place.kind === 0 ? "#211600" : "#ffffff";
  context.font = "700 8px sans-serif";
  context.textAlign = "center";
  context.fillText(place.tag, x, y + 3);
}
