// The map: background tiles, areas, dots, candidates, facilities; and what a click shows.
function makeMap(data, layers, shown) {
  const map = L.map("map", {
    attributionControl: false,
    fadeAnimation: false,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    zoomSnap: 0.25,
    zoomDelta: 0.5,
    minZoom: 9,
    maxZoom: 19,
    zoomControl: false,
  });
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.fitBounds(extent(data, layers), { padding: [20, 20] });
  const hues = catchmentHues(data.open);
  const dots = pointLayer(data.points.lon, data.points.lat);
  const spots = pointLayer(data.closed.map((row) => row[2]), data.closed.map((row) => row[3]));
  const tiles = [
    backgroundTiles(layers, shown),
    areaTiles(layers, shown, hues),
    zoneTiles(layers, shown),
    siteTiles(layers, shown),
    candidateTiles(data, spots, shown),
    pointTiles(data, dots, shown, hues),
    tourTiles(data, layers),
  ];
  tiles.forEach((layer) => layer.addTo(map));
  const view = { map, layers, tiles, areas: tiles[1], tourLayer: tiles.at(-1), dots, spots, hues, data, shown, spider: L.layerGroup().addTo(map) };
  addFacilities(view);
  addUnserved(view);
  map.on("click", (event) => clickTour(view, event.latlng) || showCandidate(view, event.latlng) || showPoint(view, event.latlng));
  return view;
}

function extent(data, layers) {
  const places = data.periods ? data.periods.flatMap((period) => [...period.open, ...period.uses]) : data.open;
  const around = (data.periods || [data]).flatMap(placesAround);
  const lats = [...data.points.lat, ...[...places, ...around].map((place) => place.lat)];
  const lons = [...data.points.lon, ...[...places, ...around].map((place) => place.lon)];
  if (!lats.length && layers.streets && layers.streets.lat.length) {
    lats.push(...[least(layers.streets.lat), most(layers.streets.lat)]);
    lons.push(...[least(layers.streets.lon), most(layers.streets.lon)]);
  }
  if (!lats.length) return L.latLngBounds([-60, -150], [60, 150]);
  return L.latLngBounds([least(lats), least(lons)], [most(lats), most(lons)]);
}

function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values) {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

function addFacilities(view) {
  view.groups = KINDS.map(() => L.layerGroup().addTo(view.map));
  view.otherUses = L.layerGroup().addTo(view.map);
  view.neighbours = L.layerGroup().addTo(view.map);
  view.trades = L.layerGroup().addTo(view.map);
  drawFacilities(view);
  view.data.gateways.forEach(([name, lon, lat]) => {
    L.circleMarker([lat, lon], { radius: 5, color: "var(--ink)", weight: 2, fillColor: "var(--panel)", fillOpacity: 1 })
      .bindTooltip(() => el("span", null, `Gateway: ${name}`))
      .addTo(view.map);
  });
}

function drawFacilities(view) {
  const { data, groups, otherUses } = view;
  markTwins(data.open);
  [...groups, otherUses].forEach((group) => group.clearLayers());
  data.open.forEach((place) => groups[place.kind].addLayer(facilityMarker(place, (chosen) => choose(view, chosen))));
  (data.uses || []).forEach((place) => otherUses.addLayer(useMarker(place)));
  drawExchange(view);
}

function addUnserved(view) {
  view.data.unserved.forEach((item) => {
    const icon = L.divIcon({ html: cross(), className: "pin", iconSize: [12, 12] });
    const words = () => el("span", null, `Not served: ${item.demand_point}, ${number(item.parcels_per_day, 1)} parcels a day; ${item.reason}`);
    L.marker([item.lat, item.lon], { icon, keyboard: false }).bindTooltip(words).addTo(view.map);
  });
}

function refresh(view) {
  view.tiles.forEach((layer) => layer.redraw());
}

function choose(view, place, move = false) {
  const { map, data } = view;
  const rank = data.open.indexOf(place);
  if (!map.hasLayer(view.groups[place.kind])) view.groups[place.kind].addTo(map);
  map.closePopup();
  const home = shifted(place);
  const rays = (data.flows[rank] || []).map((i) => [home, [data.points.lat[i], data.points.lon[i]]]);
  const hue = colour(KIND_COLOURS[place.kind]);
  if (rays.length) {
    const renderer = L.canvas({ padding: 0.5 });
    view.spider.addLayer(L.polyline(rays, { renderer, color: hue, weight: 1.2, opacity: 0.65, interactive: false }));
  }
  if (move) map.setView(home, Math.max(map.getZoom(), 15), { animate: false });
  L.popup({ maxWidth: 300, offset: [0, -SIZES[place.kind] / 2 + 4] })
    .setLatLng(home)
    .setContent(facilityCard(data, place, rays.length))
    .on("remove", () => highlight(view, -1))
    .openOn(map);
  highlight(view, rank);
}

// Shows the catchment or the walking reach of one facility; -1 shows none.
function highlight(view, rank) {
  if (rank < 0) view.spider.clearLayers();
  view.shown.chosen = rank;
  view.areas.redraw();
}

function facilityCard(data, place, served) {
  const rows = [["Design", place.design]];
  if (place.kind === 1) rows.push(["Floor area let", `${number(place.letM2)} m² (${percent(place.use)})`]);
  else {
    rows.push(["Parcels a day", number(place.parcels)]);
    rows.push(["Use on the peak day", percent(place.use)], ["Demand points served", number(served)]);
  }
  rows.push(["Stands there now", place.what], ["Zone", place.zone], ["Commune", place.jurisdiction]);
  rows.push(["Footprint", `${number(place.footprintM2)} of ${number(place.areaM2)} m²`]);
  if (place.consumedM2) rows.push(["Natural soil consumed", `${number(place.consumedM2)} m²`]);
  if (place.purchase) rows.push(["Land bought", `${money(place.purchase)} ${data.currency}`]);
  if (place.build) rows.push(["Building", `${money(place.build)} ${data.currency}`]);
  rows.push(...standing(data, place));
  if (place.status !== "candidate") rows.push(["Stated by the scenario", place.status]);
  return el(
    "div",
    { class: "popup" },
    el("h3", null, place.name),
    el("p", { class: "soft" }, `${KIND_NAMES[place.kind]} ${place.tag}`),
    table([["", false], ["", true]], rows),
  );
}

function showCandidate(view, latlng) {
  const j = view.shown.closed ? nearestPoint(view.spots, view.map, latlng, 7) : -1;
  if (j < 0) return false;
  const row = view.data.closed[j];
  L.popup({ maxWidth: 280 }).setLatLng([row[3], row[2]]).setContent(candidateCard(row)).openOn(view.map);
  return true;
}

function showPoint(view, latlng) {
  const i = view.shown.points === "off" ? -1 : nearestPoint(view.dots, view.map, latlng);
  if (i < 0) return;
  const { points, open } = view.data;
  const rows = [["Parcels a day", number(points.parcels[i], 1)]];
  if (points.main) {
    [["bike", "hub", "By cargo bike"], ["pickup", "shop", "Picked up"], ["van", null, "By van"], ["unserved", null, "Not served"]]
      .filter(([channel]) => points[channel][i] > 0)
      .forEach(([channel, from, words]) => {
        const place = from && points[from][i] >= 0 ? open[points[from][i]] : null;
        rows.push([place ? `${words}, mainly from ${place.tag}` : words, `${points[channel][i]}${THIN}%`]);
      });
  }
  L.popup({ maxWidth: 280 })
    .setLatLng([points.lat[i], points.lon[i]])
    .setContent(el("div", { class: "popup" }, el("h3", null, "Demand point"), table([["", false], ["", true]], rows)))
    .openOn(view.map);
}
