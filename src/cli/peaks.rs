//! The worst moment of a year of a demand, drawn in blocks for a terminal.

use super::output::Text;
use super::terminal::wrapped;
use crate::demand::{DemandResults, Resource};

/// Resources that are drawn, with their names.
const RESOURCES: [(Resource, &str); 3] = [
    (Resource::Doses, "doses in a day"),
    (Resource::IcuWanted, "intensive care"),
    (Resource::WardWanted, "ward beds"),
];
/// Shares of years and what a bar is made of up to what is enough in them.
const SHARES: [(f64, char); 3] = [(0.8, '█'), (0.95, '▓'), (0.99, '░')];
/// Columns of names, and of bars at most and at least.
const NAMES: usize = 16;
const WIDEST: usize = 50;
const LEAST: usize = 10;

/// Adds the bars, where the run has replications enough to tell them and the terminal room.
pub(super) fn peaks(out: &mut Text, results: &DemandResults, columns: usize) {
    let enough = |resource: Resource| -> Option<Vec<u32>> {
        let of = |share: f64| results.peak_percentile(results.all(), resource, share)?.enough;
        SHARES.iter().map(|(share, _)| of(*share)).collect()
    };
    let known = RESOURCES.iter().filter_map(|(resource, name)| Some((*name, enough(*resource)?)));
    let known: Vec<(&str, Vec<u32>)> = known.filter(|own| own.1.iter().any(|count| *count > 0)).collect();
    let room = columns.saturating_sub(NAMES + 16).min(WIDEST);
    let Some(most) = known.iter().flat_map(|own| own.1.iter().copied()).max().filter(|_| room >= LEAST)
    else {
        return;
    };
    out.line("");
    let heading = "The worst moment of a year, all centres: enough in 80 (█), 95 (▓) and 99 (░) of 100 years";
    wrapped(heading, Some(columns)).iter().for_each(|line| out.line(line));
    for (name, counts) in known {
        let told: Vec<String> = counts.iter().map(u32::to_string).collect();
        out.line(format!("{name:>NAMES$}│{} {}", bar(&counts, most, room), told.join(", ")));
    }
}

/// A bar that is as long as the last of some counts.
fn bar(counts: &[u32], most: u32, room: usize) -> String {
    let ends =
        counts.iter().map(|count| (f64::from(*count) / f64::from(most) * room as f64).round() as usize);
    let mut drawn = String::new();
    for (end, (_, block)) in ends.zip(SHARES) {
        let length = drawn.chars().count();
        drawn.extend(std::iter::repeat_n(block, end.saturating_sub(length)));
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn bars_end_at_their_counts() {
        assert_eq!(bar(&[2, 3, 5], 10, 20), "████▓▓░░░░");
        assert_eq!(bar(&[2, 2, 2], 2, 4), "████");
        assert_eq!(bar(&[0, 0, 1], 4, 8), "░░");
    }
}
