// Streets, buildings, water and green, drawn into plain canvas tiles: no WebGL, no server.
const BUILDINGS_FROM = 14;
const SHARPNESS = 1.5;
const WIDTHS = [
  [12, 1.4, 0.8, 0.4],
  [14, 2.2, 1.3, 0.8],
  [16, 6, 4, 2.4],
  [18, 14, 10, 7],
];

function streetWidth(zoom, code) {
  const column = 1 + Math.min(code, 2);
  if (zoom <= WIDTHS[0][0]) return WIDTHS[0][column];
  for (let rank = 1; rank < WIDTHS.length; rank++) {
    const [from, to] = [WIDTHS[rank - 1], WIDTHS[rank]];
    if (zoom <= to[0]) {
      const share = (zoom - from[0]) / (to[0] - from[0]);
      return from[column] + share * (to[column] - from[column]);
    }
  }
  return WIDTHS[WIDTHS.length - 1][column];
}

const CanvasTiles = L.GridLayer.extend({
  initialize(paint, options) {
    L.GridLayer.prototype.initialize.call(this, { updateWhenZooming: false, keepBuffer: 1, ...options });
    this.paint = paint;
  },

  createTile(coords) {
    const size = this.getTileSize().x;
    const ratio = Math.min(3, (window.devicePixelRatio || 1) * SHARPNESS);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(size * ratio);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paint(context, sheet(coords.x * size, coords.y * size, size, size, coords.z));
    return canvas;
  },
});

// What a canvas shows: its corner in pixels of the world at this zoom, and its box in world units.
// Corners are taken off before drawing: a canvas computes with 32 bits, too few for a whole world.
function sheet(left, top, width, height, zoom) {
  const scale = 2 ** zoom;
  const margin = 24;
  const box = [left - margin, top - margin, left + width + margin, top + height + margin];
  return { left, top, zoom, scale, box: box.map((value) => value / scale) };
}

function trace(context, layer, j, { left, top, scale }) {
  const { x, y, start } = layer;
  context.moveTo(x[start[j]] * scale - left, y[start[j]] * scale - top);
  for (let k = start[j] + 1; k < start[j + 1]; k++) context.lineTo(x[k] * scale - left, y[k] * scale - top);
}

function fillShapes(context, layer, on, style) {
  if (!layer) return;
  context.fillStyle = style;
  context.beginPath();
  for (const j of found(layer, on.box)) {
    trace(context, layer, j, on);
    context.closePath();
  }
  context.fill("nonzero");
}

function strokeShapes(context, layer, numbers, on, style, width) {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.beginPath();
  for (const j of numbers) trace(context, layer, j, on);
  context.stroke();
}

function backgroundTiles(layers, shown) {
  return new CanvasTiles((context, on) => {
    context.lineCap = context.lineJoin = "round";
    fillShapes(context, layers.green, on, colour("green"));
    fillShapes(context, layers.water, on, colour("water"));
    if (on.zoom >= BUILDINGS_FROM && shown.buildings) {
      fillShapes(context, layers.buildings, on, colour("building"));
    }
    if (layers.parcels && on.zoom >= PARCELS_FROM) {
      strokeShapes(context, layers.parcels, found(layers.parcels, on.box), on, colour("street2"), 0.6);
    }
    if (!layers.streets) return;
    const numbers = found(layers.streets, on.box);
    for (const code of [2, 1, 0]) {
      const same = numbers.filter((j) => Math.min(layers.streets.code[j], 2) === code);
      strokeShapes(context, layers.streets, same, on, colour(`street${code}`), streetWidth(on.zoom, code));
    }
  });
}

// Zones of the land-use plan: faint dashed lines above the streets.
function zoneTiles(layers, shown) {
  return new CanvasTiles(
    (context, on) => {
      if (!layers.zones || !shown.zones) return;
      context.setLineDash([5, 3]);
      context.globalAlpha = 0.55;
      strokeShapes(context, layers.zones, found(layers.zones, on.box), on, colour("zone"), 1.1);
    },
    { zIndex: 2 },
  );
}

// Outlines of sites by code: open ones filled in the colour of their kind, closed ones hollow,
// closed ones on natural soil in yellow-green.
const SITE_STYLES = [["hub", 0.35], ["hotel", 0.35], ["shop", 0.35], ["closed", 0], ["natural", 0.16]];
const SITES_FROM = 14;
const PARCELS_FROM = 15;

function siteTiles(layers, shown) {
  return new CanvasTiles(
    (context, on) => {
      if (!layers.sites || on.zoom < SITES_FROM) return;
      const numbers = found(layers.sites, on.box);
      SITE_STYLES.forEach(([name, strength], code) => {
        if (code > 2 && !shown.closed) return;
        context.beginPath();
        numbers.filter((j) => layers.sites.code[j] === code).forEach((j) => trace(context, layers.sites, j, on));
        context.fillStyle = context.strokeStyle = colour(name);
        context.globalAlpha = strength;
        if (strength) context.fill();
        context.globalAlpha = code > 2 ? 0.8 : 1;
        context.lineWidth = code > 2 ? 0.8 : 1.6;
        context.stroke();
        context.globalAlpha = 1;
      });
    },
    { zIndex: 3 },
  );
}
