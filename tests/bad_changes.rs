//! Changes from the command line that are wrong, and what is said of each.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;
use remisim::scenario::{Request, load};
use std::fmt::Write as _;

const S: &str = "test.toml";

/// What is said of changes on the command line.
fn said_of(overrides: &[&str]) -> String {
    Fixture::new().load_with(overrides).map_or_else(|problems| problems, |_| "good".to_owned())
}

#[test]
fn changes_on_the_command_line_are_checked_like_the_file() {
    let cases = [
        (
            "settings.patiens=3",
            "--set: settings.patiens: found \"patiens\", allowed a key of settings; did you mean \"patients\"?",
        ),
        (
            "draws=5",
            "--set: draws: found \"draws\", allowed a key by its whole path; did you mean \"settings.draws\"?",
        ),
        (
            "evidence=5",
            "--set: evidence: found \"evidence\", allowed evidence.ID.VALUE=number, or evidence.ID.on=true for a switch",
        ),
        (
            "evidence.X4.on=flase",
            "--set: evidence.X4.on: found \"flase\" (invalid boolean, expected `false`), allowed a TOML value: a number, true, false, or \"text\" in quotes; did you mean \"false\"?",
        ),
        (
            "setings.draws=5",
            "--set: setings: found \"setings\", allowed a key of scenario; did you mean \"settings\"?",
        ),
        (
            "settings.patients=0",
            "--set: settings.patients: found 0, allowed a whole number from 1 to 4000000000",
        ),
        (
            "settings.patients",
            "--set: found \"settings.patients\", allowed KEY=VALUE, such as settings.draws=100",
        ),
        (
            "settings..draws=1",
            "--set: found the key \"settings..draws\", allowed a dotted key, such as settings.draws",
        ),
        (
            "settings.background_mortality=none",
            "--set: settings.background_mortality: found \"none\" (invalid float, expected `nan`), allowed a TOML value: a number, true, false, or \"text\" in quotes, here --set 'settings.background_mortality=\"none\"'",
        ),
        (
            "strategies.cels.label=\"x\"",
            "--set: strategies.cels.label: found \"cels\", allowed an item of strategies: standard, cells; did you mean \"cells\"?",
        ),
        (
            "strategies.standard.lines.3.able=1",
            "--set: strategies.standard.lines.3.able: found \"3\", allowed an item of strategies.standard.lines from 1 to 2",
        ),
        (
            "strategies.standard.lines.2.able=1.5",
            "--set: strategies.standard.lines.2.able: found 1.5, allowed a probability from 0 to 1",
        ),
        ("title.x=1", "--set: title.x: found title, which is \"Two regimens\", allowed a key of a table"),
        (
            "regimens.standrd.response.pr=0.1",
            "--set: regimens.standrd.response.pr: found \"standrd\", allowed a regimen that the scenario uses; did you mean \"standard\"?",
        ),
        (
            "regimens.standard.response.pr=0.9",
            "--set: regimens.standard.response: found response.cr + response.pr = 1.4 (burden low), allowed probabilities that add to at most one",
        ),
        (
            "regimens.standard.response.rp=0.9",
            "--set: regimens.standard.response.rp: found \"rp\", allowed a key of response",
        ),
        ("evidence.X1.cr=1.5", "--set: evidence.X1.cr: found 1.5, allowed a probability from 0 to 1"),
        (
            "evidence.X1.rc=0.5",
            "--set: evidence.X1.rc: found \"X1.rc\", allowed a value of the record, or on for a switch; did you mean \"X1.cr\"?",
        ),
        (
            "evidence.X9.cr=0.5",
            "--set: evidence.X9.cr: found \"X9.cr\", allowed a record of the evidence; did you mean \"X1.cr\"?",
        ),
        ("evidence.X4.on=1", "--set: evidence.X4.on: found 1, allowed true or false"),
        (
            "evidence.X5.doses=0.5",
            "--set: evidence.X5.doses: found \"X5.doses\", a whole of parts, allowed one of the parts, X5.doses.1 and so on",
        ),
        ("readings.crs=\"x\"", "--set: readings.crs: found \"x\", allowed a reading of crs"),
    ];
    let mut wrong = String::new();
    for (change, expected) in cases {
        let found = said_of(&[change]);
        if found != expected {
            writeln!(wrong, "{change}\n  found    {found}\n  expected {expected}").expect("text");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn changes_of_what_the_scenario_does_not_use_are_refused() {
    assert_eq!(
        said_of(&["evidence.X4.on=false", "evidence.X6=15"]),
        "--set: evidence.X6: found \"X6.patients\", allowed evidence that the scenario uses as its switches and \
         readings stand (`remisim evidence --scenario NAME`)"
    );
    assert_eq!(said_of(&["evidence.X6=15"]), "good");
    let unused = "[regimens.spare]\nextends = \"standard\"\nlabel = \"Spare\"\n[readings]";
    let fixture = Fixture::new().edit(S, "[readings]", unused);
    let found =
        fixture.load_with(&["regimens.spare.response.pr=0.2"]).map_or_else(|text| text, |_| String::new());
    assert_eq!(found, "--set: regimens.spare: found \"spare\", allowed a regimen that the scenario uses");
    let fixture = fixture.edit(S, "regimen = \"standard\"", "regimen = \"spare\"");
    assert!(fixture.load_with(&["regimens.spare.response.pr=0.2"]).is_ok());
    let shipped = |change: &str| {
        let request = Request { scenario: "tower".to_owned(), overrides: vec![change.to_owned()] };
        load(&request).map_or_else(|problems| problems.to_string(), |_| "good".to_owned())
    };
    let readings = shipped("readings.tocilizumab=\"literal\"");
    assert!(
        readings.starts_with("--set: readings.tocilizumab: found \"tocilizumab\", allowed a set of"),
        "{readings}"
    );
    let figure = shipped("evidence.Q22.tocilizumab=0.5");
    assert!(
        figure.starts_with("--set: evidence.Q22.tocilizumab: found \"Q22.tocilizumab\", allowed"),
        "{figure}"
    );
}
