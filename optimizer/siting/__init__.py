"""The siting model: micro-hubs, productive hotels and delivery points on the same scarce land.

One period. Everything below is computed from a `core.problem.Problem` and decided in a
`core.plan.Plan`; `verify/` recomputes all of it with code of its own.

Sets
----
i demand points; j sites; d designs; o = (j, d) options; f tenants; l levels of hotel designs;
m vehicle profiles; g gateways.

Paths
-----
T_m(u, v), D_m(u, v): seconds and metres of the lexicographically smallest (time, length) path from
node u to v on the arcs of profile m. Round trips: RT_m(u, v) = T_m(u, v) + T_m(v, u), RD likewise.
Through a gateway: RT_m(g, v) = T_m(g, v) + T_m(v, g) + 2 line_haul_s[g], RD_m with line_haul_m.
A node is supplied by vehicle m from the gateway that minimises
    hour_m RT + km_m RD + carbon g_m RD            (ties: lowest index)
with hour_m = eur_per_hour / 3600, km_m = eur_per_km / 1000, g_m = co2e_kg_per_km / 1000 (kg per
metre), carbon = co2e_eur_per_t / 1000 (EUR per kg).

Tour estimate (continuous approximation; Beardwood, Halton, Hammersley 1959, DOI
10.1017/S0305004100034095; Daganzo 1984, DOI 10.1287/trsc.18.4.331)
    gap_m(delta) = 1000 * tour_constant * circuity / sqrt(delta * density_share_m)     metres
    stop_m(delta) = 3.6 gap_m(delta) / tour_speed_kph_m + park_s_m + service_s_m       seconds
with delta in stops per km2. P_m = parcels_per_tour, s_i = parcels_per_stop.

Per parcel (seconds, metres), each turned into hour_m s + km_m m + carbon g_m m:
    van to i:      RT_van(g, i) / P + stop_van(delta_i) / s_i,    RD_van(g, i) / P + gap / s_i
    bike j to i:   RT_bike(j, i) / P + stop_bike(delta_i) / s_i,  RD_bike(j, i) / P + gap / s_i
    supply of hub j:  m = lorry if the site has a lorry node, else van:
                   (RT_m(g, j) + park_s_m) / P_m + drop_s_per_parcel_m,   RD_m(g, j) / P_m
    supply of delivery point j: van: RT / P + drop_s_per_parcel,  RD / P
Each open delivery point is moreover visited once per delivery day: stop_van(delta_j) seconds and
gap_van(delta_j) metres (delta_j = stops_per_km2 of its site). Handling: EUR per parcel, by design.

With `Problem.tour_fit` (constants fitted to planned tours, `core.fit`) a vehicle's factors multiply
the parts above, those of bikes by the site j of the hub: trip_s, trip_m every RT / P and RD / P;
gap_s, gap_m the seconds 3.6 gap / tour_speed_kph and the metres gap; stop every park_s, service_s
and drop_s_per_parcel; and each parcel takes parcel_s more (loading, breaks, waiting). The visit of
a delivery point takes no parcel_s. The gateway is chosen without factors.
Picking up costs the person 2 T_walk(i, j), weighted with walk_eur_per_hour.
fallback of i: the cheaper of the van and unserved_eur_per_parcel (where given); the van where i
has a van node and some gateway has one. Points without a fallback are not in the problem.

Variables
---------
open[o] in {0,1}; x[i, j] >= 0 share of i's parcels by bike from the hub on site j; p[i, j] >= 0
share picked up at the delivery point on site j; v[i], n[i] >= 0 van and unserved; place[f, o, l].

Objective (EUR per year; `core.result.TERMS` names the terms)
    sum over open options: land + building + running + embodied carbon + daily visits
  + delivery_days * sum over flows of parcels_per_day * share * EUR per parcel
  - sum over placed tenants of area * rent asked + job_eur_year * jobs
  land: buy: footprint * price * discount_rate; lease: footprint * rent
  building: build_eur * r / (1 - (1 + r)^-lifetime), r = discount_rate (r = 0: build / lifetime)
  embodied carbon: embodied_co2e_kg / lifetime * carbon
  EXISTING options pay running and daily visits only.

Constraints
-----------
1 service      sum_j x[i,j] + sum_j p[i,j] + v[i] + n[i] = 1;  sum_j x[i,j] <= bike_share_max[i];
               sum_j p[i,j] / acceptance(T_walk(i,j)) <= pickup_share_max[i]
               v[i] = 0 without a van node; n[i] = 0 where no price for unserved parcels is given
2 throughput   peak_day_factor * sum_i parcels[i] x[i,j] <= capacity of the hub open on j;
               sum_i parcels[i] x[i,j] >= minimum of the hub open on j; p likewise
3 reach        x[i,j] only where RT_bike(j, i) <= bike_limit_s; p[i,j] only where
               T_walk(i, j) <= walk_limit_s and acceptance > 0
               pickup_choice = nearest: p[i,j] > 0 only at open delivery points of smallest
               T_walk(i, .) among those open and in reach
4 site         footprints of what is open on j <= area; at most one of each kind on a site; a design
               with inside_hotel_m2 > 0 needs an open hotel on its site
5 zoning       only options of the problem, whose zone permits the design, height <= limit, access:
               node of lorry (needs_lorry) or else van; hubs a bike node; delivery points a walk
               node and a van node (EXISTING options are exempt from zone, height)
6 land         per land ledger: consumption <= budget. A new option on soil that is not
               ARTIFICIALISED consumes its footprint (basis footprint); with basis parcel the site's
               whole area is consumed once if any new option with footprint > 0 is open there
7 money        per purse: sum of purchase (footprint * price if bought) + build <= budget, new only
8 floors       place[f,o,l] <= open[o]; a tenant at most once, whole, on one level;
               area on a level <= its area (level 0: less inside_hotel_m2 of a hub on the site);
               load, height suffice; dock tenants on level 0 only and at most `docks` of them;
               NOISY and SENSITIVE not on one level; NOISY only where the site allows it;
               rent asked <= rent the tenant bears;
               productive area >= productive_share_min * let area;
               let area + inside_hotel_m2 >= let_share_min * total level area
10 quotas      at_least <= number open of a kind in a jurisdiction <= at_most; REQUIRED and EXISTING
               options are open, FORBIDDEN ones are not
"""
