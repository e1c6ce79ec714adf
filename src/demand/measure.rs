//! What is counted in a replication.

/// What is counted of a replication at one centre, in the counted years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Measure {
    /// Patients referred.
    Referred,
    /// Of them never given the product.
    NotGiven,
    /// Patients ready for the infusion.
    Ready,
    /// Infusions.
    Infusions,
    /// Infusions later than the first time that they could have been.
    Postponed,
    /// Days from that time to the infusion.
    PostponedDays,
    /// Patients lost meanwhile.
    LostPostponed,
    /// Doses of tocilizumab needed.
    NeededDoses,
    /// Doses of tocilizumab given.
    Doses,
    /// Of them to others than the patients of the products.
    OtherDoses,
    /// Tocilizumab in them, mg.
    DosesMg,
    /// Tocilizumab in the vials opened for them, mg.
    OpenedMg,
    /// Tocilizumab thrown away: what was opened and not given, and what expired, mg.
    WastedMg,
    /// Doses that were not there when needed.
    ShortDoses,
    /// Patients who needed one.
    ShortPatients,
    /// Days on which a dose was not there.
    ShortDays,
    /// Years in which a dose was not there.
    ShortYears,
    /// Doses from another centre.
    TransferredDoses,
    /// Doses delivered in an emergency.
    EmergencyDoses,
    /// Doses not given.
    LostDoses,
    /// Doses that still wait at the end.
    WaitingDoses,
    /// Days that doses came late.
    LateDays,
    /// Vials opened.
    VialsUsed,
    /// Vials expired.
    VialsExpired,
    /// Vials held, mean over time.
    VialsHeld,
    /// Orders.
    Orders,
    /// Stays in intensive care begun.
    IcuStays,
    /// Of them those of others than the patients of the products.
    OtherIcuStays,
    /// Patients who waited for a bed there.
    IcuWaited,
    /// Patients sent elsewhere for intensive care.
    IcuTransferred,
    /// Days that patients waited for a bed there.
    IcuWaitDays,
    /// Outpatients with CRS who waited for a ward bed.
    WardWaited,
    /// Outpatients with CRS sent elsewhere for a bed.
    WardTransferred,
    /// Days that outpatients waited for a ward bed.
    WardWaitDays,
    /// Money for vials used, expired and delivered in an emergency.
    VialCost,
    /// Money for orders and emergency deliveries.
    OrderCost,
    /// Money for holding vials.
    HoldingCost,
}

impl Measure {
    /// Number of measures.
    pub const COUNT: usize = 37;
    /// All, in output order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Referred,
        Self::NotGiven,
        Self::Ready,
        Self::Infusions,
        Self::Postponed,
        Self::PostponedDays,
        Self::LostPostponed,
        Self::NeededDoses,
        Self::Doses,
        Self::OtherDoses,
        Self::DosesMg,
        Self::OpenedMg,
        Self::WastedMg,
        Self::ShortDoses,
        Self::ShortPatients,
        Self::ShortDays,
        Self::ShortYears,
        Self::TransferredDoses,
        Self::EmergencyDoses,
        Self::LostDoses,
        Self::WaitingDoses,
        Self::LateDays,
        Self::VialsUsed,
        Self::VialsExpired,
        Self::VialsHeld,
        Self::Orders,
        Self::IcuStays,
        Self::OtherIcuStays,
        Self::IcuWaited,
        Self::IcuTransferred,
        Self::IcuWaitDays,
        Self::WardWaited,
        Self::WardTransferred,
        Self::WardWaitDays,
        Self::VialCost,
        Self::OrderCost,
        Self::HoldingCost,
    ];

    /// Name in files; per year, but for `vials_held` and `stockout_chance`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Referred => "referred",
            Self::NotGiven => "not_given",
            Self::Ready => "ready",
            Self::Infusions => "infusions",
            Self::Postponed => "postponed_infusions",
            Self::PostponedDays => "postponed_days",
            Self::LostPostponed => "lost_while_postponed",
            Self::NeededDoses => "doses_needed",
            Self::Doses => "doses",
            Self::OtherDoses => "doses_of_others",
            Self::DosesMg => "doses_mg",
            Self::OpenedMg => "opened_mg",
            Self::WastedMg => "wasted_mg",
            Self::ShortDoses => "doses_short",
            Self::ShortPatients => "patients_affected",
            Self::ShortDays => "days_short",
            Self::ShortYears => "stockout_chance",
            Self::TransferredDoses => "doses_transferred",
            Self::EmergencyDoses => "doses_emergency",
            Self::LostDoses => "doses_lost",
            Self::WaitingDoses => "doses_still_waiting",
            Self::LateDays => "late_days",
            Self::VialsUsed => "vials_used",
            Self::VialsExpired => "vials_expired",
            Self::VialsHeld => "vials_held",
            Self::Orders => "orders",
            Self::IcuStays => "icu_stays",
            Self::OtherIcuStays => "icu_stays_of_others",
            Self::IcuWaited => "icu_waited",
            Self::IcuTransferred => "icu_transferred",
            Self::IcuWaitDays => "icu_wait_days",
            Self::WardWaited => "ward_waited",
            Self::WardTransferred => "ward_transferred",
            Self::WardWaitDays => "ward_wait_days",
            Self::VialCost => "vial_cost",
            Self::OrderCost => "order_cost",
            Self::HoldingCost => "holding_cost",
        }
    }

    /// Whether it is told of a store, which may serve several centres.
    #[must_use]
    pub const fn is_of_store(self) -> bool {
        matches!(
            self,
            Self::WastedMg
                | Self::VialsExpired
                | Self::VialsHeld
                | Self::Orders
                | Self::VialCost
                | Self::OrderCost
                | Self::HoldingCost
        )
    }

    /// Unit in files, a year.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Referred
            | Self::NotGiven
            | Self::Ready
            | Self::LostPostponed
            | Self::ShortPatients
            | Self::IcuWaited
            | Self::IcuTransferred
            | Self::WardWaited
            | Self::WardTransferred => "patients",
            Self::Infusions | Self::Postponed => "infusions",
            Self::PostponedDays
            | Self::ShortDays
            | Self::LateDays
            | Self::IcuWaitDays
            | Self::WardWaitDays => "days",
            Self::NeededDoses
            | Self::Doses
            | Self::OtherDoses
            | Self::ShortDoses
            | Self::TransferredDoses
            | Self::EmergencyDoses
            | Self::LostDoses
            | Self::WaitingDoses => "doses",
            Self::DosesMg | Self::OpenedMg | Self::WastedMg => "mg",
            Self::ShortYears => "probability",
            Self::VialsUsed | Self::VialsExpired | Self::VialsHeld => "vials",
            Self::Orders => "orders",
            Self::IcuStays | Self::OtherIcuStays => "stays",
            Self::VialCost | Self::OrderCost | Self::HoldingCost => "money",
        }
    }
}

/// What is counted of one centre in one replication, by [`Measure`].
pub type Totals = [f64; Measure::COUNT];

/// What is followed through the days: counts of a day, or how many there are at the end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Infusions given in the day.
    Infusions,
    /// Doses of tocilizumab given in the day.
    Doses,
    /// Beds of intensive care in use.
    IcuBeds,
    /// Beds of intensive care that would be in use if there were no limit.
    IcuWanted,
    /// Ward beds in use.
    WardBeds,
    /// Ward beds that would be in use if there were no limit.
    WardWanted,
    /// Vials of a size opened in the day.
    VialsUsed(usize),
    /// Vials of a size held.
    VialsHeld(usize),
}

impl Resource {
    /// Resources before those of vials.
    pub(super) const FIRST: usize = 6;

    /// All of a demand with so many sizes of vials, in order.
    #[must_use]
    pub fn all(sizes: usize) -> Vec<Self> {
        let first =
            [Self::Infusions, Self::Doses, Self::IcuBeds, Self::IcuWanted, Self::WardBeds, Self::WardWanted];
        let vials = (0..sizes).map(Self::VialsUsed).chain((0..sizes).map(Self::VialsHeld));
        first.into_iter().chain(vials).collect()
    }

    /// Place among those of a demand with so many sizes of vials.
    pub(super) fn place(self, sizes: usize) -> usize {
        match self {
            Self::Infusions => 0,
            Self::Doses => 1,
            Self::IcuBeds => 2,
            Self::IcuWanted => 3,
            Self::WardBeds => 4,
            Self::WardWanted => 5,
            Self::VialsUsed(size) => Self::FIRST + size,
            Self::VialsHeld(size) => Self::FIRST + sizes + size,
        }
    }

    /// Whether it is counted over the day; else it is how many there are.
    #[must_use]
    pub fn is_daily(self) -> bool {
        matches!(self, Self::Infusions | Self::Doses | Self::VialsUsed(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_lists() {
        assert!(Measure::ALL.iter().enumerate().all(|(at, measure)| *measure as usize == at));
        for sizes in 0..=3 {
            let all = Resource::all(sizes);
            assert!(all.iter().enumerate().all(|(at, resource)| resource.place(sizes) == at));
        }
    }
}
