//! Arrivals by date, from a CSV file.

use super::super::Builder;
use super::Calendar;
use super::product::Draft;
use crate::files::SourceFile;
use crate::model::Demand;
use crate::place::Place;
use crate::scenario::calendar::Date;
use crate::scenario::document::Node;
use crate::scenario::error::{ErrorKind, Problem};

/// A row that is no arrival: what was found, what is allowed, the nearest name.
type Fault = (String, String, Option<String>);

impl Builder<'_> {
    /// Days from the start of the counted years and index of the centre, in order.
    pub(super) fn dates(
        &mut self,
        draft: &Draft<'_>,
        centres: &[String],
        calendar: Calendar,
        files: &[SourceFile],
    ) -> Option<Vec<(f64, usize)>> {
        let name = draft.node.get("dates").and_then(Node::text)?;
        let source = files.iter().find(|source| source.short == name)?;
        let mut lines = source.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (head, header) = lines.next().map_or((0, ""), |(index, line)| (index, line.trim()));
        let named = match unquoted(header.trim_start_matches('\u{feff}')).as_str() {
            "date,centre" => true,
            "date" if centres.len() == 1 => false,
            "date" => {
                let found = format!("no column centre, with {} centres", centres.len());
                self.bad_row(source, head, (found, "the header date,centre".to_owned(), None));
                return None;
            }
            other => {
                let found = format!("the header {other:?}");
                self.bad_row(source, head, (found, "date or date,centre".to_owned(), None));
                return None;
            }
        };
        let mut found: Vec<(f64, usize)> = Vec::new();
        let mut last: Option<Date> = None;
        let mut good = true;
        for (index, line) in lines {
            match row(&unquoted(line), named, centres, calendar, last) {
                Ok((date, day, centre)) => {
                    last = Some(date);
                    found.push((day, centre));
                }
                Err(fault) => {
                    self.bad_row(source, index, fault);
                    good = false;
                }
            }
        }
        for (centre, name) in centres.iter().enumerate() {
            let count = found.iter().filter(|(_, own)| *own == centre).count();
            if count as u64 > u64::from(Demand::PATIENTS) {
                let allowed = format!("at most {} of a product at one centre", Demand::PATIENTS);
                self.bad_row(source, head, (format!("{count} patients at {name}"), allowed, None));
                good = false;
            }
        }
        if good && found.is_empty() {
            self.bad_row(source, head, ("no dates".to_owned(), "at least one".to_owned(), None));
            return None;
        }
        good.then_some(found)
    }

    fn bad_row(&mut self, source: &SourceFile, index: usize, (found, allowed, nearest): Fault) {
        let place = Place { file: source.name.clone(), line: index + 1, column: 0 };
        let key = String::new();
        self.report.push(Problem { place, key, kind: ErrorKind::BadTable, found, allowed, nearest });
    }
}

/// A line without the quotes that some programs put about cells; neither dates nor ids hold commas or quotes.
fn unquoted(line: &str) -> String {
    let cell = |cell: &str| {
        let cell = cell.trim();
        let inner = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"'));
        inner.unwrap_or(cell).to_owned()
    };
    line.split(',').map(cell).collect::<Vec<_>>().join(",")
}

/// A row: the date, its day from the start of the counted years, and the centre.
fn row(
    line: &str,
    named: bool,
    centres: &[String],
    calendar: Calendar,
    last: Option<Date>,
) -> Result<(Date, f64, usize), Fault> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    let columns = if named { 2 } else { 1 };
    if cells.len() != columns {
        return Err((format!("{} columns", cells.len()), format!("{columns}, as the header has"), None));
    }
    let Some(date) = Date::parse(cells[0]) else {
        return Err((format!("{:?}", cells[0]), "a day of the calendar as YYYY-MM-DD".to_owned(), None));
    };
    if let Some(last) = last.filter(|last| date < *last) {
        return Err((format!("dates out of order: {date} after {last}"), "dates in order".to_owned(), None));
    }
    let day = (date.number() - calendar.first_day.number()) as f64;
    if day < 0.0 {
        let allowed = "the first counted day or later".to_owned();
        return Err((format!("{date}, before the first day {}", calendar.first_day), allowed, None));
    }
    if day >= calendar.counted() {
        let allowed = format!(
            "a day within the counted years, {} days from {}",
            calendar.counted(),
            calendar.first_day
        );
        return Err((format!("{date}, after the last day"), allowed, None));
    }
    let centre = match cells.get(1) {
        None => Some(0),
        Some(name) => centres.iter().position(|known| known == name),
    };
    let Some(centre) = centre else {
        let name = cells[1];
        let near = crate::id::nearest(name, centres.iter().map(String::as_str)).map(ToOwned::to_owned);
        return Err((format!("{name:?}"), "the id of a centre".to_owned(), near));
    };
    Ok((date, day, centre))
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn quotes_about_cells_are_no_part_of_them() {
        assert_eq!(unquoted("\"date\", \"centre\""), "date,centre");
        assert_eq!(unquoted("2026-01-05,north"), "2026-01-05,north");
        assert_eq!(unquoted("\"half,open"), "\"half,open");
    }
}
