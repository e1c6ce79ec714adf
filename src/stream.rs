//! Randomness by address: a uniform number is a pure function of (seed; draw, patient, event, occurrence).
//!
//! The strategy is not in the address, so a patient keeps the same luck under every strategy (common random numbers).
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
//! doi:10.1145/2063384.2063405). Only this module knows that.

mod event;
mod philox;

pub use event::Event;

use rand::{Rng as _, TryRng};
use std::convert::Infallible;

/// Patients that one draw can address.
pub const PATIENT_LIMIT: u64 = 1 << 40;

/// Source of all random numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
}

/// Random bits to a uniform in the open interval (0, 1): the midpoints of 2^52 equal cells.
#[inline(always)]
#[expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]
pub(crate) fn open_unit(bits: u64) -> f64 {
    // 52 random mantissa bits give [1, 2); taking away 1 and adding half a cell keeps 0 and 1 out.
    f64::from_bits((bits >> 12) | 0x3ff0_0000_0000_0000) - (1.0 - f64::EPSILON / 2.0)
}

/// Third counter word: event in the high bits, occurrence below, and the top eight bits of the patient.
const fn event_word(event: Event, occurrence: u8) -> u32 {
    ((event.code() as u32 >> 1) << 16) | ((occurrence as u32) << 8)
}

impl Stream {
    /// The stream of one seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32] }
    }

    /// The uniform at one address, in (0, 1). Patient below [`PATIENT_LIMIT`].
    #[must_use]
    pub fn uniform(&self, draw: u32, patient: u64, event: Event, occurrence: u8) -> f64 {
        let block = philox::block(
            [patient as u32, draw, event_word(event, occurrence) | (patient >> 32) as u32, 0],
            self.key,
        );
        open_unit(half(&block, event))
    }

    /// Uniforms of many patients of one draw for one event: `out[i]` is the uniform of patient `first + patients[i]`.
    ///
    /// Shapes: `out` has the length of `patients`. The block of patients must not cross a multiple of 2^32.
    pub fn uniforms(
        &self,
        draw: u32,
        first: u64,
        patients: &[u32],
        event: Event,
        occurrence: u8,
        out: &mut [f64],
    ) {
        let third = event_word(event, occurrence) | (first >> 32) as u32;
        philox::fill(self.key, draw, first as u32, third, event.code() & 1 == 1, patients, out);
    }

    /// Uniforms of two events that share a block (an even event and the odd one after it), at the price of one.
    ///
    /// Shapes and limits as for [`Stream::uniforms`].
    pub fn uniform_pairs(
        &self,
        draw: u32,
        first: u64,
        patients: &[u32],
        even: Event,
        occurrence: u8,
        out: (&mut [f64], &mut [f64]),
    ) {
        let third = event_word(even, occurrence) | (first >> 32) as u32;
        philox::fill_pairs(self.key, draw, first as u32, third, patients, out);
    }

    /// The generator of one uncertain parameter in one draw; parameters are addressed by name, so that adding one
    /// leaves the others unchanged.
    #[must_use]
    pub fn parameter(&self, draw: u32, name_hash: u64) -> ParameterStream {
        self.turned([0x5041_5241, 0x4d45_5452], draw, name_hash)
    }

    /// The generator of one iteration of one chain of a sampler.
    #[must_use]
    pub fn iteration(&self, chain: u32, iteration: u64) -> ParameterStream {
        self.turned([0x4348_4149, 0x4e53_5445], chain, iteration)
    }

    /// The generator of something that happens in calendar time, such as the arrivals at one centre, by name.
    #[must_use]
    pub fn calendar(&self, draw: u32, name: u64) -> ParameterStream {
        self.turned([0x4341_4c45, 0x4e44_4152], draw, name)
    }

    /// A generator under a key turned by a constant, so that no two uses of the seed share a block.
    fn turned(self, by: [u32; 2], draw: u32, name: u64) -> ParameterStream {
        let key = [self.key[0] ^ by[0], self.key[1] ^ by[1]];
        ParameterStream { key, draw, name, block: 0, words: [0; 4], used: 4 }
    }
}

fn half(block: &[u32; 4], event: Event) -> u64 {
    let at = usize::from(event.code() & 1) * 2;
    (u64::from(block[at + 1]) << 32) | u64::from(block[at])
}

/// 64-bit FNV-1a hash of a name (Fowler, Noll and Vo), the address of a parameter.
#[must_use]
pub fn name_hash(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// A generator for samplers, which take a varying number of words: of parameters, of chains, of arrivals.
#[derive(Debug, Clone)]
pub struct ParameterStream {
    key: [u32; 2],
    draw: u32,
    name: u64,
    block: u32,
    words: [u32; 4],
    used: usize,
}

impl ParameterStream {
    /// The next uniform, in (0, 1).
    pub fn next_uniform(&mut self) -> f64 {
        open_unit(self.next_u64())
    }
}

impl TryRng for ParameterStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == 4 {
            self.words =
                philox::block([self.name as u32, self.draw, (self.name >> 32) as u32, self.block], self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[self.used];
        self.used += 1;
        Ok(word)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.try_next_u32()?);
        Ok((u64::from(self.try_next_u32()?) << 32) | low)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            let word = self.try_next_u32()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_once_equal_one_at_a_time() {
        let stream = Stream::new(0x1234_5678_9abc_def0);
        let patients: Vec<u32> = (0..133).map(|i| i * 7 % 200).collect();
        let first = (3_u64 << 32) + 1000;
        for event in [Event::Relapse, Event::NonRelapseDeath, Event::Response] {
            let mut out = vec![0.0; patients.len()];
            stream.uniforms(9, first, &patients, event, 2, &mut out);
            for (value, patient) in out.iter().zip(&patients) {
                assert_eq!(*value, stream.uniform(9, first + u64::from(*patient), event, 2));
                assert!(*value > 0.0 && *value < 1.0);
            }
        }
        let (mut even, mut odd) = (vec![0.0; 133], vec![0.0; 133]);
        stream.uniform_pairs(9, first, &patients, Event::Relapse, 1, (&mut even, &mut odd));
        for (i, patient) in patients.iter().enumerate() {
            let id = first + u64::from(*patient);
            assert_eq!(even[i], stream.uniform(9, id, Event::Relapse, 1));
            assert_eq!(odd[i], stream.uniform(9, id, Event::NonRelapseDeath, 1));
        }
    }

    #[test]
    fn no_address_shares_its_number_with_a_neighbour() {
        let stream = Stream::new(1);
        let base = stream.uniform(5, 7, Event::Relapse, 1);
        let others = [
            stream.uniform(6, 7, Event::Relapse, 1),
            stream.uniform(5, 8, Event::Relapse, 1),
            stream.uniform(5, 7 + (1 << 32), Event::Relapse, 1),
            stream.uniform(5, 7, Event::NonRelapseDeath, 1),
            stream.uniform(5, 7, Event::Response, 1),
            stream.uniform(5, 7, Event::Relapse, 2),
            Stream::new(2).uniform(5, 7, Event::Relapse, 1),
            Stream::new(1 + (1 << 40)).uniform(5, 7, Event::Relapse, 1),
        ];
        assert!(others.iter().all(|other| *other != base));
    }

    #[test]
    fn iterations_of_chains_and_parameters_share_no_words() {
        let first = |mut stream: ParameterStream| stream.try_next_u64();
        let stream = Stream::new(1);
        let words = [
            first(stream.iteration(2, 3)),
            first(stream.iteration(3, 2)),
            first(stream.iteration(2, 3 + (1 << 32))),
            first(stream.parameter(2, 3)),
            first(stream.calendar(2, 3)),
            first(Stream::new(2).iteration(2, 3)),
        ];
        assert!((1..words.len()).all(|i| !words[..i].contains(&words[i])));
        assert_eq!(words[0], first(stream.iteration(2, 3)));
    }

    #[test]
    fn uniforms_are_uniform() {
        // Mean 1/2 and variance 1/12 within five standard errors, 64 cells by chi-square at alpha 0.001 (63 df: 103.4).
        let stream = Stream::new(1);
        let patients: Vec<u32> = (0..1_000_000).collect();
        let mut out = vec![0.0; patients.len()];
        stream.uniforms(0, 0, &patients, Event::Relapse, 0, &mut out);
        let n = out.len() as f64;
        let mean = out.iter().sum::<f64>() / n;
        assert!((mean - 0.5).abs() < 5.0 * (1.0_f64 / 12.0 / n).sqrt(), "{mean}");
        let mut cells = [0.0_f64; 64];
        out.iter().for_each(|u| cells[(u * 64.0) as usize] += 1.0);
        let chi2: f64 = cells.iter().map(|c| (c - n / 64.0).powi(2) / (n / 64.0)).sum();
        assert!(chi2 < 103.4, "{chi2}");
    }

    #[test]
    fn fnv_hash_has_its_published_values() {
        assert_eq!(name_hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(name_hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(name_hash("foobar"), 0x8594_4171_f739_67e8);
    }
}
