//! Evaluations that are refused, and what is told of those that are not, where they stand in the file.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use std::fs;
use std::path::Path;

/// What an evaluation cannot be, and words of what is said of it.
const REFUSED: &[(&str, &str)] = &[
    ("threshold = 5.0", "perspective"),
    ("perspective = \"p\"\ncomparator = \"chemo\"", "did you mean \"chemotherapy\"?"),
    ("perspective = \"p\"\nwtp_step = 0.001", "at least a 10,000th"),
    ("perspective = \"p\"\nthreshold = 400000.0", "at most `wtp_to`"),
    ("perspective = \"p\"\ngroups = { \"P2.cr_blinatumomab\" = [\"P2\"] }", "a name that no figure has"),
    (
        "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"P2.cr_blinatumomab\", n = 3 }, { id = \"a\", parameter = \"P2.cr_blinatumomab\", n = 5 }]",
        "an id of its own",
    ),
    ("perspective = \"p\"\nswitches = { base = [\"settings.draws=3\"] }", "another name"),
    ("perspective = \"p\"\nswitches = { a = [] }", "one change or more"),
    ("perspective = \"p\"\nswitches = { a = [\"settings.horizon=12\"] }", "economics.switches.a"),
    (
        "perspective = \"p\"\npatients_a_year = 5.0\nyears = 5\nuptake = { chemotherapy = [0.5] }",
        "the comparator has the rest",
    ),
    (
        "perspective = \"p\"\nthresholds = [{ figure = \"C2.vial\", strategy = \"chemotherapy\" }]",
        "another strategy than the comparator",
    ),
    ("perspective = \"p\"\npatients_a_year = 5.0", "years"),
    ("perspective = \"p\"\nyears = 5", "patients_a_year"),
    ("perspective = \"p\"\ngroups = { a = [\"P2.cr_blina\"] }", "did you mean \"P2.cr_blinatumomab\"?"),
    (
        "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"P2\", n = 3 }]",
        "one figure, by its whole name",
    ),
    (
        "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"C2.vial\", n = 3 }]",
        "allowed a probability",
    ),
    (
        "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"regimens/blinatumomab.toml:failure.relapse.median\", n = 3 }]",
        "`follow_up_months` too",
    ),
    (
        "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"P2.cr_blinatumomab\", n = 3, follow_up_months = 9.0 }]",
        "no `follow_up_months`",
    ),
    (
        "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"regimens/allogeneic_transplant.toml:response.months\", n = 3, follow_up_months = 9.0 }]",
        "the median of a time to an event",
    ),
    ("perspective = \"p\"\ngroups = { a = [] }", "one figure or more"),
    (
        "perspective = \"p\"\ngroups = { a = [\"P2\"], b = [\"P2\", \"P2.cr_blinatumomab\"] }",
        "the figures of group \"a\"",
    ),
    (
        "perspective = \"p\"\nswitches = { a = [\"settings.seed=5\"] }",
        "mine.toml:6:19: economics.switches.a: found a change of settings.seed",
    ),
    ("perspective = \"p\"\nswitches = { a = [\"settings.draws=5\"] }", "a change of settings.draws"),
    ("perspective = \"p\"\nswitches = { a = [\"settings.patients=5\"] }", "a change of settings.patients"),
    ("perspective = \"p\"\nswitches = { a = [\"economics.threshold=5000\"] }", "the comparator alone"),
    ("perspective = \"p\"\nswitches = { a = ['title=\"B\"'] }", "a change of title"),
    (
        "perspective = \"p\"\npatients_a_year = { by = \"sex\", otherwise = 5.0 }\nyears = 2",
        "which has none here",
    ),
    (
        "perspective = \"p\"\npatients_a_year = 5.0\nyears = 5\nuptake = { blinatumomab = [0.1, 0.2], chemotherapy_then_blinatumomab = [0.1] }",
        "2, one for every year that another strategy has",
    ),
    (
        "perspective = \"p\"\nswitches = { a = ['economics.comparator=\"blinatumomab\"', \"economics.wtp_to=5000\"] }",
        "the comparator alone",
    ),
    ("perspective = \"p\"\nsubgroups = [\"sax\"]", "did you mean \"sex\"?"),
    (
        "perspective = \"p\"\nsubgroups = [\"sex\", \"sex\"]",
        "sex for the second time, allowed each attribute once",
    ),
    ("perspective = \"p\"\nuptake = { blinatumomab = [0.5] }", "patients_a_year"),
    (
        "perspective = \"p\"\ngroups = { \"x, y\" = [\"C2\"] }",
        "found \"x, y\", allowed a name of small letters",
    ),
    (
        "perspective = \"p\"\nswitches = { \"Bad, Name\" = [\"settings.horizon_months=60\"] }",
        "found \"Bad, Name\", allowed a name of small letters",
    ),
    (
        "perspective = \"p\"\nthresholds = [{ figure = \"C2.vial\", strategy = \"x\" }]",
        "the id of a strategy",
    ),
    ("perspective = \"p\"\ntwo_way = [{ first = \"C2.vial\", second = \"C2.vial\" }]", "two figures"),
];

#[test]
fn what_cannot_be_evaluated_is_told() {
    let folder = Folder::new();
    let told = |economics: &str| {
        let text =
            format!("title = \"A\"\nquestion = \"?\"\nextends = \"tower\"\n[economics]\n{economics}\n");
        fs::write(folder.at("mine.toml"), text).unwrap();
        let told = folder.run(&["check", "./mine.toml"]).ends_with(2);
        // Nothing wrong is called good first.
        assert_eq!(told.stdout, "", "{economics}");
        told.stderr
    };
    for (economics, words) in REFUSED {
        let stderr = told(economics);
        assert!(stderr.contains(words) && stderr.contains("mine.toml"), "{economics}: {stderr}");
    }
    // What moves these rows is a choice, and so is a study of a median.
    let text = "title = \"A\"\nquestion = \"?\"\nextends = \"tower\"\n[economics]\nperspective = \"p\"\n\
                studies = [{ id = \"a\", parameter = \"regimens/blinatumomab.toml:failure.relapse.median\", n = 3, follow_up_months = 9.0 }]\n\
                switches = { a = ['economics.comparator=\"blinatumomab\"', \"settings.horizon_months=60\"] }\n";
    fs::write(folder.at("mine.toml"), text).unwrap();
    folder.run(&["check", "./mine.toml"]).ends_with(0);
}

#[test]
fn a_switch_to_another_comparator_is_rid_of_what_only_others_can_have() {
    let folder = Folder::new();
    let text = "title = \"A\"\nquestion = \"?\"\nextends = \"tower\"\n[economics]\nperspective = \"p\"\n\
                patients_a_year = \"F5.patients_a_year\"\nyears = 5\nuptake = { blinatumomab = [0.1, 0.2] }\n\
                thresholds = [{ figure = \"C2.vial\", strategy = \"blinatumomab\" }]\n\
                switches = { a = ['economics.comparator=\"blinatumomab\"', \"economics.uptake.blinatumomab=[0]\", \"economics.thresholds=[]\"] }\n";
    fs::write(folder.at("mine.toml"), text).unwrap();
    folder.run(&["run", "./mine.toml", "--draws", "4", "--patients", "20", "--quiet"]).ends_with(0);
    let switches = fs::read_to_string(folder.at("output/mine/switches.csv")).unwrap();
    assert!(switches.contains("\na,chemotherapy,blinatumomab,"), "{switches}");
}

#[test]
fn draws_that_do_not_keep_to_an_interval_and_years_that_nobody_lives_are_told() {
    let folder = Folder::new();
    let told = |patients: &str, horizon: u32| {
        let text = format!(
            "title = \"A\"\nquestion = \"?\"\nextends = \"tower\"\n[settings]\nhorizon_months = {horizon}\ncurve_months = 12\n\
             [economics]\nperspective = \"p\"\npatients_a_year = {{ assume = 400, {patients}, reason = \"r\" }}\nyears = 5\n\
             uptake = {{ blinatumomab = [0.1, 0.2, 0.3] }}\n"
        );
        fs::write(folder.at("mine.toml"), text).unwrap();
        folder.run(&["check", "./mine.toml"]).ends_with(0).stderr
    };
    // The logarithm keeps the median of 400 and the width: 400 times and by the square root of 10 are 126 and 1265.
    let warnings = told("low = 390, high = 3900", 60);
    assert!(
        warnings.contains("of 400 with 95 % of 390 to 3900") && warnings.contains("hold 126 to 1265"),
        "{warnings}"
    );
    assert!(!warnings.contains("budget.csv has"), "{warnings}");
    let warnings = told("low = 200, high = 800", 18);
    assert!(!warnings.contains("with 95 % of"), "{warnings}");
    assert!(
        warnings.contains("budget.csv has 3 years, and patients are followed for 18 months"),
        "{warnings}"
    );
}

#[test]
fn curves_that_were_not_fitted_need_a_reason() {
    let folder = Folder::new();
    let hoped = |curve: &str| {
        let text = format!(
            "title = \"A\"\nquestion = \"?\"\nextends = \"tower\"\n[regimens.hope]\nlabel = \"H\"\ngroup = \"TOWER\"\n\
             extends = \"blinatumomab\"\n{curve}\n[economics]\nperspective = \"p\"\n"
        );
        fs::write(folder.at("hope.toml"), text).unwrap();
        let hope = "strategies.blinatumomab.lines.1.regimen=\"hope\"";
        folder.run(&["check", "./hope.toml", "--set", hope])
    };
    let assumed = "{ assume = 60.0, low = 30.0, high = 90.0, reason = \"hope\" }";
    let curve = format!("failure.refractory = {{ family = \"exponential\", median = {assumed} }}");
    let stderr = hoped(&curve).ends_with(2).stderr;
    assert!(stderr.contains("curves in place of fitted ones: hope.failure.refractory"), "{stderr}");
    hoped("antigen = \"cd22\"").ends_with(0);
    // Shares of its own beside the curves of the fit are told.
    let own = hoped("response.cr = { assume = 0.5, reason = \"hope\" }").ends_with(0);
    let told = "The curves of hope are those of the fit tower, which found them together with other figures than its own \
                response.cr";
    assert!(own.stderr.contains(told), "{}", own.stderr);
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference_illness_death.toml"),
    );
    let bare = format!("{}\n[economics]\nperspective = \"p\"\n", text.unwrap());
    fs::write(folder.at("bare.toml"), &bare).unwrap();
    let stderr = folder.run(&["check", "./bare.toml"]).ends_with(2).stderr;
    assert!(stderr.contains("regimens without `calibrated`"), "{stderr}");
    fs::write(folder.at("bare.toml"), format!("{bare}uncalibrated = \"curves are given\"\n")).unwrap();
    folder.run(&["check", "./bare.toml"]).ends_with(0);
}
