//! Centres: their patients, beds and slots.

use super::super::Builder;
use super::Calendar;
use super::product::{Draft, Way, by_weekday};
use crate::files::SourceFile;
use crate::math::{ln, pow};
use crate::model::{Arrivals, Centre, Demand, Value, Volume, WhenFull};
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

/// Most patients of a product that are expected at one centre over all days, so that by chance none has more than
/// [`Demand::PATIENTS`].
pub(super) const EXPECTED: f64 = 12_000.0;
/// Shares that add up to one but for rounding.
const ONE: f64 = 1.0 + 1e-9;

/// A centre as the file has it, before it is counted out.
struct Entry<'n> {
    node: &'n Node,
    path: String,
    id: &'n str,
    count: usize,
    /// By product.
    volumes: Vec<Volume>,
    /// By size.
    extra_vials: Vec<u32>,
    /// By background user.
    background: Vec<Option<Value>>,
}

impl Entry<'_> {
    /// Names of the centres that it stands for.
    fn names(&self) -> Vec<String> {
        if self.count == 1 {
            return vec![self.id.to_owned()];
        }
        (1..=self.count).map(|number| format!("{}_{number}", self.id)).collect()
    }

    fn centre(&self, id: String) -> Centre {
        let whole = |key: &str| self.node.get(key).and_then(Node::integer);
        let beds = |key: &str| whole(key).and_then(|beds| u32::try_from(beds).ok());
        let when_full = |key: &str, default| match self.node.get(key).and_then(Node::text) {
            Some("transfer") => WhenFull::Transfer,
            Some("queue") => WhenFull::Queue,
            _ => default,
        };
        Centre {
            id,
            volumes: self.volumes.clone(),
            slots: self.node.get("slots").map(by_weekday),
            icu_beds: beds("icu_beds"),
            icu_full: when_full("icu_full", WhenFull::Queue),
            ward_beds: beds("ward_beds"),
            ward_full: when_full("ward_full", WhenFull::Transfer),
            extra_vials: self.extra_vials.clone(),
            background: self.background.clone(),
        }
    }
}

impl Builder<'_> {
    /// The centres, and how the patients of each product come.
    pub(super) fn centres(
        &mut self,
        demand: &Node,
        drafts: &[Draft<'_>],
        calendar: Calendar,
        files: &[SourceFile],
    ) -> Option<(Vec<Centre>, Vec<Arrivals>)> {
        let list = demand.get("centres")?;
        let mut entries: Vec<Entry<'_>> = Vec::new();
        let mut good = true;
        for (index, node) in list.items().iter().enumerate() {
            let path = item_path("demand.centres", node, index);
            let Some(id) = node.get("id").and_then(Node::text) else { continue };
            self.each_id_once(node, &path, entries.iter().any(|known| known.id == id));
            let count = node.get("count").map_or(Some(1), Node::integer);
            let count = count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
            let volumes = self.volumes(node, drafts, &path);
            let extra_vials = self.extra_vials(demand, node, &path);
            let background = self.background_of_centre(demand, node, calendar, &path);
            good &= volumes.is_some() && background.is_some();
            let (volumes, background) = (volumes.unwrap_or_default(), background.unwrap_or_default());
            entries.push(Entry { node, path, id, count, volumes, extra_vials, background });
        }
        let total: usize = entries.iter().map(|entry| entry.count).sum();
        if total > Demand::CENTRES {
            let allowed = format!("at most {} in all", Demand::CENTRES);
            self.problem(ErrorKind::TooLarge, list, "demand.centres", format!("{total} centres"), &allowed);
            return None;
        }
        if !good {
            return None;
        }
        for (product, draft) in drafts.iter().enumerate() {
            self.share_out(&mut entries, product, draft, total);
            self.check_expected(&entries, product, draft, calendar);
        }
        let names: Vec<String> = entries.iter().flat_map(Entry::names).collect();
        self.check_names(&entries, &names);
        let mut all: Vec<Centre> =
            entries.iter().flat_map(|entry| entry.names().into_iter().map(|id| entry.centre(id))).collect();
        let mut arrivals = Vec::new();
        for (product, draft) in drafts.iter().enumerate() {
            let own = match draft.way {
                Way::Poisson => Some(Arrivals::Poisson),
                Way::Weekly(counts) => {
                    let weeks = (calendar.warm_up_days + calendar.counted()) / 7.0;
                    let expected = f64::from(counts.iter().sum::<u32>()) * weeks;
                    if expected > EXPECTED {
                        let found = format!("{expected:.0} patients of {} over all days", draft.id);
                        let allowed = format!("at most {EXPECTED} of a product at one centre");
                        self.problem(ErrorKind::TooLarge, demand, "demand.products", found, &allowed);
                    }
                    Some(Arrivals::Weekly(counts))
                }
                Way::Dates => self.dates(draft, &names, calendar, files).map(Arrivals::Dates),
            };
            for (index, centre) in all.iter_mut().enumerate() {
                let comes = match &own {
                    Some(Arrivals::Weekly(_)) => true,
                    Some(Arrivals::Dates(days)) => days.iter().any(|(_, centre)| *centre == index),
                    _ => continue,
                };
                if comes && let Some(volume) = centre.volumes.get_mut(product) {
                    *volume = Volume::Scheduled;
                }
            }
            arrivals.push(own);
        }
        Some((all, arrivals.into_iter().collect::<Option<_>>()?))
    }

    /// Patients of each product at a centre, as its tables `volume` and `share` say.
    fn volumes(&mut self, node: &Node, drafts: &[Draft<'_>], path: &str) -> Option<Vec<Volume>> {
        let mut volumes = vec![Some(Volume::None); drafts.len()];
        let mut good = true;
        for key in ["volume", "share"] {
            for entry in node.get(key).map_or(&[][..], Node::entries) {
                let path = join(&join(path, key), &entry.key);
                let Some(product) = drafts.iter().position(|draft| draft.id == entry.key) else {
                    let ids = drafts.iter().map(|draft| draft.id);
                    let (place, key) = (entry.spot.place(), self.key(node, &path));
                    let found = (entry.key.as_str(), "the id of a product of the demand");
                    self.report.add_unknown(ErrorKind::UnknownName, place, &key, found, ids);
                    good = false;
                    continue;
                };
                let draft = &drafts[product];
                if draft.way != Way::Poisson {
                    let found = format!("a {key} of {}, whose days of arrival are given", draft.id);
                    let allowed = format!("no {key} where arrivals are weekly or by dates");
                    self.problem(ErrorKind::Conflict, &entry.node, &path, found, &allowed);
                }
                if key == "share" && !draft.has_funnel() {
                    let found = format!("a share of {}, which has no funnel", draft.id);
                    let allowed = "a volume, or a funnel of the product";
                    self.problem(ErrorKind::Conflict, &entry.node, &path, found, allowed);
                }
                if key == "share" && node.get("volume").is_some_and(|other| other.get(&entry.key).is_some()) {
                    let found = format!("a volume and a share of {}", draft.id);
                    self.problem(ErrorKind::Conflict, &entry.node, &path, found, "one of them");
                }
                volumes[product] = if key == "volume" {
                    self.value(&entry.node, Domain::Count, &path).map(Volume::Yearly)
                } else {
                    self.value(&entry.node, Domain::Probability, &path).map(Volume::Share)
                };
            }
        }
        volumes.into_iter().collect::<Option<Vec<Volume>>>().filter(|_| good)
    }

    /// Sees that a product has patients: a funnel that no centre takes a share of is split equally among them.
    fn share_out(&mut self, entries: &mut [Entry<'_>], product: usize, draft: &Draft<'_>, total: usize) {
        let at = |entry: &Entry<'_>| entry.volumes[product].clone();
        let named = entries.iter().any(|entry| at(entry) != Volume::None);
        let shares = entries.iter().any(|entry| matches!(at(entry), Volume::Share(_)));
        let (node, path) = (draft.node, draft.path.as_str());
        if draft.way != Way::Poisson {
            return;
        }
        if !draft.has_funnel() && !named {
            let found = "a product that no centre has patients of";
            let allowed = "a volume at some centre, a funnel, or arrivals weekly or by dates";
            self.problem(ErrorKind::MissingKey, node, path, found, allowed);
        } else if draft.has_funnel() && named && !shares {
            let allowed = "shares of it at some centre, or no volume at any: then it is split equally";
            let found = "a funnel that no centre takes a share of";
            self.problem(ErrorKind::Conflict, node, &join(path, "funnel"), found, allowed);
        } else if draft.has_funnel() && !named {
            let equal = Volume::Share(Value::Constant(1.0 / total.max(1) as f64));
            entries.iter_mut().for_each(|entry| entry.volumes[product] = equal.clone());
        }
        let sum: f64 = entries
            .iter()
            .map(|entry| match &entry.volumes[product] {
                Volume::Share(share) => entry.count as f64 * self.central(share, &[]),
                _ => 0.0,
            })
            .sum();
        if sum > ONE {
            // Without what rounding adds.
            let found = format!("shares of centres that add to {}", (sum * 1e9).round() / 1e9);
            let allowed = "shares of at most 1 together, each taken `count` times";
            self.problem(ErrorKind::Sum, node, &join(path, "funnel"), found, allowed);
        }
    }

    /// Whether the patients that are expected of a product at a centre can be held.
    fn check_expected(
        &mut self,
        entries: &[Entry<'_>],
        product: usize,
        draft: &Draft<'_>,
        calendar: Calendar,
    ) {
        let years = f64::from(calendar.years);
        let growth = draft.growth.as_ref().map_or(1.0, |growth| self.central(growth, &[]));
        // The integral of growth^t over the counted years.
        let grown = if growth == 1.0 { years } else { (pow(growth, years) - 1.0) / ln(growth) };
        let equivalent = calendar.warm_up_days / Demand::DAYS_A_YEAR + grown;
        for entry in entries {
            let (a_year, key) = match &entry.volumes[product] {
                Volume::Yearly(volume) => (Some(self.central(volume, &[])), "volume"),
                Volume::Share(share) => {
                    let share = self.central(share, &[]);
                    (draft.funnel_a_year.map(|all| all * share), "share")
                }
                Volume::None | Volume::Scheduled => continue,
            };
            let Some(expected) = a_year.map(|a_year| a_year * equivalent) else { continue };
            if expected > EXPECTED || expected.is_nan() {
                let path = join(&join(&entry.path, key), draft.id);
                let found = format!("{expected:.0} patients expected over all days");
                let allowed = format!("at most {EXPECTED} of a product at one centre");
                self.problem(ErrorKind::TooLarge, entry.node, &path, found, &allowed);
            }
        }
    }

    /// Names that stand for one centre only, also once those alike are counted out.
    fn check_names(&mut self, entries: &[Entry<'_>], names: &[String]) {
        for entry in entries.iter().filter(|entry| entry.count > 1) {
            let own = entry.names();
            let twice = own.iter().find(|name| names.iter().filter(|known| known == name).count() > 1);
            if let Some(name) = twice {
                let found = format!("{name:?}, one of {} alike, and another centre", entry.count);
                let allowed = "ids that stay apart when a number is added";
                self.problem(ErrorKind::Duplicate, entry.node, &join(&entry.path, "id"), found, allowed);
            }
        }
    }
}
