//! Percentiles over replications: of all draws together, and in each draw, where only chance differs.

use rayon::prelude::*;

/// Cells that one task works through.
const TASK: usize = 512;

/// How many replications had which count: exact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Histogram {
    counts: Vec<u32>,
    /// Counts in one bin.
    width: u32,
}

impl Histogram {
    /// Bins, beyond which counts share them.
    const BINS: u32 = 1024;

    /// For counts up to about `most`.
    fn new(most: u32) -> Self {
        Self { counts: Vec::new(), width: most / Self::BINS + 1 }
    }

    fn add(&mut self, count: u32) {
        // Nearly all are as narrow as can be, and a division takes long.
        let bin = if self.width == 1 { count } else { count / self.width } as usize;
        if bin >= self.counts.len() {
            self.counts.resize(bin + 1, 0);
        }
        self.counts[bin] += 1;
    }

    fn merge(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(own, other)| *own += other);
    }

    fn clear(&mut self) {
        self.counts.fill(0);
    }

    fn len(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// The least count that is not passed in at least this share of replications, or the last of its bin; `None` of none.
    fn quantile(&self, share: f64) -> Option<u32> {
        // Rounding of share times all must not ask for one more.
        let wanted = ((share * self.len() as f64) * (1.0 - 1e-12)).ceil().max(1.0) as u64;
        let mut below = 0;
        let bin = self.counts.iter().position(|count| {
            below += u64::from(*count);
            below >= wanted
        });
        bin.map(|bin| bin as u32 * self.width + (self.width - 1))
    }
}

/// Whether so many counts tell what is enough for a share: at least one is expected beyond it. All of them always do.
fn tells(n: u64, share: f64) -> bool {
    // One less the share is rounded.
    n as f64 * (1.0 - share) > 1.0 - 1e-9 || share == 1.0
}

/// One thing that is counted in every replication, a day's or a year's.
#[derive(Debug, Clone)]
struct Cell {
    /// Of the draw that is open, and of those before it.
    open: Histogram,
    closed: Histogram,
    /// By share: the percentiles of the draws.
    of_draws: Vec<Histogram>,
}

/// A percentile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentile {
    /// What is enough in this share of all replications of all draws; `None` of too few to tell: fewer than one is
    /// expected beyond the share.
    pub enough: Option<u32>,
    /// What is enough in this share of the replications of a draw: 95 % of the draws. `None` with less than two draws, or
    /// where a draw has too few replications to tell: fewer than one is expected beyond the share.
    pub in_draws: Option<(u32, u32)>,
}

/// Percentiles of many cells, from one draw after the other.
#[derive(Debug)]
pub(super) struct Percentiles {
    cells: Vec<Cell>,
    shares: &'static [f64],
    /// Counts that a replication has of each cell.
    counts: usize,
}

impl Percentiles {
    /// Of cells that have so many counts in each replication; `most` says of each about how large they are.
    pub(super) fn new(most: impl Iterator<Item = u32>, counts: usize, shares: &'static [f64]) -> Self {
        let cell = |most| {
            let own = Histogram::new(most);
            Cell { open: own.clone(), closed: own.clone(), of_draws: vec![own; shares.len()] }
        };
        Self { cells: most.map(cell).collect(), shares, counts }
    }

    /// Adds replications of the open draw. Shapes: by replication, cell and count.
    pub(super) fn add(&mut self, replications: &[u32]) {
        let counts = self.counts;
        let rows = self.cells.len() * counts;
        self.cells.par_chunks_mut(TASK).enumerate().for_each(|(task, cells)| {
            let (from, own) = (task * TASK * counts, cells.len() * counts);
            for row in replications.chunks_exact(rows) {
                for (cell, found) in cells.iter_mut().zip(row[from..from + own].chunks_exact(counts)) {
                    found.iter().for_each(|count| cell.open.add(*count));
                }
            }
        });
    }

    /// Closes the open draw.
    pub(super) fn close(&mut self) {
        let shares = self.shares;
        self.cells.par_chunks_mut(TASK).flatten().for_each(|cell| {
            let n = cell.open.len();
            for (own, share) in cell.of_draws.iter_mut().zip(shares) {
                // The most in a draw says nothing but how many replications it has.
                if *share < 1.0
                    && tells(n, *share)
                    && let Some(enough) = cell.open.quantile(*share)
                {
                    own.add(enough);
                }
            }
            cell.closed.merge(&cell.open);
            cell.open.clear();
        });
    }

    /// The percentiles of each cell, by share, of the draws that are closed.
    pub(super) fn finish(&self) -> impl Iterator<Item = Vec<Percentile>> {
        self.cells.iter().map(|cell| {
            let of_share = |(share, draws): (&f64, &Histogram)| Percentile {
                enough: tells(cell.closed.len(), *share).then(|| cell.closed.quantile(*share)).flatten(),
                in_draws: (draws.len() > 1)
                    .then(|| draws.quantile(0.025).zip(draws.quantile(0.975)))
                    .flatten(),
            };
            self.shares.iter().zip(&cell.of_draws).map(of_share).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_counts_that_hold() {
        let mut counts = Histogram::new(10);
        (0..10).for_each(|count| counts.add(count));
        for (share, count) in [(0.1, 0), (0.5, 4), (0.9, 8), (0.91, 9), (1.0, 9)] {
            assert_eq!(counts.quantile(share), Some(count), "{share}");
        }
        assert_eq!(Histogram::new(1).quantile(0.5), None);
        let mut other = Histogram::new(10);
        other.add(20);
        counts.merge(&other);
        assert_eq!(counts.quantile(1.0), Some(20));
        let mut wide = Histogram::new(2048);
        wide.add(2000);
        assert_eq!(wide.quantile(0.5), Some(2000));
    }

    #[test]
    fn chance_and_what_is_not_known_are_apart() {
        // Two cells, the second with two counts a replication alike; draws 0 to 39 shift the first by their number.
        let mut all = Percentiles::new([9, 9].into_iter(), 1, &[0.5, 0.95]);
        for draw in 0..40 {
            for part in 0..2 {
                let rows: Vec<u32> = (0..10).flat_map(|at| [draw + part * 10 + at, at]).collect();
                all.add(&rows);
            }
            all.close();
        }
        let found: Vec<Vec<Percentile>> = all.finish().collect();
        // Within a draw counts are its number and 0 to 19: the median is 9 beyond the number, 18 are enough for 95 %. Over
        // the draws the 2.5th and 97.5th percentile of their numbers are 0 and 38.
        assert_eq!(
            found[0].iter().map(|own| own.in_draws).collect::<Vec<_>>(),
            [Some((9, 47)), Some((18, 56))]
        );
        // Of both together: number and count summed, of 800; 400 are at most 29 by symmetry about 29 (20 x 40 pairs).
        assert_eq!(found[0][0].enough, Some(29));
        // What no draw moves has no width: 0 to 9 twice.
        assert_eq!(found[1][0], Percentile { enough: Some(4), in_draws: Some((4, 4)) });
        assert_eq!(found[1][1], Percentile { enough: Some(9), in_draws: Some((9, 9)) });
    }

    #[test]
    fn too_few_replications_tell_no_percentile_of_a_draw() {
        let mut all = Percentiles::new([1].into_iter(), 1, &[0.5, 0.95, 1.0]);
        for _ in 0..2 {
            all.add(&[1; 19]);
            all.close();
        }
        let found: Vec<Vec<Percentile>> = all.finish().collect();
        assert_eq!(found[0].iter().map(|own| own.in_draws).collect::<Vec<_>>(), [Some((1, 1)), None, None]);
        assert_eq!(found[0][2].enough, Some(1));
    }
}
