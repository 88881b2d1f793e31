// Tours on the map: what is shown, what the pointer is on, what a click chooses.
function startTours(view) {
  dayState.view = view;
  dayState.kinds = view.data.tours.vehicles.map(() => false);
  view.hover = L.polyline([], { color: "var(--ink)", weight: 3, opacity: 0.75, interactive: false }).addTo(view.map);
  view.hint = L.tooltip({ direction: "top", offset: [0, -6] });
  let waiting = false;
  view.map.on("mousemove", ({ latlng }) => {
    if (waiting || !dayState.kinds.some(Boolean)) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      hoverTour(view, latlng);
    });
  });
  view.map.on("mouseout", () => hoverTour(view, null));
}

// The part "Tours" shows tours and hides demand and closed candidates; leaving it brings these back.
function enterTours(view, enter) {
  const on = dayState.kinds.some(Boolean);
  if (!view.data.tours || enter === on) return;
  if (enter) view.quiet = { points: view.shown.points, closed: view.shown.closed };
  Object.assign(view.shown, enter ? { points: "off", closed: false } : view.quiet);
  dayState.kinds = dayState.kinds.map(() => enter);
  if (!enter) hoverTour(view, null);
  view.map.getContainer().classList.toggle("tour-chosen", enter && dayState.chosen >= 0);
  fillLegend(view);
  view.tiles.slice(3).forEach((layer) => layer.redraw()); // sites, candidates, demand, tours
}

function tourKeys(view) {
  const { data, map } = view;
  if (!data.tours || !view.layers.legs) return [];
  const missed = data.tours.missedCount ? [el("span", { class: "key" }, cross("ink"), `not visited (${number(data.tours.missedCount)})`)] : [];
  return [...data.tours.vehicles.map(([name, one, many], kind) => {
    const count = data.tours.list.vehicle.filter((value) => value === kind).length;
    const act = (on) => {
      dayState.kinds[kind] = on;
      view.tourLayer.redraw();
    };
    return toggle(lineKey(VEHICLE_HUES[name] || "none"), `Tours of ${many} (${number(count)})`, dayState.kinds[kind], act);
  }), ...missed];
}

// The leg under the pointer: [leg, tour], or null.
function nearestLeg(view, latlng, reach = 7) {
  const { legs } = view.layers;
  const { list } = view.data.tours;
  if (!legs) return null;
  const scale = 2 ** view.map.getZoom();
  const [x, y, near] = [worldX(latlng.lng), worldY(latlng.lat), reach / scale];
  let best = null;
  let least = near * near;
  for (const q of found(legs, [x - near, y - near, x + near, y + near])) {
    const k = legs.code[q];
    if (!dayState.kinds[list.vehicle[k]] || !inHub(view.data, k)) continue;
    const distance = toLine(legs, q, x, y) * (k === dayState.chosen ? 0.5 : 1);
    if (distance < least) [best, least] = [[q, k], distance];
  }
  return best;
}

function toLine({ start, x: xs, y: ys }, q, x, y) {
  let least = Infinity;
  for (let k = start[q] + 1; k < start[q + 1]; k++) {
    const [ax, ay, dx, dy] = [xs[k - 1], ys[k - 1], xs[k] - xs[k - 1], ys[k] - ys[k - 1]];
    const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, (ax + along * dx - x) ** 2 + (ay + along * dy - y) ** 2);
  }
  return least;
}

function nearestStop(view, latlng) {
  if (dayState.chosen < 0) return -1;
  const scale = 2 ** view.map.getZoom();
  const [x, y] = [worldX(latlng.lng) * scale, worldY(latlng.lat) * scale];
  const close = roomyStops(view.data, scale).map((stop) => ({ ...stop, far: Math.hypot(stop.x - x, stop.y - y) }))
    .filter(({ far, roomy }) => far < (roomy ? 11 : 6)).sort((a, b) => a.far - b.far);
  return close.length ? close[0].q : -1;
}

function hoverTour(view, latlng) {
  const { data, layers, map } = view;
  const stop = latlng ? nearestStop(view, latlng) : -1;
  const leg = latlng && stop < 0 ? nearestLeg(view, latlng) : null;
  map.getContainer().style.cursor = leg || stop >= 0 ? "pointer" : "";
  const k = leg && leg[1] !== dayState.chosen ? leg[1] : -1;
  if (k !== view.hovered) {
    view.hovered = k;
    view.hover.setLatLngs(k < 0 ? [] : tourLatLngs(data, layers.legs, k));
  }
  if (!leg && stop < 0) return void view.hint.remove();
  view.hint.setContent(() => el("span", null, stop >= 0 ? stopWords(data, stop) : tourWords(data, leg[1])))
    .setLatLng(latlng).addTo(map);
}

function tourWords(data, k) {
  const { list } = data.tours;
  return `Tour ${tourName(data, k)}: ${timeOfDay(list.begin[k])} to ${timeOfDay(list.end[k])}, ${number(list.stops[k])} stops, ${number(list.parcels[k])} parcels, ${number(list.m[k] / 1000, 1)} km`;
}

function stopWords(data, q) {
  const { visits } = data.tours;
  return `Stop ${visits.number[q]} at ${timeOfDay(visits.begin[q])}: ${number(visits.parcels[q])} parcels`;
}

function tourLatLngs(data, legs, k) {
  const lines = [];
  for (let q = data.tours.list.first[k]; q < data.tours.list.first[k + 1]; q++) {
    const line = [];
    for (let p = legs.start[q]; p < legs.start[q + 1]; p++) line.push([legs.lat[p], legs.lon[p]]);
    if (line.length) lines.push(line);
  }
  return lines;
}

// A click on a stop of the chosen tour shows its card; on a line, it chooses that tour.
function clickTour(view, latlng) {
  const { data } = view;
  if (!data.tours || !dayState.kinds.some(Boolean)) return false;
  const stop = nearestStop(view, latlng);
  if (stop >= 0) pickVisit(stop, false);
  const leg = stop < 0 ? nearestLeg(view, latlng) : null;
  if (leg && leg[1] !== dayState.chosen) pickTour(data, leg[1], { stay: true });
  return stop >= 0 || leg !== null;
}

function tourBox(view) {
  const { visits, list } = view.data.tours;
  const { legs } = view.layers;
  const [from, to] = [list.first[dayState.chosen], list.first[dayState.chosen + 1]];
  const box = L.latLngBounds([]);
  for (let q = from; q < to; q++) {
    box.extend([visits.lat[q], visits.lon[q]]);
    if (legs) for (let p = legs.start[q]; p < legs.start[q + 1]; p++) box.extend([legs.lat[p], legs.lon[p]]);
  }
  return box;
}

// Draws what is chosen; moves the map to it unless it was chosen there.
function showTour(stay = false) {
  const { view } = dayState;
  if (!view) return;
  view.map.closePopup();
  if (!stay && dayState.chosen >= 0 && !dayState.trip) {
    view.map.fitBounds(tourBox(view), { padding: [26, 26], maxZoom: 16.5, animate: false });
  }
  view.hover.setLatLngs([]);
  view.hovered = -1;
  view.map.getContainer().classList.toggle("tour-chosen", dayState.chosen >= 0);
  view.tourLayer.redraw();
}

function showVisit(q, move) {
  const { view } = dayState;
  if (!view) return;
  const { visits } = view.data.tours;
  const at = [visits.lat[q], visits.lon[q]];
  if (move && !view.map.getBounds().pad(-0.1).contains(at)) view.map.panTo(at, { animate: false });
  view.tourLayer.redraw();
  L.popup({ maxWidth: 280, offset: [0, -6] }).setLatLng(at).setContent(visitCard(view.data, q))
    .on("remove", () => {
      dayState.visit = -1;
      view.tourLayer.redraw();
    }).openOn(view.map);
}

function visitCard(data, q) {
  const { visits } = data.tours;
  const rows = [["Arrives", timeOfDay(visits.arrive[q])], ["Leaves", timeOfDay(visits.leave[q])], ["Parcels", number(visits.parcels[q])],
    ["Then on board", `${number(visits.onBoard[q])}, ${number(visits.kg[q])} kg`], ["Way from the stop before", `${number(visits.m[q])} m`]];
  return el("div", { class: "popup" }, el("h3", null, `Stop ${visits.number[q]} of ${data.tours.labels[dayState.chosen]}`),
    el("p", { class: "soft" }, placeWords(data, q)), table([["", false], ["", true]], rows));
}

// All tours on a map of their own, before what is said of them.
function tourMapOnPaper(view) {
  const { kinds, chosen, hub } = dayState;
  Object.assign(dayState, { kinds: kinds.map(() => true), chosen: -1, hub: null });
  Object.assign(view.shown, { quietPoints: view.shown.points, quietClosed: view.shown.closed, points: "off", closed: false });
  const box = view.layers.legs && view.layers.legs.count ? dayBox(view) : extent(view.data, view.layers);
  const picture = smallMap(view, box, 680, 430);
  Object.assign(view.shown, { points: view.shown.quietPoints, closed: view.shown.quietClosed });
  Object.assign(dayState, { kinds, chosen, hub });
  const keys = view.data.tours.vehicles.map(([name, , many]) => el("li", null, lineKey(VEHICLE_HUES[name] || "none"), ` ${many}`));
  document.querySelector("#part-tours > .title").after(el("figure", { class: "tour-map" }, picture, el("ul", { class: "keys" }, keys)));
}

function dayBox({ data }) {
  const { lon, lat } = data.tours.visits;
  return L.latLngBounds([least(lat), least(lon)], [most(lat), most(lon)]);
}
