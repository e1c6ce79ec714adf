//! Pages of reports in a browser without a window: no error, no request, and what moves does so. Keys cannot be pressed
//! from here: that a control is reached by the tab key is asked of the browser, what it does is set off by the page.
//! Where there is no Chromium the test says that it was skipped.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ARGUMENTS: [&str; 9] = [
    "--headless",
    // Nothing but our own page is opened, and a sandbox cannot be had everywhere.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--virtual-time-budget=4000",
    "--dump-dom",
];
/// A page is done long before.
const PATIENCE: Duration = Duration::from_secs(90);

const BEFORE: &str = include_str!("browser/before.js");
const AFTER: &str = include_str!("browser/after.js");

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut all = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    all.find(|path| path.is_file())
}

/// The page between two scripts; whatever it would load from elsewhere is refused, and told.
fn under_test(page: &str) -> String {
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; \
                  style-src 'unsafe-inline'; img-src data:\">";
    let page = page.replacen("<head>", &format!("<head>{policy}<script>{BEFORE}</script>"), 1);
    page.replacen("</body>", &format!("<script>{AFTER}</script></body>"), 1)
}

/// The faults that the browser finds, one a line.
fn faults(browser: &Path, folder: &Folder, page: &str) -> Vec<String> {
    fs::write(folder.at("page.html"), under_test(page)).unwrap();
    let (out, err) = (folder.at("dom"), folder.at("log"));
    let profile = format!("--user-data-dir={}", folder.at("profile").display());
    let mut child = Command::new(browser)
        .args(ARGUMENTS)
        .arg(profile)
        .arg(format!("file://{}", folder.at("page.html").display()))
        .stdin(Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the browser did not end: {}", fs::read_to_string(&err).unwrap());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let dom = fs::read_to_string(&out).unwrap();
    let verdict = dom.split_once("VERDICT\n").and_then(|(_, rest)| rest.split_once("END"));
    let (verdict, _) = verdict
        .unwrap_or_else(|| panic!("the page did not come to an end: {}", fs::read_to_string(&err).unwrap()));
    verdict.lines().filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

#[test]
fn pages_move_without_an_error_or_a_request() {
    let Some(browser) = browser() else {
        // Past the capture of the tests, so that it is seen.
        let words = format!("skipped: no browser, looked for {}\n", NAMES.join(", "));
        std::io::stdout().write_all(words.as_bytes()).unwrap();
        return;
    };
    let folder = Folder::new();
    for name in ["tower_economics", "centre_demand", "lesson_plateau", "ph_positive"] {
        let small = [
            "--patients",
            "500",
            "--draws",
            "12",
            "--set",
            "settings.curve_months=60",
            "--report",
            "--quiet",
        ];
        let arguments: Vec<&str> = ["run", name].into_iter().chain(small).collect();
        folder.run(&arguments).ends_with(0);
        let page = fs::read_to_string(folder.at(&format!("output/{name}/report.html"))).unwrap();
        let found = faults(&browser, &folder, &page);
        assert!(found.is_empty(), "{name}: {found:#?}");
        // The test sees what is wrong.
        let broken = [
            ("boxes.append(label)", "boxes.append(own.label)", "not a box for each strategy"),
            ("live.redraw(false);", "", "marker"),
            ("gains.redraw(false);", "", "net benefit does not move"),
            ("sized(benefit(own, wtp), error(own, wtp))", "grouped(benefit(own, wtp))", "without an error"),
            (" : \"nothing as far as these draws tell\"", " : \"0\"", "a certain nothing"),
            ("own.effect * wtp - own.cost", "own.effect * wtp", "net benefit"),
            ("lines.reverse()", "lines", "downwards"),
            ("</main>", "<img src=\"https://example.org/a.png\" alt=\"a\"></main>", "asks for"),
            ("data.curves.length) {", "data.curves.length) { console.error(1);", "console.error"),
            ("if (plot) plot.destroy();", "null.plot;", "error"),
        ];
        let of_near = [
            ("own.near, beside, y", "null.near, x, y", "error"),
            ("others.forEach", "[].forEach", "not told"),
        ];
        let of_demand = [
            ("resource.addEventListener(\"change\", draw);", "", "does not heed the resource"),
            ("step.value = at;", "null.at;", "error"),
            ("own.low.length ?", "own.none.length ?", "error"),
            ("start <= day", "start < 0", "is told as"),
            ("[\"95\", own.in_95", "[\"95\", own.in_50", "other values"),
        ];
        let broken = match name {
            "tower_economics" => &broken[..],
            "centre_demand" => &of_demand[..],
            "ph_positive" => &of_near[..],
            _ => &[],
        };
        for (from, to, fault) in broken {
            assert!(page.contains(from), "no {from} to break");
            let found = faults(&browser, &folder, &page.replacen(from, to, 1));
            assert!(found.iter().any(|own| own.contains(fault)), "{to:?} instead of {from:?}: {found:?}");
        }
    }
}
