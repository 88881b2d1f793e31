// What stands beside a hotel's section: who is where, docks by hour, noise, services, exchange.
const TRADES_SHOWN = 8;

function housesPart(data, show) {
  const { houses } = data.inside;
  if (!houses.length) return [el("p", null, data.periods ? "No productive hotel is open in these years." : "No productive hotel opens in this plan."), homeless(data)];
  const present = [...new Set(houses.flatMap((house) => house.parts.map((part) => data.stock.tenants[part.who].sector)))].sort((a, b) => a - b);
  const legend = () => el("div", { class: "small" }, sectorKeys(data, present), markKeys());
  return [
    sectorPatterns(),
    ...cityBlocks(data, show),
    data.inside.moves ? moveLine(data) : null,
    el("h2", null, "Building by building"),
    legend(),
    ...houses.map((house, rank) => houseBlock(data, house, show, rank)),
    homeless(data),
  ];
}

function houseBlock(data, house, show, rank) {
  const place = data.open[house.open];
  const design = data.stock.designs[house.design];
  const mains = house.parts.filter((part) => !part.annex);
  const sum = (key) => mains.reduce((total, part) => total + part[key], 0);
  const states = Object.values(house.states);
  const shops = states.filter(([state]) => state === "workshop").length;
  const words = [`${place.design}; ${number(mains.length)} tenants on ${number(sum("allM2"))} m² (${percent(place.use)} let)`, `${number(sum("jobs"))} jobs`,
    `${money(sum("rent"))} ${data.currency} rent a year`, states.length ? `${number(shops)} of ${number(states.length)} hybrid units in use as ${shops === 1 ? "a workshop" : "workshops"}` : ""];
  return el("section", { class: "hotel house", id: `house-${rank}`, style: { "--fit": fitToSheet(data, house, design, rank) } },
    el("h3", null, sign(1, 22, place.tag), el("button", { type: "button", class: "name", on: { click: () => show(place) } }, place.name)),
    el("p", { class: "soft small" }, words.filter(Boolean).join(", ")),
    crossSection(data, house),
    peopleTable(data, house, design),
    goneLine(data, house),
    dockChart(data, house, design),
    useLines(data, house, design),
    hybridTable(data, house, design),
    el("div", { class: "beside" }, noiseTable(data, house), serviceTable(data, house)),
    exchangeTable(data, rank));
}

// On paper a building stays on one sheet: the larger it is, the smaller it is printed.
// The figures are heights in CSS pixels as the style sheet for paper gives them, rounded up.
function fitToSheet(data, house, design, rank) {
  const floors = new Set(design.units.map((unit) => unit.level)).size;
  const section = 1.4 * (floors * HOUSE.row + HOUSE.roof + HOUSE.docks);
  const people = house.parts.filter((part) => !part.annex).length;
  const traded = Math.min(TRADES_SHOWN + 1, data.inside.exchanges.filter((row) => row.houses.includes(rank)).length);
  const hybrids = data.periods ? Object.keys(house.states).length + 2 : 0;
  const rows = 19 * (people + traded + hybrids + Math.max(house.noise.length, house.services.length)) + 10 * house.skills.length;
  return Math.min(1, Math.max(0.55, 1000 / (320 + section + rows))).toFixed(2);
}

function peopleTable(data, house, design) {
  const level = (part) => (design.units[part.unit].level === 0 ? "G" : String(design.units[part.unit].level));
  const mains = house.parts.filter((part) => !part.annex)
    .sort((a, b) => design.units[b.unit].level - design.units[a.unit].level || a.unit - b.unit || b.m2 - a.m2);
  const rows = mains.map((part) => {
    const who = data.stock.tenants[part.who];
    const annexes = house.parts.filter((other) => other.annex && other.who === part.who)
      .map((other) => `annex ${number(other.m2)} m² in ${design.units[other.unit].id}`);
    const notes = [data.stock.sectors[who.sector], part.stage, part.was, ...annexes];
    const name = el("span", null, `${signsOf(who)} ${who.name}`.trim(), el("small", { class: "soft" }, ` ${notes.filter(Boolean).join(", ")}`));
    return [level(part), design.units[part.unit].id, name, number(part.allM2), number(who.load), who.db === null ? "" : number(who.db),
      number(part.rent), number(part.jobs, Number.isInteger(part.jobs) ? 0 : 1)];
  });
  const columns = [["", false, "when"], ["Unit", false, "when"], ["Who", false], ["m²", true], ["kg/m²", true], ["dB(A)", true], [`${data.currency}/year`, true], ["Jobs", true]];
  return el("details", { open: true }, el("summary", null, "Who is where"), el("div", { class: "dense" }, table(columns, rows)));
}

// What hybrid units are in each period of the same hotel.
function hybridTable(data, house, design) {
  const units = Object.keys(house.states).map(Number);
  if (!data.periods || !units.length) return null;
  const { site } = data.open[house.open];
  const then = data.periods.map((period) => period.inside.houses.find((other) =>
    other.design === house.design && period.open[other.open].site === site));
  const state = (other, u) => (!other ? "–" : other.states[u][1] ? el("b", null, other.states[u][0]) : other.states[u][0]);
  const columns = [["Hybrid unit", false], ...periodColumns(data).map((words) => [words, false])];
  return el("div", { class: "dense" }, table(columns, units.map((u) => [design.units[u].id, ...then.map((other) => state(other, u))])));
}

function moveLine(data) {
  const { within, between, gone, grown } = data.inside.moves;
  const words = [[within, "to another unit of their hotel"], [between, "to another hotel"]].map(([count, where]) => `${number(count)} ${where}`);
  return el("p", null, `Since the years before, businesses have moved: ${words.join(", ")}; ${number(gone)} have left, ${number(grown)} have another area.`);
}

function goneLine(data, house) {
  if (!house.gone.length) return null;
  const words = house.gone.map(([who, where]) => `${data.stock.tenants[who].name} (${where})`);
  return el("p", { class: "small" }, `No longer here: ${words.join(", ")}.`);
}

// A time table in which everyone keeps the hours asked for: one bar an hour, one colour a sector.
function dockChart(data, house, design) {
  const { hub, own, minutes, late } = house.docks;
  if (!design.docks || !(hub || own.length || minutes.length)) return null;
  const [wide, tall, left, top] = [HOUSE.width, 64, 34, 6];
  const step = (wide - left - 4) / 24;
  const scale = tall / (60 * design.docks);
  const level = Array(24).fill(60 * (hub + own.length));
  const bars = minutes.map(([hour, who, given]) => {
    const y = top + tall - (level[hour] + given) * scale;
    level[hour] += given;
    const firm = data.stock.tenants[who];
    const box = svg("rect", { x: left + hour * step + 1, y, width: step - 2, height: Math.max(0.6, given * scale - 0.6), fill: `url(#sector${hueOf(firm.sector)})` });
    return named(box, `${clock(hour)} to ${clock(hour + 1)}: ${firm.name}, ${number(given)} of ${number(firm.dockMin)} min, asked for between ${clock(firm.dockHours[0])} and ${clock(firm.dockHours[1])}`);
  });
  const fixed = [[hub, "hub-room", "the micro-hub"], [own.length, "own-room", "tenants with a dock of their own"]];
  let base = top + tall;
  const all = fixed.filter(([count]) => count).map(([count, name, words]) => {
    base -= 60 * count * scale;
    return named(svg("rect", { x: left + 1, y: base, width: 24 * step - 2, height: 60 * count * scale, class: name }), `All day: ${words}`);
  });
  const grid = Array.from({ length: design.docks + 1 }, (_, k) => svg("path", { d: `M${left} ${top + tall - k * 60 * scale}H${wide - 4}`, class: "grid" }));
  const hours = [0, 6, 12, 18, 24].map((hour) => axisText(clock(hour), left + hour * step, top + tall + 13, hour === 24 ? "end" : "middle"));
  const height = [axisText(`${number(design.docks)}`, left - 5, top + 5, "end"), axisText("0", left - 5, top + tall + 2, "end")];
  const busiest = level.indexOf(most(level));
  const words = `Docks in use by hour: at most ${number(level[busiest])} of ${number(60 * design.docks)} minutes, from ${clock(busiest)} to ${clock(busiest + 1)}${late ? `; ${number(late)} minutes find no room` : ""}`;
  return el("figure", { class: "docks" }, el("figcaption", { class: "small soft" }, `${words}.`),
    svg("svg", { viewBox: `0 0 ${wide} ${tall + 24}`, role: "img", "aria-label": words }, ...grid, ...all, ...bars, ...hours, ...height));
}

function clock(hour) {
  return `${hour}:00`;
}

function axisText(words, x, y, anchor) {
  const text = svg("text", { x, y, "text-anchor": anchor, "font-size": 10.5, class: "unit" });
  text.append(words);
  return text;
}

function useLines(data, house, design) {
  const lines = [];
  if (design.lift !== null) lines.push(meterLine("Goods lift", house.trips / Math.max(design.lift, 1), "hotel", `${number(house.trips)} of ${number(design.lift)} trips a day`));
  const roof = house.roof.reduce((sum, row) => sum + row.m2, 0);
  if (design.roofM2) {
    lines.push(meterLine("Roof", roof / design.roofM2, "natural", `${number(roof)} of ${number(design.roofM2)} m²`));
  }
  const jobs = house.skills.reduce((sum, value) => sum + value, 0);
  house.skills.forEach((value, k) => lines.push(meterLine(data.stock.skills[k], value / Math.max(jobs, 1), "soft", `${number(value)} jobs`)));
  const uses = house.roof.map((row) => `${row.use} ${number(row.m2)} m² (${signed(row.eur)} ${data.currency} a year)`);
  return [lines.length ? el("div", { class: "lines" }, lines) : null,
    uses.length ? el("p", { class: "small soft" }, `On the roof: ${uses.join(", ")}.`) : null];
}

function noiseTable(data, house) {
  if (!house.noise.length) return null;
  const rows = house.noise.map(([rank, own]) => {
    const one = data.inside.neighbours[rank];
    return [one.id, one.band, `${number(one.db, 1)} of ${number(one.limit)}`, shareWords(one.share), own === null ? "–" : percent(own)];
  });
  return table([["Loudest for", false], ["In the", false], ["dB(A)", true], ["of the limit", true], ["from here", true]], rows);
}

// Of the energy that a limit leaves to hotels; null: the background alone fills it.
function shareWords(share) {
  return share === null ? "background" : percent(share);
}

function serviceTable(data, house) {
  if (!house.services.length) return null;
  const rows = house.services.map((row) => [row.name, `${number(row.tenants)} (at least ${number(row.least)})`, `${signed(row.eur)}`]);
  return table([["Shared service", false], ["Tenants", true], [`Net ${data.currency}/year`, true]], rows);
}

function exchangeTable(data, rank) {
  const all = data.inside.exchanges.filter((row) => row.houses.includes(rank)).sort((a, b) => b.eur - a.eur);
  const rows = all.slice(0, TRADES_SHOWN).map((row) => {
    const way = row.houses[0] === row.houses[1] ? "inside" : row.houses[0] === rank ? "out" : "in";
    return [way, `${row.what}: ${row.from} → ${row.to}`, `${number(row.amount, row.amount < 10 ? 1 : 0)} ${row.unit}`, number(row.delivered, row.delivered < 10 ? 1 : 0), number(row.eur)];
  });
  if (!rows.length) return null;
  const rest = all.slice(TRADES_SHOWN);
  const worth = rest.reduce((sum, row) => sum + row.eur, 0);
  if (rest.length) rows.push(["", `${number(rest.length)} more (tables/exchanges.csv)`, "", "", number(worth)]);
  return el("div", { class: "dense" }, table([["", false], ["Exchange", false], ["Sent", true], ["Arrives", true], [`${data.currency}/year`, true]], rows));
}

// On paper the hotels of the other periods follow those of the period that the page shows.
function housesOnPaper(view, show) {
  const { data, layers } = view;
  const chosen = data.shownPeriod;
  const sheets = data.periods.map((period, t) => {
    if (t === chosen) return null;
    usePeriod(data, layers, t);
    return el("div", { class: "othertime" }, el("h2", { class: "title" }, `Hotels ${data.periodLabel}`), housesPart(data, show));
  });
  usePeriod(data, layers, chosen);
  document.getElementById("part-hotels").append(...sheets.filter(Boolean));
}
