//! What can be said of a page without a browser: it parses without an error, and what it refers to is there.

use scraper::{Html, Selector};
use std::collections::BTreeSet;

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
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
