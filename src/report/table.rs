//! CSV tables: every number whole, every undefined value an empty cell.

/// A CSV table in memory.
pub(super) struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// A table with these columns.
    pub(super) fn new(columns: &[&str]) -> Result<Self, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns)?;
        Ok(Self { writer })
    }

    /// Adds a row; one cell a column.
    pub(super) fn row<C: AsRef<[u8]>>(
        &mut self,
        cells: impl IntoIterator<Item = C>,
    ) -> Result<(), csv::Error> {
        self.writer.write_record(cells)
    }

    /// The bytes of the file.
    pub(super) fn finish(self) -> Result<Vec<u8>, csv::Error> {
        self.writer.into_inner().map_err(|error| error.into_error().into())
    }
}

/// The shortest text that reads back as the same number.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-5..1e16).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// A cell: the number, or nothing where it is undefined.
pub(super) fn cell(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map_or_else(String::new, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_themselves() {
        let values =
            [0.1 + 0.2, 1e-300, -1.5, 1e15, 123_456_789.123, 2.0_f64.powi(60), f64::MIN_POSITIVE, -1e-6];
        for value in values {
            assert_eq!(number(value).parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{value}");
        }
        assert_eq!((number(-0.0), number(1e-6), number(3.0)), ("0".into(), "1e-6".into(), "3".into()));
    }

    #[test]
    fn what_is_undefined_is_an_empty_cell() {
        let mut table = Table::new(&["a", "b"]).unwrap();
        table.row([cell(Some(f64::NAN)), cell(None)]).unwrap();
        table.row([cell(Some(0.5)), "x, \"y\"".to_owned()]).unwrap();
        assert_eq!(table.finish().unwrap(), b"a,b\n,\n0.5,\"x, \"\"y\"\"\"\n");
    }
}
