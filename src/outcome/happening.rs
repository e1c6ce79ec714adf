//! What can happen to a patient in a line.

/// What can happen to a patient, at most once a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Happening {
    /// The line begins (before any access step).
    LineStart,
    /// Target antigen absent.
    AntigenAbsent,
    /// Product contaminated by leukaemic cells.
    Contamination,
    /// Manufacturing failed.
    ManufacturingFailure,
    /// Progression before infusion.
    WaitingProgression,
    /// Given: infused, or the first day of a line without an access step.
    Given,
    /// CRS of grade 1 to 2.
    CrsGrade12,
    /// CRS of grade 3 or more.
    CrsGrade3,
    /// Tocilizumab.
    Tocilizumab,
    /// Intensive care.
    Icu,
    /// Neurotoxicity of grade 1 to 2.
    NeurotoxicityGrade12,
    /// Neurotoxicity of grade 3 or more.
    NeurotoxicityGrade3,
    /// Infection of grade 3 or more.
    Infection,
    /// Another adverse event of grade 3 or more.
    OtherGrade3,
    /// Treatment stopped for toxicity.
    Discontinuation,
    /// Complete remission.
    Cr,
    /// Partial response.
    Pr,
    /// No response.
    NoResponse,
    /// MRD-negative.
    MrdNegative,
    /// MRD-positive.
    MrdPositive,
    /// Molecular relapse found.
    MolecularRelapse,
    /// Transplant.
    Transplant,
    /// Relapse of any kind; those that lose the antigen are counted apart too.
    Relapse,
    /// Relapse with the antigen lost by modulation.
    AntigenModulation,
    /// Relapse by a clone without the antigen.
    NegativeClone,
    /// Death from treatment.
    DeathTreatment,
    /// Death after failure or relapse.
    DeathRelapse,
    /// Background death.
    DeathBackground,
}

impl Happening {
    /// Number of kinds.
    pub const COUNT: usize = 28;
    /// All kinds, in output order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::LineStart,
        Self::AntigenAbsent,
        Self::Contamination,
        Self::ManufacturingFailure,
        Self::WaitingProgression,
        Self::Given,
        Self::CrsGrade12,
        Self::CrsGrade3,
        Self::Tocilizumab,
        Self::Icu,
        Self::NeurotoxicityGrade12,
        Self::NeurotoxicityGrade3,
        Self::Infection,
        Self::OtherGrade3,
        Self::Discontinuation,
        Self::Cr,
        Self::Pr,
        Self::NoResponse,
        Self::MrdNegative,
        Self::MrdPositive,
        Self::MolecularRelapse,
        Self::Transplant,
        Self::Relapse,
        Self::AntigenModulation,
        Self::NegativeClone,
        Self::DeathTreatment,
        Self::DeathRelapse,
        Self::DeathBackground,
    ];

    /// Name in `events.csv`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LineStart => "line_start",
            Self::AntigenAbsent => "antigen_absent",
            Self::Contamination => "contamination",
            Self::ManufacturingFailure => "manufacturing_failure",
            Self::WaitingProgression => "waiting_progression",
            Self::Given => "given",
            Self::CrsGrade12 => "crs_grade12",
            Self::CrsGrade3 => "crs_grade3",
            Self::Tocilizumab => "tocilizumab",
            Self::Icu => "icu",
            Self::NeurotoxicityGrade12 => "neurotoxicity_grade12",
            Self::NeurotoxicityGrade3 => "neurotoxicity_grade3",
            Self::Infection => "infection",
            Self::OtherGrade3 => "other_grade3",
            Self::Discontinuation => "discontinuation",
            Self::Cr => "cr",
            Self::Pr => "pr",
            Self::NoResponse => "no_response",
            Self::MrdNegative => "mrd_negative",
            Self::MrdPositive => "mrd_positive",
            Self::MolecularRelapse => "molecular_relapse",
            Self::Transplant => "transplant",
            Self::Relapse => "relapse",
            Self::AntigenModulation => "relapse_antigen_modulation",
            Self::NegativeClone => "relapse_negative_clone",
            Self::DeathTreatment => "death_treatment",
            Self::DeathRelapse => "death_relapse",
            Self::DeathBackground => "death_background",
        }
    }
}
