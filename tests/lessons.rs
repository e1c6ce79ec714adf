//! Lessons: each runs, its page is made of what its run found, and a bad one gets a clear answer.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/tables.rs"]
mod tables;

use folder::{Folder, names};
use remisim::model::{Lesson, Passage};
use remisim::scenario::{self, Request, load};
use std::collections::BTreeSet;
use std::fs;
use tables::{read, run};

const LESSONS: [&str; 6] = [
    "lesson_chance_and_ignorance",
    "lesson_denominator",
    "lesson_median",
    "lesson_one_trial",
    "lesson_plateau",
    "lesson_same_luck",
];

fn lesson_of(name: &str) -> Lesson {
    load(&Request::new(name)).unwrap().model.lesson.unwrap_or_else(|| panic!("{name} is no lesson"))
}

fn passages(lesson: &Lesson) -> Vec<&Passage> {
    let steps = lesson.steps.iter().flat_map(|step| {
        std::iter::once(&step.text).chain(step.question.iter().flat_map(|(ask, answer)| [ask, answer]))
    });
    std::iter::once(&lesson.aim).chain(&lesson.assumes).chain(steps).collect()
}

/// The lesson of a page, without what follows.
fn taught(page: &str) -> &str {
    let (_, rest) = page.split_once("<section id=\"lesson\">").unwrap();
    rest.split_once("<p class=\"rest\">").unwrap().0
}

/// A figure of the page that stands for a placeholder.
fn shown<'a>(page: &'a str, written: &str) -> &'a str {
    let from = format!("<span class=\"figure\" title=\"{written}\">");
    let (_, rest) = page.split_once(&from).unwrap_or_else(|| panic!("no {written}"));
    rest.split_once("</span>").unwrap().0
}

/// Elements are closed in the order in which they were opened, ids stand once, and links lead to them.
fn is_well_formed(page: &str) {
    const VOID: [&str; 4] = ["meta", "input", "br", "hr"];
    let (mut open, mut ids, mut links): (Vec<String>, BTreeSet<String>, Vec<String>) = Default::default();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with('!') {
            continue;
        }
        let (tag, after) = rest.split_once('>').unwrap();
        rest = after;
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{tag}>");
            continue;
        }
        if let Some((_, own)) = tag.split_once(" id=\"") {
            let id = own.split('"').next().unwrap();
            assert!(ids.insert(id.to_owned()), "id {id} twice");
        }
        if let Some((_, own)) = tag.split_once(" href=\"#") {
            links.push(own.split('"').next().unwrap().to_owned());
        }
        if VOID.contains(&name.as_str()) || tag.ends_with('/') {
            continue;
        }
        if matches!(name.as_str(), "script" | "style") {
            rest = rest.split_once(&format!("</{name}>")).unwrap().1;
            continue;
        }
        open.push(name);
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    for link in links {
        assert!(ids.contains(&link), "#{link} leads nowhere");
    }
}

#[test]
fn the_shipped_lessons_are_these() {
    let listed = scenario::list().into_iter().map(|own| own.name).filter(|name| name.starts_with("lesson_"));
    assert_eq!(listed.collect::<Vec<_>>(), LESSONS);
    let readme = include_str!("../README.md");
    for name in LESSONS {
        assert!(readme.contains(&format!("`{name}`")), "README.md does not tell of {name}");
    }
}

#[test]
fn every_lesson_has_a_page_that_says_what_its_run_found() {
    let folder = Folder::new();
    for name in LESSONS {
        let out = run(&folder, name);
        let page = read(&out.join("report.html"));
        let part = taught(&page);
        let lesson = lesson_of(name);
        let mut placeholders = 0;
        for passage in passages(&lesson) {
            for piece in scenario::pieces(&passage.text).unwrap() {
                if let remisim::model::Piece::Cell { written, .. } = piece {
                    let shown = shown(part, &written);
                    assert!(shown.chars().any(|c| c.is_ascii_digit()), "{name}: {written} is {shown}");
                    placeholders += 1;
                }
            }
        }
        assert!(placeholders > 4, "{name}: {placeholders} figures of the run");
        assert!(!part.contains("This run has no figure"), "{name}");
        let figures = lesson.steps.iter().filter_map(|step| step.figure.as_deref());
        for figure in figures {
            assert_eq!(page.matches(&format!("id=\"figure-{figure}\"")).count(), 1, "{name}: {figure}");
            assert!(
                part.contains(&format!("id=\"figure-{figure}\"")),
                "{name}: {figure} is not in the lesson"
            );
            assert!(out.join(format!("figures/{figure}.svg")).is_file(), "{name}: {figure}");
        }
        let answers = lesson.steps.iter().filter(|step| step.question.is_some()).count();
        assert_eq!(part.matches("<summary>Answer</summary>").count(), answers, "{name}");
        assert!(!part.contains("<details open"), "{name}: an answer is not folded");
        assert!(answers >= 3, "{name}: {answers} questions");
        for outside in
            ["src=\"http", "href=\"http", "url(http", "@import", "<link", "fetch(", "XMLHttpRequest"]
        {
            assert!(!page.contains(outside), "{name}: the page holds {outside}");
        }
        assert!(page.len() < 3_000_000, "{name}: {} bytes", page.len());
        is_well_formed(&page);
        // The same page from the folder alone.
        folder.run(&["report", &format!("output/{name}")]).ends_with(0);
        assert!(read(&out.join("report.html")) == page, "{name}: a report of the folder is another");
    }
}

#[test]
fn a_lesson_without_patients_says_what_it_lacks() {
    let folder = Folder::new();
    for name in LESSONS {
        folder.run(&["run", name, "--report", "--quiet", "--engine", "exact", "--draws", "2"]).ends_with(0);
        let page = read(&folder.at(&format!("output/{name}/report.html")));
        let part = taught(&page);
        let lacks =
            ["A paragraph is left out here: it needs a number of <code>", "Too little was simulated to tell"];
        assert!(lacks.iter().any(|words| part.contains(words)), "{name}");
        for figure in part.split("<span class=\"figure\"").skip(1) {
            let (shown, _) = figure.split_once('>').unwrap().1.split_once("</span>").unwrap();
            assert!(shown.chars().any(|c| c.is_ascii_digit()), "{name}: {shown}");
        }
        is_well_formed(&page);
    }
    let page = |name: &str| read(&folder.at(&format!("output/{name}/report.html")));
    // The curves of the exact engine are those of as many patients as one likes, its lives are none.
    let chance = page("lesson_chance_and_ignorance");
    assert!(taught(&chance).contains("under each strategy, and has none."));
    // What the exact engine tells stays, and nothing is said of noise.
    let plateau = page("lesson_plateau");
    let part = taught(&plateau);
    assert_eq!(
        shown(part, "survival.csv strategy=cured_59 endpoint=os months=6 probability %1"),
        "54.0\u{a0}%"
    );
    assert!(!part.contains("These are simulated"));
}

/// Sizes below those that steps ask for: the lesson, what makes its run small, steps that tell nothing, and words that are
/// gone with them.
const SMALL_RUNS: [(&str, &[&str], &[usize], &str); 9] = [
    ("lesson_one_trial", &["--set", "trial.trials=1"], &[3, 4, 5, 6, 7], "95 of 100 trials find"),
    ("lesson_one_trial", &["--set", "trial.trials=50"], &[4, 5, 6, 7], "95 of 100 trials find"),
    ("lesson_one_trial", &["--patients", "1"], &[1], "In this lesson the truth is known"),
    ("lesson_chance_and_ignorance", &["--patients", "1"], &[1, 2, 3, 4], "most die early"),
    ("lesson_chance_and_ignorance", &["--draws", "1"], &[1, 2, 3, 4], "The bands around them hold 95"),
    ("lesson_same_luck", &["--draws", "2", "--patients", "3"], &[2, 3, 4], "The fourth bar is shorter"),
    ("lesson_median", &["--draws", "2", "--patients", "3"], &[2, 3, 4], "so far to the right"),
    ("lesson_denominator", &["--draws", "2", "--patients", "3"], &[2, 3], "the pharmacy must expect 2"),
    ("lesson_plateau", &["--patients", "1"], &[2, 3], "At five years the curves say"),
];

#[test]
fn a_step_for_which_too_little_was_simulated_says_that_alone() {
    let folder = Folder::new();
    for (name, size, steps, gone) in SMALL_RUNS {
        let arguments = [&["run", name, "--report", "--quiet", "--force"], size].concat();
        folder.run(&arguments).ends_with(0);
        let page = read(&folder.at(&format!("output/{name}/report.html")));
        let part = taught(&page);
        let all: Vec<&str> = part.split("<section class=\"step\"").skip(1).collect();
        for (at, step) in (1..).zip(&all) {
            let (step, _) = step.split_once("</section>").unwrap();
            let lacks = step.contains(
                "Too little was simulated to tell what this step tells: the run would need at least",
            );
            assert_eq!(lacks, steps.contains(&at), "{name} {size:?}: step {at}");
            for shown in ["<summary>Answer", "<figure", "The table: ", "Try it:"] {
                assert!(!lacks || !step.contains(shown), "{name} {size:?}: step {at} has {shown}");
            }
        }
        let (_, teacher) = part.split_once("id=\"teacher\"").unwrap();
        let figures = teacher.contains("<span class=\"figure\"");
        assert!(!figures || steps.is_empty(), "{name} {size:?}: the teacher's notes tell of the run");
        for plural in ["least 1 trials", "least 1 patients", "least 1 simulated lives"] {
            assert!(!part.contains(plural), "{name} {size:?}: {plural}");
        }
        assert!(!part.contains(gone), "{name} {size:?}: {gone}");
        is_well_formed(&page);
    }
}

#[test]
fn sizes_of_trials_other_than_those_of_the_lesson_leave_out_what_needs_them() {
    let folder = Folder::new();
    let sizes = ["--set", "trial.patients=[10,20]", "--set", "trial.trials=400", "--report", "--quiet"];
    folder.run(&[&["run", "lesson_one_trial"], &sizes[..]].concat()).ends_with(0);
    let page = read(&folder.at("output/lesson_one_trial/report.html"));
    let part = taught(&page);
    assert!(
        part.contains("A paragraph is left out here: it needs a number of <code>trial"),
        "nothing is left out"
    );
    assert!(folder.at("output/lesson_one_trial/trial_power.csv").is_file());
    is_well_formed(&page);
}

#[test]
fn few_trials_and_single_patients_are_no_intervals_and_no_plurals() {
    let folder = Folder::new();
    let page = |arguments: &[&str]| {
        folder.run(&[&["run"], arguments, &["--report", "--quiet"]].concat()).ends_with(0);
        // A step for which the run is too small has no figure in the page; it stays a file.
        let out = folder.at(&format!("output/{}", arguments[0]));
        let page = read(&out.join("report.html"));
        assert!(!page.contains("0.0 % of the trials"), "a figure of a step that is left out");
        let figures = std::fs::read_dir(out.join("figures")).unwrap().map(|own| own.unwrap().path());
        let figures: Vec<String> = figures
            .filter(|own| own.extension().is_some_and(|end| end == "svg"))
            .map(|own| read(&own))
            .collect();
        page + &figures.concat()
    };
    let trials = page(&["lesson_one_trial", "--set", "trial.trials=[39, 40, 1]"]);
    for size in ["40 patients", "4,000 patients"] {
        assert!(
            trials.contains(&format!("{size}, hazard ratio: too few trials to say where 95 of 100 lie.")),
            "{size}"
        );
    }
    assert!(trials.contains("400 patients, hazard ratio: 95 of 100 trials between"));
    assert!(!trials.contains("figure-trial_again_4000"));
    // None of one trial: its interval by Wilson's formula, from z = 1.96, is 0 to z^2 / (1 + z^2).
    assert!(trials.contains("0.0 % of the trials (95 % interval 0.0 % to 79.3 %)"));
    let one = page(&["lesson_median", "--patients", "1"]);
    assert!(one.contains("How long one patient lives") && !one.contains("1 patients live"));
    let one = page(&["lesson_same_luck", "--patients", "1"]);
    assert!(one.contains("The same patient under both"));
}

#[test]
fn arrays_stand_one_below_the_other_on_a_narrow_screen() {
    let folder = Folder::new();
    let page = read(&run(&folder, "lesson_plateau").join("report.html"));
    let of = |class: &str| {
        let (_, rest) = page.split_once(&format!("<div class=\"drawn {class}\"")).unwrap();
        let svg = rest.split_once("</svg>").unwrap().0;
        let (_, size) = svg.split_once("viewBox=\"0 0 ").unwrap();
        let width: f64 = size.split(' ').next().unwrap().parse().unwrap();
        (width, svg.matches("<circle").count(), svg.matches("icons_month_60").count())
    };
    let (ample, slim) = (of("ample"), of("slim"));
    // 360 pixels less the margins of a step; the same icons in both.
    assert!(slim.0 <= 320.0 && ample.0 > 600.0, "{slim:?} {ample:?}");
    assert_eq!(slim.1, ample.1);
    assert_eq!(page.matches("class=\"drawn slim\"").count(), 1, "other figures have one drawing");
}

#[test]
fn a_lesson_tells_as_many_histories_as_it_draws() {
    let folder = Folder::new();
    folder.run(&["run", "lesson_median", "--report", "--quiet", "--histories", "3"]).ends_with(0);
    let page = read(&folder.at("output/lesson_median/report.html"));
    let part = taught(&page);
    assert_eq!(shown(part, "run histories"), "3");
    assert!(part.contains("How long 3 patients live") && part.contains("the first 3"));
}

#[test]
fn what_a_text_asks_for_and_the_run_has_not_is_told_with_its_place() {
    let folder = Folder::new();
    let gone = "strategies.blinatumomab.id=\"other\"";
    let ran = folder.run(&["run", "lesson_median", "--report", "--quiet", "--patients", "50", "--set", gone]);
    // The third step is the first that asks for the strategy.
    let file = include_str!("../scenarios/lesson_median.toml");
    let mut texts = file.lines().enumerate().filter(|(_, line)| line.starts_with("text = "));
    let (line, _) = texts.nth(2).unwrap();
    ran.ends_with(2).tells(&[
        &format!(
            "lesson_median.toml:{}: lesson.steps.3.text: found {{spread.csv strategy=blinatumomab",
            line + 1
        ),
        "of which none has strategy=blinatumomab",
    ]);
    assert!(names(&folder.at("output")).is_empty(), "half a result is left");
}

/// What is replaced in a lesson, by what, and what must be said of it.
const BAD: [(&str, &str, &str); 11] = [
    (
        "heading = \"First\"\n",
        "heading = \"First\"\nleast = { patient = 5 }\n",
        "lesson.steps.1.least.patient: found \"patient\", allowed a key of lesson.steps.least; did you mean \"patients\"?",
    ),
    (
        "heading = \"First\"\n",
        "heading = \"First\"\nleast = { draws = 0 }\n",
        "lesson.steps.1.least.draws: found 0, allowed a whole number from 1",
    ),
    ("minutes = 1", "minutes = 0", "lesson.minutes: found 0, allowed a whole number from 1 to 600"),
    ("aim = ", "aims = ", "lesson.aims: found \"aims\", allowed a key of lesson; did you mean \"aim\"?"),
    ("mean 1}", "mean 1", "lesson.steps.1.text: found `{` that is not closed"),
    ("{summary.csv", "{sumary.csv", "did you mean \"summary.csv\"?"),
    (
        "mean 1}",
        "mean one}",
        "lesson.steps.1.text: found {summary.csv strategy=a outcome=life_years mean one}, allowed as FORMAT",
    ),
    (
        "\"survival\"",
        "\"survivals\"",
        "lesson.steps.1.figure: found \"survivals\", allowed a figure of a run",
    ),
    ("\"spread.csv\"", "\"spred.csv\"", "did you mean \"spread.csv\"?"),
    ("answer = \"Because\"\n", "", "lesson.steps.1: found `ask` alone, allowed `answer` too"),
    ("heading = \"First\"\n", "", "lesson.steps.1.heading: found nothing, allowed text that is not empty"),
];

const SMALL: &str = "title = \"t\"\nquestion = \"q\"\nbare_numbers = \"a test\"\n\
[settings]\npatients = 100\ndraws = 2\nhorizon_months = 60\nbackground_mortality = \"none\"\n\
[population]\nlabel = \"p\"\ngroup = \"g\"\nage_years = { fixed = 40 }\n\
[regimens.r]\nlabel = \"r\"\ngroup = \"g\"\n\
failure = { refractory = { family = \"exponential\", median = 10 } }\n\
[[strategies]]\nid = \"a\"\nlabel = \"A\"\nlines = [{ regimen = \"r\" }]\n\
[lesson]\naim = \"An aim.\"\nfor_whom = \"all\"\nminutes = 1\n\
[[lesson.steps]]\nheading = \"First\"\ntext = \"{summary.csv strategy=a outcome=life_years mean 1} years\"\n\
figure = \"survival\"\ntable = \"spread.csv\"\nask = \"Why?\"\nanswer = \"Because\"\n";

#[test]
fn a_bad_lesson_gets_a_clear_answer() {
    let folder = Folder::new();
    let file = folder.at("small.toml");
    let check = |text: &str| {
        fs::write(&file, text).unwrap();
        folder.run(&["check", "./small.toml"])
    };
    check(SMALL).ends_with(0);
    for (old, new, said) in BAD {
        assert!(SMALL.contains(old), "{old}");
        check(&SMALL.replacen(old, new, 1)).ends_with(2).tells(&["small.toml:", said]);
    }
    let twice =
        format!("{SMALL}[[lesson.steps]]\nheading = \"Second\"\ntext = \"t\"\nfigure = \"survival\"\n");
    check(&twice).ends_with(2).tells(&["\"survival\" again"]);
}

#[test]
fn a_text_of_a_lesson_cannot_become_markup() {
    let folder = Folder::new();
    let text = SMALL.replace("Because", "<script>alert(1)</script>`<b>`").replace("An aim.", "<img src=x>");
    fs::write(folder.at("small.toml"), text).unwrap();
    folder.run(&["run", "./small.toml", "--report", "--quiet"]).ends_with(0);
    let page = read(&folder.at("output/small/report.html"));
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<b>"));
    is_well_formed(&page);
}
