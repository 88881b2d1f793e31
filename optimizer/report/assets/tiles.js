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
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const scale = 2 ** coords.z;
    context.setTransform(ratio, 0, 0, ratio, -coords.x * size * ratio, -coords.y * size * ratio);
    const margin = 24;
    const box = [
      (coords.x * size - margin) / scale,
      (coords.y * size - margin) / scale,
      ((coords.x + 1) * size + margin) / scale,
      ((coords.y + 1) * size + margin) / scale,
    ];
    this.paint(context, box, scale, coords.z);
    return canvas;
  },
});

function trace(context, layer, j, scale) {
  const { x, y, start } = layer;
  context.moveTo(x[start[j]] * scale, y[start[j]] * scale);
  for (let k = start[j] + 1; k < start[j + 1]; k++) context.lineTo(x[k] * scale, y[k] * scale);
}

function fillShapes(context, layer, box, scale, style) {
  if (!layer) return;
  context.fillStyle = style;
  context.beginPath();
  for (const j of found(layer, box)) {
    trace(context, layer, j, scale);
    context.closePath();
  }
  context.fill("nonzero");
}

function strokeShapes(context, layer, numbers, scale, style, width) {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.beginPath();
  for (const j of numbers) trace(context, layer, j, scale);
  context.stroke();
}

function backgroundTiles(layers, shown) {
  return new CanvasTiles((context, box, scale, zoom) => {
    context.lineCap = context.lineJoin = "round";
    fillShapes(context, layers.green, box, scale, colour("green"));
    fillShapes(context, layers.water, box, scale, colour("water"));
    if (zoom >= BUILDINGS_FROM && shown.buildings) {
      fillShapes(context, layers.buildings, box, scale, colour("building"));
    }
    if (!layers.streets) return;
    const numbers = found(layers.streets, box);
    for (const code of [2, 1, 0]) {
      const same = numbers.filter((j) => Math.min(layers.streets.code[j], 2) === code);
      strokeShapes(context, layers.streets, same, scale, colour(`street${code}`), streetWidth(zoom, code));
    }
  });
}

// Outlines of sites: open filled, closed hollow, natural soil in yellow-green.
const SITE_STYLES = [
  ["hub", "rgb(230 159 0 / 35%)"],
  ["closed", null],
  ["natural", "rgb(154 168 28 / 35%)"],
];

function siteTiles(layers, shown) {
  return new CanvasTiles(
    (context, box, scale, zoom) => {
      if (!layers.sites || zoom < 14) return;
      const numbers = found(layers.sites, box);
      SITE_STYLES.forEach(([name, fill], code) => {
        if (code > 0 && !shown.closed) return;
        const same = numbers.filter((j) => layers.sites.code[j] === code);
        context.beginPath();
        same.forEach((j) => trace(context, layers.sites, j, scale));
        if (fill) {
          context.fillStyle = fill;
          context.fill();
        }
        context.strokeStyle = colour(name);
        context.lineWidth = code === 0 ? 1.6 : 1;
        context.stroke();
      });
    },
    { zIndex: 3 },
  );
}
