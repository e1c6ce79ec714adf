//! Files that are broken as a whole, and files that disagree with each other.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;
use proptest::prelude::*;
use remisim::scenario::{ErrorKind, Request, load};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const S: &str = "test.toml";
const R: &str = "regimens/standard.toml";
const E: &str = "evidence/test.toml";

/// What is said of a scenario; `good` where nothing is wrong.
fn said(fixture: &Fixture) -> String {
    fixture.load().map_or_else(|problems| problems, |_| "good".to_owned())
}

#[test]
fn files_that_are_no_text_of_reasonable_size_are_refused() {
    let whole = |bytes: &[u8]| said(&Fixture::new().write(S, bytes));
    assert_eq!(whole(b""), "test.toml: found an empty file, allowed the keys of scenarios/README.md");
    assert_eq!(
        whole(b"\x7fELF\x02\x00"),
        "test.toml:1: found a binary file (a zero byte), allowed UTF-8 text"
    );
    assert_eq!(
        whole(b"title = 1\nx = \"\xff\xfe\""),
        "test.toml:2: found bytes that are not UTF-8, allowed UTF-8 text"
    );
    assert_eq!(
        whole(&vec![b'#'; 100_000_000]),
        "test.toml: found 100000000 bytes, allowed at most 1048576 bytes (1 MiB)"
    );
    let line = format!("title = 1\n# {}", "x".repeat(70_000));
    assert_eq!(
        whole(line.as_bytes()),
        "test.toml:2: found a line of 70002 bytes, allowed lines of at most 65536 bytes (64 KiB)"
    );
}

#[test]
fn deep_nesting_is_refused_however_it_is_written() {
    let nested = [
        format!("title = {}{}", "[".repeat(1000), "]".repeat(1000)),
        format!("title = {}1{}", "{ a = ".repeat(500), " }".repeat(500)),
        format!("title{} = 1", ".a".repeat(5000)),
        format!("[title{}]", ".a".repeat(60)),
        format!("title = {}1{}", "[".repeat(40), "]".repeat(40)),
    ];
    for text in nested {
        let found = said(&Fixture::new().write(S, text.as_bytes()));
        assert!(found.contains("nesting at most 32 deep"), "{}: {found}", &text[..40]);
    }
}

#[test]
fn errors_of_all_files_are_told_at_once_in_order() {
    let fixture = Fixture::new()
        .edit(S, "patients = 100", "patients = 0")
        .edit(S, "question", "qestion")
        .edit(R, "months = {", "month = {")
        .edit(E, "se = 100", "se = -100");
    assert_eq!(
        said(&fixture),
        "evidence/test.toml:24:16: X2.values.month: found numbers without a distribution: standard deviation or \
         error must be above 0, allowed numbers that such a distribution can have\n\
         regimens/standard.toml:4:1: response.months: found nothing, allowed a value: months, 0 or more (from \
         infusion or first day to assessment)\n\
         regimens/standard.toml:7:1: response.month: found \"month\", allowed a key of response; did you mean \
         \"months\"?\n\
         test.toml:1:1: question: found nothing, allowed text that is not empty (the question that the scenario \
         answers)\n\
         test.toml:2:1: qestion: found \"qestion\", allowed a key of scenario; did you mean \"question\"?\n\
         test.toml:5:12: settings.patients: found 0, allowed a whole number from 1 to 4000000000"
    );
}

#[test]
fn files_of_other_systems_are_read_and_their_mistakes_placed() {
    let text = Fixture::text(S);
    let (mark, crlf) = (format!("\u{feff}{text}"), text.replace('\n', "\r\n"));
    assert_eq!(said(&Fixture::new().write(S, mark.as_bytes())), "good");
    assert_eq!(said(&Fixture::new().write(S, crlf.as_bytes())), "good");
    let title = "test.toml:1:1: titel: found \"titel\", allowed a key of scenario; did you mean \"title\"?";
    for text in [mark.replacen("title", "titel", 1), crlf.replacen("title", "titel", 1)] {
        let found = said(&Fixture::new().write(S, text.as_bytes()));
        assert!(found.lines().any(|line| line == title), "{found}");
    }
    let old = said(&Fixture::new().write(S, text.replace('\n', "\r").as_bytes()));
    assert!(old.lines().count() <= 20 && old.contains("carriage return"), "{old}");
}

#[test]
fn circles_are_told_with_their_path() {
    let regimens = Fixture::new()
        .edit(R, "group = \"trial\"", "group = \"trial\"\nextends = \"other\"")
        .write("regimens/other.toml", b"extends = \"third\"")
        .write("regimens/third.toml", b"extends = \"standard\"");
    let found = said(&regimens);
    assert!(found.contains(
        "regimens/third.toml:1:11: extends: found the circle standard -> other -> third -> standard, allowed \
         files that extend each other in a line"
    ));
    let own = "[regimens.a]\nextends = \"b\"\n[regimens.b]\nextends = \"a\"\n[readings]";
    let inline =
        Fixture::new().edit(S, "[readings]", own).edit(S, "regimen = \"standard\"", "regimen = \"a\"");
    assert!(
        said(&inline)
            .contains("the circle a (in the scenario) -> b (in the scenario) -> a (in the scenario)")
    );
    let itself = Fixture::new().edit(S, "title", "extends = \"test\"\ntitle");
    assert!(said(&itself).starts_with("test.toml:1:11: extends: found the circle test -> test"));
}

#[test]
fn a_life_table_with_a_gap_is_told_with_its_line() {
    let table = "age,sex,annual_death_probability\n0,female,0.1\n1,female,0.1\n0,male,0.1\n2,male,0.1\n";
    let fixture = Fixture::new().write("data/us-life-table-2014.csv", table.as_bytes());
    assert_eq!(
        said(&fixture),
        "data/us-life-table-2014.csv:5: found age 2 of male after a gap, allowed age 1"
    );
}

#[test]
fn an_id_in_two_evidence_files_is_told() {
    let fixture = Fixture::new().write(
        "evidence/zz.toml",
        b"[X4]\ndocument = \"d\"\nplace = \"p\"\nmeaning = \"m\"\nrole = \"switch\"\non = true\ngrade = \"document\"",
    );
    assert_eq!(
        said(&fixture),
        "evidence/zz.toml:1:2: X4: found \"X4\" again, allowed each id once; X4 stands at evidence/test.toml:35:2"
    );
}

#[test]
fn strategies_without_lines_or_with_too_many_are_refused() {
    let without = Fixture::new().edit(S, "[costs.state]", "[[strategies]]\nid = \"none\"\n[costs.state]");
    assert_eq!(
        said(&without),
        "test.toml:47:1: strategies.none.lines: found nothing, allowed a list of tables (the lines; the first \
         begins at month 0)"
    );
    let line = "[[strategies.lines]]\nregimen = \"standard\"\nafter = [\"relapse\"]\n".repeat(13);
    let many = Fixture::new().edit(S, "[costs.state]", &format!("{line}[costs.state]"));
    assert!(said(&many).contains("strategies.cells.lines: found 15 lines, allowed at most 12 lines"));
    let none = "title = \"t\"\nquestion = \"q\"\nstrategies = []\n";
    assert!(
        said(&Fixture::new().write(S, none.as_bytes()))
            .contains("test.toml:3:14: strategies: found an empty list, allowed at least one")
    );
}

#[test]
fn crs_scales_are_not_mixed_without_a_reason() {
    let crs =
        "[toxicity.crs]\nscale = \"lee\"\nany = \"X1.crs\"\ngrade3 = { assume = 0.1, reason = \"x\" }\n";
    let mixed = Fixture::new().edit(R, "[response]", &format!("{crs}[response]"));
    assert_eq!(
        said(&mixed),
        "test.toml:27:1: strategies: found lee (standard) and penn (cells), allowed one CRS scale, or \
         crs_scale_mapping = \"reason for comparing their grades\""
    );
    let mapping = "crs_scale_mapping = \"costs only\"\nquestion";
    let one_scale = Fixture::new().edit(S, "question", mapping);
    let loaded = one_scale.load().unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.model.warnings.iter().all(|warning| !warning.contains("costs only")));
    let mapped = mixed.edit(S, "question", mapping);
    let loaded = mapped.load().unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.model.warnings.iter().any(|warning| warning.contains("costs only")));
}

#[test]
fn populations_have_at_most_64_cells() {
    let attribute = |name: &str| {
        let levels: Vec<String> =
            (0..5).map(|level| format!("l{level} = {{ assume = 1, reason = \"x\" }}")).collect();
        format!("{name} = {{ {} }}\n", levels.join(", "))
    };
    let text = format!("[population.attributes]\n{}{}", attribute("one"), attribute("two"));
    let fixture = Fixture::new().edit(S, "[population.attributes]\n", &text);
    assert_eq!(said(&fixture), "good");
    let text = format!("{text}{}", attribute("three"));
    let fixture = Fixture::new().edit(S, "[population.attributes]\n", &text);
    assert!(said(&fixture).contains("population.attributes: found 125 cells or more, allowed at most 64"));
}

#[test]
fn figures_of_another_trial_bring_a_warning() {
    let fixture = Fixture::new().edit("regimens/cells.toml", "group = \"trial\"", "group = \"series\"");
    let warnings = fixture.load().unwrap_or_else(|problems| panic!("{problems}")).model.warnings;
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings[1].contains("\"series\"") && warnings[1].contains("\"trial\""));
    assert!(warnings[2].contains("Standard") && warnings[2].contains("Cells"));
}

#[test]
fn a_population_without_sexes_brings_a_warning_where_they_matter() {
    let warning = "All patients follow the life table of women and have their body size: the population has no \
                   attribute sex.";
    let warnings = |fixture: &Fixture| fixture.load().unwrap_or_else(|text| panic!("{text}")).model.warnings;
    assert_eq!(warnings(&Fixture::new()), [warning]);
    let sex = "[population.attributes]\nsex = { female = { assume = 1, reason = \"x\" }, male = { assume = 1, reason = \"x\" } }";
    let told = Fixture::new().edit(S, "[population.attributes]", sex);
    assert_eq!(warnings(&told), [""; 0]);
    let said = Fixture::new().edit(S, "question", &format!("warnings = [{warning:?}]\nquestion"));
    assert_eq!(warnings(&said), [warning], "told once");
}

#[test]
fn a_line_that_starts_in_remission_after_a_relapse_brings_a_warning() {
    let calm = "label = \"Maintenance\"\ngroup = \"trial\"\nstarts_in = \"remission\"\n\
                [remission]\nrelapse = { family = \"never\" }\n[failure]\n\
                refractory = { family = \"exponential\", median = \"X1.median\" }\n\
                relapse = { family = \"exponential\", median = \"X1.median\" }\n";
    let fixture = Fixture::new().write("regimens/calm.toml", calm.as_bytes()).edit(
        S,
        "regimen = \"cells\"\nafter",
        "regimen = \"calm\"\nafter",
    );
    let warnings = fixture.load().unwrap_or_else(|text| panic!("{text}")).model.warnings;
    let warning = "Line 2 of Standard, Maintenance, starts in remission although it comes after refractory.";
    assert!(warnings.iter().any(|text| text == warning), "{warnings:?}");
}

#[test]
fn a_mortality_ratio_without_a_life_table_brings_a_warning() {
    let ratio = "\n[mortality_ratio]\nremission = { assume = 2, reason = \"x\" }\n[failure]";
    let fixture = Fixture::new().edit("regimens/standard.toml", "\n[failure]", ratio);
    let warning = "The mortality_ratio of Standard chemotherapy does nothing: the scenario has no background mortality.";
    let told = |fixture: &Fixture| {
        let warnings = fixture.load().unwrap_or_else(|text| panic!("{text}")).model.warnings;
        warnings.iter().any(|text| text == warning)
    };
    assert!(!told(&fixture));
    assert!(told(&fixture.edit(S, "background_mortality = \"us_2014\"", "background_mortality = \"none\"")));
}

#[test]
fn an_event_that_takes_more_than_a_year_of_health_brings_a_warning() {
    let loss = |qalys: f64| {
        let event = format!(
            "[utilities.event]\ninfection = {{ assume = {qalys}, reason = \"x\" }}\n[utilities.state]"
        );
        let fixture = Fixture::new().edit(S, "[utilities.state]", &event);
        fixture.load().unwrap_or_else(|text| panic!("{text}")).model.warnings
    };
    let warning =
        "utilities.event.infection takes 5 QALYs from a patient at once, more than a year in full health.";
    assert!(loss(5.0).iter().any(|text| text == warning), "{:?}", loss(5.0));
    assert!(!loss(1.0).iter().any(|text| text.contains("takes")));
}

#[test]
fn an_unknown_scenario_is_told_with_the_nearest_name() {
    let problems = load(&Request::new("towr")).expect_err("unknown");
    assert_eq!(problems.list()[0].kind, ErrorKind::NoFile);
    assert_eq!(problems.list()[0].nearest.as_deref(), Some("tower"));
    let missing = load(&Request::new("./no_such_file.toml")).expect_err("missing").to_string();
    assert_eq!(
        missing,
        "./no_such_file.toml: found no such scenario, allowed the path of a file, or the name of a scenario (`remisim \
         list`)"
    );
    assert!(load(&Request::new("src/")).expect_err("folder").to_string().contains("found a folder"));
}

#[test]
fn a_thousand_problems_are_told_in_reasonable_time() {
    let start = Instant::now();
    let mut text = String::from("title = \"t\"\n");
    for index in 0..60_000 {
        writeln!(text, "unknown_{index} = 1").expect("text");
    }
    text.truncate(1 << 20);
    let found = said(&Fixture::new().write(S, text.as_bytes()));
    assert!(found.lines().count() <= 1000);
    let mut line = String::from("title = [");
    while line.len() < 60_000 {
        line += "1, ";
    }
    let lines = format!("{line}]\n").repeat(16).replacen("title", "question", 1);
    said(&Fixture::new().write(S, lines.as_bytes()));
    let nulls = format!("[costs.state]\nremission = {{ sum = [{}\"X1\"] }}", "\"Q99.x\", ".repeat(6_000));
    said(&Fixture::new().write(S, nulls.as_bytes()));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is cut out of, or put into, whichever file: problems or a model, never a panic.
    #[test]
    fn no_damage_to_a_file_makes_the_program_panic(
        file in 0_usize..6,
        at in 0.0_f64..1.0,
        cut in 0_usize..60,
        put in "([\\[\\]{}=,.\"\n]|[a-z]{1,6}|-?[0-9]{1,20}|nan|inf|X1\\.cr|true){0,4}",
    ) {
        let name = [S, R, "regimens/cells.toml", "regimens/graft.toml", E, "evidence/readings.toml"][file];
        let text = Fixture::text(name);
        let start = text.floor_char_boundary((at * text.len() as f64) as usize);
        let end = text.floor_char_boundary((start + cut).min(text.len()));
        let damaged = format!("{}{put}{}", &text[..start], &text[end..]);
        let fixture = Fixture::new().write(name, damaged.as_bytes());
        if let Err(problems) = fixture.load() {
            prop_assert!(!problems.is_empty());
        }
    }
}
