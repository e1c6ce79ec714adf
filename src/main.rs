//! The command `remisim`.
fn main() {}
