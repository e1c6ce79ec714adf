//! The command line as its users meet it: exit codes, what goes where, nothing half-written.

#[path = "support/folder.rs"]
mod folder;

use folder::{Folder, names};
use std::fs;
use std::io::Read as _;
use std::process::Stdio;

/// A run of a moment.
const SMALL: [&str; 7] = ["run", "tower", "--patients", "50", "--draws", "2", "--quiet"];

fn small<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SMALL.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn a_run_writes_its_files_and_a_table() {
    let folder = Folder::new();
    let ran = folder.run(&SMALL).ends_with(0);
    let files =
        ["assumptions.csv", "events.csv", "manifest.json", "spread.csv", "summary.csv", "survival.csv"];
    assert_eq!(names(&folder.at("output/tower")), files);
    assert_eq!(names(&folder.at("output")), ["tower"]);
    for text in ["life years", "Difference from", "Warning: ", "Results: 6 files in output"] {
        assert!(ran.stdout.contains(text), "{}", ran.stdout);
    }
    assert_eq!(ran.stderr, "", "quiet, and warnings stand in the table");
}

#[test]
fn the_event_relapse_counts_what_the_outcome_counts() {
    let folder = Folder::new();
    folder.run(&["run", "tower", "--patients", "400", "--draws", "4", "--quiet"]).ends_with(0);
    let number = |file: &str, row: &str, column: usize| {
        let text = fs::read_to_string(folder.at("output/tower").join(file)).unwrap();
        let row =
            text.lines().find(|line| line.starts_with(row)).unwrap_or_else(|| panic!("no {row} in {file}"));
        row.split(',').nth(column).unwrap().parse::<f64>().unwrap()
    };
    let lost = number("events.csv", "blinatumomab,relapse_antigen_modulation,1,", 3);
    assert!(lost > 1.0, "some relapses lose the antigen: {lost}");
    let event = number("events.csv", "blinatumomab,relapse,1,", 3);
    let outcome = number("summary.csv", "blinatumomab,relapse,probability,", 3);
    assert!((event - 1000.0 * outcome).abs() < 1e-9, "{event} of 1000, {outcome}");
}

#[test]
fn the_changes_that_the_help_shows_are_accepted() {
    let folder = Folder::new();
    let help = folder.run(&["run", "--help"]).ends_with(0).stdout;
    let shown: Vec<&str> =
        help.lines().filter(|line| line.contains("remisim run") && line.contains("--set")).collect();
    assert!(shown.len() > 3, "{help}");
    for line in shown {
        let words: Vec<&str> = line.split_whitespace().skip(2).map(|word| word.trim_matches('\'')).collect();
        // The scenario and its changes; `check` knows no sizes.
        let changes = words.iter().position(|word| *word == "--set").unwrap();
        folder.run(&[&["check"], &words[..1], &words[changes..]].concat()).ends_with(0);
    }
}

#[test]
fn histories_are_of_patients_and_states() {
    let folder = Folder::new();
    folder.run(&small(&["--histories", "20"])).ends_with(0);
    let text = fs::read_to_string(folder.at("output/tower/histories.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let header = "sample,strategy_id,patient_id,grp_id,from,to,final,time_start,time_stop";
    assert_eq!(rows[0].join(","), header);
    let finals = rows.iter().filter(|row| row[6] == "1").count();
    assert_eq!(finals, 20 * 3, "one end a patient and strategy");
    for pair in rows[1..].windows(2) {
        let (row, next) = (&pair[0], &pair[1]);
        if row[6] == "0" {
            assert_eq!((row[1], row[2]), (next[1], next[2]));
            assert_eq!((row[5], row[8]), (next[4], next[7]), "states and times join");
        } else {
            assert!(row[5] == "dead" || row[5] == row[4], "{row:?}");
            assert_eq!(next[7], "0");
        }
    }
}

#[test]
fn results_that_are_there_are_kept_unless_told_otherwise() {
    let folder = Folder::new();
    folder.run(&SMALL).ends_with(0);
    let summary = folder.at("output/tower/summary.csv");
    let first = fs::read(&summary).unwrap();
    let refused = folder.run(&small(&["--seed", "2"])).ends_with(2);
    refused.tells(&["output/tower is there already", "--force", "--out"]);
    assert_eq!(fs::read(&summary).unwrap(), first);
    folder.run(&small(&["--seed", "2", "--force"])).ends_with(0);
    assert_ne!(fs::read(&summary).unwrap(), first);
    assert_eq!(names(&folder.at("output")), ["tower"]);
}

#[test]
fn a_folder_of_something_else_is_never_replaced() {
    let folder = Folder::new();
    fs::create_dir_all(folder.at("output/tower")).unwrap();
    fs::write(folder.at("output/tower/thesis.doc"), "years of work").unwrap();
    folder.run(&small(&["--force"])).ends_with(2).tells(&["holds something other than results"]);
    assert_eq!(names(&folder.at("output/tower")), ["thesis.doc"]);
}

#[test]
fn warnings_are_told_once() {
    let folder = Folder::new();
    for quiet in ["--quiet", "--threads=1"] {
        let sizes = ["--patients", "50", "--draws", "2", "--force"];
        let ran = folder.run(&[&["run", "tower", quiet][..], &sizes].concat()).ends_with(0);
        let warning = "Survival is fitted to medians, points at six months and the hazard ratio";
        let times = |text: &str| text.matches(warning).count();
        assert_eq!((times(&ran.stdout), times(&ran.stderr)), (1, 0), "{ran:#?}");
    }
    let ran = folder.run(&small(&["--json", "--force"])).ends_with(0);
    assert_eq!(ran.stderr, "");
}

#[test]
fn json_lines_are_json() {
    let folder = Folder::new();
    let ran = folder.run(&small(&["--json"])).ends_with(0);
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    // Three strategies make three pairs, of three outcomes each.
    assert!(of("outcome") > 20 && of("difference") == 9 && of("warning") > 0, "{}", ran.stdout);
    let last = lines.last().unwrap();
    assert_eq!((&last["type"], &last["scenario"]), (&"done".into(), &"tower".into()));
    let years = lines.iter().find(|line| line["outcome"] == "life_years").unwrap();
    assert!(years["mean"].as_f64().unwrap() > 0.1, "{years}");
}

#[test]
fn the_manifest_names_changes_and_hashes_files() {
    let folder = Folder::new();
    folder.run(&small(&["--set", "settings.horizon_months=60"])).ends_with(0);
    let text = fs::read_to_string(folder.at("output/tower/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let overrides = ["settings.horizon_months=60", "settings.patients=50", "settings.draws=2"];
    assert_eq!(manifest["overrides"], serde_json::json!(overrides));
    assert_eq!(manifest["settings"]["horizon_months"], 60.0);
    for output in manifest["outputs"].as_array().unwrap() {
        let path = folder.at("output/tower").join(output["file"].as_str().unwrap());
        let bytes = fs::read(path).unwrap();
        assert_eq!(output["sha256"], remisim::files::sha256(&bytes));
    }
    let inputs = manifest["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|input| input["file"] == "tower.toml" && input["origin"] == "embedded"));
}

#[test]
fn results_are_the_same_bytes_with_any_number_of_threads() {
    // Many small draws, and draws of several units of work.
    for sizes in [["--patients", "700", "--draws", "9"], ["--patients", "150000", "--draws", "2"]] {
        let folder = Folder::new();
        for threads in ["1", "2", "3", "8"] {
            let more = ["--out", threads, "--threads", threads, "--histories", "9", "--quiet"];
            let arguments: Vec<&str> = ["run", "tower"].into_iter().chain(sizes).chain(more).collect();
            folder.run(&arguments).ends_with(0);
        }
        let files = names(&folder.at("1/tower"));
        assert_eq!(files.len(), 7);
        for threads in ["2", "3", "8"] {
            for file in &files {
                let of = |threads: &str| fs::read(folder.at(&format!("{threads}/tower/{file}"))).unwrap();
                assert!(of("1") == of(threads), "{file} differs with {threads} threads");
            }
        }
    }
}

#[test]
fn check_says_ok_or_what_is_wrong() {
    let folder = Folder::new();
    let ran = folder.run(&["check", "tower", "eliana"]).ends_with(0);
    assert!(ran.stdout.contains("tower: ok: 3 strategies, 4 lines") && ran.stdout.contains("eliana: ok"));
    folder.run(&["check", "tower", "--set", "settings.draws=0"]).ends_with(2).tells(&["settings.draws"]);
}

#[test]
fn evidence_is_listed_and_traced() {
    let folder = Folder::new();
    let all = folder.run(&["evidence"]).ends_with(0).stdout;
    assert!(all.lines().count() > 100 && all.lines().any(|line| line.starts_with("Q22 ")));
    let one = folder.run(&["evidence", "Q22"]).ends_with(0);
    for text in ["document", "meaning", "value Q22.tocilizumab", "used by eliana", "eliana.toml:"] {
        assert!(one.stdout.contains(text), "no {text} in {}", one.stdout);
    }
    assert_eq!(one.stderr, "", "every scenario of the library loads");
    let some = folder.run(&["evidence", "--scenario", "tower"]).ends_with(0).stdout;
    assert!(some.lines().count() < all.lines().count() && !some.contains("Q22 "));
    assert_eq!(folder.run(&["evidence", "Q22.tocilizumab"]).ends_with(0).stdout, one.stdout);
    folder.run(&["evidence", "q22"]).ends_with(2).tells(&["did you mean \"Q22\"?"]);
    // What a fit rests on is traced to the target, and to the scenarios that take rows of the fit; a statement too.
    let fitted = folder.run(&["evidence", "Q08"]).ends_with(0).stdout;
    for text in
        ["trials/tower.toml:targets.1.median", "in the fit of trials/tower.toml (chemotherapy)", "mrd_guided"]
    {
        assert!(fitted.contains(text), "no {text} in {fitted}");
    }
    assert!(!fitted.contains("used by mrd_guided"), "{fitted}");
    let said = folder.run(&["evidence", "Q12"]).ends_with(0).stdout;
    assert!(said.contains("trials/tower.toml:statements.1"), "{said}");
}

#[test]
fn a_new_scenario_checks_and_runs() {
    let folder = Folder::new();
    folder.run(&["new", "mine"]).ends_with(0);
    folder.run(&["check", "mine.toml"]).ends_with(0);
    folder.run(&["run", "mine.toml", "--patients", "20", "--draws", "2"]).ends_with(0);
    assert_eq!(names(&folder.at("output")), ["mine"]);
    folder.run(&["new", "mine"]).ends_with(2).tells(&["mine.toml is there already"]);
    folder
        .run(&["run", "mine"])
        .ends_with(2)
        .tells(&["mine: found no such scenario", "did you mean \"mine.toml\"?"]);
    folder.run(&["new", "../mine"]).ends_with(2).tells(&["small letters"]);
}

#[test]
fn lists_schemas_completions_and_manuals_are_printed() {
    let folder = Folder::new();
    let list = folder.run(&["list"]).ends_with(0).stdout;
    assert!(list.contains("tower") && list.contains("tisagenlecleucel"), "{list}");
    for kind in ["scenario", "regimen", "evidence"] {
        let schema = folder.run(&["schema", kind]).ends_with(0).stdout;
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert!(schema.pointer(schema["$ref"].as_str().unwrap().trim_start_matches('#')).is_some());
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.run(&["completions", shell]).ends_with(0).stdout;
        assert!(script.contains("histories"), "{shell}");
    }
    folder.run(&["man", "pages"]).ends_with(0);
    assert!(names(&folder.at("pages")).contains(&"remisim-run.1".to_owned()));
}

#[test]
fn output_that_nobody_reads_is_no_failure() {
    let folder = Folder::new();
    let mut child =
        folder.command(&["evidence"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[cfg(unix)]
mod signals {
    use super::SMALL;
    use super::folder::{Folder, names};
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    /// Starts a run that would take days, and waits until it is at work.
    fn long_run(folder: &Folder, engine: &str) -> Child {
        let sizes = ["--patients", "1000000000", "--draws", "100000", "--out", "a/b"];
        let arguments = [&["run", "tower", "eliana", "--engine", engine][..], &sizes].concat();
        let child = folder.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        while names(&folder.at("a/b")).len() < 2 {
            assert!(started.elapsed() < Duration::from_secs(60), "the run does not begin");
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(200));
        child
    }

    fn send(signal: &str, child: &Child) {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    #[test]
    fn an_interrupted_run_leaves_nothing() {
        for (signal, engine) in [("-INT", "simulate"), ("-TERM", "simulate"), ("-INT", "exact")] {
            let folder = Folder::new();
            let child = long_run(&folder, engine);
            assert_eq!(names(&folder.at("a/b")), [".eliana.partial", ".tower.partial"]);
            send(signal, &child);
            let left = child.wait_with_output().unwrap();
            assert_eq!(left.status.code(), Some(130), "{signal}");
            assert_eq!(String::from_utf8_lossy(&left.stdout), "");
            assert!(String::from_utf8_lossy(&left.stderr).contains("interrupted"));
            assert_eq!(names(&folder.at("")), [""; 0], "{signal}");
        }
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_by_the_next() {
        let folder = Folder::new();
        let mut child = long_run(&folder, "simulate");
        let small: Vec<&str> = SMALL.into_iter().chain(["--out", "a/b"]).collect();
        folder.run(&small).ends_with(2).tells(&["another run is writing"]);
        send("-KILL", &child);
        child.wait().unwrap();
        assert_eq!(names(&folder.at("a/b")), [".eliana.partial", ".tower.partial"]);
        folder.run(&small).ends_with(0);
        assert_eq!(names(&folder.at("a/b")), [".eliana.partial", "tower"]);
    }
}
