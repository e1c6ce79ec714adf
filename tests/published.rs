//! Whose a published figure is: `published.csv` has those of the strategies, `published_related.csv` those of near patients.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/table.rs"]
mod table;

use folder::Folder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[test]
fn figures_of_a_trial_stand_beside_strategies_that_differ_in_what_does_not_bear_on_them() {
    let folder = Folder::new();
    let sizes = ["--patients", "20", "--draws", "2", "--quiet", "--report"];
    let run: Vec<&str> = ["run", "eliana", "cd7_car_t", "tower"].into_iter().chain(sizes).collect();
    folder.run(&run).ends_with(0);
    let published = |scenario: &str, strategy: &str| -> BTreeMap<String, bool> {
        let rows = table::rows(&folder.at("output").join(scenario), "published.csv");
        let own = rows.into_iter().filter(|row| row["strategy"] == strategy);
        own.map(|row| (format!("{} {}", row["endpoint"], row["months"]), row["differs"].is_empty())).collect()
    };
    // ELIANA followed those who were infused, and some are given salvage here where they are not.
    // Its event-free survival is of patients without transplants, whom it censored; here some are transplanted.
    let infused = ["cr among infused ", "os_infused 12", "os_infused 36", "os_infused 60"];
    let infused: BTreeMap<String, bool> = infused.into_iter().map(|name| (name.to_owned(), false)).collect();
    assert_eq!(published("eliana", "tisagenlecleucel"), infused);
    // A later line after relapse bears on survival.
    let late = published("eliana", "tisagenlecleucel_then_blinatumomab");
    assert!(late.is_empty(), "{late:?}");
    // A historical cohort of adults, not of this group.
    assert!(published("eliana", "salvage_chemotherapy").is_empty());
    // Other cells of the published series, which those of the document do not extend.
    assert!(published("cd7_car_t", "cd7_car_t").keys().all(|name| !name.starts_with("efs")));
    assert!(published("tower", "blinatumomab").values().all(|same| *same));
}

#[test]
fn what_a_line_does_otherwise_in_remission_takes_the_trials_curves_from_it() {
    let folder = Folder::new();
    let sizes = ["--patients", "20", "--draws", "2", "--quiet", "--report"];
    let without = |scenario: &str, strategy: &str| {
        let change = format!("strategies.{strategy}.lines.1.transplant=false");
        let run = ["run", scenario, "--set", &change, "--out", "none", "--force"];
        folder.run(&run.into_iter().chain(sizes).collect::<Vec<_>>()).ends_with(0);
        folder.at("none").join(scenario)
    };
    let none = |scenario: &str, strategy: &str| -> Vec<(String, String)> {
        let out = without(scenario, strategy);
        let known = table::rows(&out, "published.csv").into_iter().filter(|row| row["strategy"] == strategy);
        let all = known.map(|row| (row["endpoint"].clone(), row["months"].clone())).collect();
        let near = table::rows(&out, "published_related.csv");
        let own = near.iter().filter(|row| row["strategy"] == strategy && row["endpoint"].starts_with("os"));
        assert!(own.clone().all(|row| row["differs"].contains("transplants")) && own.count() > 0);
        all
    };
    // TOWER transplanted one in four of each arm. Who is in remission is, whatever comes of it.
    let tower = none("tower", "blinatumomab");
    assert!(
        tower.iter().all(|own| !["os", "efs", "rfs", "os_hazard_ratio"].contains(&own.0.as_str())),
        "{tower:?}"
    );
    assert!(tower.iter().any(|own| own.0.starts_with("cr")), "{tower:?}");
    // A hazard ratio is about both arms: without the other there is none.
    let ratios = |out: &Path| {
        let rows = table::rows(out, "published.csv");
        rows.iter().filter(|row| row["endpoint"] == "os_hazard_ratio").count()
    };
    assert_eq!(ratios(&without("tower", "chemotherapy")), 0);
    folder
        .run(&["run", "tower", "--out", "as_it_is"].into_iter().chain(sizes).collect::<Vec<_>>())
        .ends_with(0);
    assert!(ratios(&folder.at("as_it_is/tower")) > 0);
    // Without transplants it is ELIANA's event-free survival that is known, and no more its overall survival.
    let eliana = none("eliana", "tisagenlecleucel");
    let points = eliana.iter().filter(|own| own.0.ends_with("_infused") && !own.1.is_empty());
    let points: Vec<(&str, &str)> = points.map(|own| (own.0.as_str(), own.1.as_str())).collect();
    assert_eq!(points, [("efs_infused", "12"), ("efs_infused", "36")]);
}

#[test]
fn points_of_near_patients_stand_apart_and_nothing_is_known_by_them() {
    let folder = Folder::new();
    let sizes = ["--patients", "20", "--draws", "2", "--quiet", "--report"];
    let run: Vec<&str> = ["run", "ph_positive", "cd7_economics", "blast_economics", "tower"]
        .into_iter()
        .chain(sizes)
        .collect();
    folder.run(&run).ends_with(0);
    let out = |scenario: &str| folder.at("output").join(scenario);
    let related = |scenario: &str| table::rows(&out(scenario), "published_related.csv");
    // D-ALBA has other later lines: 95 of 100 were alive at 18 months, 88 without relapse.
    let rows = related("ph_positive");
    let of = |endpoint: &str| -> Vec<(&str, &str)> {
        let own = rows.iter().filter(|row| row["endpoint"] == endpoint);
        own.map(|row| (row["months"].as_str(), row["published"].as_str())).collect()
    };
    assert!(rows.iter().all(|row| table::number(row, "n") > 0.0), "{rows:?}");
    assert!(of("os").contains(&("18", "0.95")) && of("rfs").contains(&("18", "0.88")), "{rows:?}");
    assert!(rows.iter().all(|row| row["patients"].starts_with("D-ALBA: ")), "{rows:?}");
    // BLAST has the same later line, and its transplants; of one strategy here nobody is transplanted.
    for row in related("blast_economics").iter().filter(|row| row["target"] == "Q32.os_5y") {
        let none = row["strategy"] == "blinatumomab_no_transplant";
        assert!(
            !row["differs"].contains("later lines") && row["differs"].contains("transplants") == none,
            "{row:?}"
        );
    }
    // The series of CD7 CAR-T cells, of donor-derived ones, under all strategies that begin with them and no other.
    let rows = related("cd7_economics");
    assert!(rows.iter().any(|row| row["target"] == "Tan2023.os_2y"), "{rows:?}");
    assert!(rows.iter().all(|row| row["strategy"] == "cd7_car_t" && row["target"].starts_with("Tan2023.")
        || row["target"].starts_with("Pan2025.")));
    for scenario in ["ph_positive", "cd7_economics", "blast_economics"] {
        // What is known of the strategies stands in the other table, and nothing in both.
        let known = table::rows(&out(scenario), "published.csv");
        let twice = related(scenario).into_iter().find(|row| {
            known.iter().any(|own| own["target"] == row["target"] && own["endpoint"] == row["endpoint"])
        });
        assert!(twice.is_none(), "{scenario}: {twice:?}");
        let page = fs::read_to_string(out(scenario).join("report.html")).unwrap();
        let data =
            page.split_once("type=\"application/json\">").unwrap().1.split_once("</script>").unwrap().0;
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        let until =
            data["curves"][0]["series"].as_array().unwrap().iter().map(|own| own["known"].as_f64().unwrap());
        assert_eq!(until.fold(0.0, f64::max), 0.0, "{scenario}: overall survival is known by near patients");
    }
    // What BFM-90 published of first relapses is counted from them.
    folder.run(&["run", "t_all_frontline"].into_iter().chain(sizes).collect::<Vec<_>>()).ends_with(0);
    assert!(!out("t_all_frontline").join("published_related.csv").exists());
    // Its control arm has other later lines than the third strategy, but is that of the first.
    assert!(!out("tower").join("published_related.csv").exists());
}

#[test]
fn a_regimen_that_is_changed_has_not_the_trials_curves_whatever_its_name() {
    let folder = Folder::new();
    let sizes = ["--patients", "20", "--draws", "2", "--quiet", "--report"];
    let head = "extends = \"tower\"\ntitle = \"Changed\"\nquestion = \"What if?\"\n";
    let assumed = |value: f64| format!("{{ assume = {value}, reason = \"a test\" }}");
    let of = |name: &str, regimen: &str, change: &str| -> Vec<BTreeMap<String, String>> {
        let strategy = "[[strategies]]\nid = \"blinatumomab\"\n[[strategies.lines]]\n";
        let control =
            "[[strategies]]\nid = \"chemotherapy\"\nlines = [{ regimen = \"salvage_chemotherapy_tower\" }]\n";
        let text = format!(
            "{head}[regimens.{regimen}]\nlabel = \"Changed\"\ngroup = \"TOWER\"\nextends = \"blinatumomab\"\n{change}\n\
             {control}{strategy}regimen = \"{regimen}\"\n"
        );
        fs::write(folder.at(&format!("{name}.toml")), text).unwrap();
        let file = format!("./{name}.toml");
        folder.run(&["run", file.as_str()].into_iter().chain(sizes).collect::<Vec<_>>()).ends_with(0);
        let own = |table: &str| -> Vec<BTreeMap<String, String>> {
            let out = folder.at("output").join(name);
            let rows = if out.join(table).exists() { table::rows(&out, table) } else { Vec::new() };
            rows.into_iter().filter(|row| row["strategy"] == "blinatumomab").collect()
        };
        let (known, near) = (own("published.csv"), own("published_related.csv"));
        let told = if known.iter().any(|row| row["endpoint"] == "os") { &known } else { &near };
        assert!(told.iter().all(|row| row["differs"].contains("blinatumomab")), "{name}: {told:?}");
        known
    };
    let endpoints = |rows: &[BTreeMap<String, String>]| -> Vec<String> {
        rows.iter().map(|row| format!("{} {}", row["endpoint"], row["months"])).collect()
    };
    // TOWER: 44 of 100. Three in four is another drug, under its own name and under another.
    let response = format!("response.cr = {}", assumed(0.75));
    for (name, regimen) in [("renamed", "hot"), ("same_name", "blinatumomab")] {
        let known = endpoints(&of(name, regimen, &response));
        assert!(
            known.iter().all(|own| !own.starts_with("os") && !own.starts_with("cr")),
            "{name}: {known:?}"
        );
    }
    // Who dies how long after failure bears on survival, not on remission.
    let failure = format!("failure.refractory = {{ family = \"exponential\", median = {} }}", assumed(40.0));
    let known = endpoints(&of("longer", "longer", &failure));
    assert!(known.iter().any(|own| own.starts_with("cr")), "{known:?}");
    assert!(known.iter().all(|own| !own.starts_with("os")), "{known:?}");
    // What costs more is the same drug; so is what rounds the trial's rate of remission.
    for (name, change) in [
        ("dear", format!("cost_at_start = {}", assumed(1000.0))),
        ("rounded", format!("response.cr = {}", assumed(0.44))),
    ] {
        let known = endpoints(&of(name, name, &change));
        assert!(known.iter().any(|own| own == "os 6"), "{name}: {known:?}");
    }
}
