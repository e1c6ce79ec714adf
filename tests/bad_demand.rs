//! Broken demands and what is said of each: file, line, key, what was found, what is allowed, the nearest name.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;

const S: &str = "test.toml";
const DEMAND: &str = include_str!("bad_input/demand.toml");

/// What is replaced in the demand, by what, and all that must be said of it.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    ("years = 2", "years = 0", "test.toml:60:9: demand.years: found 0, allowed a whole number from 1 to 50"),
    (
        "years = 2",
        "years = 2\nfirst_day = \"2026-02-30\"",
        "test.toml:61:13: demand.first_day: found \"2026-02-30\", allowed a day of the calendar as \"YYYY-MM-DD\"",
    ),
    (
        "years = 2",
        "years = 2\nreplication = 5",
        "test.toml:61:1: demand.replication: found \"replication\", allowed a key of demand; did you mean \"replications\"?",
    ),
    (
        "years = 2",
        "years = 2\nwarm_up_days = -1",
        "test.toml:61:16: demand.warm_up_days: found -1, allowed a whole number from 0 to 36500",
    ),
    (
        "scenario = \"other\"",
        "scenario = \"othr\"",
        "test.toml:66:12: demand.products.other.scenario: found \"othr\", allowed a scenario of the library, or the path of a file from the folder of this one; did you mean \"other\"?",
    ),
    (
        "scenario = \"other\"\nstrategy = \"cells\"",
        "scenario = \"other\"\nstrategy = \"cels\"",
        "test.toml:67:12: demand.products.other.strategy: found \"cels\", allowed the id of a strategy of other; did you mean \"cells\"?",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cels\"\n[[demand",
        "test.toml:63:12: demand.products.cells.strategy: found \"cels\", allowed the id of a strategy of the file; did you mean \"cells\"?",
    ),
    (
        "id = \"other\"\nscenario",
        "id = \"cells\"\nscenario",
        "test.toml:65:6: demand.products.cells.id: found \"cells\", allowed each id once\ntest.toml:79:56: demand.centres.north.volume.other: found \"other\", allowed the id of a product of the demand",
    ),
    (
        "volume = { cells =",
        "volume = { cels =",
        "test.toml:79:12: demand.centres.north.volume.cels: found \"cels\", allowed the id of a product of the demand; did you mean \"cells\"?",
    ),
    (
        ", other = { assume = 5, reason = \"volume\" }",
        "",
        "test.toml:64:1: demand.products.other: found a product that no centre has patients of, allowed a volume at some centre, a funnel, or arrivals weekly or by dates",
    ),
    (
        "share = { country = { assume = 0.2, reason = \"share\" } }",
        "share = { cells = { assume = 0.2, reason = \"share\" } }",
        "test.toml:80:19: demand.centres.north.share.cells: found a share of cells, which has no funnel, allowed a volume, or a funnel of the product\ntest.toml:80:19: demand.centres.north.share.cells: found a volume and a share of cells, allowed one of them",
    ),
    (
        "share = { country = { assume = 0.2, reason = \"share\" } }",
        "share = { country = { assume = 0.4, reason = \"share\" } }",
        "test.toml:68:1: demand.products.country.funnel: found shares of centres that add to 1.2, allowed shares of at most 1 together, each taken `count` times",
    ),
    (
        "other = { assume = 5, reason = \"volume\" }",
        "other = { assume = 7000, reason = \"volume\" }",
        "test.toml:77:1: demand.centres.north.volume.other: found 21000 patients expected over all days, allowed at most 12000 of a product at one centre",
    ),
    (
        "share = { country = { assume = 0.2, reason = \"share\" } }\n",
        "share = { country = { by = \"burden\", low = { assume = 0.1, reason = \"r\" }, high = { assume = 0.1, reason = \"r\" } } }\n",
        "test.toml:80:28: demand.centres.north.share.country.by: found \"burden\", allowed an attribute of the population, which has none here",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\narrivals = \"weekly\"\nweekly = [1, 0, 0, 0, 0, 0, 0]\n[[demand",
        "test.toml:81:20: demand.centres.north.volume.cells: found a volume of cells, whose days of arrival are given, allowed no volume where arrivals are weekly or by dates",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\narrivals = \"weekly\"\n[[demand",
        "test.toml:61:1: demand.products.cells.weekly: found nothing, allowed weekly, required with arrivals = \"weekly\"\ntest.toml:80:20: demand.centres.north.volume.cells: found a volume of cells, whose days of arrival are given, allowed no volume where arrivals are weekly or by dates",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\nweekly = [1, 0, 0, 0, 0, 0]\n[[demand",
        "test.toml:64:10: demand.products.cells.weekly: found 6 numbers, allowed seven whole numbers from 0 to 100, Monday first\ntest.toml:64:10: demand.products.cells.weekly: found weekly with arrivals = \"poisson\", allowed arrivals = \"weekly\", or no weekly",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\narrivals = \"dates\"\ndates = \"dates.csv\"\ngrowth = { assume = 1.1, reason = \"growth\" }\n[[demand",
        "test.toml:65:9: demand.products.cells.dates: found \"dates.csv\", which is not there, allowed the name of a file beside the scenario\ntest.toml:66:10: demand.products.cells.growth: found growth with arrivals = \"dates\", allowed arrivals = \"poisson\": days that are given leave nothing to it\ntest.toml:82:20: demand.centres.north.volume.cells: found a volume of cells, whose days of arrival are given, allowed no volume where arrivals are weekly or by dates",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\nseason = { months = [1, 1, 1], reason = \"season\" }\n[[demand",
        "test.toml:64:21: demand.products.cells.season.months: found a list, allowed a list of 12 or more numbers, each 0 or more",
    ),
    (
        "id = \"cells\"\nstrategy = \"cells\"\n[[demand",
        "id = \"cells\"\nstrategy = \"cells\"\nseason = { months = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], reason = \"season\" }\n[[demand",
        "test.toml:64:21: demand.products.cells.season.months: found 12 numbers with a sum of 0, allowed twelve numbers, 0 or more, January to December, with a sum above 0",
    ),
    (
        "shares = { relapse = { assume = 0.2, reason = \"relapse\" } }",
        "shares = { relapse = { assume = 1.2, reason = \"relapse\" } }\n[[demand.products.funnel]]\ngroup = \"all_ages\"\nages = \"all\"\npersons = { assume = 1000000, reason = \"persons\" }\nincidence_per_100000 = { assume = 0.69, reason = \"incidence\" }\nshares = {}",
        "test.toml:76:22: demand.products.country.funnel.children.shares.relapse: found 1.2, allowed a probability from 0 to 1\ntest.toml:79:8: demand.products.country.funnel.ages: found all beside children, who would be counted twice, allowed groups that nobody is in twice: children and adults, or all; an incidence of all ages holds the children already",
    ),
    (
        "slots = [1, 1, 1, 1, 1, 0, 0]",
        "slots = [1, 1, 1, 1, 1, 0, -1]",
        "test.toml:81:28: demand.centres.north.slots: found -1, allowed a whole number from 0 to 1000",
    ),
    (
        "icu_beds = 4",
        "icu_beds = -4",
        "test.toml:82:12: demand.centres.north.icu_beds: found -4, allowed a whole number from 0 to 10000",
    ),
    (
        "icu_beds = 4",
        "icu_beds = 4\nicu_full = \"wait\"",
        "test.toml:83:12: demand.centres.north.icu_full: found \"wait\", allowed one of queue, transfer",
    ),
    (
        "count = 2",
        "count = 300",
        "test.toml:77:1: demand.centres: found 301 centres, allowed at most 256 in all\ntest.toml:85:9: demand.centres.south.count: found 300, allowed a whole number from 1 to 256",
    ),
    (
        "id = \"south\"\ncount = 2",
        "id = \"north\"\ncount = 2",
        "test.toml:84:6: demand.centres.north.id: found \"north\", allowed each id once",
    ),
    (
        "id = \"north\"",
        "id = \"south_1\"",
        "test.toml:83:1: demand.centres.south.id: found \"south_1\", one of 2 alike, and another centre, allowed ids that stay apart when a number is added",
    ),
    (
        "days = { family = \"exponential\", median = { assume = 10, reason = \"stay\" } }",
        "days = { family = \"never\" }",
        "test.toml:88:8: demand.ward.days: found a time without an end for some, allowed a time that ends for everyone: no family `never`, `share` or `cured`",
    ),
    (
        "order_up_to = 6\nreorder_point = 3",
        "order_up_to = 6\nreorder_point = 6",
        "test.toml:96:17: demand.vials.2.reorder_point: found 6, with order_up_to = 6, allowed fewer than order_up_to, or a quantity in which is ordered",
    ),
    (
        "candidates = [2, 3, 4]",
        "candidates = [2, 2]",
        "test.toml:92:18: demand.vials.1.candidates: found 2, allowed each level once",
    ),
    (
        "reorder_point = 3",
        "reorder_point = 3\ncandidates = [2, 9]",
        "test.toml:97:15: demand.vials.2.candidates: found 2, allowed at least 3, the distance between order_up_to and reorder_point, which stays",
    ),
    (
        "mg = { assume = 80, reason = \"vial\" }",
        "mg = { assume = 400, reason = \"vial\" }",
        "test.toml:94:6: demand.vials.2.mg: found 400 mg, allowed each size once",
    ),
    (
        "mg = { assume = 80, reason = \"vial\" }",
        "mg = { assume = 5, reason = \"vial\" }",
        "test.toml:94:6: demand.vials.2.mg: found 5 mg, allowed a vial of at least 8 mg, a hundredth of the largest dose",
    ),
    (
        "[demand.target]\nservice_level = 0.99\n",
        "",
        "test.toml:92:14: demand.vials.candidates: found candidates without a target, allowed [demand.target] too, which the cheapest policy must reach",
    ),
    (
        "service_level = 0.99",
        "service_level = 0.99\nstockout_chance = 0.1",
        "test.toml:111:1: demand.target: found both, allowed service_level or stockout_chance",
    ),
    (
        "service_level = 0.99",
        "service_level = 1.5",
        "test.toml:112:17: demand.target.service_level: found 1.5, allowed a number from 0 to 1",
    ),
    (
        "months = { assume = 2, reason = \"lead time\" }",
        "months = { assume = -2, reason = \"lead time\" }",
        "test.toml:98:47: demand.stock.lead_time_days.months: found -2, allowed days, 0 or more",
    ),
    (
        "emergency_days = { assume = 0.25, reason = \"delivery\" }\n",
        "",
        "test.toml:97:1: demand.stock.emergency_days: found nothing, allowed days until an emergency delivery is there",
    ),
    (
        "when_short = \"emergency\"",
        "when_short = \"lost\"",
        "test.toml:100:18: demand.stock.emergency_days: found emergency_days with when_short = \"lost\", allowed when_short = \"emergency\", or neither",
    ),
    (
        "when_short = \"emergency\"",
        "when_short = \"emergency\"\nshelf_life_days = { assume = 0, reason = \"life\" }",
        "test.toml:100:19: demand.stock.shelf_life_days: found 0, allowed a day or more",
    ),
    (
        "icu_beds = 4\n",
        "icu_beds = 4\nextra_vials = [1]\nbackground = { lymfoma = { assume = 3, reason = \"users\" } }\n",
        "test.toml:83:15: demand.centres.north.extra_vials: found 1 numbers, allowed 2, one of each size in demand.vials\n\
         test.toml:84:16: demand.centres.north.background.lymfoma: found \"lymfoma\", allowed the id of a background user of the demand; did you mean \"lymphoma\"?",
    ),
    (
        "site_rule = { doses = 1,",
        "site_rule = { doses = 4,",
        "test.toml:101:89: demand.stock.site_rule.further_within_days: found a further dose beyond four, allowed doses of at most 3 with it: nobody is given a fifth",
    ),
    (
        "tocilizumab_mg = { assume = 560, reason = \"dose\" }\n",
        "",
        "test.toml:102:1: demand.background.lymphoma: found a user of nothing, allowed tocilizumab_mg, icu_days, or both",
    ),
    (
        "product = \"cells\"\ninfused = 30\ncrs = 20",
        "product = \"cels\"\ninfused = 30\ncrs = 20",
        "test.toml:107:11: demand.observed.1.product: found \"cels\", allowed the id of a product of the demand; did you mean \"cells\"?",
    ),
    (
        "tocilizumab = 9",
        "tocilizumab = 25",
        "test.toml:110:15: demand.observed.1.tocilizumab: found 25, allowed at most 20, those with CRS",
    ),
    (
        "crs = 20\ntocilizumab = 9\n",
        "",
        "test.toml:106:1: demand.observed.1: found infused alone, allowed crs, tocilizumab or icu among them",
    ),
    (
        "tocilizumab = 9",
        "tocilizumab = 9\nicu = 2",
        "test.toml:111:7: demand.observed.1.icu: found icu counted, of which cells says nothing, allowed what the first line of the product has in toxicity.crs",
    ),
    (
        "product = \"cells\"\ninfused = 30",
        "infused = 30",
        "test.toml:106:1: demand.observed.1.product: found nothing, allowed the product that was given, where the demand has several",
    ),
    (
        "tocilizumab_mg = { assume = 560",
        "tocilizumab_mg = { assume = 5000",
        "test.toml:105:18: demand.background.lymphoma.tocilizumab_mg: found 5000 mg, allowed at most 800 mg, tocilizumab.cap_mg",
    ),
    (
        "when_short = \"emergency\"",
        "when_short = \"emergency\"\npooled = true\ntransfer_days = { assume = 0.5, reason = \"road\" }",
        "test.toml:101:17: demand.stock.transfer_days: found transfer with pooled = true, allowed one of the two: one store has no other to ask",
    ),
    (
        "pooled = [\"demand.stock.pooled=true\"]",
        "base = [\"demand.stock.pooled=true\"]\nnone = []",
        "test.toml:114:8: demand.switches.base: found a name that runs of the program have, allowed another name, and one change or more\ntest.toml:115:8: demand.switches.none: found no change, allowed another name, and one change or more",
    ),
    (
        "[demand.stock]\nlead_time_days = { family = \"fixed\", months = { assume = 2, reason = \"lead time\" } }\nwhen_short = \"emergency\"\nemergency_days = { assume = 0.25, reason = \"delivery\" }\nsite_rule = { doses = 1, days = { assume = 14, reason = \"risk\" }, further_within_days = { assume = 0.3, reason = \"label\" } }\n",
        "",
        "test.toml:89:1: demand.stock: found vials alone, allowed a table [demand.stock] that says how they are ordered",
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
    let mut wrong = Vec::new();
    for (from, to, expected) in CASES {
        let told = good().edit(S, from, to).load().map_or_else(|told| told, |_| "nothing".to_owned());
        if told != *expected {
            wrong.push(format!("{from:?} -> {to:?}\n told: {told}\n not:  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Text of a file of dates, and what must be said of it.
const DATES: &[(&str, &str)] = &[
    ("day\n2026-01-05\n", "dates.csv:1: found the header \"day\", allowed date or date,centre"),
    (
        "date\n2026-01-05\n",
        "dates.csv:1: found no column centre, with 3 centres, allowed the header date,centre",
    ),
    (
        "date,centre\n2026-01-05,north\n2026-01-04,north\n",
        "dates.csv:3: found dates out of order: 2026-01-04 after 2026-01-05, allowed dates in order",
    ),
    (
        "date,centre\n2026-01-07,north\n2026-01-06,north\n2026-02-30,north\n2026-02-03,nort\n2026-02-03\n",
        "dates.csv:3: found dates out of order: 2026-01-06 after 2026-01-07, allowed dates in order\ndates.csv:4: found \"2026-02-30\", allowed a day of the calendar as YYYY-MM-DD\ndates.csv:5: found \"nort\", allowed the id of a centre; did you mean \"north\"?\ndates.csv:6: found 1 columns, allowed 2, as the header has",
    ),
    (
        "date,centre\n2028-01-05,north\n",
        "dates.csv:2: found 2028-01-05, after the last day, allowed a day within the counted years, 730 days from 2026-01-05",
    ),
    ("date,centre\n", "dates.csv:1: found no dates, allowed at least one"),
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
    let mut wrong = Vec::new();
    for (text, expected) in DATES {
        let told = with_dates(text).load().map_or_else(|told| told, |_| "nothing".to_owned());
        if told != *expected {
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
