// Tours on the clock, and estimate against tours area by area: plain SVG.
const TIMES = { width: 440, left: 40, row: 11, head: 16 };

function timeSpan(data) {
  const { list } = data.tours;
  return [Math.floor(least(list.begin) / 3600), Math.max(Math.ceil(most(list.end) / 3600), Math.floor(least(list.begin) / 3600) + 1)];
}

function timeScale([first, last], width = TIMES.width) {
  return (seconds) => TIMES.left + ((width - TIMES.left - 4) * (seconds / 3600 - first)) / (last - first);
}

// Hour lines and their labels; every second hour where there are many.
function hourGrid(span, x, top, bottom) {
  const step = span[1] - span[0] > 12 ? 2 : 1;
  const marks = [];
  for (let hour = span[0]; hour <= span[1]; hour++) {
    marks.push(svg("path", { d: `M${x(3600 * hour)} ${top}V${bottom}`, class: "grid" }));
    if ((hour - span[0]) % step === 0 && hour < span[1] + 1) marks.push(words(x(3600 * hour), top - 4, String(hour), hour === span[1] ? "end" : "middle"));
  }
  return marks;
}

function words(x, y, text, anchor = "start", name = "soft-text") {
  const node = svg("text", { x, y, "text-anchor": anchor, class: name });
  node.textContent = text;
  return node;
}

function timesBlock(data) {
  const span = timeSpan(data);
  const groups = tourGroups(data);
  const folded = data.tours.list.id.length > FOLD_FROM;
  const keys = data.tours.vehicles.map(([name, , many]) => el("li", null, lineKey(VEHICLE_HUES[name] || "none"), ` ${many}`));
  return el("div", { class: "times" }, el("h2", null, "The day on the clock"),
    el("ul", { class: "keys legend" }, keys, el("li", null, el("i", { class: "pale" }), "loading"), el("li", null, el("i", { class: "rest" }), "break")),
    groups.map((group, rank) => el("details", { open: !folded || rank === 0 },
      el("summary", null, `${group.words} (${number(group.tours.length)})`), timesChart(data, group, span))));
}

function timesChart(data, { hub, tours }, span) {
  const x = timeScale(span);
  const bottom = TIMES.head + tours.length * TIMES.row;
  const name = hub < 0 ? "supply" : `hub ${data.tours.tags[hub]}`;
  return svg("svg", { viewBox: `0 0 ${TIMES.width} ${bottom + 2}`, class: "chart", role: "img", "aria-label": `Tours of ${name} by hour of the day; the list below says the same` },
    ...hourGrid(span, x, TIMES.head, bottom),
    ...tours.map((k, row) => timesRow(data, k, x, TIMES.head + row * TIMES.row)));
}

function timesRow(data, k, x, y) {
  const { visits, list } = data.tours;
  const hue = `var(--${vehicleHue(data, k)})`;
  const bar = (from, to, name = "") => svg("rect", { x: x(from), y: y + 1.5, width: Math.max(0.8, x(to) - x(from)), height: TIMES.row - 3, class: name });
  const bars = [];
  for (let q = list.first[k]; q < list.first[k + 1] - 1; q++) {
    const load = visits.kind[q] === START || visits.kind[q] === RELOAD;
    if (load) bars.push(bar(visits.begin[q], visits.leave[q], "pale"));
    if (visits.kind[q] === BREAK) bars.push(bar(visits.begin[q], visits.leave[q], "rest"));
  }
  tripsOf(data, k).forEach((trip) => {
    let from = visits.leave[trip.begin];
    for (let q = trip.begin + 1; q <= trip.end; q++) {
      if (visits.kind[q] === BREAK) {
        bars.push(bar(from, visits.begin[q]));
        from = visits.leave[q];
      }
    }
    bars.push(bar(from, visits.arrive[trip.end]));
  });
  const group = svg("g", { fill: hue, class: "tour-bar" }, words(TIMES.left - 5, y + TIMES.row - 2, data.tours.labels[k], "end", "tour-label"),
    svg("rect", { x: 0, y, width: TIMES.width, height: TIMES.row, fill: "transparent" }), ...bars);
  group.addEventListener("click", () => pickTour(data, k));
  return named(group, tourWords(data, k));
}

// Estimate against tours, a point per area and vehicle; the band is 3 % wide on either side.
function fitPlot(data) {
  const points = ((data.tours.fit && data.tours.fit.points) || [])
    .filter((point) => point.estimate_eur > 0 && point.tours_eur > 0);
  if (!points.length) return null;
  const all = points.flatMap((point) => [point.estimate_eur, point.tours_eur]);
  const [low, high] = [Math.log(least(all)) - 0.12, Math.log(most(all)) + 0.12];
  const [left, top, size] = [62, 10, 300];
  const at = (value) => (size * (Math.log(value) - low)) / (high - low);
  const dots = points.map((point) => {
    const hue = `var(--${VEHICLE_HUES[point.vehicle] || "none"})`;
    const dot = svg("circle", { cx: left + at(point.tours_eur), cy: top + size - at(point.estimate_eur), r: 4.5, fill: hue, "fill-opacity": 0.75, stroke: "var(--ink)", "stroke-width": 0.8 });
    return named(dot, `${areaWords(data, point)}: estimate ${number(point.estimate_eur)}, tours ${number(point.tours_eur)} ${data.currency}, ${off(point.estimate_eur / point.tours_eur - 1)}`);
  });
  const band = 0.03 * (size / (high - low));
  const frame = svg("rect", { x: left, y: top, width: size, height: size, class: "frame" });
  const clip = `M${left} ${top + size - band}L${left + size - band} ${top}H${left + size}V${top + band}L${left + band} ${top + size}H${left}Z`;
  const picture = svg("svg", { viewBox: `0 0 ${TIMES.width} ${top + size + 42}`, class: "chart", role: "img", "aria-label": "Estimate against tours, area by area; the table below says the same" },
    svg("path", { d: clip, class: "band" }), frame,
    svg("path", { d: `M${left} ${top + size}L${left + size} ${top}`, class: "diagonal" }),
    ...ticks(low, high).flatMap((value) => [
      words(left + at(value), top + size + 15, number(value), "middle"), words(left - 6, top + size - at(value) + 4, number(value), "end"),
      svg("path", { d: `M${left + at(value)} ${top}v${size}M${left} ${top + size - at(value)}h${size}`, class: "grid" })]),
    words(left + size / 2, top + size + 34, `Tours, ${data.currency} a day`, "middle"),
    words(left + 8, top + 18, `Estimate, ${data.currency} a day`), ...dots);
  const rows = points.map((point) => [areaWords(data, point), number(point.estimate_eur), number(point.tours_eur), off(point.estimate_eur / point.tours_eur - 1)]);
  return el("div", null, el("h2", null, "Estimate against tours, area by area"),
    el("p", { class: "soft small" }, data.tours.fit.words || "On the line the two agree; within the band they differ by less than 3 %."),
    picture, el("details", null, el("summary", null, "As a table"),
      table([["Area", false], ["Estimate", true], ["Tours", true], ["Estimate is", true]], rows)));
}

// Round values on a logarithmic axis: 1, 2, 5, 10, ...
function ticks(low, high) {
  const found = [];
  for (let power = Math.floor(low / Math.LN10); power <= Math.ceil(high / Math.LN10); power++) {
    for (const digit of [1, 2, 5]) {
      const value = digit * 10 ** power;
      if (Math.log(value) >= low && Math.log(value) <= high) found.push(value);
    }
  }
  return found.length > 7 ? found.filter((value) => String(value)[0] === "1") : found;
}

function areaWords(data, point) {
  const hub = data.tours.hubs.findIndex((one) => one.id === point.area);
  const name = hub < 0 ? String(point.area) : `hub ${data.tours.tags[hub]}`;
  const vehicle = data.tours.vehicles.find(([key]) => key === point.vehicle);
  return capital(vehicle ? `${name}, ${vehicle[2]}` : name);
}
