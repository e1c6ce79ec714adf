//! Others who draw on stock and beds, and what centres have counted themselves.

use super::super::Builder;
use super::centre::EXPECTED;
use super::product::Draft;
use super::{Calendar, Own};
use crate::model::{BackgroundUser, Demand, Observed, Value};
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// Users who come to every centre, over so many days in all.
    pub(super) fn background(
        &mut self,
        demand: &Node,
        days: f64,
        largest_dose: f64,
    ) -> Option<Vec<BackgroundUser>> {
        let items = demand.get("background").map_or(&[][..], Node::items);
        let mut ids: Vec<&str> = Vec::new();
        let mut users = Vec::new();
        for (index, node) in items.iter().enumerate() {
            let path = item_path("demand.background", node, index);
            let Some(id) = node.get("id").and_then(Node::text) else { continue };
            self.each_id_once(node, &path, ids.contains(&id));
            ids.push(id);
            let a_year = self.optional(node, "a_year", Domain::Count, &path);
            if let Some(own) = &a_year {
                self.check_users(own, days, node, &join(&path, "a_year"));
            }
            let tocilizumab_mg = self.optional(node, "tocilizumab_mg", Domain::Milligrams, &path);
            let mg = tocilizumab_mg.as_ref().map_or(0.0, |mg| self.central(mg, &[]));
            if let Some(own) = node.get("tocilizumab_mg").filter(|_| largest_dose > 0.0 && mg > largest_dose)
            {
                let allowed = format!("at most {largest_dose} mg, tocilizumab.cap_mg");
                let found = format!("{mg} mg");
                self.problem(ErrorKind::OutOfDomain, own, &join(&path, "tocilizumab_mg"), found, &allowed);
            }
            let icu_days = node.get("icu_days").and_then(|_| self.time_to_all(node, "icu_days", &path));
            if node.get("tocilizumab_mg").or(node.get("icu_days")).is_none() {
                let allowed = "tocilizumab_mg, icu_days, or both";
                self.problem(ErrorKind::MissingKey, node, &path, "a user of nothing", allowed);
            }
            users.push(a_year.map(|a_year| BackgroundUser {
                id: id.to_owned(),
                a_year,
                tocilizumab_mg,
                icu_days,
            }));
        }
        users.into_iter().collect()
    }

    /// By background user, how many come to a centre in a year where it says so; none where it has an error.
    pub(super) fn background_of_centre(
        &mut self,
        demand: &Node,
        centre: &Node,
        calendar: Calendar,
        path: &str,
    ) -> Option<Vec<Option<Value>>> {
        let items = demand.get("background").map_or(&[][..], Node::items);
        let ids: Vec<&str> = items.iter().filter_map(|user| user.get("id").and_then(Node::text)).collect();
        let mut own = vec![None; ids.len()];
        let mut good = true;
        for entry in centre.get("background").map_or(&[][..], Node::entries) {
            let path = join(&join(path, "background"), &entry.key);
            let Some(user) = ids.iter().position(|id| *id == entry.key) else {
                let (place, key) = (entry.spot.place(), self.key(centre, &path));
                let found = (entry.key.as_str(), "the id of a background user of the demand");
                self.report.add_unknown(ErrorKind::UnknownName, place, &key, found, ids.iter().copied());
                good = false;
                continue;
            };
            own[user] = self.value(&entry.node, Domain::Count, &path);
            good &= own[user].is_some();
            if let Some(a_year) = &own[user] {
                self.check_users(a_year, calendar.warm_up_days + calendar.counted(), &entry.node, &path);
            }
        }
        good.then_some(own)
    }

    /// Whether the users that are expected at a centre can be held.
    fn check_users(&mut self, a_year: &Value, days: f64, node: &Node, path: &str) {
        let expected = self.central(a_year, &[]) * days / Demand::DAYS_A_YEAR;
        if expected > EXPECTED {
            let found = format!("{expected:.0} users expected over all days");
            let allowed = format!("at most {EXPECTED} at one centre");
            self.problem(ErrorKind::TooLarge, node, path, found, &allowed);
        }
    }

    pub(super) fn observed(
        &mut self,
        demand: &Node,
        drafts: &[Draft<'_>],
        own: &Own<'_>,
    ) -> Option<Vec<Observed>> {
        let items = demand.get("observed").map_or(&[][..], Node::each);
        let mut all: Vec<Option<Observed>> = Vec::new();
        for (index, node) in items.iter().enumerate() {
            let path = match items {
                [only] if only.is_table() && demand.get("observed").is_some_and(Node::is_table) => {
                    "demand.observed".to_owned()
                }
                _ => item_path("demand.observed", node, index),
            };
            let (named, id) = match (node.get("product"), drafts) {
                (None, [only]) => (node, only.id),
                (None, _) => {
                    let allowed = "the product that was given, where the demand has several";
                    self.problem(ErrorKind::MissingKey, node, &join(&path, "product"), "nothing", allowed);
                    continue;
                }
                (Some(named), _) => {
                    let Some(id) = named.text() else { continue };
                    (named, id)
                }
            };
            let Some(product) = drafts.iter().position(|draft| draft.id == id) else {
                let ids = drafts.iter().map(|draft| draft.id);
                let found = (id, "the id of a product of the demand");
                self.unknown(named, &join(&path, "product"), found, ids);
                all.push(None);
                continue;
            };
            if all.iter().flatten().any(|known| known.product == product) {
                let allowed = "each product once";
                self.problem(ErrorKind::Duplicate, named, &join(&path, "product"), named.describe(), allowed);
            }
            all.push(self.observation(node, product, &path));
            self.check_updated(node, &drafts[product], own, &path);
        }
        all.into_iter().collect()
    }

    fn observation(&mut self, node: &Node, product: usize, path: &str) -> Option<Observed> {
        let number =
            |key: &str| node.get(key).and_then(Node::integer).and_then(|count| u32::try_from(count).ok());
        let infused = number("infused")?;
        let counts = ["crs", "tocilizumab", "icu"].map(|key| (key, number(key)));
        let crs = counts[0].1;
        if counts.iter().all(|(_, count)| count.is_none()) {
            let allowed = "crs, tocilizumab or icu among them";
            self.problem(ErrorKind::MissingKey, node, path, "infused alone", allowed);
        }
        for (key, count) in counts {
            let Some(count) = count else { continue };
            let most = crs.filter(|_| key != "crs");
            if count > infused || most.is_some_and(|crs| count > crs) {
                let own = node.get(key).unwrap_or(node);
                let allowed = match most {
                    Some(crs) if crs <= infused => format!("at most {crs}, those with CRS"),
                    _ => format!("at most {infused}, the infused"),
                };
                self.problem(ErrorKind::OutOfDomain, own, &join(path, key), count.to_string(), &allowed);
            }
        }
        let [(_, crs), (_, tocilizumab), (_, icu)] = counts;
        Some(Observed { product, infused, crs, tocilizumab, icu })
    }

    /// Counts update figures of the first line, so it must have them.
    fn check_updated(&mut self, node: &Node, draft: &Draft<'_>, own: &Own<'_>, path: &str) {
        let regimens = draft.regimens(own);
        let Some(first) = regimens.first() else { return };
        let crs = first.toxicity.crs.as_ref();
        let has = [
            ("crs", crs.is_some()),
            ("tocilizumab", crs.is_some_and(|crs| crs.tocilizumab.is_some())),
            ("icu", crs.is_some_and(|crs| crs.icu.is_some())),
        ];
        for (key, has) in has {
            if let Some(count) = node.get(key).filter(|_| !has) {
                let found = format!("{key} counted, of which {} says nothing", first.id);
                let allowed = "what the first line of the product has in toxicity.crs";
                self.problem(ErrorKind::Conflict, count, &join(path, key), found, allowed);
            }
        }
    }
}
