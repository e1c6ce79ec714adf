//! The command `remisim`.

use std::process::ExitCode;

fn main() -> ExitCode {
    remisim::cli::main(std::env::args_os())
}
