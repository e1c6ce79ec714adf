//! Sizes, seed, horizon and discounting of a run.

/// How a yearly discount rate acts through time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convention {
    /// (1 + r)^-t with t in years, continuous in t: the default.
    Annual,
    /// e^(-rt), as hesim does.
    Continuous,
    /// (1 + r)^-floor(t): whole years, from the start of each.
    YearStart,
}

/// Yearly discount rates and their convention.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Discount {
    /// Rate for costs, a year.
    pub costs: f64,
    /// Rate for QALYs, a year.
    pub effects: f64,
    /// How the rate acts.
    pub convention: Convention,
}

impl Discount {
    /// Continuous rate per month with the same effect as `yearly`; for year-start discounting see [`Convention`].
    #[must_use]
    pub fn per_month(&self, yearly: f64) -> f64 {
        match self.convention {
            Convention::Annual | Convention::YearStart => crate::math::ln_1p(yearly) / 12.0,
            Convention::Continuous => yearly / 12.0,
        }
    }

    /// What one is worth today that comes at a month, at a rate a year.
    #[must_use]
    pub fn factor(&self, yearly: f64, month: f64) -> f64 {
        let month =
            if self.convention == Convention::YearStart { 12.0 * (month / 12.0).floor() } else { month };
        crate::math::exp(-self.per_month(yearly) * month)
    }
}

/// Which curves a run tallies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CurveKind {
    /// Overall survival from the start, all patients.
    Os,
    /// Event-free survival from the start, all patients.
    Efs,
    /// Relapse-free survival from first remission, among patients in first remission.
    Rfs,
    /// Cumulative incidence of relapse from first remission, death competing.
    Cir,
    /// Overall survival from first infusion, among infused.
    OsInfused,
    /// Event-free survival from first infusion, among infused.
    EfsInfused,
}

impl CurveKind {
    /// All kinds in output order.
    pub const ALL: [Self; 6] = [Self::Os, Self::Efs, Self::Rfs, Self::Cir, Self::OsInfused, Self::EfsInfused];

    /// `endpoint`, `origin` and `among` in `survival.csv`.
    #[must_use]
    pub const fn labels(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Os => ("os", "start", "all"),
            Self::Efs => ("efs", "start", "all"),
            Self::Rfs => ("rfs", "remission", "cr"),
            Self::Cir => ("cir", "remission", "cr"),
            Self::OsInfused => ("os", "infusion", "infused"),
            Self::EfsInfused => ("efs", "infusion", "infused"),
        }
    }

    /// Name in the `curves` setting.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::Efs => "efs",
            Self::Rfs => "rfs",
            Self::Cir => "cir",
            Self::OsInfused => "os_infused",
            Self::EfsInfused => "efs_infused",
        }
    }
}

/// When a first line without response counts as an EFS event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EfsFailureAt {
    /// At the assessment that finds it.
    Assessment,
    /// At the start of the line (at infusion for a cell therapy).
    Start,
}

/// Sizes, seed, horizon and discounting.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Patients per draw.
    pub patients: u64,
    /// Draws of the uncertain parameters.
    pub draws: u32,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Months after which nothing is counted.
    pub horizon_months: f64,
    /// Whether parameters are sampled; if not, every draw takes their means.
    pub uncertainty: bool,
    /// Discounting.
    pub discount: Discount,
    /// Curves to tally, in the order of [`CurveKind::ALL`].
    pub curves: Vec<CurveKind>,
    /// Last month of the curves in `survival.csv`, at most the horizon.
    pub curve_months: u32,
    /// When induction failure counts.
    pub efs_failure_at: EfsFailureAt,
    /// Currency code, for column headers and tables.
    pub currency: String,
    /// Year of the prices.
    pub price_year: u32,
}
