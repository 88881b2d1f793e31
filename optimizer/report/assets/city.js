// All hotels of the town together: who is in them, against what the scenario asks for.
function cityBlocks(data, show) {
  return [cityTiles(data), houseIndex(data), sectorBlock(data), jobBlock(data), loudBlock(data), resourceBlock(data)];
}

function cityTiles(data) {
  const mains = data.inside.houses.flatMap((house) => house.parts.filter((part) => !part.annex));
  const sum = (key) => mains.reduce((total, part) => total + part[key], 0);
  const services = data.inside.houses.flatMap((house) => house.services).reduce((total, row) => total + row.eur, 0);
  return el("div", { class: "tiles" },
    tile(number(mains.length), `businesses in ${number(data.inside.houses.length)} hotels, ${number(data.homeless.length)} find no place`),
    tile(`${number(sum("allM2"))} m²`, "let"),
    tile(number(sum("jobs")), "jobs in them"),
    tile(`${money(sum("rent"))} ${data.currency}`, services ? `rent a year; shared services ${signed(services)}` : "rent a year"));
}

// Where there are many, a list to find them by.
function houseIndex(data) {
  const { houses } = data.inside;
  if (houses.length < 4) return null;
  const row = (house, rank) => {
    const place = data.open[house.open];
    const go = () => document.getElementById(`house-${rank}`).scrollIntoView();
    const mains = house.parts.filter((part) => !part.annex);
    return [sign(1, 22, place.tag), el("button", { type: "button", class: "go", on: { click: go } }, place.name), number(mains.length), number(place.letM2), percent(place.use)];
  };
  const columns = [["", false, "mark"], ["Hotel", false], ["Tenants", true], ["Let m²", true], ["Use", true]];
  const rest = houses.slice(LISTED);
  return el("div", null, el("h2", null, "Hotels"), table(columns, houses.slice(0, LISTED).map(row)),
    rest.length ? el("details", null, el("summary", null, `${number(rest.length)} more`), table(columns, rest.map((house, k) => row(house, k + LISTED)))) : null);
}

function sectorBlock(data) {
  const { sectors, mix } = data.inside;
  const all = sectors.reduce((sum, [, area]) => sum + area, 0);
  if (!all) return null;
  const lines = sectors.map(([name, area]) => {
    const hue = hueOf(data.stock.sectors.indexOf(name));
    return meterLine(name, area / all, `sector${hue}`, `${number(area)} m², ${percent(area / all)}`);
  });
  return el("div", null, el("h2", null, "Sectors"), el("div", { class: "lines" }, lines), mix.map((rule) => mixLine(rule)));
}

function mixLine(rule) {
  const reached = rule.share_low === null ? "nothing let" : rule.each_hotel && rule.share_high > rule.share_low
    ? `${percent(rule.share_low)} to ${percent(rule.share_high)}` : percent(rule.share_high);
  const asked = [rule.share_min ? `at least ${percent(rule.share_min)}` : "", rule.share_max < 1 ? `at most ${percent(rule.share_max)}` : "",
    rule.area_min_m2 ? `at least ${number(rule.area_min_m2)} m²` : "", rule.area_max_m2 === null ? "" : `at most ${number(rule.area_max_m2)} m²`].filter(Boolean);
  return el("div", { class: "ledger" },
    el("div", { class: "row" }, el("b", null, rule.name), el("span", null, `${reached}${rule.each_hotel ? " in each hotel" : ""}, ${number(rule.area_m2)} m²`)),
    el("div", { class: "small soft" }, `Asked: ${asked.join(", ") || "nothing"}; ${rule.where}. Source: ${rule.source}`));
}

function jobBlock(data) {
  const { skills, jobRules } = data.inside;
  if (!skills.length) return null;
  const all = skills.reduce((sum, value) => sum + value, 0);
  return el("div", null, el("h2", null, "Jobs by skill"),
    el("div", { class: "lines" }, skills.map((value, k) => meterLine(data.stock.skills[k], value / Math.max(all, 1), "hotel", `${number(value)} jobs`))),
    jobRules.map((rule) => el("div", { class: "ledger" },
      el("div", { class: "row" }, el("b", null, rule.name), el("span", null, `${number(rule.jobs)} of at least ${number(rule.jobs_min)}`)),
      el("div", { class: "small soft" }, `${rule.skill}; ${rule.where}. Source: ${rule.source}`))));
}

function loudBlock(data) {
  const all = Object.values(data.inside.neighbours);
  if (!all.length) return null;
  const shown = all.sort((a, b) => (b.share ?? 9) - (a.share ?? 9)).slice(0, 5);
  return el("div", null, el("h2", null, `Noise at ${number(all.length)} ${all.length === 1 ? "neighbour" : "neighbours"}`),
    el("p", { class: "soft small" }, "Hotels and background together, and how much of the energy that the limit leaves beside the background hotels use."),
    table([["Loudest at", false], ["In the", false], ["dB(A)", true], ["of the limit", true]],
      shown.map((one) => [one.id, one.band, `${number(one.db, 1)} of ${number(one.limit)}`, shareWords(one.share)])));
}

function resourceBlock(data) {
  const { exchanges, links } = data.inside;
  if (!exchanges.length) return null;
  const cost = Object.fromEntries(links);
  const rows = data.stock.resources.map(({ name, unit }) => {
    const own = exchanges.filter((row) => row.what === name);
    const sum = (key) => own.reduce((total, row) => total + row[key], 0);
    return own.length ? [name, number(own.length), `${number(sum("amount"))} ${unit}`, number(sum("delivered")), number(sum("eur")), number(cost[name] || 0)] : null;
  }).filter(Boolean);
  const columns = [["What passes on", false], ["Flows", true], ["Sent", true], ["Arrives", true], ["Worth", true], ["Links", true]];
  return el("div", null, el("h2", null, "Exchange"), el("p", { class: "soft small" }, `A year, worth and links in ${data.currency}.`), table(columns, rows));
}

// Partners and neighbours of the hotels, which the map must not cut off.
function placesAround({ inside }) {
  if (!inside) return [];
  const ends = inside.exchanges.flatMap(({ ends: [west, south, east, north] }) => [{ lon: west, lat: south }, { lon: east, lat: north }]);
  return [...ends, ...Object.values(inside.neighbours)];
}

// On the map: neighbours by how much of their limit is used, and lines between who gives and who takes.
function drawExchange(view) {
  const { data, neighbours, trades } = view;
  [neighbours, trades].forEach((group) => group.clearLayers());
  if (!data.inside) return;
  Object.values(data.inside.neighbours).forEach((one) => neighbours.addLayer(neighbourMark(one)));
  const pairs = new Map();
  data.inside.exchanges.filter((row) => row.metres > 0).forEach((row) => {
    const key = [row.ends.slice(0, 2).join(" "), row.ends.slice(2).join(" ")].sort().join(" ");
    pairs.set(key, [...(pairs.get(key) || []), row]);
  });
  pairs.forEach((rows) => trades.addLayer(tradeLine(rows)));
  data.inside.exchanges.forEach((row) => row.houses.forEach((house, end) => {
    if (house < 0) trades.addLayer(partnerMark(end ? row.to : row.from, row.ends.slice(2 * end, 2 * end + 2)));
  }));
}

function neighbourMark(one) {
  const share = one.share === null ? 1 : Math.min(1, one.share);
  const words = `${one.id}: ${number(one.db, 1)} of ${number(one.limit)} dB(A) in the ${one.band}, ${shareWords(one.share)} of what the limit leaves`;
  return L.circleMarker([one.lat, one.lon], { radius: 5, color: "var(--noise)", weight: 1.5, fillColor: "var(--noise)", fillOpacity: 0.1 + 0.85 * share })
    .bindTooltip(() => el("span", null, words));
}

function tradeLine(rows) {
  const [west, south, east, north] = rows[0].ends;
  const words = (row) => `${row.what}: ${row.from} → ${row.to}, ${number(row.delivered)} of ${number(row.amount)} ${row.unit} a year arrive over ${number(row.metres)} m`;
  return L.polyline([[south, west], [north, east]], { color: "var(--trade)", weight: 2.5, dashArray: "7 4" })
    .bindTooltip(() => el("span", null, rows.map((row) => el("div", null, words(row)))), { sticky: true });
}

function partnerMark(name, [lon, lat]) {
  const icon = L.divIcon({ html: disc("var(--trade)"), className: "pin", iconSize: [16, 16] });
  return L.marker([lat, lon], { icon, keyboard: false }).bindTooltip(() => el("span", null, `Partner outside: ${name}`));
}

function exchangeKeys(view) {
  const { data, map, neighbours, trades } = view;
  if (!data.inside) return [];
  const flip = (group) => (on) => (on ? group.addTo(map) : group.remove());
  const heard = Object.keys(data.inside.neighbours).length;
  const passed = data.inside.exchanges.filter((row) => row.metres > 0).length;
  return [
    heard ? toggle(disc("var(--noise)"), `Neighbours that hear hotels (${number(heard)})`, map.hasLayer(neighbours), flip(neighbours)) : null,
    passed ? toggle(dash("var(--trade)"), `Exchange (${number(passed)})`, map.hasLayer(trades), flip(trades)) : null,
  ];
}

function disc(hue) {
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("circle", { r: 5, fill: hue, "fill-opacity": 0.5, stroke: hue, "stroke-width": 1.5 }));
}

function dash(hue) {
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: "M-8 4 8 -4", stroke: hue, "stroke-width": 2.5, "stroke-dasharray": "6 3" }));
}
