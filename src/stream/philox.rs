//! Philox4x32-10, one block at a time and in vector lanes.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;
/// Patients computed side by side: enough for the widest registers.
const LANES: usize = 16;

/// One block: four words from a counter of four and a key of two.
#[inline(always)]
pub(super) fn block(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let p0 = u64::from(MULTIPLIERS[0]) * u64::from(c0);
        let p1 = u64::from(MULTIPLIERS[1]) * u64::from(c2);
        c0 = (p1 >> 32) as u32 ^ c1 ^ k0;
        c1 = p1 as u32;
        c2 = (p0 >> 32) as u32 ^ c3 ^ k1;
        c3 = p0 as u32;
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    [c0, c1, c2, c3]
}

/// The two 64-bit halves of the blocks of `LANES` patients, words kept in 64-bit lanes so that the products vectorise.
/// Their upper halves hold what is left of products; only lower ones are read.
#[inline(always)]
fn lanes(key: [u32; 2], draw: u32, third: u32, patients: &[u64; LANES]) -> ([u64; LANES], [u64; LANES]) {
    const LOW: u64 = 0xffff_ffff;
    let mut c0 = *patients;
    let mut c1 = [u64::from(draw); LANES];
    let mut c2 = [u64::from(third); LANES];
    let mut c3 = [0_u64; LANES];
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let (a, b) = (u64::from(k0), u64::from(k1));
        for i in 0..LANES {
            let p0 = u64::from(MULTIPLIERS[0]) * (c0[i] & LOW);
            let p1 = u64::from(MULTIPLIERS[1]) * (c2[i] & LOW);
            c0[i] = (p1 >> 32) ^ c1[i] ^ a;
            c1[i] = p1;
            c2[i] = (p0 >> 32) ^ c3[i] ^ b;
            c3[i] = p0;
        }
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    let (mut even, mut odd) = ([0; LANES], [0; LANES]);
    for i in 0..LANES {
        even[i] = (c1[i] << 32) | (c0[i] & LOW);
        odd[i] = (c3[i] << 32) | (c2[i] & LOW);
    }
    (even, odd)
}

#[inline(always)]
fn gather(first: u32, patients: &[u32]) -> [u64; LANES] {
    let mut ids = [0; LANES];
    for (id, patient) in ids.iter_mut().zip(patients) {
        *id = u64::from(first.wrapping_add(*patient));
    }
    ids
}

/// Uniforms of one half of each block.
#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
pub(super) fn fill(
    key: [u32; 2],
    draw: u32,
    first: u32,
    third: u32,
    odd: bool,
    patients: &[u32],
    out: &mut [f64],
) {
    for (ids, values) in patients.chunks(LANES).zip(out.chunks_mut(LANES)) {
        let halves = lanes(key, draw, third, &gather(first, ids));
        let bits = if odd { halves.1 } else { halves.0 };
        for (value, bits) in values.iter_mut().zip(bits) {
            *value = super::open_unit(bits);
        }
    }
}

/// Uniforms of both halves of each block.
#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
pub(super) fn fill_pairs(
    key: [u32; 2],
    draw: u32,
    first: u32,
    third: u32,
    patients: &[u32],
    out: (&mut [f64], &mut [f64]),
) {
    let chunks = out.0.chunks_mut(LANES).zip(out.1.chunks_mut(LANES));
    for (ids, (evens, odds)) in patients.chunks(LANES).zip(chunks) {
        let (even, odd) = lanes(key, draw, third, &gather(first, ids));
        for (value, bits) in evens.iter_mut().zip(even) {
            *value = super::open_unit(bits);
        }
        for (value, bits) in odds.iter_mut().zip(odd) {
            *value = super::open_unit(bits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of the authors' library Random123 (`kat_vectors`, philox4x32 10).
    #[test]
    fn known_answers() {
        assert_eq!(block([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            block([0xffff_ffff; 4], [0xffff_ffff; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }
}
