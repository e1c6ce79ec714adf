//! What the command line says of bad input: arguments, sizes, and what is no scenario.

#[path = "support/folder.rs"]
mod folder;

use folder::{Folder, names};
use std::fs;

#[test]
fn an_unwritable_folder_is_found_before_the_run() {
    let folder = Folder::new();
    fs::write(folder.at("file"), "").unwrap();
    // So many histories that the test would not end, were they simulated first.
    let long = ["run", "tower", "--patients", "1000000000", "--draws", "1000", "--out", "file/results"];
    folder.run(&long).ends_with(2).tells(&["cannot write file/results"]);
    assert_eq!(names(&folder.at("")), ["file"]);
}

#[test]
fn one_bad_scenario_of_two_stops_both() {
    let folder = Folder::new();
    fs::write(folder.at("bad.toml"), "titel = \"a\"\n").unwrap();
    let ran = folder.run(&["run", "tower", "bad.toml", "--patients", "10", "--draws", "1"]).ends_with(2);
    ran.tells(&["bad.toml:1:1: titel", "did you mean \"title\"?"]);
    assert_eq!(names(&folder.at("")), ["bad.toml"]);
    folder.run(&["run", "tower", "tower"]).ends_with(2).tells(&["allowed each once"]);
}

#[test]
fn bad_arguments_are_bad_input() {
    let folder = Folder::new();
    folder.run(&["run", "towr"]).ends_with(2).tells(&["did you mean \"tower\"?"]);
    let zero = folder.run(&["run", "tower", "--patients", "0"]).ends_with(2);
    assert_eq!(zero.stderr, "remisim: --patients: found 0, allowed a whole number from 1 to 4000000000\n");
    for odd in ["-1", "1.5", "1e6", "ten", "99999999999999999999"] {
        folder
            .run(&["run", "tower", "--patients", odd])
            .ends_with(2)
            .tells(&["--patients", "a whole number"]);
    }
    let both = ["run", "tower", "--draws", "2000000", "--set", "settings.seed=-1"];
    folder.run(&both).ends_with(2).tells(&["--draws: found 2000000", "--set: settings.seed: found -1"]);
    folder.run(&["run", "tower", "--set", "settings.sede=1"]).ends_with(2).tells(&["settings.sede", "seed"]);
    folder.run(&["run", "tower", "--threads", "0"]).ends_with(2).tells(&["1..=256"]);
    folder.run(&["run", "tower", "--threads", "257"]).ends_with(2);
    folder
        .run(&["run", "tower", "--engine", "exact", "--histories", "5"])
        .ends_with(2)
        .tells(&["no patients"]);
    folder.run(&["run"]).ends_with(2);
    folder.run(&["chekc"]).ends_with(2).tells(&["check"]);
    assert_eq!(names(&folder.at("")), [""; 0]);
    let help = folder.run(&["run", "--help"]).ends_with(0);
    assert!(help.stdout.contains("Examples:") && help.stderr.is_empty());
}

#[test]
fn names_are_told_without_what_a_terminal_would_obey() {
    let folder = Folder::new();
    let told = folder.run(&["check", "a\u{1b}[31m.toml"]).ends_with(2).stderr;
    assert!(told.contains("a\\u{1b}[31m.toml") && !told.contains('\u{1b}'), "{told:?}");
}

#[test]
fn memory_for_many_draws_is_told_and_has_an_end() {
    let folder = Folder::new();
    let check = |sets: &[&str]| {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<&str> = ["check", "tower"].into_iter().chain(sets).collect();
        folder.run(&arguments)
    };
    assert!(!check(&["settings.draws=10000"]).ends_with(0).stderr.contains("memory"));
    check(&["settings.draws=1000000"])
        .ends_with(0)
        .tells(&["warning: the results of 1,000,000 draws take about"]);
    let long = ["settings.draws=1000000", "settings.horizon_months=1200", "settings.curve_months=1200"];
    let refused = check(&long).ends_with(2);
    refused
        .tells(&["settings.draws: found 1,000,000 draws, whose results take about", "allowed at most 16 GB"]);
    let run = ["run", "tower", "--draws", "1000000", "--set", long[1], "--set", long[2]];
    folder.run(&run).ends_with(2).tells(&["--draws: found 1,000,000 draws"]);
    assert_eq!(names(&folder.at("")), [""; 0]);
}

#[test]
fn a_strategy_that_unrolls_to_too_many_steps_is_told_with_its_line() {
    let folder = Folder::new();
    let curve = "{ family = \"exponential\", median = 9 }";
    let head = "title = \"t\"\nquestion = \"q\"\nbare_numbers = \"test\"\n[settings]\nhorizon_months = 60\n\
                background_mortality = \"none\"\n[population]\nlabel = \"p\"\ngroup = \"g\"\n\
                age_years = { fixed = 40 }\n";
    let regimen = |index: usize| {
        format!(
            "[regimens.r{index}]\nlabel = \"r\"\ngroup = \"g\"\nantigen = \"a{}\"\n\
             access = {{ waiting_months = 1, manufacturing_failure = 0.1 }}\nresponse = {{ cr = 0.5, months = 1 }}\n\
             mrd.negative = 0.5\nremission = {{ relapse = {curve}, negative_clone = 0.2 }}\n\
             failure = {{ refractory = {curve}, relapse = {curve} }}\n",
            index % 6
        )
    };
    let causes = "[\"not_infused\", \"refractory\", \"mrd_persistent\", \"relapse\"]";
    let line = |index: usize| format!("{{ regimen = \"r{index}\", after = {causes} }},\n");
    let regimens: String = (0..12).map(regimen).collect();
    let lines: String = (1..12).map(line).collect();
    let strategy = "[[strategies]]\nid = \"long\"\nlines = [\n{ regimen = \"r0\" },\n";
    fs::write(folder.at("long.toml"), format!("{head}{regimens}{strategy}{lines}]\n")).unwrap();
    let told = "long.toml:119:1: strategies.long: found more than 4096 steps that its lines unroll to, allowed at \
                most 4096: fewer lines, or fewer causes in after";
    folder.run(&["check", "long.toml"]).ends_with(2).tells(&[told]);
    folder.run(&["run", "long.toml"]).ends_with(2).tells(&[told]);
}

#[test]
fn a_line_that_nobody_reaches_is_told() {
    let folder = Folder::new();
    folder.run(&["new", "mine"]).ends_with(0);
    let text = fs::read_to_string(folder.at("mine.toml")).unwrap();
    let never = text.replace("after = [\"refractory\", \"relapse\"]", "after = [\"mrd_persistent\"]");
    fs::write(folder.at("mine.toml"), &never).unwrap();
    let told = "Nobody reaches line 2 of First regimen, then the second";
    folder.run(&["check", "mine.toml"]).ends_with(0).tells(&[told]);
    let ran = folder.run(&["run", "mine.toml", "--patients", "10", "--draws", "1"]).ends_with(0);
    assert!(ran.stdout.contains(told), "{}", ran.stdout);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_told_and_not_waited_for() {
    let folder = Folder::new();
    fs::create_dir_all(folder.at("scenarios/tower.toml")).unwrap();
    folder
        .run(&["check", "tower"])
        .ends_with(2)
        .tells(&["scenarios/tower.toml: found a folder, allowed a text file"]);
    let made = std::process::Command::new("mkfifo").arg(folder.at("pipe.toml")).status().unwrap();
    assert!(made.success());
    folder.run(&["run", "pipe.toml"]).ends_with(2).tells(&["pipe.toml: found a device, pipe or socket"]);
    folder
        .run(&["run", "towr"])
        .ends_with(2)
        .tells(&["towr: found no such scenario", "did you mean \"tower\"?"]);
}
