//! Loops of the kernel in vector lanes; plain arithmetic, so that every width gives the same bits.

use crate::math::exp;
use crate::model::{PopulationUtility, Sex};

/// The widths that are compiled.
macro_rules! in_lanes {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),*) $body:block)*) => { $(
        $(#[$meta])*
        #[cfg_attr(
            feature = "dispatch",
            multiversion::multiversion(targets(
                "x86_64+avx512f+avx512dq+avx512vl+avx512bw",
                "x86_64+avx2",
            ))
        )]
        pub(super) fn $name($($arg: $type),*) $body
    )* };
}

in_lanes! {
    /// Adds one to the way of everyone whose luck is at or above a cumulated probability.
    fn count_reached(winner: &mut [u64], luck: &[f64], below: f64) {
        for (way, luck) in winner.iter_mut().zip(luck) {
            *way += u64::from(*luck >= below);
        }
    }

    /// Lets a contender beat the best so far where it is earlier.
    fn contend(best: &mut [f64], winner: &mut [u64], candidate: &[f64], contender: u64) {
        for ((best, winner), candidate) in best.iter_mut().zip(winner).zip(candidate) {
            let earlier = *candidate < *best;
            *winner = if earlier { contender } else { *winner };
            *best = if earlier { *candidate } else { *best };
        }
    }

    /// Adds a second array.
    fn add(values: &mut [f64], others: &[f64]) {
        for (value, other) in values.iter_mut().zip(others) {
            *value += *other;
        }
    }

    /// Replaces times by the values of a utility that fades from an age on; see [`Fading::discounted`].
    ///
    /// [`Fading::discounted`]: crate::model::Fading::discounted
    fn fading_values(times: &mut [f64], ages: &[f64], norm: &PopulationUtility, sex: Sex, rate: f64) {
        if rate == 0.0 {
            for (time, age) in times.iter_mut().zip(ages) {
                *time = norm.from_age(sex, *age).until(*time);
            }
        } else {
            for (time, age) in times.iter_mut().zip(ages) {
                *time = norm.from_age(sex, *age).discounted(*time, rate);
            }
        }
    }

    /// Replaces times by (1 - e^-rt) / r.
    fn flow_values(times: &mut [f64], rate: f64) {
        let inverse = 1.0 / rate;
        for time in times.iter_mut() {
            *time = (1.0 - exp(-rate * *time)) * inverse;
        }
    }
}
