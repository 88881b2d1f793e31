// Land and money ledgers; costs, kilometres and CO2e against the baseline.
function ledgerPart(data) {
  if (data.periods) return yearLedgers(data);
  const land = data.ledgers.filter((line) => line.unit === "m²");
  const money = data.ledgers.filter((line) => line.unit !== "m²");
  return [
    data.regime ? el("p", { class: "soft" }, `Land regime: ${data.regime.replaceAll("_", " ")}`) : null,
    el("h2", null, "Natural soil that may be consumed"),
    land.length ? land.map((line) => ledger(line, "natural")) : el("p", null, "No land budget is stated."),
    el("h2", null, "Public purses"),
    money.length ? money.map((line) => ledger(line, "hotel")) : el("p", null, "No purse is stated."),
    byCommune(data),
    quotaTable(data),
  ];
}

function ledger(line, hue) {
  const share = line.budget > 0 ? line.used / line.budget : line.used > 0 ? 1 : 0;
  const show = line.unit === "m²" ? number : money;
  return el("div", { class: "ledger" },
    el("div", { class: "row" }, el("b", null, line.name), el("span", null, `${show(line.used)} of ${show(line.budget)} ${line.unit}`)),
    el("div", { class: "meter", "aria-hidden": "true" },
      el("div", { style: { width: `${Math.min(100, 100 * share)}%`, background: `var(--${hue})` } })),
    el("div", { class: "row small soft" }, el("span", null, `${line.metric}; ${line.covers}`), el("span", null, line.left < 0 ? `over by ${show(-line.left)} ${line.unit}` : `${show(line.left)} ${line.unit} left`)),
    el("div", { class: "small soft" }, `Source: ${line.source}`));
}

function byCommune(data) {
  const all = data.whole || data.criteria;
  if (!all) return null;
  const names = Object.keys(all.landM2);
  const rows = names
    .map((name) => [name, all.landM2[name], all.acquisition[name] || 0])
    .filter((row) => row[1] || row[2])
    .map(([name, m2, eur]) => [name, number(m2), number(eur)]);
  if (!rows.length) return null;
  return el("div", null, el("h2", null, "By commune"),
    table([["Commune", false], ["Soil consumed m²", true], [`Land and building ${data.currency}`, true]], rows));
}

function quotaTable(data) {
  if (!data.quotas.length) return null;
  const rows = data.quotas.map((quota) => [
    quota.name, number(quota.atLeast), quota.atMost === null ? "no limit" : number(quota.atMost), number(quota.open),
  ]);
  return el("div", null, el("h2", null, data.periods ? `Quotas, ${data.periodLabel}` : "Quotas"),
    table([["Facilities", false], ["At least", true], ["At most", true], ["Open", true]], rows));
}

function costPart(data) {
  const now = data.whole || data.criteria;
  const before = data.baseline;
  const columns = [["", false], ["Plan", true], ["Today", true], ["Difference", true]];
  const row = (words, a, b, digits = 0) => [words, now ? number(a, digits) : "–", number(b, digits), now ? signed(a - b, digits) : "–"];
  const value = (criteria, pick) => (criteria ? pick(criteria) || 0 : 0);
  const terms = Object.keys(data.termWords)
    .filter((name) => value(now, (c) => c.terms[name]) || before.terms[name])
    .map((name) => row(data.termWords[name], value(now, (c) => c.terms[name]), before.terms[name] || 0));
  terms.push(row("All counted", value(now, (c) => c.objective), before.objective));
  const km = Object.keys(before.km).map((name) =>
    row(data.figureWords[name] || name, value(now, (c) => c.km[name]), before.km[name] || 0, 1));
  const rest = [row("CO2e, t a year", value(now, (c) => c.co2eKg) / 1000, before.co2eKg / 1000, 1)];
  if (now) {
    rest.push(["Walking to a delivery point, mean minutes", number(now.walkMin, 1), before.walkMin ? number(before.walkMin, 1) : "–", ""]);
    rest.push(["Jobs hosted", number(now.jobs), number(before.jobs), signed(now.jobs - before.jobs)]);
    rest.push(["Floor area let, m²", number(now.letM2), number(before.letM2), signed(now.letM2 - before.letM2)]);
  }
  return [
    data.periods ? el("p", null, `Mean of the years ${data.years.first}–${data.years.last}, later years discounted.`) : null,
    el("p", { class: "soft" }, "Today: the same parcels with vans alone and the facilities that exist already."),
    el("h2", null, `Cost, ${data.currency} a year`), table(columns, terms, { sum: true }),
    el("h2", null, "Vehicle-kilometres a day"), table(columns, km),
    el("h2", null, "Other figures"), table(columns, rest),
    ...(data.periods ? yearCosts(data) : []),
  ];
}
