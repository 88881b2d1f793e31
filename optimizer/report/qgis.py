"""Styles that QGIS reads from a GeoPackage: colours and shapes by kind, and plain field names.

Table `layer_styles` as QGIS itself writes it (see github.com/pka/qgpkg, QGIS GeoPackage extension).
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from optimizer.core.hotels import BANDS

ORANGE, BLUE, GREEN, VERMILION = "230,159,0,255", "0,114,178,255", "0,158,115,255", "213,94,0,255"
PURPLE, BROWN = "204,121,167,255", "122,92,62,255"
GREY, PALE, DARK, WHITE, CLEAR = (
    "130,130,130,255", "200,200,200,255", "40,40,40,255", "255,255,255,255", "255,255,255,0",
)  # fmt: skip


@dataclass(frozen=True)
class Symbol:
    """One symbol: `geometry` is marker, line or fill; sizes in millimetres."""

    geometry: str
    colour: str
    outline: str = DARK
    shape: str = "circle"
    size_mm: float = 2.0
    width_mm: float = 0.2


@dataclass(frozen=True)
class Style:
    """One symbol per value of `field` (empty: one symbol for the whole layer)."""

    field: str
    symbols: tuple[tuple[str, str, Symbol], ...]  # value, label, symbol


KIND_STYLE = Style(
    "kind",
    (
        ("micro_hub", "Micro-hub", Symbol("marker", ORANGE, shape="circle", size_mm=4.5)),
        ("productive_hotel", "Hotel", Symbol("marker", BLUE, shape="square", size_mm=4.5)),
        ("delivery_point", "Delivery point", Symbol("marker", GREEN, shape="diamond", size_mm=3.4)),
    ),
)  # fmt: skip
STYLES = {
    "open_facilities": KIND_STYLE,
    "candidate_sites": Style(
        "state",
        (
            ("open", "Something opens here", Symbol("marker", WHITE, DARK, "circle", 2.4, 0.5)),
            (
                "closed",
                "Candidate, stays closed",
                Symbol("marker", CLEAR, GREY, "circle", 2.2, 0.3),
            ),
        ),
    ),
    "site_outlines": Style(
        "state",
        (
            ("open", "Something opens here", Symbol("fill", "230,159,0,90", DARK, width_mm=0.4)),
            ("closed", "Candidate, stays closed", Symbol("fill", CLEAR, GREY, width_mm=0.25)),
        ),
    ),
    "demand_points": Style(
        "main_channel",
        (
            ("bike", "By cargo bike", Symbol("marker", ORANGE, CLEAR, size_mm=1.4)),
            ("pickup", "Picked up", Symbol("marker", GREEN, CLEAR, size_mm=1.4)),
            ("van", "By van", Symbol("marker", VERMILION, CLEAR, size_mm=1.4)),
            ("unserved", "Not served", Symbol("marker", DARK, CLEAR, size_mm=1.4)),
        ),
    ),
    "flows": Style(
        "channel",
        (
            ("bike", "By cargo bike", Symbol("line", "230,159,0,110", width_mm=0.2)),
            ("pickup", "Picked up", Symbol("line", "0,158,115,140", width_mm=0.2)),
        ),
    ),
    "catchments": Style("", (("", "Catchment of a hub", Symbol("fill", "230,159,0,45", ORANGE)),)),
    "walking_reach": Style(
        "", (("", "Walking reach of a delivery point", Symbol("fill", "0,158,115,40", GREEN)),)
    ),
    "openings": Style(
        "now",
        (
            ("yes", "Decide now", Symbol("marker", BLUE, DARK, "triangle", 3.6, 0.3)),
            ("no", "Can wait", Symbol("marker", WHITE, BLUE, "triangle", 3.6, 0.5)),
        ),
    ),
    "firms": Style(
        "fate",
        (
            ("kept", "Firm that stays", Symbol("marker", PALE, DARK, "pentagon", 2.6)),
            ("moved", "Firm that moves", Symbol("marker", PURPLE, DARK, "pentagon", 2.6)),
            ("lost", "Firm that is lost", Symbol("marker", DARK, DARK, "pentagon", 2.6)),
        ),
    ),
    "zones": Style("", (("", "Zone", Symbol("fill", CLEAR, GREY, width_mm=0.3)),)),
    "parcels": Style("", (("", "Parcel", Symbol("fill", CLEAR, PALE, width_mm=0.15)),)),
    "exchanges": Style(
        "", (("", "Exchange between two places", Symbol("line", "122,82,0,255", width_mm=0.6)),)
    ),
    "hotel_units": Style(
        "",
        (("", "Units of an open hotel", Symbol("marker", BLUE, shape="square", size_mm=3.0)),),
    ),
    "tenant_parts": Style("", (("", "Tenant in a hotel", Symbol("marker", PALE, size_mm=2.0)),)),
    "neighbours": Style(
        "loudest_band",
        tuple(
            (band, f"Loudest in the {band}", Symbol("marker", colour, size_mm=2.6))
            for band, colour in zip(
                BANDS, ("240,200,225,255", PURPLE, "110,30,85,255"), strict=True
            )
        ),
    ),
    "tours": Style(
        "vehicle",
        (
            ("lorry", "Lorry", Symbol("line", BROWN, width_mm=0.8)),
            ("van", "Van", Symbol("line", VERMILION, width_mm=0.5)),
            ("cargo_bike", "Cargo bike", Symbol("line", ORANGE, width_mm=0.5)),
        ),
    ),
    "tour_stops": Style(
        "vehicle",
        (
            ("lorry", "Stop of a lorry", Symbol("marker", BROWN, WHITE, "square", 2.4)),
            ("van", "Stop of a van", Symbol("marker", VERMILION, WHITE, size_mm=1.8)),
            ("cargo_bike", "Stop of a cargo bike", Symbol("marker", ORANGE, WHITE, size_mm=1.8)),
        ),
    ),
    "streets": Style("", (("", "Street", Symbol("line", PALE, width_mm=0.25)),)),
}


def _layer(symbol: Symbol) -> str:
    outline = symbol.outline
    if symbol.geometry == "marker":
        name, options = "SimpleMarker", {
            "name": symbol.shape,
            "color": symbol.colour,
            "outline_color": outline,
            "outline_style": "no" if outline == CLEAR else "solid",
            "outline_width": f"{symbol.width_mm}",
            "outline_width_unit": "MM",
            "size": f"{symbol.size_mm}",
            "size_unit": "MM",
        }  # fmt: skip
    elif symbol.geometry == "line":
        name, options = "SimpleLine", {
            "line_color": symbol.colour,
            "line_style": "solid",
            "line_width": f"{symbol.width_mm}",
            "line_width_unit": "MM",
            "capstyle": "round",
            "joinstyle": "round",
        }  # fmt: skip
    else:
        name, options = "SimpleFill", {
            "color": symbol.colour,
            "style": "solid",
            "outline_color": outline,
            "outline_style": "solid",
            "outline_width": f"{symbol.width_mm}",
            "outline_width_unit": "MM",
        }  # fmt: skip
    # Older releases read <prop>, newer ones <Option>: both are written.
    new = "".join(
        f'<Option type="QString" name={quoteattr(key)} value={quoteattr(value)}/>'
        for key, value in options.items()
    )
    old = "".join(f"<prop k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in options.items())
    return (
        f'<layer class="{name}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{new}</Option>{old}</layer>'
    )


def qml(style: Style, aliases: dict[str, str]) -> str:
    """Return the QML text of a layer: its renderer and the plain names of its fields."""
    symbols = "".join(
        f'<symbol type="{symbol.geometry}" name="{rank}" alpha="1" clip_to_extent="1" '
        f'force_rhr="0">{_layer(symbol)}</symbol>'
        for rank, (_, _, symbol) in enumerate(style.symbols)
    )
    kind, categories = 'type="singleSymbol"', ""
    if style.field:
        kind = f'type="categorizedSymbol" attr={quoteattr(style.field)}'
        items = "".join(
            f'<category symbol="{rank}" value={quoteattr(value)} label={quoteattr(label)} '
            'type="string" render="true"/>'
            for rank, (value, label, _) in enumerate(style.symbols)
        )
        categories = f"<categories>{items}</categories>"
    names = "".join(
        f"<alias index={quoteattr(str(rank))} field={quoteattr(field)} name={quoteattr(words)}/>"
        for rank, (field, words) in enumerate(aliases.items())
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.28.0" styleCategories="Symbology|Fields">'
        f'<renderer-v2 {kind} symbollevels="0" enableorderby="0" forceraster="0">'
        f"{categories}<symbols>{symbols}</symbols></renderer-v2>"
        f"<aliases>{names}</aliases></qgis>"
    )
