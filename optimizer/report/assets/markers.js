// Signs of the three kinds: shape tells kind as well as colour does.
const KINDS = ["micro_hub", "productive_hotel", "delivery_point"];
const KIND_NAMES = ["Micro-hub", "Productive hotel", "Delivery point"];
const KIND_COLOURS = ["hub", "hotel", "shop", "use"];
const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const SHAPES = [
  (half) => svg("circle", { r: half }),
  (half) => svg("rect", { x: -half, y: -half, width: 2 * half, height: 2 * half, rx: 2 }),
  (half) => svg("path", { d: `M0 ${-half}L${half} 0 0 ${half} ${-half} 0Z` }),
  (half) => svg("path", { d: `M0 ${-half}L${half} ${0.75 * half} ${-half} ${0.75 * half}Z` }),
];

// size: pixels across; label: letter or number inside; hollow: a candidate that stays closed.
function sign(kind, size, label = "", hollow = false) {
  const shape = SHAPES[kind](size / 2 - 1.5);
  shape.setAttribute("fill", hollow ? "none" : `var(--${KIND_COLOURS[kind]})`);
  shape.setAttribute("stroke", hollow ? "var(--closed)" : "var(--rim)");
  shape.setAttribute("stroke-width", "1.5");
  const box = `${-size / 2} ${-size / 2} ${size} ${size}`;
  const icon = svg("svg", { viewBox: box, width: size, height: size, "aria-hidden": "true" }, shape);
  if (label) {
    const text = svg("text", {
      "text-anchor": "middle",
      y: "0.36em",
      "font-size": label.length > 1 ? size * 0.42 : size * 0.5,
      "font-weight": "700",
      fill: kind === 0 ? "#211600" : "#ffffff",
    });
    text.textContent = label;
    icon.append(text);
  }
  return icon;
}

function cross(hue = "van") {
  const lines = svg("path", { d: "M-4 -4 4 4M-4 4 4 -4", stroke: `var(--${hue})`, "stroke-width": 2.5 });
  return svg("svg", { viewBox: "-6 -6 12 12", width: 12, height: 12, "aria-hidden": "true" }, lines);
}

const SIZES = [26, 26, 15];

function facilityMarker(place, choose) {
  const size = SIZES[place.kind];
  const name = `${KIND_NAMES[place.kind]} ${place.tag}: ${place.name}`;
  const icon = L.divIcon({
    html: sign(place.kind, size, place.kind === 2 ? "" : place.tag),
    className: `pin pin-${place.kind}`,
    iconSize: [size, size],
    popupAnchor: [0, -size / 2],
  });
  const marker = L.marker(shifted(place), {
    icon,
    title: name,
    alt: name,
    keyboard: true,
    riseOnHover: true,
    zIndexOffset: [2000, 1000, 0][place.kind],
  });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", name));
  marker.on("click", () => choose(place));
  marker.on("keydown", (event) => {
    if (event.originalEvent.key === " " || event.originalEvent.key === "Enter") choose(place);
  });
  return marker;
}

function useMarker(place) {
  const icon = L.divIcon({ html: sign(3, 22), className: "pin", iconSize: [22, 22] });
  const words = `${place.name}: ${place.use}, ${number(place.areaM2)} m²`;
  return L.marker([place.lat, place.lon], { icon, title: words, alt: words, keyboard: true })
    .bindPopup(() => el("div", { class: "popup" }, el("h3", null, place.name), el("p", null, `Given to ${place.use}, ${number(place.areaM2)} m²`)));
}

// A hub in a hotel's ground floor, or lockers beside a hub, must not hide each other.
function shifted(place) {
  return place.twin ? [place.lat + 0.00011 * place.twin, place.lon + 0.00016 * place.twin] : [place.lat, place.lon];
}

function markTwins(places) {
  const seen = new Map();
  for (const place of places) {
    const key = `${place.lon} ${place.lat}`;
    place.twin = seen.get(key) || 0;
    seen.set(key, place.twin + 1);
  }
}

// Closed candidates are many: hollow signs on tiles, in the shape of their largest kind.
// (A canvas that Leaflet clears and redraws while printing would punch a hole into the page.)
function candidateTiles(data, layer, shown) {
  return new CanvasTiles(
    (context, on) => {
      if (!shown.closed) return;
      const larger = Math.max(0.55, Math.min(1.6, 2 ** ((on.zoom - 15) * 0.45)));
      for (const j of found(layer, on.box)) {
        const [, , , , bits, natural] = data.closed[j];
        const hue = colour(natural ? "natural" : "closed");
        context.beginPath();
        const [x, y] = [layer.x[j] * on.scale - on.left, layer.y[j] * on.scale - on.top];
        candidateShape(context, x, y, (bits & 3 ? 4.2 : 3.2) * larger, bits);
        context.fillStyle = colour("map");
        context.globalAlpha = 0.65;
        context.fill();
        context.globalAlpha = 1;
        context.strokeStyle = hue;
        context.lineWidth = on.zoom < 14.5 ? 1 : 1.3;
        context.stroke();
      }
    },
    { zIndex: 4 },
  );
}

function candidateShape(context, x, y, r, bits) {
  if (bits & 2) context.rect(x - r, y - r, 2 * r, 2 * r);
  else if (bits & 1) context.arc(x, y, r, 0, 2 * Math.PI);
  else {
    [[0, -r], [r, 0], [0, r], [-r, 0]].forEach(([dx, dy]) => context.lineTo(x + dx, y + dy));
    context.closePath();
  }
}

function candidateCard([name, what, , , bits, natural, area]) {
  const kinds = KIND_NAMES.filter((_, kind) => bits & (1 << kind)).map((word) => word.toLowerCase());
  return el(
    "div",
    { class: "popup" },
    el("h3", null, name),
    el("p", { class: "soft" }, `Candidate that stays closed · ${what}`),
    el("div", null, `${number(area)} m²${natural ? ", natural soil" : ""}; could take: ${kinds.join(", ")}`),
  );
}
