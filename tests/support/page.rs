//! What can be said of a page without a browser: it parses without an error, and what it refers to is there.

use scraper::{Html, Selector};
use std::collections::BTreeSet;

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Figures that a narrow screen makes too small to read, or that no key scrolls there.
fn illegible(page: &Html) -> Vec<String> {
    let mut faults = Vec::new();
    for own in page.select(&select("figure .drawn:not(.slim), figure .frame")) {
        let called = own.attr("aria-label").unwrap_or("a frame");
        let by_key = own.attr("tabindex") == Some("0") && own.attr("role") == Some("region");
        if own.attr("class").is_some_and(|class| class.contains("drawn")) && !by_key {
            faults.push(format!("{called} is not scrolled by keyboard"));
        }
        let number = |text: Option<&str>| text.and_then(|own| own.trim_end_matches("px").parse::<f64>().ok());
        let least = number(own.attr("style").and_then(|style| style.strip_prefix("--least: ")));
        let (drawing, texts) = (select("svg"), select("svg text"));
        let width = number(own.select(&drawing).next().and_then(|svg| svg.attr("width")));
        let sizes = own.select(&texts).filter_map(|text| number(text.attr("font-size")));
        let smallest = sizes.fold(f64::INFINITY, f64::min);
        let letters = least.zip(width).map(|(least, width)| smallest * least / width);
        if letters.is_none_or(|letters| letters < 10.99) {
            faults.push(format!("{called} has letters of {letters:?} pixels"));
        }
    }
    faults
}

/// All faults of a page; none of one that is right.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    let mut faults: Vec<String> = page.errors.iter().map(|error| format!("parse error: {error}")).collect();
    let mut ids = BTreeSet::new();
    for element in page.select(&select("[id]")) {
        let id = element.attr("id").unwrap();
        if id.is_empty() || id.contains(char::is_whitespace) {
            faults.push(format!("id {id:?}"));
        }
        if !ids.insert(id) {
            faults.push(format!("id {id:?} twice"));
        }
    }
    for (css, attribute) in
        [("a[href^='#']", "href"), ("[aria-labelledby]", "aria-labelledby"), ("[for]", "for")]
    {
        for element in page.select(&select(css)) {
            let target = element.attr(attribute).unwrap().trim_start_matches('#');
            if !ids.contains(target) {
                faults.push(format!("{attribute} {target:?} leads nowhere"));
            }
        }
    }
    // Clips and the like of a figure are in it, and not in another of the same page.
    for element in page.select(&select("svg [clip-path], svg [fill^='url']")) {
        for value in ["clip-path", "fill"].iter().filter_map(|name| element.attr(name)) {
            let Some(target) = value.strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')')) else {
                continue;
            };
            if !ids.contains(target) {
                faults.push(format!("url of {target:?} leads nowhere"));
            }
        }
    }
    let named = |element: &scraper::ElementRef<'_>, css: &str| {
        let text: String = element.select(&select(css)).flat_map(|own| own.text()).collect();
        !text.trim().is_empty()
    };
    for svg in page.select(&select("svg")) {
        if !named(&svg, "title") || !named(&svg, "desc") {
            faults.push("an svg without title or desc".to_owned());
        }
    }
    faults.extend(illegible(&page));
    for image in page.select(&select("img")) {
        if image.attr("alt").is_none_or(str::is_empty) {
            faults.push("an img without alt".to_owned());
        }
    }
    let mut level = 0;
    for heading in page.select(&select("h1, h2, h3, h4, h5, h6")) {
        let own: u32 = heading.value().name()[1..].parse().unwrap();
        if own > level + 1 {
            faults.push(format!("a heading of level {own} after one of {level}"));
        }
        level = own;
    }
    for (css, what) in [("html[lang]", "lang"), ("head > title", "title"), ("main", "main"), ("h1", "h1")] {
        if page.select(&select(css)).count() != 1 {
            faults.push(format!("not one {what}"));
        }
    }
    for element in page.select(&select("[src], link, iframe, a:not([href^='#'])")) {
        faults.push(format!("{} leaves the page", element.html().chars().take(80).collect::<String>()));
    }
    faults
}
