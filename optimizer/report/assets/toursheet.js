// One tour as its rider reads it: trips, stops in order, times, loads; and how to print it.
function pickTour(data, k, options = {}) {
  const panels = document.getElementById("parts");
  if (dayState.chosen < 0) dayState.scroll = panels.scrollTop;
  Object.assign(dayState, { chosen: k, trip: 0, visit: -1 });
  const [day, sheet] = ["day", "sheet"].map((id) => document.getElementById(id));
  day.hidden = k >= 0;
  sheet.hidden = k < 0;
  sheet.replaceChildren(...(k < 0 ? [] : tourSheet(data, k)));
  if (dayState.openPart && !options.quiet) dayState.openPart("tours");
  panels.scrollTop = k < 0 ? dayState.scroll : 0;
  if (k >= 0) (document.getElementById(options.focus || "sheet-title") || sheet).focus({ preventScroll: true });
  showTour(options.stay);
}

function tourSheet(data, k) {
  const { list } = data.tours;
  const go = (step, words, id) => el("button", { type: "button", id, on: { click: () => pickTour(data, (k + step + list.id.length) % list.id.length, { focus: id }) } }, words);
  const facts = [
    `${timeOfDay(list.begin[k])} to ${timeOfDay(list.end[k])} (${spell(list.end[k] - list.begin[k])})`,
    `${number(list.m[k] / 1000, 1)} km`,
    `${number(list.stops[k])} ${list.stops[k] === 1 ? "stop" : "stops"}`,
    `${number(list.parcels[k])} parcels, ${number(list.kg[k])} kg`,
    `${number(list.eur[k])} ${data.currency}`,
    `${number(list.co2e[k], list.co2e[k] < 0.1 ? 2 : digits(list.co2e[k]))} kg CO2e`,
  ];
  return [
    el("div", { class: "sheet-bar onscreen" },
      el("button", { type: "button", on: { click: () => pickTour(data, -1) } }, "All tours"),
      go(-1, "Previous", "sheet-previous"), go(1, "Next", "sheet-next"),
      el("button", { type: "button", on: { click: printSheet } }, "Print this sheet")),
    el("h2", { id: "sheet-title", tabindex: -1 }, lineKey(vehicleHue(data, k)), ` Tour ${tourName(data, k)}`),
    el("p", { class: "soft small" }, `${list.id[k]} · ${list.type[k].replaceAll("_", " ")}`),
    el("p", null, facts.join(" · ")),
    ...tripsOf(data, k).map((trip) => tripBlock(data, k, trip)),
  ];
}

// Trips with their rows; a reload ends one trip and begins the next.
function tripsOf(data, k) {
  const { kind } = data.tours.visits;
  const [from, to] = [data.tours.list.first[k], data.tours.list.first[k + 1]];
  const trips = [];
  for (let q = from; q < to; q++) {
    if (kind[q] === START || kind[q] === RELOAD) trips.push({ rank: trips.length + 1, begin: q, end: to - 1 });
    if (kind[q] === RELOAD) trips[trips.length - 2].end = q;
  }
  return trips;
}

function tripBlock(data, k, trip) {
  const { visits } = data.tours;
  const { begin, end } = trip;
  const metres = visits.m.slice(begin + 1, end + 1).reduce((sum, value) => sum + value, 0);
  const several = data.tours.list.trips[k] > 1;
  const words = `leaves ${placeWords(data, begin)} at ${timeOfDay(visits.leave[begin])} with ${number(visits.onBoard[begin])} parcels, ${number(visits.kg[begin])} kg; ${number(metres / 1000, 1)} km, ${spell(visits.arrive[end] - visits.leave[begin])}`;
  const head = several
    ? el("h3", null, el("button", { type: "button", class: "go", "aria-pressed": "false", on: { click: (event) => pickTrip(trip.rank, event.currentTarget) } }, `Trip ${trip.rank}`))
    : null;
  const rows = [];
  for (let q = begin + 1; q <= end; q++) rows.push(visitRow(data, q, q === end));
  const columns = [["", false, "mark"], ["Where", false], ["Arrive", true], ["Leave", true], ["Parcels", true], ["On board", true]];
  const made = table(columns, rows);
  return el("section", { class: "trip" }, head, el("p", { class: "small" }, capital(words)), el("div", { class: "dense" }, made));
}

function placeWords(data, q) {
  const { visits } = data.tours;
  return visits.names[visits.name[q]];
}

const VISIT_WORDS = ["", "", "hub", "delivery point", "door"];

function visitRow(data, q, last) {
  const { visits } = data.tours;
  const wait = visits.begin[q] - visits.arrive[q];
  const arrive = timeOfDay(visits.arrive[q]);
  if (visits.kind[q] === BREAK) return ["", el("i", null, "Break"), timeOfDay(visits.begin[q]), timeOfDay(visits.leave[q]), "", number(visits.onBoard[q])];
  if (visits.kind[q] !== STOP) {
    const back = visits.kind[q] === RELOAD ? "Reload at" : last ? "Back at" : "";
    return ["", el("span", { class: "soft" }, `${back} ${placeWords(data, q)}`), arrive, "", "", ""];
  }
  const what = visits.what[q] === 3 ? "" : ` (${VISIT_WORDS[visits.what[q] + 1]})`;
  const name = el("button", { type: "button", class: "go", on: { click: () => pickVisit(q) } }, breakable(`${placeWords(data, q)}${what}`));
  const mark = el("span", { class: "stop-number", "data-visit": q }, number(visits.number[q]));
  const waits = wait < 60 ? null : el("span", { class: "soft small" }, ` waits ${spell(wait)}`);
  return [mark, el("span", null, name, waits), arrive, timeOfDay(visits.leave[q]), number(visits.parcels[q]), number(visits.onBoard[q])];
}

function pickTrip(rank, button) {
  dayState.trip = dayState.trip === rank ? 0 : rank;
  document.querySelectorAll("#sheet h3 button").forEach((one) => one.setAttribute("aria-pressed", String(one === button && dayState.trip > 0)));
  showTour();
}

function pickVisit(q, move = true) {
  const { trip } = dayState.view ? { trip: dayState.view.data.tours.visits.trip[q] } : dayState;
  if (dayState.trip && dayState.trip !== trip) pickTrip(dayState.trip, null);
  dayState.visit = q;
  document.querySelectorAll("#sheet .stop-number").forEach((mark) => mark.classList.toggle("chosen", Number(mark.dataset.visit) === q));
  showVisit(q, move);
}

function printSheet() {
  const root = document.documentElement;
  root.classList.add("sheet-only");
  addEventListener("afterprint", () => root.classList.remove("sheet-only"), { once: true });
  window.print();
}
