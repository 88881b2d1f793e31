// The programme over its years: who stands where when, what is decided now, what becomes of firms.
const TIMELINE_ROWS = 24;
const USE_NAMES = [...KIND_NAMES, "Other use"];

function yearsPart(data, show) {
  const { block } = data.years;
  return [
    yearTiles(data),
    el("h2", null, "What stands where, and when"),
    timeline(data, show),
    decisionList(data, true),
    decisionList(data, false),
    pavilionTable(data, block.pavilions),
    firmList(data, block),
    useBars(data, block.uses),
  ];
}

function yearTiles(data) {
  const { criteria: now, baseline: before, currency, years: span } = { ...data, criteria: data.whole };
  const off = (now.channels.bike || 0) + (now.channels.pickup || 0);
  const count = data.years.decisions.filter((one) => one.now).length;
  const later = data.years.decisions.length - count;
  return el("div", { class: "tiles" },
    tile(`${money(now.objective)} ${currency}`, `a year from ${span.first} to ${span.last}, all counted; ${change(now.objective, before.objective)}`),
    data.points.lon.length ? tile(percent(off), "of parcels off vans, mean of the years") : tile(`${number(now.letM2)} m²`, "let to businesses, mean of the years"),
    tile(number(count), count === 1 ? "decision now" : "decisions now"),
    tile(number(later), later === 1 ? "decision can wait" : "decisions can wait"));
}

function timeline(data, show) {
  const { periods } = data.years.block;
  const [first, all] = [data.years.first, data.years.last + 1 - data.years.first];
  const at = (year) => (100 * (year - first)) / all;
  const place = (bar) => {
    const end = periods[bar.last];
    const from = at(periods[bar.first].first_year);
    return { left: `${from}%`, width: `${at(end.first_year + end.years) - from}%` };
  };
  const sites = new Map();
  data.years.timeline.forEach((bar) => sites.set(bar.site, [...(sites.get(bar.site) || []), bar]));
  const rows = [...sites.values()].map((bars) => timelineRow(data, bars, place, show));
  const scale = el("div", { class: "track scale" }, periods.map((period, t) =>
    el("span", { "data-period": t, style: { left: `${at(period.first_year)}%`, width: `${(100 * period.years) / all}%` } }, String(period.first_year))));
  const head = () => el("div", { class: "line" }, el("span", null), scale.cloneNode(true));
  const keys = el("ul", { class: "keys legend" },
    el("li", null, el("i", { class: "bar" }), "decide now"),
    el("li", null, el("i", { class: "bar later" }), "can wait"),
    el("li", null, el("i", { class: "tick" }), "closes or moves on"));
  if (!rows.length) return el("p", null, "Nothing new stands in any period.");
  const rest = rows.slice(TIMELINE_ROWS);
  return el("div", { class: "timeline" }, keys, head(), rows.slice(0, TIMELINE_ROWS),
    rest.length ? el("details", null, el("summary", null, `${number(rest.length)} more sites`), head(), rest) : null);
}

function timelineRow(data, bars, place, show) {
  const lead = bars[0];
  const names = [...new Set(bars.map((bar) => bar.pavilion ? `${bar.what} ${bar.pavilion}` : bar.what))].join(", ");
  const go = () => {
    const found = data.open.find((one) => one.site === lead.site);
    if (found) show(found);
  };
  const label = el("button", { type: "button", class: "name", title: `${lead.name}: ${names}`, on: { click: go } }, lead.name);
  const words = (bar) => `${USE_NAMES[bar.kind]} ${bar.tag} ${bar.what}, ${years(data, bar)}: ${bar.words}${bar.ends ? `; then ${ENDS[bar.ends]}` : ""}`;
  const track = el("div", { class: "track", role: "img", "aria-label": bars.map(words).join(". ") }, bars.map((bar) =>
    el("i", { class: `bar of-${KIND_COLOURS[bar.kind]}${bar.now ? "" : " later"}${bar.ends ? " ends" : ""}`, title: words(bar), style: place(bar) })));
  const icon = sign(lead.kind, 18, lead.kind === 2 ? "" : lead.tag);
  return el("div", { class: "line" }, el("span", { class: "who" }, icon, label), track);
}

const ENDS = { close: "it closes", move: "it moves on", store: "it goes into store" };

function decisionList(data, now) {
  const items = data.years.decisions.filter((one) => one.now === now);
  if (!items.length) return null;
  const rows = items.map((one) => [String(one.year), one.text, el("span", { class: now ? "badge now" : "badge" }, one.words)]);
  const columns = [["From", true, "year"], ["What", false], ["", false, "when"]];
  const rest = rows.slice(12);
  return el("div", null,
    el("h2", null, now ? `To be decided now (${number(items.length)})` : `Can wait (${number(items.length)})`),
    table(columns, rows.slice(0, 12)),
    rest.length ? el("details", null, el("summary", null, `${number(rest.length)} more`), table(columns, rest)) : null);
}

// Headings of narrow columns: "2026–30" where many periods stand side by side.
function periodColumns(data) {
  const short = data.periods.length > 3;
  return data.periods.map(({ periodLabel: label }) => (short && label.length > 4 ? `${label.slice(0, 5)}${label.slice(-2)}` : label));
}

// One row per stay, so that names of sites have room.
function pavilionTable(data, pavilions) {
  if (!pavilions.length) return null;
  const rows = pavilions.flatMap((one) => {
    const stays = [];
    one.periods.forEach((stay, t) => {
      if (t && stay.site === one.periods[t - 1].site) stays.at(-1).last = t;
      else stays.push({ site: stay.site, first: t, last: t });
    });
    return stays.map((stay, k) => [
      k ? "" : one.pavilion,
      years(data, stay),
      stay.site === null ? el("span", { class: "soft" }, "in store") : data.years.siteNames[stay.site],
      k ? "" : `${number(one.moves)} of ${number(one.moves_max)}`,
    ]);
  });
  const columns = [["", false], ["Years", false, "when"], ["Where", false], ["Moves", true]];
  return el("div", null, el("h2", null, "Pavilions that move"), table(columns, rows));
}

function firmList(data, block) {
  if (!block.firms.length) return null;
  const count = (fate) => block.firms.filter((firm) => firm.fate === fate).length;
  const gone = block.firms.filter((firm) => firm.fate !== "kept").map((firm) => [
    firm.name, data.years.siteNames[firm.site], firm.fate === "moved" ? `moves to ${firm.premises} (${number(firm.move_m)} m)` : "is closed down",
    String(data.years.block.periods.find((period) => period.name === firm.period).first_year), number(firm.jobs, Number.isInteger(firm.jobs) ? 0 : 1),
  ]);
  const columns = [["Firm", false], ["Today at", false], ["", false], ["In", false], ["Jobs", true]];
  return el("div", null, el("h2", null, "Firms on these sites today"),
    el("p", null, `${number(count("kept"))} kept, ${number(count("moved"))} moved, ${number(count("lost"))} lost; ${number(block.jobs_lost, 1)} jobs lost.`),
    gone.length ? table(columns, gone) : null);
}

function useBars(data, uses) {
  if (!uses.length) return null;
  return el("div", null, el("h2", null, "Room for every use"), uses.map((use) => {
    const most = Math.max(use.area_min_m2, ...use.periods.map((one) => one.area_m2), 1);
    const lines = use.periods.map((one, t) => {
      const due = use.area_min_m2 > 0 && data.years.block.periods[t].first_year >= use.first_year;
      const words = due ? `${number(one.area_m2)} of at least ${number(use.area_min_m2)} m²` : `${number(one.area_m2)} m²`;
      return meterLine(data.periods[t].periodLabel, one.area_m2 / most, "use", words, due ? use.area_min_m2 / most : null);
    });
    const where = use.jurisdiction ? ` in ${use.jurisdiction}` : "";
    return el("div", { class: "ledger" }, el("b", null, capital(use.use.replaceAll("_", " ")) + where), lines,
      el("div", { class: "small soft" }, `Source: ${use.source}`));
  }));
}

// One line of a small bar chart: label, bar with an optional mark, figure.
function meterLine(label, share, hue, words, mark = null) {
  const width = `${100 * Math.max(0, Math.min(1, share))}%`;
  return el("div", { class: "meterline" }, el("span", null, label),
    el("div", { class: "meter", "aria-hidden": "true" }, el("div", { style: { width, background: `var(--${hue})` } }),
      mark === null ? null : el("i", { class: "mark", style: { left: `${100 * Math.min(1, mark)}%` } })),
    el("span", { class: "num" }, words));
}
