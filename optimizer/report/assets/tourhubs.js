// Hubs by the clock: what comes, what is sorted, what is stored against its room, what leaves.
const HUB_CHART = { stored: 84, strip: 15, bars: 40 };

function hubsBlock(data) {
  const { hubs } = data.tours;
  if (!hubs.length) return null;
  const order = hubs.map((_, hub) => hub).sort((a, b) => byTag(data, a, b));
  const row = (one, hub) => [
    sign(0, 22, data.tours.tags[hub]),
    el("button", { type: "button", class: "go", "aria-pressed": "false", on: { click: (event) => pickHub(data, hub, event.currentTarget) } }, one.name),
    number(one.parcels), number(one.came.length), number(one.trips.length),
    one.storage === null ? number(one.peak) : `${number(one.peak)} of ${number(one.storage)}`,
  ];
  const columns = [["", false, "mark"], ["Hub", false], ["Parcels", true], ["In", true], ["Out", true], ["Stored", true]];
  return el("div", { class: "hub-days" }, el("h2", null, "Hubs by the hour"),
    el("p", { class: "soft small" }, "Loads in, trips out, and the most that is stored at a time. Choose a hub to see only its tours and those that supply it."),
    el("div", { class: "dense" }, table(columns, order.map((hub) => row(hubs[hub], hub)))),
    order.map((hub) => el("details", null, el("summary", null, `Hub ${data.tours.tags[hub]}: what comes, waits and leaves`), hubKeys(), hubChart(data, hubs[hub]), comingTable(data, hubs[hub]))));
}

function pickHub(data, hub, button) {
  dayState.hub = dayState.hub === hub ? null : hub;
  document.querySelectorAll(".hub-days td button.go").forEach((one) => one.setAttribute("aria-pressed", String(one === button && dayState.hub !== null)));
  const { view } = dayState;
  if (!view) return;
  if (dayState.hub !== null) view.map.fitBounds(hubBox(view, hub), { padding: [26, 26], maxZoom: 16, animate: false });
  view.tourLayer.redraw();
}

function hubBox({ data }, hub) {
  const { list, visits } = data.tours;
  const box = L.latLngBounds([]);
  list.hub.forEach((own, k) => {
    if (own !== hub) return;
    for (let q = list.first[k]; q < list.first[k + 1]; q++) box.extend([visits.lat[q], visits.lon[q]]);
  });
  return box.isValid() ? box : L.latLngBounds(data.tours.hubs.map(() => [visits.lat[0], visits.lon[0]]));
}

function hubChart(data, one) {
  const span = timeSpan(data);
  const x = timeScale(span);
  const roof = Math.max(one.peak, one.storage !== null && one.storage < 2.5 * one.peak ? one.storage : 0, 1) * 1.08;
  const [top, floor] = [16, 16 + HUB_CHART.stored];
  const y = (parcels) => floor - (HUB_CHART.stored * parcels) / roof;
  const strips = floor + 8;
  const bars = strips + 2 * HUB_CHART.strip + 20;
  return svg("svg", { viewBox: `0 0 ${TIMES.width} ${bars + HUB_CHART.bars + 6}`, class: "chart", role: "img", "aria-label": `Hub ${one.name} by hour: stored at most ${one.peak} parcels; the table below tells when loads come and are ready` },
    ...hourGrid(span, x, top, bars + HUB_CHART.bars),
    ...storedArea(one, x, y, floor),
    ...limitLine(one.storage, roof, x(3600 * span[0]), y, "room for"),
    words(TIMES.left - 5, floor, "0", "end"), words(TIMES.left - 5, y(one.peak) + 4, number(one.peak), "end"),
    words(TIMES.left - 5, strips + 11, "in", "end"), words(TIMES.left - 5, strips + HUB_CHART.strip + 11, "out", "end"),
    ...one.came.map((row) => comingMark(data, row, x, strips)),
    ...one.trips.map((row) => leavingMark(data, row, x, strips + HUB_CHART.strip)),
    ...handledBars(one, x, span, bars));
}

function hubKeys() {
  return el("ul", { class: "keys legend" }, el("li", null, el("i", { class: "kept" }), "parcels stored"),
    el("li", null, "in: handed over, then sorted until ●"), el("li", null, "out: riders load, leave at |"));
}

function storedArea(one, x, y, floor) {
  if (!one.at.length) return [];
  let path = `M${x(one.at[0])} ${floor}`;
  one.at.forEach((at, k) => (path += `V${y(one.stored[k])}H${x(one.at[k + 1] ?? at)}`));
  return [svg("path", { d: `${path}V${floor}Z`, class: "stored" })];
}

function limitLine(limit, roof, left, y, text) {
  if (limit === null || limit > roof) return [words(TIMES.width - 4, 26, limit === null ? "" : `${text} ${number(limit)}`, "end")];
  return [svg("path", { d: `M${left} ${y(limit)}H${TIMES.width - 4}`, class: "limit" }), words(TIMES.width - 4, y(limit) + 12, `${text} ${number(limit)}`, "end")];
}

function comingMark(data, [tour, arrive, came, ready, parcels, first, begins], x, y) {
  const hue = `var(--${vehicleHue(data, tour)})`;
  const bar = (from, to, opacity) => svg("rect", { x: x(from), y: y + 2, width: Math.max(1, x(to) - x(from)), height: HUB_CHART.strip - 5, fill: hue, "fill-opacity": opacity });
  const group = svg("g", { class: "tour-bar" }, bar(arrive, came, 1), bar(begins, ready, 0.35), svg("circle", { cx: x(ready), cy: y + HUB_CHART.strip / 2 - 0.5, r: 3, fill: "var(--ink)" }));
  group.addEventListener("click", () => pickTour(data, tour));
  const leaves = first === null ? "" : `, the first of them leave at ${timeOfDay(first)}`;
  return named(group, `${data.tours.labels[tour]} brings ${number(parcels)} parcels: arrives ${timeOfDay(arrive)}, handed over ${timeOfDay(came)}, ready ${timeOfDay(ready)}${leaves}`);
}

function leavingMark(data, [tour, trip, begin, leave, parcels], x, y) {
  const group = svg("g", { class: "tour-bar" },
    svg("rect", { x: x(begin), y: y + 2, width: Math.max(1, x(leave) - x(begin)), height: HUB_CHART.strip - 5, fill: "var(--hub)", "fill-opacity": 0.45 }),
    svg("path", { d: `M${x(leave)} ${y + 1}V${y + HUB_CHART.strip - 2}`, stroke: "var(--ink)", "stroke-width": 1.2 }));
  group.addEventListener("click", () => pickTour(data, tour));
  return named(group, `${data.tours.labels[tour]}, trip ${trip}: loads ${number(parcels)} parcels from ${timeOfDay(begin)}, leaves ${timeOfDay(leave)}`);
}

// Parcels made ready in each hour, against the most that can be.
function handledBars(one, x, span, top) {
  const roof = Math.max(most(one.handled), one.handling ?? 0, 1);
  const y = (value) => top + HUB_CHART.bars - (HUB_CHART.bars * value) / roof;
  const bars = one.handled.map((value, hour) => value > 0
    ? named(svg("rect", { x: x(3600 * hour) + 1, y: y(value), width: Math.max(1, x(3600 * (hour + 1)) - x(3600 * hour) - 2), height: top + HUB_CHART.bars - y(value), class: "handled" }), `${hour} to ${hour + 1} h: ${number(value)} parcels sorted`)
    : null).filter(Boolean);
  const limit = one.handling === null ? [] : [
    svg("path", { d: `M${x(3600 * span[0])} ${y(one.handling)}H${TIMES.width - 4}`, class: "limit" }),
    words(TIMES.width - 4, y(one.handling) - 4, `sorted per hour, at most ${number(one.handling)}`, "end")];
  return [...bars, ...limit, words(TIMES.left - 5, top + HUB_CHART.bars, "0", "end")];
}

function comingTable(data, one) {
  const rows = one.came.map(([tour, arrive, , ready, parcels, first]) =>
    [tourButton(data, tour), number(parcels), timeOfDay(arrive), timeOfDay(ready), first === null ? "" : timeOfDay(first)]);
  return table([["By", false], ["Parcels", true], ["Arrives", true], ["Ready", true], ["First trip leaves", true]], rows);
}
