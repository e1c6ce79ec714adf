//! A table of a run, as it stands in its file.

/// A table of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    columns: Vec<String>,
    cells: Vec<Vec<String>>,
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct SheetRow<'a> {
    columns: &'a [String],
    cells: &'a [String],
}

impl Sheet {
    /// Reads a table; `None` where it is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = csv::Reader::from_reader(bytes);
        let own = |record: &csv::StringRecord| record.iter().map(ToOwned::to_owned).collect::<Vec<_>>();
        let columns = own(reader.headers().ok()?);
        let cells = reader.records().map(|record| record.map(|record| own(&record)));
        Some(Self { columns, cells: cells.collect::<Result<_, _>>().ok()? })
    }

    /// Names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Its rows.
    #[must_use]
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = SheetRow<'_>> {
        self.cells.iter().map(|cells| SheetRow { columns: &self.columns, cells })
    }
}

impl<'a> SheetRow<'a> {
    /// A cell as text; nothing where there is no such column.
    #[must_use]
    pub fn text(&self, column: &str) -> &'a str {
        let at = self.columns.iter().position(|known| known == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// A cell as a number; `None` where it is undefined.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        self.text(column).parse().ok()
    }

    /// The curve of a row of `survival.csv`, by its name in the settings: those from infusion have the endpoint of the
    /// others.
    #[must_use]
    pub fn curve(&self) -> String {
        let infused = if self.text("among") == "infused" { "_infused" } else { "" };
        format!("{}{infused}", self.text("endpoint"))
    }

    /// All cells.
    #[must_use]
    pub fn cells(&self) -> &'a [String] {
        self.cells
    }
}
