// A delivery day in tours: what it comes to, beside the estimate, hub by hub, tour by tour.
const VEHICLE_HUES = { lorry: "lorry", van: "van", cargo_bike: "hub" };
const FOLD_FROM = 60; // tours; more of them are folded by hub
const START = 0, STOP = 1, RELOAD = 2, BREAK = 3, END = 4;

// What of the day is shown: `kinds` by vehicle on the map; tour, trip and visit that are chosen.
const dayState = { view: null, kinds: [], chosen: -1, trip: 0, visit: -1, hub: null, scroll: 0 };

function vehicleHue(data, k) {
  return VEHICLE_HUES[data.tours.vehicles[data.tours.list.vehicle[k]][0]] || "none";
}

// Hubs have the letter that they have on the map.
function hubTag(data, hub) {
  const place = data.open.find((one) => one.kind === 0 && one.site === data.tours.hubs[hub].site);
  return place ? place.tag : `H${hub + 1}`;
}

function nameTours(data) {
  const count = new Map();
  data.tours.tags = data.tours.hubs.map((_, hub) => hubTag(data, hub));
  data.tours.labels = data.tours.list.hub.map((hub) => {
    const rank = (count.get(hub) || 0) + 1;
    count.set(hub, rank);
    return hub < 0 ? `S${rank}` : `${data.tours.tags[hub]}${rank}`;
  });
}

function timeOfDay(seconds) {
  const minutes = Math.round(seconds / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function spell(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes}${THIN}min` : `${Math.floor(minutes / 60)}${THIN}h${THIN}${String(minutes % 60).padStart(2, "0")}`;
}

function tourName(data, k) {
  const [, words] = data.tours.vehicles[data.tours.list.vehicle[k]];
  return `${data.tours.labels[k]}, ${words}`;
}

function toursPart(data) {
  if (!data.tours.labels) nameTours(data);
  return [
    el("div", { id: "day" },
      data.periods ? el("p", { class: "soft" }, `A day of the years ${data.periods[0].periodLabel}.`) : null,
      el("p", { class: "lead" }, data.tours.sentence),
      dayTiles(data),
      missedBlock(data),
      besideBlock(data),
      heldBackBlock(data),
      fitPlot(data),
      boundBlock(data),
      timesBlock(data),
      hubsBlock(data),
      listBlock(data)),
    el("div", { id: "sheet", hidden: true }),
  ];
}

function dayTiles(data) {
  const { total } = data.tours;
  const whole = data.tours.beside.filter((row) => row[1] === "");
  const words = (rank) => {
    const [, , estimate, , error] = whole[rank];
    return estimate === null ? "" : error === null ? `estimate ${number(estimate)}` : `estimate ${number(estimate)}, ${off(error)}`;
  };
  return el("div", { class: "tiles" },
    tile(`${number(total.km)} km`, words(0)),
    tile(`${number(total.hours)} h`, [words(1), `${number(total.driving_hours)} h on the way`].filter(Boolean).join("; ")),
    tile(total.co2e_kg < 1000 ? `${number(total.co2e_kg)} kg CO2e` : `${tonnes(total.co2e_kg)} t CO2e`, words(2)),
    tile(`${number(total.cost_eur)} ${data.currency}`, words(3)));
}

function off(error) {
  const share = Math.abs(error);
  if (share < 0.0005) return "the same";
  return `${(100 * share).toFixed(1)}${THIN}% ${error > 0 ? "more" : "less"}`;
}

function besideBlock(data) {
  const { beside, vehicles } = data.tours;
  const plural = Object.fromEntries(vehicles.map(([name, , words]) => [name, words]));
  const known = beside.some((row) => row[2] !== null);
  const columns = [["", false], ...(known ? [["Estimate", true]] : []), ["Tours", true], ...(known ? [["Estimate is", true]] : [])];
  const criteria = [...new Set(beside.map((row) => row[0]))];
  const rows = criteria.flatMap((criterion) => {
    const own = beside.filter((row) => row[0] === criterion && (row[1] || vehicles.length > 1 || row[2] !== null));
    return [
      [el("b", null, criterion), ...columns.slice(1).map(() => "")],
      ...own.map(([, vehicle, estimate, tours, error]) => [
        el("span", { class: "who" }, vehicle ? lineKey(VEHICLE_HUES[vehicle] || "none") : null, capital(vehicle ? plural[vehicle] || vehicle : "all")),
        ...(known ? [number(estimate, digits(estimate))] : []),
        number(tours, digits(tours)),
        ...(known ? [error === null ? "" : off(error)] : []),
      ]),
    ];
  });
  return el("div", { class: "beside-tours" },
    el("h2", null, known ? "Estimate beside tours" : "Tours by vehicle"),
    known ? el("p", { class: "soft small" }, "The plan was made with an estimate of tours; here it stands beside the tours of this one day and its own orders.") : null,
    table(columns, rows));
}

function digits(value) {
  return value !== null && Math.abs(value) < 9.95 && value !== 0 ? 1 : 0;
}

function heldBackBlock(data) {
  const { heldBack, vehicles, fit } = data.tours;
  if (!heldBack || !heldBack.rows.length || (!fit && !(heldBack.days > 1))) return null;
  const plural = Object.fromEntries(vehicles.map(([name, , many]) => [name, many]));
  const error = (value) => (value === null ? "" : off(value));
  const rows = heldBack.rows.map(([name, ...errors]) => [capital(plural[name] || name.replaceAll("_", " ")), ...errors.map(error)]);
  const columns = [["The estimate is", false], ["Cost", true], ["Distance", true], ["Time", true]];
  const rounds = fit ? fit.rounds.map(([eur, km, time, changed], k) => [number(k + 1), error(eur), error(km), error(time), number(changed)]) : [];
  return el("div", null, el("h2", null, fit ? "On days that were not used for fitting" : `Over ${number(heldBack.days)} days`),
    table(columns, rows, { sum: true }),
    rounds.length > 1 ? el("details", null, el("summary", null, `${number(rounds.length)} rounds of fitting and deciding anew`),
      table([["Round", false], ["Cost", true], ["Distance", true], ["Time", true], ["Places changed", true]], rounds)) : null);
}

function boundBlock(data) {
  const { bound } = data.tours;
  if (!bound) return null;
  return el("div", null, el("h2", null, "Location and routes together"),
    el("p", null, `With real tours this plan costs ${number(bound.value)} ${data.currency} a year; no choice of places and tours costs less than ${number(bound.bound)}: a proven gap of ${percent(bound.gap)}.`),
    bound.how ? el("p", { class: "soft small" }, bound.how) : null);
}

// What is left behind, by reason; the stops themselves are folded below.
function missedBlock(data) {
  const { missed, missedCount } = data.tours;
  if (!missedCount) return null;
  const groups = new Map();
  missed.forEach((row) => {
    const key = JSON.stringify(row.slice(2, 4));
    groups.set(key, [...(groups.get(key) || []), row]);
  });
  const parcels = (rows) => rows.reduce((sum, row) => sum + row[1], 0);
  const rows = [...groups].map(([key, own]) => {
    const [reason, action] = JSON.parse(key);
    return [reason, breakable(action), number(own.length), number(parcels(own))];
  });
  const more = missedCount - missed.length;
  return el("div", { class: "alert missed" },
    table([["Not brought, why", false], ["What could be done", false], ["Stops", true], ["Parcels", true]], rows),
    el("details", { class: "screen" }, el("summary", null, `The ${number(missedCount)} stops`),
      table([["Stop", false], ["Parcels", true]], missed.map(([stop, count]) => [breakable(stop), number(count)])),
      more > 0 ? el("p", { class: "soft" }, `${number(more)} more in tours.json.`) : null));
}

// Tours in groups: supply first, then hub by hub.
function tourGroups(data) {
  const groups = new Map();
  data.tours.list.hub.forEach((hub, k) => groups.set(hub, [...(groups.get(hub) || []), k]));
  return [...groups].sort((a, b) => byTag(data, a[0], b[0])).map(([hub, tours]) => ({ hub, tours, words: groupWords(data, hub) }));
}

// Supply first, then hubs by their letters (A to Z, then AA).
function byTag(data, a, b) {
  if (a < 0 || b < 0) return a - b;
  const [one, other] = [data.tours.tags[a], data.tours.tags[b]];
  return one.length - other.length || (one < other ? -1 : 1);
}

function groupWords(data, hub) {
  return hub < 0 ? "From outside to hubs, delivery points and doors" : `Hub ${data.tours.tags[hub]}: ${data.tours.hubs[hub].name}`;
}

function listBlock(data) {
  const { list } = data.tours;
  const columns = [["Tour", false], ["From", true], ["To", true], ["Stops", true], ["Parcels", true], ["km", true]];
  const row = (k) => [tourButton(data, k), timeOfDay(list.begin[k]), timeOfDay(list.end[k]), number(list.stops[k]), number(list.parcels[k]), number(list.m[k] / 1000, 1)];
  return el("div", { class: "tour-list" }, el("h2", null, "All tours"),
    el("p", { class: "soft small" }, "Choose one to see its stops on the map and as a sheet to print."),
    tourGroups(data).map(({ tours, words }) =>
      el("details", { class: "screen", open: list.id.length <= FOLD_FROM },
        el("summary", null, `${words} (${number(tours.length)})`), table(columns, tours.map(row)))));
}

function tourButton(data, k, words = data.tours.labels[k]) {
  return el("span", { class: "who" }, lineKey(vehicleHue(data, k)),
    el("button", { type: "button", class: "go", title: data.tours.list.id[k], on: { click: () => pickTour(data, k) } }, words));
}

function lineKey(hue) {
  return svg("svg", { viewBox: "0 0 18 10", width: 18, height: 10, class: "line-key", "aria-hidden": "true" },
    svg("path", { d: "M1 5H17", stroke: `var(--${hue})`, "stroke-width": hue === "lorry" ? 5 : 3, "stroke-linecap": "round" }));
}
