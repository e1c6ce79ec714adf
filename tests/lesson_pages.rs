//! What the pages of lessons say is true: of the lesson as it is shipped, and of what each of its commands makes of it.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/tables.rs"]
mod tables;

use folder::{Folder, Ran};
use remisim::scenario::{self, Request, load};
use std::fs;
use tables::{cell, sheet};

/// The words of a command as a shell parts them; quotes are single ones.
fn words(command: &str) -> Vec<String> {
    let (mut all, mut quoted) = (vec![String::new()], false);
    for letter in command.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => all.push(String::new()),
            _ => all.last_mut().unwrap().push(letter),
        }
    }
    all
}

/// What a page says within its lesson: tags are gone, what pictures say of themselves stays.
fn text_of(page: &str) -> String {
    let (_, lesson) = page.split_once("<section id=\"lesson\">").unwrap();
    let (lesson, _) = lesson.split_once("<p class=\"rest\">").unwrap();
    let mut text = String::new();
    for piece in lesson.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
    }
    text.replace('\u{a0}', " ")
}

/// The numbers that stand in the places of `{}`, where the pattern first fits.
#[track_caller]
fn numbers<const N: usize>(text: &str, pattern: &str) -> [f64; N] {
    let parts: Vec<&str> = pattern.split("{}").collect();
    assert_eq!(parts.len(), N + 1, "{pattern}");
    let fits = text.match_indices(parts[0]).find_map(|(at, before)| {
        let mut rest = &text[at + before.len()..];
        let found: Option<Vec<f64>> = parts[1..]
            .iter()
            .map(|after| {
                let end =
                    rest.find(|c: char| !c.is_ascii_digit() && !"+-.,".contains(c)).unwrap_or(rest.len());
                // A full stop or comma behind the number is no part of it.
                let number = rest[..end].trim_end_matches(['.', ',']);
                rest = rest[number.len()..].strip_prefix(after)?;
                number.replace([',', '+'], "").parse().ok()
            })
            .collect();
        found
    });
    let found = fits.unwrap_or_else(|| panic!("no {pattern:?} in {text}"));
    std::array::from_fn(|own| found[own])
}

/// Runs the lesson and gives its text.
fn shipped(folder: &Folder, name: &str) -> String {
    folder.run(&["run", name, "--report", "--quiet"]).ends_with(0);
    text_of(&fs::read_to_string(folder.at(&format!("output/{name}/report.html"))).unwrap())
}

/// Commands that the steps of a lesson give, in order.
fn commands(name: &str) -> Vec<String> {
    let lesson = load(&Request::new(name)).unwrap().model.lesson.unwrap();
    lesson.steps.into_iter().filter_map(|step| step.attempt).collect()
}

/// Runs a command of a lesson, as a reader would type it.
fn tried(folder: &Folder, command: &str) -> Ran {
    let words = words(command);
    assert_eq!(words[0], "remisim", "{command}");
    let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    folder.run(&arguments).ends_with(0)
}

/// Runs the one command of a lesson that makes a page, and gives its text.
fn page_tried(folder: &Folder, name: &str) -> String {
    let commands = commands(name);
    let [command] = &commands[..] else { panic!("{name}: {commands:?}") };
    tried(folder, command);
    text_of(&fs::read_to_string(folder.at(&format!("mine/{name}/report.html"))).unwrap())
}

#[test]
fn a_command_that_makes_a_page_has_a_test_here() {
    let names = scenario::list().into_iter().map(|own| own.name).filter(|name| name.starts_with("lesson_"));
    let with_page: Vec<String> =
        names.filter(|name| commands(name).iter().any(|own| own.contains("--report"))).collect();
    assert_eq!(
        with_page,
        ["lesson_chance_and_ignorance", "lesson_denominator", "lesson_median", "lesson_same_luck"]
    );
}

#[test]
fn three_uncertainties_keep_their_order() {
    let folder = Folder::new();
    let name = "lesson_chance_and_ignorance";
    let [before, after] = [shipped(&folder, name), page_tried(&folder, name)].map(|text| {
        let [mean] = numbers(&text, "Under blinatumomab the patients of the model live {} years");
        let [patients] = numbers(&text, "of one draw differ with a standard deviation of {} years: most die");
        let [draws, low, high] = numbers(
            &text,
            "differs with a standard deviation of {} years; in 95 of 100 draws it lies between {} and {}. That is",
        );
        let [computed, noise] = numbers(
            &text,
            "To a standard deviation of {} years, which is called its standard error. That is simulation noise: other \
             draws and other simulated patients would give a slightly other mean. The patients alone make {} years of it",
        );
        assert!(low < mean && mean < high && patients > mean, "{mean} {low} {high} {patients}");
        assert!(patients > draws && draws > noise, "{patients} {draws} {noise}");
        let [low, high, later_low, later_high] =
            numbers(&text, "the band reaches from {} % to {} % at 12 months, and from {} % to {} % at 60");
        let around = |low: f64, high: f64| (high - low) / (high + low);
        assert!(around(later_low, later_high) > 2.0 * around(low, high));
        let [all, of_few_patients] =
            numbers(&text, "draws is {} years: part of it stems from there being no more draws, part from there being no more patients in each (mc_se, {} years");
        assert!(all > of_few_patients && (of_few_patients - noise).abs() < 1e-9 && all == computed);
        [patients, draws, noise]
    });
    // Four times the patients: half the noise, and nothing else.
    assert!((after[2] / before[2] - 0.5).abs() < 0.05, "{before:?} {after:?}");
    assert!((after[0] / before[0] - 1.0).abs() < 0.05 && (after[1] / before[1] - 1.0).abs() < 0.1);
}

#[test]
fn doses_are_those_of_the_readings_that_they_are_said_of() {
    let folder = Folder::new();
    let name = "lesson_denominator";
    // 28 of 58 with CRS, 36 of 58, 43 of 108; half a patient and one are added for what is not known.
    let (of_crs, of_infused, pooled) = (28.5 / 59.0, 36.5 / 59.0, 43.5 / 109.0);
    let texts = [(shipped(&folder, name), of_crs), (page_tried(&folder, name), of_infused)];
    let said = texts.map(|(text, reading)| {
        let doses: [f64; 4] = numbers(
            &text,
            "must expect {} doses if half means half of those with CRS, {} if it means half of all infused, {} if two \
             trials are taken together, and {} if practice",
        );
        let close = |ratio: f64, expected: f64| (ratio / expected - 1.0).abs() < 0.06;
        assert!(close(doses[1] / doses[0], of_infused / of_crs), "{doses:?}");
        assert!(close(doses[2] / doses[0], pooled / of_crs) && doses[3] < doses[0], "{doses:?}");
        // Of a hundred enrolled, and the picture of them says the same.
        let [infused] = numbers(&text, "Not all who are enrolled are infused: {} of 100");
        let [crs, given] = numbers(&text, "Of the same 100, {} have CRS, and {} are given tocilizumab.");
        assert!(close(given / crs, reading), "{given} of {crs}");
        let picture: [f64; 4] = numbers(
            &text,
            "from enrolment: {} CRS, given tocilizumab, {} CRS, not given it, {} infused, no CRS, {} never infused",
        );
        let sums = [picture[0], picture[0] + picture[1], picture[0] + picture[1] + picture[2]];
        assert_eq!(sums, [given, crs, infused], "{picture:?}");
        let [base] = numbers(&text, "for 100 infusions. as the scenario reads it: {} doses");
        let bars = [
            numbers::<1>(&text, "of those with CRS: {} doses")[0],
            numbers::<1>(&text, "of all infused: {} doses")[0],
        ];
        (doses, infused, crs, base, bars)
    });
    let [(doses, infused, crs, base, bars), other] = said;
    // What the answer says: only the bar of the run itself moves, from the first reading to the second.
    assert_eq!((other.0, other.1, other.2, other.4), (doses, infused, crs, bars));
    assert_eq!((base, other.3), (bars[0], bars[1]));
}

#[test]
fn a_median_stays_and_a_mean_moves_with_another_seed() {
    let folder = Folder::new();
    let name = "lesson_median";
    let [before, after] = [shipped(&folder, name), page_tried(&folder, name)].map(|text| {
        let [dots] = numbers(&text, "Here are {} virtual patients");
        assert!(dots == 100.0 && text.contains("How long 100 patients live"));
        let [first, third] = numbers(
            &text,
            "a quarter of the patients live less than {} months and a quarter more than {}. Five",
        );
        let [late] = numbers(&text, "Five in a hundred live more than {} years");
        let [median, mean] = numbers(&text, "The median is {} months, the mean {} months.");
        assert!(first < median && median < third && third < mean && mean < late * 12.0);
        let [chemotherapy, blinatumomab] = numbers(
            &text,
            "the time by which 75 of 100 have died: under chemotherapy at {} months, under blinatumomab at {}.So",
        );
        let [reached] = numbers(&text, "under blinatumomab has even odds to reach {} months");
        assert_eq!((chemotherapy, blinatumomab), (third, reached));
        let [year, two] = numbers(&text, "how many at 24? (The curve of the next step shows it.)Answer{} of 100 at 12 months and {} at 24.");
        // The picture of the same step.
        let [alive, other] =
            numbers(&text, "Blinatumomab: {} alive in remission, {} alive, not in remission");
        assert!(alive + other == year && two < year, "{alive} {other} {year}");
        [median, first, third, mean]
    });
    let moved: Vec<f64> = before.iter().zip(after).map(|(one, other)| (one - other).abs()).collect();
    assert!(moved[..3].iter().all(|own| *own < moved[3]), "{before:?} {after:?}");
}

#[test]
fn the_same_luck_is_worth_what_the_page_says() {
    let folder = Folder::new();
    let name = "lesson_same_luck";
    let [before, after] = [shipped(&folder, name), page_tried(&folder, name)].map(|text| {
        let [one, other] = numbers(&text, "by a standard error of {} and {} days");
        let [difference, paired] =
            numbers(&text, "The difference is {} years, with a standard error of {} days");
        let bars: [f64; 2] = numbers(
            &text,
            "luck of its own: {} days. difference, the same patients with the same luck: {} days",
        );
        // The third bar is that of two groups, the fourth is shorter, and the picture says what the text says.
        assert!((bars[0] - one.hypot(other)).abs() < 0.1 && (bars[1] - paired).abs() < 1e-9);
        assert!(paired < 0.8 * bars[0] && paired < one && paired < other);
        let [told] = numbers(&text, "over all simulated patients it is {} years longer");
        assert!(difference > 0.0 && (difference - told).abs() < 1e-9);
        let [lines] = numbers(&text, "Each line is one of {}:");
        let [count, longer, shorter, same] = numbers(
            &text,
            "Of {}, {} live longer under Blinatumomab as second line, {} longer under Standard chemotherapy, {} as long",
        );
        assert!(lines == count && longer + shorter + same == count && shorter > 0.0 && same > 0.0);
        ([one, other, bars[0], paired], [longer, shorter, same])
    });
    for (one, other) in before.0.iter().zip(after.0) {
        assert!((other / one - 0.5).abs() < 0.05, "{before:?} {after:?}");
    }
    assert_eq!(before.1, after.1);
}

/// The page says of its bands that without simulation noise they would be up to a quarter narrower at 12 months, and far less
/// later: run with twenty times the patients a draw, of the same draws.
#[test]
fn more_patients_take_little_off_a_band_and_less_later() {
    let folder = Folder::new();
    let name = "lesson_chance_and_ignorance";
    let width = |out: &str, patients: &[&str]| -> [f64; 2] {
        let run = [&["run", name, "--quiet", "--out", out], patients].concat();
        folder.run(&run).ends_with(0);
        let survival = sheet(&folder.at(out).join(name), "survival.csv");
        ["12", "60"].map(|months| {
            let at = [("strategy", "blinatumomab"), ("endpoint", "os"), ("months", months)];
            cell(&survival, &at, "upper_95") - cell(&survival, &at, "lower_95")
        })
    };
    let (shipped, many) = (width("shipped", &[]), width("many", &["--patients", "10000"]));
    let [year, late] = [0, 1].map(|at| 1.0 - many[at] / shipped[at]);
    assert!((0.1..0.26).contains(&year) && late < 0.15 && late < year / 1.5, "{shipped:?} {many:?}");
}

#[test]
fn a_shorter_horizon_leaves_out_what_it_does_not_tell_and_keeps_the_run() {
    let folder = Folder::new();
    for (name, months) in [("lesson_median", "18.5"), ("lesson_plateau", "12"), ("lesson_same_luck", "6")] {
        let horizon = format!("settings.horizon_months={months}");
        let run = ["run", name, "--set", &horizon, "--quiet", "--report"];
        folder.run(&run).ends_with(0);
        let page = fs::read_to_string(folder.at("output").join(name).join("report.html")).unwrap();
        assert!(text_of(&page).contains("of other sizes or a shorter horizon"), "{name}");
    }
}

#[test]
fn a_plateau_whose_relapses_come_later_leaves_the_points() {
    let folder = Folder::new();
    let name = "lesson_plateau";
    let text = shipped(&folder, name);
    let said: [f64; 4] = numbers(
        &text,
        "In this run {} % are alive at six months in the first and the median is {} months, in the last {} % and {} months.",
    );
    for (number, published) in said.into_iter().zip([54.0, 7.7, 54.0, 7.7]) {
        assert!((number - published).abs() < 0.15, "{said:?}");
    }
    let years: [f64; 5] = numbers(&text, "At five years the curves say {} %, {} %, {} %, {} % and {} %.");
    assert_eq!(years, [6.0, 11.0, 17.0, 22.0, 28.0]);
    let commands = commands(name);
    let [validated, changed] = &commands[..] else { panic!("{commands:?}") };
    assert!(tried(&folder, validated).stdout.contains("10 of 10 published figures inside"));
    let table = tried(&folder, changed).stdout;
    assert!(
        table.contains("median survival, months") && !folder.at("mine/lesson_plateau/report.html").exists()
    );
    let (summary, survival) =
        ["summary.csv", "survival.csv"].map(|file| sheet(&folder.at("mine/lesson_plateau"), file)).into();
    for curve in ["cured_03", "cured_18", "cured_33", "cured_45", "cured_59"] {
        let median = cell(&summary, &[("strategy", curve), ("outcome", "os_median_months")], "mean");
        let six = [("strategy", curve), ("endpoint", "os"), ("months", "6")];
        let six = cell(&survival, &six, "probability");
        if curve == "cured_59" {
            assert!(median > 9.0 && six > 0.55, "{median} {six}");
        } else {
            assert!((median - 7.7).abs() < 0.1 && (six - 0.54).abs() < 0.002, "{curve}: {median} {six}");
        }
    }
}

/// The chance that so many of `n` respond, each with probability `p`.
fn binomial(n: u32, p: f64) -> Vec<f64> {
    let mut chances = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; chances.len() + 1];
        for (at, chance) in chances.iter().enumerate() {
            next[at] += chance * (1.0 - p);
            next[at + 1] += chance * p;
        }
        chances = next;
    }
    chances
}

#[test]
fn more_as_many_and_fewer_remissions_are_all_trials_and_as_often_as_coins_say() {
    let folder = Folder::new();
    let text = shipped(&folder, "lesson_one_trial");
    let [more, same, fewer] = numbers(
        &text,
        "Of the trials with 40 patients {} % found more remissions under blinatumomab, {} % as many under both, and {} % more",
    );
    assert!((more + same + fewer - 100.0_f64).abs() < 0.11, "{more} {same} {fewer}");
    let [arm, control] =
        numbers(&text, "Under blinatumomab {} of 100 patients reach one, under chemotherapy {}.");
    assert_eq!([arm, control], [44.0, 29.0]);
    let picture: [f64; 2] = numbers(
        &text,
        "Standard chemotherapy: {} complete remission, 71 no complete remission. Blinatumomab: {} complete remission",
    );
    assert_eq!(picture, [control, arm]);
    // Twenty in each arm with these shares.
    let arms = [binomial(20, control / 100.0), binomial(20, arm / 100.0)];
    let chance = |holds: fn(&usize, &usize) -> bool| -> f64 {
        let all =
            arms[0].iter().enumerate().flat_map(|one| arms[1].iter().enumerate().map(move |own| (one, own)));
        all.filter(|((control, _), (arm, _))| holds(arm, control))
            .map(|((_, one), (_, other))| one * other)
            .sum()
    };
    // 2,000 trials are good to two points; a remission that comes after a patient was lost is not seen.
    for (told, expected) in [(more, chance(usize::gt)), (same, chance(usize::eq)), (fewer, chance(usize::lt))]
    {
        assert!((told / 100.0 - expected).abs() < 0.025, "{told} {expected}");
    }
}

#[test]
fn the_smallest_trial_of_enough_power_is_the_one_of_the_answer() {
    let folder = Folder::new();
    let name = "lesson_one_trial";
    let commands = commands(name);
    let [command] = &commands[..] else { panic!("{commands:?}") };
    assert!(tried(&folder, command).stdout.contains("power, overall survival"));
    let power = sheet(&folder.at("mine/lesson_one_trial"), "trial_power.csv");
    let of = |patients: &str, outcome: &str| {
        let own = [("experiment", "as_modelled"), ("patients", patients), ("outcome", outcome)];
        ["mean", "mc_lower_95", "mc_upper_95"].map(|column| cell(&power, &own, column))
    };
    let lesson = load(&Request::new(name)).unwrap().model.lesson.unwrap();
    let step = lesson.steps.iter().find(|step| step.attempt.is_some()).unwrap();
    let answer = &step.question.as_ref().unwrap().1.text;
    let said: [f64; 3] =
        numbers(answer, "says: 200 patients about {} of 100, 300 about {}, 500 about {}. So it is 500.");
    for (patients, said) in ["200", "300", "500"].into_iter().zip(said) {
        let [share, low, high] = of(patients, "logrank_rejects");
        assert!((share * 100.0).round() == said && !(low..high).contains(&0.8), "{patients}: {share}");
        assert_eq!(share > 0.8, patients == "500");
        assert!(high - low < 0.065, "{patients}: {low} {high}");
    }
    let [said] =
        numbers(answer, "there 300 patients come to about {} of 100, and the bracket ends just below 80");
    let [share, _, high] = of("300", "response_rejects");
    assert!((share * 100.0).round() == said && (0.79..0.8).contains(&high), "{share} {high}");
    assert!(of("500", "response_rejects")[1] > 0.8);
    // The 400 patients of the page.
    let [said] = numbers(answer, "the 400 patients of this page reach about {}.");
    folder.run(&["run", name, "--quiet"]).ends_with(0);
    let power = sheet(&folder.at("output/lesson_one_trial"), "trial_power.csv");
    let own = [("experiment", "as_modelled"), ("patients", "400"), ("outcome", "response_rejects")];
    assert_eq!((cell(&power, &own, "mean") * 100.0).round(), said);
}
