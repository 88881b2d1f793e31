// Tours on the clock, and estimate against tours area by area: plain SVG.
const TIMES = { width: 440, left: 40, row: 11, head: 16 };

function timeSpan(data) {
  const { list } = data.tours;
  return [Math.floor(least(list.begin) / 3600), Math.max(Math.ceil(most(list.end) / 3600), Math.floor(least(list.begin) / 3600) + 1)];
}

function timeScale([first, last], width = TIMES.width) {
  return (seconds) => TIMES.left + ((width - TIMES.left - 4) * (seconds / 3600 - first)) / (last - first);
}

const WAIT_SHOWN = 300; // seconds

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
    el("p", { class: "soft small" }, "A thin line is waiting for a promised window. Choose a bar to see its tour."),
    groups.map((group, rank) => el("details", { open: !folded || rank === 0 },
      el("summary", null, `${group.words} (${number(group.tours.length)})`), timesChart(data, group, span))));
}

function timesChart(data, { hub, tours: all }, span) {
  const x = timeScale(span);
  const { begin, vehicle } = data.tours.list;
  const tours = [...all].sort((a, b) => vehicle[a] - vehicle[b] || begin[a] - begin[b]);
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
      const waits = visits.kind[q] === STOP && visits.begin[q] - visits.arrive[q] >= WAIT_SHOWN;
      if (waits || visits.kind[q] === BREAK) bars.push(bar(from, visits.arrive[q]));
      if (waits) bars.push(svg("path", { d: `M${x(visits.arrive[q])} ${y + TIMES.row / 2}H${x(visits.begin[q])}`, stroke: hue }));
      if (waits) from = visits.begin[q];
      if (visits.kind[q] === BREAK) from = visits.leave[q];
    }
    bars.push(bar(from, visits.arrive[trip.end]));
  });
  const group = svg("g", { fill: hue, class: "tour-bar" }, words(TIMES.left - 5, y + TIMES.row - 2, data.tours.labels[k], "end", "tour-label"),
    svg("rect", { x: 0, y, width: TIMES.width, height: TIMES.row, fill: "transparent" }), ...bars);
  group.addEventListener("click", () => pickTour(data, k));
  return named(group, tourWords(data, k));
}

// Estimate against tours, a point per area and vehicle: how much more or less, over what tours cost.
const FIT = { left: 46, top: 12, width: 386, height: 190 };

function fitPlot(data) {
  const { points, others } = data.tours.fit || { points: [], others: [] };
  if (!points.length) return null;
  const both = [...others, ...points];
  const [low, high] = [Math.log(least(both.map((row) => row[3]))) - 0.15, Math.log(most(both.map((row) => row[3]))) + 0.15];
  const roof = Math.max(0.05, 1.3 * most(both.map((row) => Math.abs(row[2] / row[3] - 1))));
  const x = (tours) => FIT.left + (FIT.width * (Math.log(tours) - low)) / (high - low);
  const y = (error) => FIT.top + (FIT.height * (roof - error)) / (2 * roof);
  const picture = svg("svg", { viewBox: `0 0 ${TIMES.width} ${FIT.top + FIT.height + 40}`, class: "chart", role: "img", "aria-label": "How far the estimate is off, area by area; the table below says the same" },
    ...fitFrame(data, [low, high], roof, x, y),
    ...others.map((point) => fitDot(data, point, x, y, true)), ...points.map((point) => fitDot(data, point, x, y, false)));
  const row = (point) => [areaWords(data, point), number(point[2]), number(point[3]), off(point[2] / point[3] - 1)];
  const columns = [["Area", false], ["Estimate", true], ["Tours", true], ["Estimate is", true]];
  const keys = el("ul", { class: "keys legend" }, el("li", null, el("i", { class: "band-key" }), "within 3 %"),
    others.length ? el("li", null, "● on days held back") : null, others.length ? el("li", null, "○ the hub itself left out of fitting") : null);
  return el("div", null, el("h2", null, "Estimate against tours, area by area"), keys, picture,
    el("details", { class: "screen" }, el("summary", null, "As a table"), table(columns, points.map(row)),
      others.length ? el("h3", null, "Hubs left out of fitting") : null, others.length ? table(columns, others.map(row)) : null));
}

function fitFrame(data, [low, high], roof, x, y) {
  const { left, top, width, height } = FIT;
  const step = roof > 0.25 ? 0.1 : roof > 0.1 ? 0.05 : 0.02;
  const levels = [];
  for (let error = step * Math.ceil(-roof / step); error <= roof; error += step) levels.push(error);
  return [svg("rect", { x: left, y: y(0.03), width, height: y(-0.03) - y(0.03), class: "band" }), svg("rect", { x: left, y: top, width, height, class: "frame" }),
    ...levels.flatMap((error) => [svg("path", { d: `M${left} ${y(error)}h${width}`, class: "grid" }), words(left - 5, y(error) + 4, `${signed(100 * error)} %`, "end")]),
    ...ticks(low, high).flatMap((value) => [svg("path", { d: `M${x(value)} ${top}v${height}`, class: "grid" }), words(x(value), top + height + 14, number(value), "middle")]),
    svg("path", { d: `M${left} ${y(0)}h${width}`, class: "diagonal" }),
    words(left + width / 2, top + height + 32, `Cost of tours, ${data.currency}`, "middle"), words(left + width - 6, top + 14, "the estimate is more", "end"), words(left + width - 6, top + height - 6, "the estimate is less", "end")];
}

function fitDot(data, point, x, y, hollow) {
  const [vehicle, , estimate, tours] = point;
  const hue = `var(--${VEHICLE_HUES[vehicle] || "none"})`;
  const dot = svg("circle", { cx: x(tours), cy: y(estimate / tours - 1), r: 4.5, fill: hollow ? "none" : hue, "fill-opacity": 0.8, stroke: hollow ? hue : "var(--ink)", "stroke-width": hollow ? 1.8 : 0.8 });
  return named(dot, `${areaWords(data, point)}: estimate ${number(estimate)}, tours ${number(tours)} ${data.currency}, ${off(estimate / tours - 1)}`);
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

function areaWords(data, [key, area]) {
  const hub = data.tours.hubs.findIndex((one) => one.site === area);
  const name = hub < 0 ? area : `hub ${data.tours.tags[hub]}`;
  const vehicle = data.tours.vehicles.find(([known]) => known === key);
  return capital(vehicle ? `${name}, ${vehicle[2]}` : name);
}
