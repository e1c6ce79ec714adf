//! The registry of random events. A code never changes its meaning and is never used twice: histories depend on it.

/// What a uniform number decides. An even code and the odd one after it share a block of the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub enum Event {
    /// The population cell of the patient.
    Cell = 0,
    /// Age at the start.
    Age = 1,
    /// Place in the weight distribution of age and sex.
    Weight = 2,
    /// Place in the height distribution of age and sex.
    Height = 3,
    /// Hazard budget of background death.
    Background = 4,
    /// Whether the target antigen is present.
    AntigenPositive = 10,
    /// Whether the collected cells contaminate the product.
    Contamination = 11,
    /// Whether manufacturing fails.
    Manufacturing = 12,
    /// Death while waiting for the product.
    WaitingDeath = 14,
    /// Progression while waiting for the product.
    WaitingProgression = 15,
    /// Cytokine release syndrome: grade 3 or more, 1 to 2, none.
    Crs = 20,
    /// Days from infusion to CRS.
    CrsOnset = 21,
    /// Days that CRS lasts.
    CrsDuration = 22,
    /// Tocilizumab, given CRS.
    Tocilizumab = 23,
    /// Number of tocilizumab doses, given tocilizumab.
    TocilizumabDoses = 24,
    /// Intensive care, given CRS.
    Icu = 25,
    /// Days in intensive care.
    IcuDays = 26,
    /// Neurotoxicity: grade 3 or more, 1 to 2, none.
    Neurotoxicity = 27,
    /// Infection of grade 3 or more.
    Infection = 28,
    /// Another adverse event of grade 3 or more.
    OtherGrade3 = 29,
    /// Stopping treatment for toxicity after the first cycle.
    Discontinuation = 30,
    /// Response: complete, partial, early death, none.
    Response = 40,
    /// Time of an early death within the time to assessment.
    EarlyDeathTime = 41,
    /// MRD, given complete remission.
    Mrd = 42,
    /// Relapse budget from the start of remission.
    Relapse = 50,
    /// Non-relapse death in remission (excess over background).
    NonRelapseDeath = 51,
    /// Date of a planned transplant.
    Transplant = 52,
    /// Death from the transplant.
    TransplantDeath = 53,
    /// Which MRD test finds a molecular relapse.
    Detection = 54,
    /// How long CAR-T cells persist.
    Persistence = 55,
    /// Antigen at relapse: lost by modulation, lost by outgrowth of a negative clone, kept.
    AntigenLoss = 56,
    /// Whether the patient can receive the next line.
    Able = 70,
    /// Survival after failure or relapse.
    SurvivalAfterFailure = 71,
    /// Whether the patient can receive the next line, asked in remission: MRD persistent or back.
    AbleInRemission = 72,
    /// Days from the onset of CRS to the first dose of tocilizumab.
    FirstDose = 80,
    /// Days from the first dose to the second.
    SecondDose = 81,
    /// Days from the second dose to the third.
    ThirdDose = 82,
    /// Days from the third dose to the fourth.
    FourthDose = 83,
    /// Days from the onset of CRS to intensive care.
    IcuAdmission = 84,
    /// Days on the ward.
    WardStay = 85,
    /// Whether the infusion is given without a bed.
    Outpatient = 86,
    /// Death or progression while an infusion is postponed.
    Postponed = 87,
    /// When a patient enters a trial.
    TrialEntry = 90,
    /// When a patient of a trial is lost to follow-up.
    TrialDropout = 91,
}

impl Event {
    /// The fixed code of the event in the address.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }
}
