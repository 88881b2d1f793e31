"""Productive hotels in full: what `Problem.hotels` adds to the siting model.

A problem whose `hotels` is None knows none of this. Otherwise every plan carries `Interiors`, and
the rules below hold beside those of `optimizer.siting`; `verify/` checks all of it with code of its
own. Over years each period's plan obeys them on its period problem (`core.timeline`), in which
areas, jobs, gives and takes are those of the period.

Sets and data
-------------
f tenants; a annexes, each of one tenant; o = (j, d) hotel options; u units: rows of `Levels` of the
option's design, number[u] their level; v services; w roof uses; q resources; e partners outside.
Parts of a tenant: its main part of `main_m2` and its annexes of `annex_m2` (`core.hotels`). The
main part is on `tenant_level`, an annex on `annex_level`; all of a tenant is in one hotel, or
none of it has a place. "Tenants of o" are those placed in it.

Objective (EUR per year), added to that of `optimizer.siting`
-------------------------------------------------------------
fit_out    for every HYBRID unit of an open hotel that is a workshop (below): annuity of its
           fit_out_eur over the design's lifetime, like building. (In a period problem these amounts
           are 0: over years "switching" takes their place.)
services   - sum over service[o,v] of (eur_tenant_year[v] * tenants of o - eur_year[v])
symbiosis  - sum over exchanges of value_eur[q] * delivered
           + link_eur_m_year[q] * distance for every unordered pair of places at different positions
             between which resource q passes (each pair and resource once)
roofs      - sum over o, w of net_eur_m2_year[w] * roof_m2[o,w]
Rent and jobs count a tenant's whole area, annexes included, as in `optimizer.siting`.

Rules
-----
11 stacking  A part fits in a unit only if the unit's space is ANY or HYBRID, or the part's is ANY,
             or both are the same; a main part moreover needs: wet, vented unit if it needs them;
             lift_kg <= the unit's above level 0; load, clear height, dock, rent and noise of the
             site as in family 8. An annex needs its own load, its area, and nothing else.
             Main parts and annexes in a unit together <= its area (this takes the place of family
             8's row; a hub inside takes inside_hotel_m2 from the first unit of level 0 in `Levels`)
             and at most tenants_max in number. A tenant with area 0 has no place.
             Annex within levels_apart_max levels of its main part. Sum of lift_trips of tenants of
             o whose main part is above level 0 <= lift_trips_max[d].
             `let_share_min` and `productive_share_min` count whole tenants, wherever their parts
             lie.
12 docks     For every option and all whole hours 0 <= a < b <= 24: dock_minutes of tenants of o
             whose window lies within [a, b], plus 60 (b - a) for each tenant with `Tenants.dock`
             and 0 minutes and for each dock that a hub inside takes, <= 60 (b - a) docks[d]. (By
             Hall's theorem for intervals this is the same as a time table in which every tenant
             gets its minutes within its window.) It takes the place of the dock count of family 8.
13 nuisance  apart: tenants f in first[p], g in second[p], f != g, in one hotel, with main parts in
             units u, u': |number[u] - number[u']| >= levels[p] or |position[u] - position[u']| >=
             distance_m[p]; with same_hours only if their hours of work overlap on the clock (mod
             24; touching is no overlap). (Family 8's NOISY and SENSITIVE, never on one level, stays
             and concerns main parts.)
             neighbours: for every r and band b, over all tenants of hotels,
             sum of noise_millionths(noise_db[f,b], attenuation_db[j,r], limit_db[r,b])
             <= noise_room(limit_db[r,b], background_db[r,b]). A neighbour whose room is less than
             what EXISTING hotels' tenants make is no exception.
14 hybrids   A HYBRID unit never holds a WORKSHOP and an OFFICE part (main or annex) at once. It is
             a workshop if it holds a WORKSHOP part, an office if it holds an OFFICE part; else it
             stays what it was (at first an office).
15 mix       let(S) = area of the tenants of hotels on sites of the covered jurisdictions (with
             each_hotel: of each such hotel by itself); members' area >= share_min * let, <=
             share_max * let; over all: >= area_min_m2, <= area_max_m2 (unless -1).
             jobs: sum of jobs_by_skill[f, skill] of tenants in covered jurisdictions >= jobs_min.
16 access    capture_share > 0: for every hotel option and skill k: sum of jobs_by_skill[f,k] of its
             tenants <= floor(capture_share * workers[.,k] in reach of its site + 1e-9). Reach: time
             <= limit_s by any way in `by`: walk, bike: T(worker, site) on the network; transit: the
             least over stops p != p' of T_walk(worker, p) + ride_s[p,p'] + T_walk(p', site), each
             walk <= stop_walk_s. A site without a node of a way is not reached by it.
             support_limit_s >= 0: a tenant with needs_support has a support place with T_walk(site,
             place) <= support_limit_s, or another tenant with gives_support in a hotel on a site
             j' with T_walk(site, j') <= support_limit_s (0 on the same site).
17 symbiosis Exchanges go from tenants that are placed, or partners, to such; not from partner to
             partner, not to oneself. distance = great circle on a sphere of 6,371,000 m between
             sites (0 on one site) or site and partner, rint to whole metres; <= reach_m[q].
             delivered = amount * max(0, 1 - loss_per_km[q] * distance / 1000). Sent <= gives;
             delivered <= takes, per resource and giver or taker (slack 1e-6 of it).
18 services  service[o,v] only where o is open, designs[v,d] and tenants of o >= tenants_min[v].
19 roofs     sum over w of roof_m2[o,w] <= roof_m2[d]; 0 where o is not an open hotel. duty[d,w] =
             ceil(share_min[w] * roof_m2[d] - 1e-9). New hotels with duty > 0: roof_m2[o,w] >= duty,
             and plot_min_m2 does not count; else roof_m2[o,w] is 0 or >= plot_min_m2[w]. Over all
             <= total_max_m2[w].

The baseline (exactly the EXISTING hotels open) keeps these rules, but for area_min_m2, jobs_min and
the shares that must be let; its hotels may stand empty.

Over years (family "tenants" of `optimizer.siting.horizon`)
-----------------------------------------------------------
once[t] tenant_moves  for t > 0 and f placed in t - 1: another option in t, or no place though
                      area[t,f] > 0: move_between_eur_m2 * area[t-1,f]; the same option and another
                      unit of the main part: move_within_eur_m2 * area[t-1,f]; rint to whole EUR
        switching     for every HYBRID unit (o, u): rint(fit_out_eur * build_price_factor[t]) in the
                      first period in which it is a workshop, rint(switch_eur *
                      build_price_factor[t]) in each later period in which it is what it was not
                      before
Neither passes through a purse: operators and tenants pay.

members   Beside what `optimizer.siting.horizon` states: fit_out, services, roofs and switching fall
          to the site of the hotel, tenant_moves to the site that the tenant leaves; value and link
          of an exchange half to the site of each end (a partner's half to the other end's).
figures   noise_share_max: the greatest left side of "neighbours" over noise_room (0 in silence).
"""
