"""Rules and prices of the city that do not depend on the draw; assumed unless a source is named.

Noise: limits of TA Laerm 6.1 (residential and mixed areas by day and night), evening between them.
Roofs: 30 % of a new roof is the French duty of 2019 (loi energie-climat, article 47).
"""

from __future__ import annotations

NOISE_WITHIN_M, FACADE_DB = 250.0, 12.0
APART = (
    # name, first group, second group, levels, distance_m (None: never enough), same hours
    ("noise and quiet", "noisy", "sensitive", 2, 20.0, True),
    ("dust and food", "wood_metal", "food", 1, 25.0, False),
    ("solvents and food", "print", "food", 1, 20.0, True),
)
PRODUCTION = ("food", "wood_metal", "repair", "textile", "print", "building_trades")
MIX = (
    # name, sectors, in each hotel, share_min, share_max; areas come from the draw
    ("production", PRODUCTION, False, 0.6, 1.0),
    ("studios at most", ("studio",), True, 0.0, 0.35),
    ("repair and reuse", ("repair",), False, 0.0, 1.0),
)
WITHIN_MIN, CAPTURE_SHARE, WALK_TO_STOP_MIN = 15, 0.02, 6
SUPPORT_MIN = 15
RESOURCES = (
    # name, unit, value_eur, loss_per_km, reach_m, link_eur_m_year
    ("heat", "MWh", 45.0, 0.12, 700.0, 9.0),
    ("organics", "t", 35.0, 0.0, 4000.0, 0.2),
    ("offcuts", "t", 60.0, 0.0, 1500.0, 0.4),
)
SERVICES = (
    # name, lowest hotel that can have it, eur_year, eur_tenant_year, tenants_min
    ("canteen", 5, 24_000.0, 2_600.0, 9),
    ("shared machines", 3, 15_000.0, 1_900.0, 7),
    ("reception and parcels", 3, 9_000.0, 1_200.0, 5),
)
ROOFS = (
    # name, net_eur_m2_year, plot_min_m2, share_min, limited
    ("solar", 4.0, 60, 0.3, False),
    ("farm", 9.0, 250, 0.0, True),
)
MOVE_WITHIN_EUR_M2, MOVE_BETWEEN_EUR_M2 = 25.0, 70.0
DISCOUNT_RATE, JOB_EUR_YEAR, CO2E_EUR_T = 0.032, 400.0, 250.0
MINIMUM_STAY_YEARS = 20
GROUND_RENT_EUR_M2 = 30.0
HUB = {
    "id": "hub_in_hotel",
    "label": "Hub in a hotel's ground floor",
    "tenure": "lease",
    "footprint_m2": 0,
    "height_m": 0,
    "inside_hotel_m2": 180,
    "inside_docks": 1,
    "build_eur": 95_000,
    "running_eur_year": 62_000,
    "embodied_co2e_kg": 12_000,
    "lifetime_years": 20,
    "needs_lorry": True,
    "capacity_parcels_per_day": 850,
    "minimum_parcels_per_day": 0,
    "handling_eur_per_parcel": 0.12,
}
VEHICLES = {
    "lorry": (46.0, 0.65, 0.65, 600.0, 300.0, 300.0, 3.0, 18.0, 1.0),
    "van": (38.0, 0.35, 0.25, 130.0, 110.0, 120.0, 4.0, 11.0, 1.0),
    "cargo_bike": (30.0, 0.10, 0.0014, 50.0, 15.0, 110.0, 4.0, 16.0, 0.5),
}
