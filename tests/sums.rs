//! Probabilities that exclude each other never add to more than one, in any draw and cell of the shipped scenarios; where
//! a user's data let them, the run counts the draws and says which regimen and key it is.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/trial.rs"]
mod trial;

use folder::Folder;
use remisim::program::Missed;
use trial::{Trial, model_of, one_line, tallies};

/// A line in which remission (.5 to .9) and early death (.1 to .5) are sampled apart, and severe CRS apart from CRS.
fn line(rest: &str) -> String {
    let range = |low: f64, high: f64| {
        format!("{{ assume = {}, reason = \"test\", low = {low}, high = {high} }}", f64::midpoint(low, high))
    };
    one_line(
        12.0,
        "",
        &format!(
            "[regimens.first]\nlabel = \"Line\"\ngroup = \"test\"\n[regimens.first.toxicity]\nearly_death = {}\n\
             [regimens.first.response]\ncr = {}\nmonths = 1\n[regimens.first.remission]\n\
             relapse = {{ family = \"exponential\", median = 6 }}\n[regimens.first.failure]\n\
             refractory = {{ family = \"exponential\", median = 3 }}\n\
             relapse = {{ family = \"exponential\", median = 3 }}\n{rest}",
            range(0.1, 0.5),
            range(0.5, 0.9),
        ),
    )
}

#[test]
fn draws_in_which_probabilities_add_to_more_than_one_are_counted() {
    let changes = ["settings.patients=10", "settings.draws=400"];
    let model = model_of(&line(""), &changes);
    let results = tallies(&model);
    let cr = |name: &str| model.parameters.iter().position(|p| p.name.ends_with(name)).unwrap();
    let (cr, early) = (cr("response.cr"), cr("toxicity.early_death"));
    let stream = remisim::stream::Stream::new(model.settings.seed);
    let beyond = (0..400)
        .filter(|index| {
            let draw = remisim::program::Draw::sample(&model, &stream, *index);
            draw.parameters[cr] + draw.parameters[early] > 1.0
        })
        .count();
    assert!(beyond > 100, "only {beyond} draws add to more than one");
    assert_eq!(results.misses.draws as usize, beyond);
    assert_eq!(results.misses.most_often(), Some(((0, Missed::Response), beyond as u32)));
    let trial = Trial::run(model);
    assert!((trial.summary.missed_share - beyond as f64 / 400.0).abs() < 1e-12);
}

#[test]
fn the_warning_names_regimen_and_key() {
    let folder = Folder::new();
    std::fs::write(folder.at("trial.toml"), line("")).unwrap();
    let arguments = ["run", "./trial.toml", "--patients", "10", "--draws", "400", "--quiet"];
    folder.run(&arguments).ends_with(0).tells(&["of the draws", "most often response of first ("]);
}
