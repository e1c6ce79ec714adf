//! Where a patient is between events.

/// Where a patient is between events. Waiting is before a cell product is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum State {
    /// Waiting for a cell product.
    Waiting,
    /// In treatment, response awaited.
    Induction,
    /// In remission, MRD-negative or MRD not told apart.
    Remission,
    /// In remission with MRD.
    MrdPositive,
    /// In remission after transplant.
    Transplanted,
    /// No remission, after failure.
    Refractory,
    /// After relapse.
    Relapsed,
}

impl State {
    /// Number of states.
    pub const COUNT: usize = 7;
    /// All states, in output order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Waiting,
        Self::Induction,
        Self::Remission,
        Self::MrdPositive,
        Self::Transplanted,
        Self::Refractory,
        Self::Relapsed,
    ];

    /// Name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Induction => "induction",
            Self::Remission => "remission",
            Self::MrdPositive => "mrd_positive",
            Self::Transplanted => "transplanted",
            Self::Refractory => "refractory",
            Self::Relapsed => "relapsed",
        }
    }

    /// Outcome name of the months in the state.
    #[must_use]
    pub const fn months_name(self) -> &'static str {
        match self {
            Self::Waiting => "months_waiting",
            Self::Induction => "months_induction",
            Self::Remission => "months_remission",
            Self::MrdPositive => "months_mrd_positive",
            Self::Transplanted => "months_transplanted",
            Self::Refractory => "months_refractory",
            Self::Relapsed => "months_relapsed",
        }
    }
}
