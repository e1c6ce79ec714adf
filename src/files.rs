//! The only module that touches the disk: reading with limits, finding the files of the scenario library, folders of
//! results.

mod error;
mod library;
mod output;
mod results;
mod source;
mod write;

pub use error::OutputError;
pub use library::{Files, Folder, is_path, shipped};
pub use output::{OutputFolder, OutputRoot};
pub use results::{ResultsError, read_results};
pub use source::{LINE_LIMIT, Origin, ReadError, ReadFault, SIZE_LIMIT, SourceFile, read, sha256};
pub use write::{can_write, write_in, write_new};
