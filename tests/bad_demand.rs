//! Broken demands and what is said of each: file, line, key, what was found, what is allowed, the nearest name.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;

const S: &str = "test.toml";
const DEMAND: &str = include_str!("bad_input/demand.toml");

/// What is replaced in the demand, by what, and all that must be said of it.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    ("years = 2", "years = 0", ""),
    ("years = 2", "years = 2\nfirst_day = \"2026-02-30\"", ""),
    ("years = 2", "years = 2\nreplication = 5", ""),
    ("years = 2", "years = 2\nwarm_up_days = -1", ""),
    ("scenario = \"other\"", "scenario = \"othr\"", ""),
    ("scenario = \"other\"\nstrategy = \"cells\"", "scenario = \"other\"\nstrategy = \"cels\"", ""),
    ("id = \"cells\"\nstrategy = \"cells\"\n[[demand", "id = \"cells\"\nstrategy = \"cels\"\n[[demand", ""),
    ("id = \"other\"\nscenario", "id = \"cells\"\nscenario", ""),
    ("volume = { cells =", "volume = { cels =", ""),
    (", other = { assume = 5, reason = \"volume\" }", "", ""),
    (
        "share = { country = { assume = 0.2, reason = \"share\" } }",
        "share = { cells = { assume = 0.2, reason = \"share\" } }",
        "",
    ),
    (
        "share = { country = { assume = 0.2, reason = \"share\" } }",
        "share = { country = { assume = 0.4, reason = \"share\" } }",
        "",
    ),
    ("other = { assume = 5, reason = \"volume\" }", "other = { assume = 7000, reason = \"volume\" }", ""),
    (
        "share = { country = { assume = 0.2, reason = \"share\" } }\n",
        "share = { country = { by = \"burden\", low = { assume = 0.1, reason = \"r\" }, high = { assume = 0.1, reason = \"r\" } } }\n",
        "",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\narrivals = \"weekly\"\nweekly = [1, 0, 0, 0, 0, 0, 0]\n[[demand",
        "",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\narrivals = \"weekly\"\n[[demand",
        "",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\nweekly = [1, 0, 0, 0, 0, 0]\n[[demand",
        "",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\narrivals = \"dates\"\ndates = \"dates.csv\"\ngrowth = { assume = 1.1, reason = \"growth\" }\n[[demand",
        "",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\nseason = { months = [1, 1, 1], reason = \"season\" }\n[[demand",
        "",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\nseason = { months = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], reason = \"season\" }\n[[demand",
        "",
    ),
    (
        "shares = { relapse = { assume = 0.2, reason = \"relapse\" } }",
        "shares = { relapse = { assume = 1.2, reason = \"relapse\" } }\n[[demand.products.funnel]]\ngroup = \"all_ages\"\nages = \"all\"\npersons = { assume = 1000000, reason = \"persons\" }\nincidence_per_100000 = { assume = 0.69, reason = \"incidence\" }\nshares = {}",
        "",
    ),
    ("slots = [1, 1, 1, 1, 1, 0, 0]", "slots = [1, 1, 1, 1, 1, 0, -1]", ""),
    ("icu_beds = 4", "icu_beds = -4", ""),
    ("icu_beds = 4", "icu_beds = 4\nicu_full = \"wait\"", ""),
    ("count = 2", "count = 300", ""),
    ("id = \"south\"\ncount = 2", "id = \"north\"\ncount = 2", ""),
    ("id = \"north\"", "id = \"south_1\"", ""),
    (
        "days = { family = \"exponential\", median = { assume = 10, reason = \"stay\" } }",
        "days = { family = \"never\" }",
        "",
    ),
    ("order_up_to = 6\nreorder_point = 3", "order_up_to = 6\nreorder_point = 6", ""),
    ("candidates = [2, 3, 4]", "candidates = [2, 2]", ""),
    ("reorder_point = 3", "reorder_point = 3\ncandidates = [2, 9]", ""),
    ("mg = { assume = 80, reason = \"vial\" }", "mg = { assume = 400, reason = \"vial\" }", ""),
    ("mg = { assume = 80, reason = \"vial\" }", "mg = { assume = 5, reason = \"vial\" }", ""),
    ("[demand.target]\nservice_level = 0.99\n", "", ""),
    ("service_level = 0.99", "service_level = 0.99\nstockout_chance = 0.1", ""),
    ("service_level = 0.99", "service_level = 1.5", ""),
    (
        "months = { assume = 2, reason = \"lead time\" }",
        "months = { assume = -2, reason = \"lead time\" }",
        "",
    ),
    ("emergency_days = { assume = 0.25, reason = \"delivery\" }\n", "", ""),
    (
        "emergency_days = { assume = 0.25, reason = \"delivery\" }",
        "emergency_days = { assume = 0.5, reason = \"delivery\" }",
        "",
    ),
    ("when_short = \"emergency\"", "when_short = \"lost\"", ""),
    (
        "when_short = \"emergency\"",
        "when_short = \"emergency\"\nshelf_life_days = { assume = 0, reason = \"life\" }",
        "",
    ),
    ("tocilizumab_mg = { assume = 560, reason = \"dose\" }\n", "", ""),
    ("product = \"cells\"\ninfused = 30\ncrs = 20", "product = \"cels\"\ninfused = 30\ncrs = 20", ""),
    ("tocilizumab = 9", "tocilizumab = 25", ""),
    ("crs = 20\ntocilizumab = 9\n", "", ""),
    ("tocilizumab = 9", "tocilizumab = 9\nicu = 2", ""),
    ("pooled = [\"demand.stock.pooled=true\"]", "base = [\"demand.stock.pooled=true\"]\nnone = []", ""),
    (
        "[demand.stock]\nlead_time_days = { family = \"fixed\", months = { assume = 2, reason = \"lead time\" } }\nwhen_short = \"emergency\"\nemergency_days = { assume = 0.25, reason = \"delivery\" }\nsite_rule = { doses = 1, days = { assume = 14, reason = \"risk\" }, further_within_days = { assume = 0.3, reason = \"label\" } }\n",
        "",
        "",
    ),
];

/// The good scenario with a good demand, and another scenario for one of its products.
fn good() -> Fixture {
    let cells = "scale = \"penn\"\n";
    let onset = "scale = \"penn\"\nonset_days = { family = \"exponential\", median = { assume = 3, reason = \"onset\" } }\n";
    let fixture = Fixture::new().write("other.toml", Fixture::text(S).as_bytes());
    fixture.edit("regimens/cells.toml", cells, onset).edit(S, "", DEMAND)
}

#[test]
fn the_good_demand_is_good() {
    let loaded = good().load().unwrap_or_else(|problems| panic!("{problems}"));
    let demand = loaded.model.demand.expect("a demand");
    let ids: Vec<&str> = demand.centres.iter().map(|centre| centre.id.as_str()).collect();
    assert_eq!(ids, ["north", "south_1", "south_2"]);
    assert_eq!((demand.first_weekday, demand.replications, demand.search_replications), (6, 20, 10));
    assert!(demand.products[1].model.as_ref().is_some_and(|model| model.strategies.len() == 1));
}

#[test]
fn every_broken_demand_is_told_with_its_place() {
    let write = std::env::var_os("REMISIM_TOLD").is_some();
    let mut wrong = Vec::new();
    for (from, to, expected) in CASES {
        let told = good().edit(S, from, to).load().map(|_| "nothing".to_owned()).unwrap_or_else(|told| told);
        if write {
            println!("CASE\u{1}{from}\u{1}{to}\u{1}{told}\u{2}");
        } else if told != *expected {
            wrong.push(format!("{from:?} -> {to:?}\n told: {told}\n not:  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Text of a file of dates, and what must be said of it.
const DATES: &[(&str, &str)] = &[
    ("day\n2026-01-05\n", ""),
    ("date\n2026-01-05\n", ""),
    ("date,centre\n2026-01-05,north\n2026-01-04,north\n", ""),
    ("date,centre\n2026-01-07,north\n2026-01-06,north\n2026-02-30,north\n2026-02-03,nort\n2026-02-03\n", ""),
    ("date,centre\n2028-01-05,north\n", ""),
    ("date,centre\n", ""),
];

fn with_dates(text: &str) -> Fixture {
    let by_date = "strategy = \"cells\"\narrivals = \"dates\"\ndates = \"dates.csv\"\n[[demand.products]]\nid = \"other\"";
    good()
        .edit(S, "strategy = \"cells\"\n[[demand.products]]\nid = \"other\"", by_date)
        .edit(S, "volume = { cells = { assume = 20, reason = \"volume\" }, other", "volume = { other")
        .write("dates.csv", text.as_bytes())
}

#[test]
fn every_bad_date_is_told_with_its_line() {
    let write = std::env::var_os("REMISIM_TOLD").is_some();
    let mut wrong = Vec::new();
    for (text, expected) in DATES {
        let told = with_dates(text).load().map(|_| "nothing".to_owned()).unwrap_or_else(|told| told);
        if write {
            println!("DATE\u{1}{text}\u{1}{told}\u{2}");
        } else if told != *expected {
            wrong.push(format!("{text:?}\n told: {told}\n not:  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dates_are_days_from_the_first_counted_one() {
    let loaded = with_dates("date,centre\n2026-01-05,north\n2026-03-01,south_2\n2027-01-05,north\n").load();
    let demand = loaded.unwrap_or_else(|problems| panic!("{problems}")).model.demand.expect("a demand");
    let remisim::model::Arrivals::Dates(days) = &demand.products[0].arrivals else { panic!("no dates") };
    assert_eq!(days, &[(0.0, 0), (55.0, 2), (365.0, 0)]);
}

#[test]
fn a_grid_of_too_many_policies_is_refused() {
    let levels: Vec<String> = (2..1003).map(|level: u32| level.to_string()).collect();
    let many = format!("candidates = [{}]", levels.join(", "));
    let told = good().edit(S, "candidates = [2, 3, 4]", &many).load().expect_err("refused");
    assert!(
        told.ends_with(
            "demand.vials: found 1001 policies, allowed at most 1000: candidates of all sizes multiplied"
        ),
        "{told}"
    );
}
