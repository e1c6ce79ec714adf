//! The only module that touches the disk: reading with limits, and finding the files of the scenario library.

mod library;
mod source;

pub use library::{Files, Folder};
pub use source::{LINE_LIMIT, Origin, ReadError, ReadFault, SIZE_LIMIT, SourceFile, read};
