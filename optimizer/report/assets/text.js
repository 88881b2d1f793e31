// Elements and numbers. Names from data only ever become text, never markup.
const THIN = "\u202f";

function el(tag, options, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") Object.entries(value).forEach(([name, act]) => node.addEventListener(name, act));
    else if (key === "style") Object.entries(value).forEach(([name, set]) => node.style.setProperty(name, set));
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function number(value, digits = 0) {
  if (value === null || value === undefined) return "–";
  const [whole, part] = Math.abs(value).toFixed(digits).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (part ? `.${part}` : "");
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
}

function signed(value, digits = 0) {
  return value > 0 && /[1-9]/.test(number(value, digits)) ? `+${number(value, digits)}` : number(value, digits);
}

function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.05) return `<0.1${THIN}%`;
  if (value >= 99.5 && value < 100) return `${Math.min(value, 99.9).toFixed(1)}${THIN}%`;
  return `${number(value, Math.abs(value) < 9.95 && value !== Math.round(value) ? 1 : 0)}${THIN}%`;
}

function money(value) {
  if (Math.abs(value) >= 999500) return `${number(value / 1e6, Math.abs(value) < 9.995e6 ? 2 : 1)}${THIN}M`;
  if (Math.abs(value) >= 10000) return number(Math.round(value / 1000) * 1000);
  return number(value);
}

function tonnes(kg) {
  return Math.abs(kg) >= 9950 ? number(kg / 1000) : number(kg / 1000, 1);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// Text that may break after a dot or an underscore: keys, ids and file names.
function breakable(text) {
  return el("span", null, text.split(/(?<=[._/])/).flatMap((part, k) => (k ? [el("wbr"), part] : [part])));
}

// columns: [title, isNumber]; cells: text or elements; a row may be marked as the sum.
function table(columns, rows, options = {}) {
  const head = columns.map(([title, isNumber]) => el("th", { scope: "col", class: isNumber ? "num" : null }, title));
  const body = rows.map((row, rank) =>
    el(
      "tr",
      { class: (options.sum && rank === rows.length - 1) || rank === options.from ? "sum" : null },
      row.map((cell, k) => el("td", { class: columns[k][1] ? "num" : columns[k][2] }, cell === null ? "" : cell)),
    ),
  );
  return el(
    "table",
    null,
    options.caption ? el("caption", null, options.caption) : null,
    el("thead", null, el("tr", null, head)),
    el("tbody", null, body),
  );
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
