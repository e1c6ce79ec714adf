//! All that an economic evaluation of a scenario says.

use super::loss::Parts;
use super::{
    Acceptability, Group, IcerRow, Increment, InformationError, InformationValue, Loss, Method, Persons, Psa,
    drowned_share, evppi_until, evsi, icers, increments, noiseless,
};
use crate::exact::Stopped;
use crate::model::{Economics, Model};
use crate::simulate::Observer;
use rayon::prelude::*;
use std::borrow::Cow;

/// All that an economic evaluation says, at the willingness to pay of its tables and at its threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Costs and effects by draw.
    pub psa: Psa,
    /// Whether simulation leaves noise in the draws that cannot be told from what is not known: one patient a draw shows
    /// no variance between patients, and few may explain all scatter of a net benefit gained. Probabilities, losses and the
    /// value of perfect information then hold both.
    pub noise_untold: bool,
    /// Money per QALY of the tables.
    pub wtp: Vec<f64>,
    /// Money per QALY of single figures.
    pub threshold: f64,
    /// Ratios along the frontier.
    pub icers: Vec<IcerRow>,
    /// Differences from the comparator, net benefits at the threshold.
    pub increments: Vec<Increment>,
    /// Probabilities of being the right choice, by `wtp`.
    pub acceptability: Vec<Acceptability>,
    /// The same at the threshold.
    pub acceptability_at_threshold: Acceptability,
    /// Expected losses, by `wtp`.
    pub losses: Vec<Loss>,
    /// The same at the threshold.
    pub loss_at_threshold: Loss,
    /// Persons whom the decision concerns, discounted at the rate of effects; `None` where that is not said.
    pub persons: Option<Persons>,
    /// What it is worth to know a parameter or a group, by `wtp`; nothing for a single draw.
    pub evppi: Vec<InformationValue>,
    /// What a study is worth, by `wtp`; nothing for a single draw.
    pub evsi: Vec<InformationValue>,
    /// Studies whose value is not known, each with the reason.
    pub not_valued: Vec<String>,
    /// Whether no figure varies between the draws.
    pub certain: bool,
}

/// Draws to which values of information are fitted at most: the first. More would change them by less than their errors.
const FITTED: usize = 20_000;

impl Evaluation {
    /// Evaluates the draws of a model that were made by a method. `parameters` holds of each sampled one a name and one
    /// value a draw.
    ///
    /// # Errors
    /// Where the observer asks to stop.
    pub fn new(
        model: &Model,
        economics: &Economics,
        (psa, method): (Psa, Method),
        parameters: &[(String, Vec<f64>)],
        observer: &dyn Observer,
    ) -> Result<Self, Stopped> {
        let wtp = economics.wtp();
        // In one draw nothing varies, whatever is known.
        let certain = psa.draws() > 1 && parameters.is_empty();
        let increments = increments(&psa, economics.threshold);
        // A strategy that is hardly another than the comparator hides nothing of the others.
        let drowned = !increments.is_empty()
            && increments.iter().all(|own| {
                let share = own.net_monetary_benefit.noise_share;
                share.is_some_and(|share| drowned_share(share, psa.draws() as f64))
            });
        let parts = Parts::new(&psa);
        let choosing = |wtp: f64| {
            let corrected = if drowned { None } else { noiseless(&psa, wtp) };
            let corrected = corrected.as_deref();
            (Acceptability::new(&psa, wtp, corrected), Loss::new(&psa, wtp, corrected, &parts))
        };
        let at =
            |wtp: &f64| if observer.interrupted() { Err(Stopped::Interrupted) } else { Ok(choosing(*wtp)) };
        let both: Result<Vec<(Acceptability, Loss)>, Stopped> = wtp.par_iter().map(at).collect();
        let (acceptability, losses) = both?.into_iter().unzip();
        let (acceptability_at_threshold, loss_at_threshold) = choosing(economics.threshold);
        let persons = economics.deciding_for.as_ref().map(|who| Persons::new(model, who, psa.draws()));
        // How many patients come decides nothing between strategies.
        let deciding =
            |name: &String| model.parameters[..economics.figures].iter().any(|own| own.name == *name);
        let parameters: Vec<&(String, Vec<f64>)> =
            parameters.iter().filter(|(name, _)| deciding(name)).collect();
        let fitted: Vec<(String, Vec<f64>)> =
            parameters.iter().map(|(name, values)| (name.clone(), first(values))).collect();
        let few = if psa.draws() > FITTED { Cow::Owned(psa.first(FITTED)) } else { Cow::Borrowed(&psa) };
        let known = |name: &String| parameters.iter().any(|(own, _)| own == name);
        // What does not vary in this run is known already.
        let groups = economics.groups.iter().map(|(name, figures)| Group {
            name: name.clone(),
            parameters: figures.iter().filter(|name| known(name)).cloned().collect(),
        });
        let groups: Vec<Group> = groups.filter(|group| !group.parameters.is_empty()).collect();
        let (mut values, mut not_valued) = (Vec::new(), Vec::new());
        // What one draw does not tell needs no word for each study.
        for study in economics.studies.iter().filter(|_| psa.draws() > 1) {
            if observer.interrupted() {
                return Err(Stopped::Interrupted);
            }
            if !known(&study.parameter) {
                let text = "does not vary in this run: a study of it is worth nothing, and has no row";
                not_valued.push(format!("study `{}`: {} {text}", study.name, study.parameter));
                continue;
            }
            match evsi(&few, &fitted, study, &wtp) {
                Ok(value) => values.push(value),
                Err(error) => not_valued.push(format!("{error}; it has no row in evsi.csv")),
            }
        }
        let evppi = match evppi_until(&few, &fitted, &groups, &wtp, observer) {
            Err(InformationError::Interrupted) => return Err(Stopped::Interrupted),
            // One draw tells none.
            found => found.unwrap_or_default(),
        };
        Ok(Self {
            icers: icers(&psa),
            increments,
            acceptability,
            acceptability_at_threshold,
            losses,
            loss_at_threshold,
            persons,
            evppi,
            evsi: values,
            not_valued,
            certain,
            threshold: economics.threshold,
            wtp,
            noise_untold: method == Method::Patients && (psa.noise.is_none() || drowned),
            psa,
        })
    }

    /// Why probabilities, losses and values of information tell nothing of what is not known, where they do not.
    #[must_use]
    pub fn untold(&self) -> Option<&'static str> {
        if self.psa.draws() < 2 {
            Some("One draw of the figures tells nothing of what is not known")
        } else if self.noise_untold && self.certain {
            Some("No figure is uncertain, so that draws differ by chance alone")
        } else if self.noise_untold {
            Some("With so few patients a draw the noise of simulation cannot be told from what is not known")
        } else {
            None
        }
    }
}

fn first(values: &[f64]) -> Vec<f64> {
    values.iter().take(FITTED).copied().collect()
}
