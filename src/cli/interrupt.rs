//! Ctrl-C and requests to end: noted, and heeded at the next batch of patients.

use super::failure::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user asked to stop.
#[derive(Debug, Clone)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens to SIGINT, SIGTERM and SIGHUP from now on. At most once in a program.
    pub(super) fn listen() -> Result<Self, Failure> {
        let flag = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&flag);
        ctrlc::set_handler(move || heard.store(true, Ordering::Relaxed))
            .map_err(|error| Failure::Failed(format!("cannot listen to Ctrl-C: {error}")))?;
        Ok(Self(flag))
    }

    /// Whether to stop.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Stops here if asked.
    pub(super) fn heed(&self) -> Result<(), Failure> {
        if self.is_asked() { Err(Failure::Interrupted) } else { Ok(()) }
    }
}
