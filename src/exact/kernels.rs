//! What walks of one cell have in common: races, and when a curve ends a stay that nothing else ends.

use super::Unsupported;
use super::contender::Contender;
use super::density::Density;
use super::fourier::Fourier;
use super::grid::Grid;
use super::local::{Race, State};
use super::race::exits;
use crate::distribution::Curve;
use crate::program::{BoundCell, CellProgram, Clock, Edge, StepId};
use std::cell::RefCell;
use std::rc::Rc;

/// Races and single curves that were asked for before.
#[derive(Debug)]
pub(super) struct Kernels<'a> {
    /// The grid.
    pub(super) grid: Grid,
    /// Transforms for convolutions on it.
    pub(super) fourier: &'a Fourier,
    curves: RefCell<Vec<(&'a Curve, f64, Rc<Density>)>>,
    races: RefCell<Vec<(StepId, State, Rc<Race<'a>>)>>,
}

impl<'a> Kernels<'a> {
    /// Nothing asked for yet.
    pub(super) fn new(grid: Grid, fourier: &'a Fourier) -> Self {
        Self { grid, fourier, curves: RefCell::default(), races: RefCell::default() }
    }

    /// When a curve comes that runs from `entry` on.
    pub(super) fn curve(&self, curve: &'a Curve, entry: f64) -> Rc<Density> {
        let mut known = self.curves.borrow_mut();
        let same = known.iter().find(|(own, from, _)| std::ptr::eq(*own, curve) && *from == entry);
        if let Some((_, _, density)) = same {
            return Rc::clone(density);
        }
        let mut found = exits(&[Contender::Curve(curve)], entry, &self.grid);
        let density = Rc::new(found.swap_remove(0));
        known.push((curve, entry, Rc::clone(&density)));
        density
    }

    /// The race at a step.
    pub(super) fn race(
        &self,
        (program, bound): (&'a CellProgram, &'a BoundCell),
        (step, state): (StepId, &State),
        clocks: &'a [(Clock, Edge)],
    ) -> Result<Rc<Race<'a>>, Unsupported> {
        let mut known = self.races.borrow_mut();
        if let Some((_, _, race)) = known.iter().find(|(id, own, _)| *id == step && own == state) {
            return Ok(Rc::clone(race));
        }
        let race = Rc::new(Race::new((program, bound), (step, clocks), (state, &self.grid))?);
        known.push((step, *state, Rc::clone(&race)));
        Ok(race)
    }
}
