// Ledgers over years: soil by period against its budget, cash by period, and who gains what.
function yearLedgers(data) {
  const { block } = data.years;
  return [
    data.regime ? el("p", { class: "soft" }, `Land regime: ${data.regime.replaceAll("_", " ")}`) : null,
    el("h2", null, "Soil, by ledger and period"),
    block.land.length ? block.land.map((ledger) => soilLedger(data, ledger)) : el("p", null, "No land ledger is stated."),
    renaturationTable(data, block.renaturation),
    el("h2", null, "Public purses"),
    block.purses.length ? block.purses.map((purse) => purseBook(data, purse)) : el("p", null, "No purse is stated."),
    allianceTable(data, block.alliance),
    byCommune(data),
    quotaTable(data),
  ];
}

function soilLedger(data, ledger) {
  const budget = ledger.budget_m2 + ledger.transfer_m2;
  const most = Math.max(budget, ...ledger.periods.map((one) => one.used_m2), 1);
  const net = ledger.metric === "net_artificialisation";
  const lines = ledger.periods.map((one, t) => {
    const label = data.periods[t].periodLabel;
    if (!one.in_force) return el("div", { class: "meterline soft" }, el("span", null, label), el("span", { class: "wide" }, "not in force"));
    const used = net && one.restored_m2 ? `${number(one.used_m2)} − ${number(one.restored_m2)} back` : `${number(one.used_m2)} used`;
    const left = one.left_m2 < 0 ? `over by ${number(-one.left_m2)}` : `${number(one.left_m2)} left`;
    const share = (one.used_m2 - (net ? one.restored_m2 : 0)) / most;
    return meterLine(label, share, "natural", `${used}, ${left}`, budget / most);
  });
  const traded = ledger.transfer_m2 ? `; ${number(Math.abs(ledger.transfer_m2))} m² ${ledger.transfer_m2 > 0 ? "from" : "to"} partners` : "";
  const temporary = { counts: "temporary buildings count", while_standing: "temporary buildings count while they stand", free: "temporary buildings do not count" };
  return el("div", { class: "ledger" },
    el("div", { class: "row" }, el("b", null, ledger.name), el("span", null, `${number(ledger.budget_m2)} m²${traded}`)),
    lines,
    el("div", { class: "small soft" }, `${METRIC_WORDS[ledger.metric] || ledger.metric}, by ${ledger.basis}; ${whom(data, ledger)}; ${temporary[ledger.temporary]}`),
    el("div", { class: "small soft" }, `Source: ${ledger.source}`));
}

const METRIC_WORDS = { enaf_consumption: "Consumption of natural, agricultural and forest soil", net_artificialisation: "Net artificialisation" };

function whom(data, ledger) {
  return ledger.jurisdictions.length === data.years.places ? "the whole area" : ledger.jurisdictions.join(", ");
}

function renaturationTable(data, rows) {
  if (!rows.length) return null;
  const columns = [["Given back to nature", false], ["Begins", true], ["Done", true], ["m²", true], [data.currency, true]];
  return table(columns, rows.map((one) => [one.project, String(data.years.block.periods.find((period) => period.name === one.period).first_year), String(one.done_year), number(one.area_m2), number(one.eur)]));
}

// Lines that are nothing in every period are left out; payments carry a minus.
function purseBook(data, purse) {
  const amounts = purse.periods.flatMap((one) => [...Object.values(one.lines), one.debt_eur, one.balance_eur]);
  const large = Math.max(...amounts.map(Math.abs)) >= 1e6;
  const show = (value) => number(large ? value / 1000 : value);
  const unit = large ? `thousand ${data.currency}` : data.currency;
  const receipt = (line) => data.years.receipts.includes(line);
  const lines = Object.keys(data.years.cashWords)
    .filter((line) => purse.periods.some((one) => one.lines[line]))
    .map((line) => [data.years.cashWords[line], ...purse.periods.map((one) => show(receipt(line) ? one.lines[line] : -one.lines[line]))]);
  const ends = [["balance_eur", "Left at the end"], ["debt_eur", "Debt at the end"], ["reserve_eur", "Kept for dearer sites"], ["subsidy_eur_year", "Rents spared, a year"]]
    .filter(([key]) => key === "balance_eur" || purse.periods.some((one) => one[key]))
    .map(([key, words]) => [words, ...purse.periods.map((one) => show(one[key]))]);
  const columns = [[unit, false], ...periodColumns(data).map((label) => [label, true])];
  return el("section", { class: "purse" },
    el("div", { class: "row" }, el("b", null, purse.name), el("span", { class: "soft" }, whom(data, purse))),
    purseChart(data, purse),
    el("div", { class: "book" }, table(columns, [...lines, ...ends], { from: lines.length })),
    el("p", { class: "small" }, `Present value ${money(purse.npv_eur)} ${data.currency}, with what it owns at the end (${money(purse.residual_eur)} ${data.currency}). `,
      purse.borrow_max_eur > 0 ? `May borrow ${money(purse.borrow_max_eur)} ${data.currency} at ${percent(purse.interest_rate)} a year` : "No borrowing",
      purse.gamma ? `; up to ${number(purse.gamma)} sites may turn out dearer.` : "."),
    el("div", { class: "small soft" }, `Source: ${purse.source}`));
}

// Bars up: what is left at the end of each period; bars down: debt; a line at what may be borrowed.
function purseChart(data, purse) {
  const [high, low] = [Math.max(...purse.periods.map((one) => one.balance_eur), 0), Math.max(...purse.periods.map((one) => one.debt_eur), 0)];
  if (!high && !low) return null; // every euro is spent, every debt paid
  const limit = Math.min(purse.borrow_max_eur, Math.max(2 * low, high));
  const depth = Math.max(low, limit);
  const scale = 84 / (high + depth || 1);
  const zero = 16 + high * scale;
  const step = 400 / purse.periods.length;
  const bars = purse.periods.flatMap((one, t) => {
    const [debt, x] = [one.debt_eur > 0, t * step + 0.2 * step];
    const value = debt ? one.debt_eur : one.balance_eur;
    const [y, height] = [debt ? zero : zero - value * scale, Math.max(value * scale, value ? 1 : 0)];
    const words = `${debt ? "−" : ""}${money(value)}`;
    return [
      svg("rect", { x, y, width: 0.6 * step, height, fill: debt ? "var(--van)" : "var(--hotel)" }),
      label(x + 0.3 * step, debt ? y + height + 12 : y - 4, "middle", words),
      label(x + 0.3 * step, 136, "middle", data.periods[t].periodLabel),
    ];
  });
  const border = purse.borrow_max_eur > 0 && limit === purse.borrow_max_eur
    ? [svg("line", { x1: 0, x2: 400, y1: zero + limit * scale, y2: zero + limit * scale, stroke: "var(--van)", "stroke-dasharray": "4 3" })]
    : [];
  return el("div", { class: "gauge" },
    svg("svg", { viewBox: "0 0 400 142", role: "img", "aria-label": `${purse.name}: left or owed at the end of each period` },
      svg("line", { x1: 0, x2: 400, y1: zero, y2: zero, stroke: "var(--soft)" }), ...border, ...bars),
    el("p", { class: "small soft" }, `${data.currency} at the end of each period. Blue: left. Red: owed${border.length ? "; dashed: the most that may be owed." : "."}`));
}

function allianceTable(data, alliance) {
  if (!alliance) return null;
  const columns = [["", false], ["Alone, at least", true], ["Together", true], ["Pays", true], ["Gains", true]];
  const rows = alliance.members.map((one) =>
    [one.member, number(one.alone_bound), number(one.joint_eur), signed(one.payment_eur), number(one.gain_eur)]);
  const words = alliance.proven
    ? "Each pays less than the least that it could reach alone, which is proven."
    : "The proofs leave open whether each is better off than alone: the best known programme alone is compared in tables/alliance.csv.";
  return el("div", null, el("h2", null, `Who gains what, ${data.currency} a year`), table(columns, rows), el("p", { class: "soft small" }, words));
}

// Costs over the horizon against today, then every term period by period.
function yearCosts(data) {
  const rows = Object.keys(data.termWords)
    .filter((name) => data.periods.some((period) => period.criteria.terms[name]))
    .map((name) => [data.termWords[name], ...data.periods.map((period) => number(period.criteria.terms[name] || 0))]);
  rows.push(["All counted", ...data.periods.map((period) => number(period.criteria.objective))]);
  const columns = [["", false], ...periodColumns(data).map((text) => [text, true])];
  return [el("h2", null, `Period by period, ${data.currency} a year`), el("div", { class: "book" }, table(columns, rows, { sum: true }))];
}
