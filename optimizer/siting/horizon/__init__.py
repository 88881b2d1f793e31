"""The siting model over years: periods, land and money ledgers, firms, uses, pavilions, partners.

A problem with a horizon (`core.horizon.Horizon`) is decided in a `core.programme.Programme`. The
plan of period t obeys every constraint of `optimizer.siting` on the problem that
`core.timeline.period_problem(problem, t)` derives (which has no land ledgers and no purses); what
joins the periods is stated here. `verify/horizon/` checks all of it with code of its own.

Sets and data
-------------
t periods with first year y[t] and n[t] years, t = 0..T-1; o options, new unless EXISTING; j sites;
b ledgers or purses; r renaturation projects; u uses; k firms; v pavilions; c partners.
r = discount_rate; w[t] = `period_weights`, d[t] = `one_off_weights`; build[o,t], land[o,t] = build
cost, and price or long-lease premium times footprint, of period t (whole EUR; land 0 if leased by
the year; both 0 for EXISTING). M[j,t] = footprints of the options open on j in t, new ones only.

Derived decisions
-----------------
start[o,t] = open[o,t] and not open[o,t-1] (t = 0: open), stop[o,t] = open[o,t-1] and not open[o,t],
both for new options only. touched[j,t] = in t or before, a new option with a footprint has been
open on j or j has gone to another use; first[j,t] = touched[j,t] and not touched[j,t-1].

Objective (EUR per year of the horizon)
---------------------------------------
    sum_t w[t] * cost[t] + sum_t d[t] * once[t] + sum_t w[t] * yearly[t]
cost[t]   objective of the plan of t for its period problem: capital is charged every year at the
          prices of the period (annuity of building, interest on land), so buying early shows in the
          purse and in its present value
once[t]   clean_up      sum_j first[j,t] clean_up_eur[j]
          closing       sum_o stop[o,t] rint(closing_share build[o,t])
          moving        pavilions: move_eur of every placement but their first; firms that leave at
                        t: move_eur with premises, lost_eur without
          renaturation  sum_r eur_m2[r] m2[r,t]
yearly[t] other_uses    sum_j eur_m2_year[use[j,t]] parcel_m2[j]
          jobs_lost     job_lost_eur_year * jobs of firms lost at t or before

Rules
-----
time       open[o,t] only where `core.timeline.available`; REQUIRED options are open in every period
           in which they are available (and at least one); a start at t lasts through every period s
           with y[s] < y[t] + minimum_stay_years (or to the end of the horizon), unless free_until
           forbids it: then it does not start
land       ledger b, every period t with first_year[b] <= y[t] <= last_year[b]:
             used[b,t] - restored[b,t] <= budget_m2[b] + transfer[b]
           used: over sites in covers[b] whose soil is not ARTIFICIALISED, what has been consumed
           within the ledger's years. Consumed soil stays consumed:
             soil[j,t] = max over s <= t of what new options and artificialising uses take in s,
             used[b,t] = sum_j (soil[j,t] - soil[j, before the ledger's first period])
           basis footprint: takes M[j,s] (another use: parcel_m2); basis parcel: parcel_m2 if
           anything is taken. Dismantlable options: COUNTS like others; WHILE_STANDING: what they
           take in t itself is added in t only and leaves no trace in soil (basis parcel: added only
           where soil[j,t] is 0, a parcel counts once); FREE: nothing
           restored (NET only): m2 of projects r in covers[b] started at s within the ledger's
           years, s <= t, with y[s] + years[r] <= y[t] + n[t]
renaturation  sum_t m2[r,t] <= area_m2[r]; m2[r,t] > 0 only if y[t] >= first_year[r]; whole m2
money      purse b, every period t, whole EUR, over sites in covers[b]:
             position[t] = position[t-1] + opening (t = 0) + grants + transfers + resale + rents
                - purchases - building - clean_up - closing - moves - renaturation - other_uses
                - running - subsidies - interest
             debt[t] = max(0, -position[t]), balance[t] = max(0, position[t]), debt before t = 0: 0
             interest[t] = rint(interest_rate n[t] debt[t-1])
             (every rint: float64, products from left to right as written, half to even)
             debt[t] + reserve[t] - balance[t] <= borrow_max,  likewise debt_end_max at the last t
           purchases land[o,t] of starts; building build[o,t] of starts (of a pavilion's design: at
           the first placement of each pavilion instead); resale of stops:
           land[o,t] if bought + rint(resale_share build[o,t]) (of pavilions: no building);
           clean_up, closing, moves, renaturation as in once[t], whole EUR, where they happen (firms
           and pavilions: the site that is left or arrived at)
           other_uses rint(n[t] * eur_m2_year * parcel_m2) per site, and at first use the price of
           its land, parcel_m2 * price of t (purchases)
           running (pays_running) rint(n[t] * (running + footprint * yearly ground rent)) per open
           option (ground rent: leases and long leases, new options)
           rents (gets_rents) rint(n[t] * area * share * asked) per tenant; subsidies (not
           gets_rents, subsidy_max >= 0) rint(n[t] * area * (1 - share) * asked) per tenant
           reserve[t]: sum of the gamma largest of dev[j,t] = clean_up_deviation_eur[j] touched[j,t]
                + price_deviation_eur_m2[j] * footprints of the starts up to t that were bought
                (every start counts)
subsidy    purse b with subsidy_max_eur_year >= 0, every t:
             sum over tenants on its sites of area * (1 - share) * asked <= subsidy_max_eur_year
uses       use[j,t] = u only if zone permits (`Uses.permits`) and j is free in t (dates); once given
           a site keeps its use; then no new option with a footprint is open on j;
           area of u (see `Uses`) in its jurisdiction >= area_min_m2 in periods from its first_year
firms      a firm that has not left needs: kept areas + M[j,t] <= parcel_m2[j], no other use on j,
           and, unless may_stay, M[j,t] = 0; it leaves at most once and does not come back;
           moved to p only if move_m <= move_max_m; areas moved into p <= premises_area_m2;
           jobs lost <= jobs_lost_max
pavilions  an option of a pavilion's design is open exactly where one pavilion of it stands; in the
           period of an arrival that is not its first placement the capacity of the option is
           multiplied by 1 - move_days / (365 n[t]), at least by 0; placements after the first
           <= moves_max; staying on the same option is no placement, coming back from store is
cooperation  transfers only between ledgers (purses) of different members, if the scenario trades
           them; they add up to 0 over ledgers of one metric, basis and years (over purses: in every
           period); without cooperation they are 0. A ledger belongs to the member that holds all
           its jurisdictions, and does not trade if there is none

Figures (`core.programme.Course`)
---------------------------------
criteria   terms as in the objective; every other figure sum_t w[t] * that of period t, but totals:
           land_consumption_m2 soil[j,T-1] by `Rules.land_basis`, dismantlable options counting;
           acquisition_eur purchases and building of all periods, by jurisdiction of the site
npv        sum_t of lines at their present value on the first day of the horizon: grants, resale,
           purchases, building, clean_up, closing, moves, renaturation on the first day of t;
           rents, other_uses, running, subsidies, interest in equal parts at the end of each year of
           t; plus residual, discounted from the last day of the horizon
residual   of options open in T-1: build[o,T-1] * max(0, 1 - age / lifetime), age in years from the
           start of their last opening to the end of the horizon (a pavilion's: from its first
           placement, where it stood last, even if in store) + price of T-1 of the land of bought
           ones; and parcel_m2 * price of T-1 of sites in other uses
baseline   per period the plan with exactly the EXISTING options open on its period problem, nothing
           else happening (`programme.resting`); its criteria as above
members    what a joint programme costs a member: the flows of its demand points (by
           demand_jurisdiction), and fixed costs, tenants and one-offs of its sites (by
           jurisdiction; a firm's: the site that it leaves, a pavilion's: where it arrives)

Bound
-----
Every one-off and yearly[t] is >= 0, so sum_t w[t] * bound[t] is a bound of the whole for any valid
bound[t] of a relaxation of period t; `bounding` sharpens it, `timetable` finds programmes. `whole`
is the exact model for small cases: its purses are loose by at most one euro a period (interest is
rounded), so that its bound holds for the rules as they stand; what it offers is checked to the euro
(`programme.cash_shortage_eur`) and tightened where it used the looseness.
"""
