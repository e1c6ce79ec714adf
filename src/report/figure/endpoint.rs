//! Curves of survival, and until which month anything was published of them.

use crate::report::told::{SheetRow, Told};

/// Names in `survival.csv`, titles, and what those are who are counted.
pub(super) const ENDPOINTS: [(&str, &str, &str); 6] = [
    ("os", "Overall survival", "alive"),
    ("efs", "Event-free survival", "alive without an event"),
    ("rfs", "Relapse-free survival", "alive in remission"),
    ("cir", "Cumulative incidence of relapse", "relapsed"),
    ("os_infused", "Overall survival from infusion", "alive"),
    ("efs_infused", "Event-free survival from infusion", "alive without an event"),
];

/// Whether a published figure is a point of a curve or its median.
pub(in crate::report) fn about(row: &SheetRow<'_>, endpoint: &str) -> bool {
    let own = row.text("endpoint");
    own == endpoint || own.strip_suffix("_median_months") == Some(endpoint)
}

/// The last month of a published figure of relapse, or of what it ends.
pub(super) fn relapse_until(told: &Told, strategy: &str) -> f64 {
    ["efs", "rfs", "cir", "efs_infused"]
        .map(|own| curve_until(told, strategy, own))
        .into_iter()
        .fold(0.0, f64::max)
}

/// The last month of a published point of one curve of a strategy. Of a curve from the start nothing is known by one from
/// infusion: it has those too who never came to it.
pub(super) fn point_until(told: &Told, strategy: &str, endpoint: &str) -> f64 {
    let rows = told.rows("published.csv").filter(|row| row.text("strategy") == strategy);
    rows.filter(|row| about(row, endpoint)).filter_map(|row| month(&row)).fold(0.0, f64::max)
}

/// The same with what a published hazard ratio of the curve is taken to reach to: it is about the curves of both arms of
/// its trial to the end of its follow-up. An arm is a strategy of which the trial published points of the same curve.
pub(in crate::report) fn curve_until(told: &Told, strategy: &str, endpoint: &str) -> f64 {
    let own = || told.rows("published.csv").filter(|row| row.text("strategy") == strategy);
    let ratio = format!("{endpoint}_hazard_ratio");
    let arm = |row: &SheetRow<'_>| {
        own().any(|known| known.text("trial") == row.text("trial") && about(&known, endpoint))
    };
    let ratios = told.rows("published.csv").filter(|row| row.text("endpoint") == ratio && arm(row));
    ratios.filter_map(|row| row.number("months")).fold(point_until(told, strategy, endpoint), f64::max)
}

/// The last month to which overall survival of a strategy was published.
pub(super) fn survival_until(told: &Told, strategy: &str) -> f64 {
    curve_until(told, strategy, ENDPOINTS[0].0)
}

/// Whether a published figure is the months at which half are left, not a share at some month.
pub(in crate::report) fn is_median(row: &SheetRow<'_>) -> bool {
    row.text("endpoint").ends_with("_median_months")
}

/// The month of a published point; a median is its own.
fn month(row: &SheetRow<'_>) -> Option<f64> {
    row.number(if is_median(row) { "published" } else { "months" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hazard_ratio_is_about_the_arms_of_its_trial() {
        let table = "strategy,endpoint,months,published,trial\n\
                     a,os,6,0.5,t\nb,os,6,0.6,t\nb,os_hazard_ratio,24,0.7,t\nc,efs,6,0.4,t\n";
        let told = Told::of_tables(3, serde_json::json!({}), &[("published.csv", table)]);
        let until = |strategy: &str, endpoint: &str| curve_until(&told, strategy, endpoint);
        assert_eq!([until("a", "os"), until("b", "os"), until("b", "os_infused")], [24.0, 24.0, 0.0]);
        // Given another line after the same first, so that only what comes before it is known.
        assert_eq!([until("c", "os"), until("c", "efs"), until("a", "efs")], [0.0, 6.0, 0.0]);
        assert_eq!([survival_until(&told, "c"), relapse_until(&told, "c")], [0.0, 6.0]);
    }
}
