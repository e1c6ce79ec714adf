//! Data tables: background mortality, weight and height for age.

use super::error::{ErrorKind, Report};
use crate::files::SourceFile;
use crate::model::{Growth, GrowthRow, LifeTable};
use crate::place::Place;

/// A CSV table of numbers by sex.
struct Rows {
    female: Vec<(usize, Vec<f64>)>,
    male: Vec<(usize, Vec<f64>)>,
}

fn rows(source: &SourceFile, header: &str, report: &mut Report) -> Option<Rows> {
    let mut bad = |line: usize, found: String, allowed: &str| {
        let place = Place { file: source.name.clone(), line, column: 0 };
        report.add(ErrorKind::BadTable, place, "", found, allowed);
    };
    let mut lines = source.text.lines().enumerate();
    let first = lines.next().map_or("", |(_, line)| line);
    if first.trim() != header {
        bad(1, format!("the header {first:?}"), header);
        return None;
    }
    let columns = header.split(',').count();
    let mut rows = Rows { female: Vec::new(), male: Vec::new() };
    let mut good = true;
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() != columns {
            bad(index + 1, format!("{} columns", cells.len()), &format!("{columns} columns"));
            good = false;
            continue;
        }
        let numbers: Vec<f64> = cells
            .iter()
            .enumerate()
            .filter(|(column, _)| *column != 1)
            .filter_map(|(_, cell)| cell.parse().ok().filter(|number: &f64| number.is_finite()))
            .collect();
        if numbers.len() + 1 != columns {
            bad(index + 1, format!("{line:?}"), "finite numbers");
            good = false;
            continue;
        }
        match cells[1] {
            "female" => rows.female.push((index + 1, numbers)),
            "male" => rows.male.push((index + 1, numbers)),
            other => {
                bad(index + 1, format!("{other:?}"), "female or male");
                good = false;
            }
        }
    }
    good.then_some(rows)
}

/// Whether ages rise by `step` from 0 without gap or repeat.
fn check_ages(
    source: &SourceFile,
    sex: &str,
    rows: &[(usize, Vec<f64>)],
    step: f64,
    report: &mut Report,
) -> bool {
    let mut add = |line: usize, found: String, allowed: String| {
        let place = Place { file: source.name.clone(), line, column: 0 };
        report.add(ErrorKind::BadTable, place, "", found, allowed);
        false
    };
    if rows.len() < 2 {
        return add(0, format!("{} rows of {sex}", rows.len()), "at least two rows of each sex".to_owned());
    }
    for (index, (line, numbers)) in rows.iter().enumerate() {
        let expected = index as f64 * step;
        if (numbers[0] - expected).abs() > 1e-9 {
            let what = if numbers[0] < expected { "again" } else { "after a gap" };
            return add(*line, format!("age {} of {sex} {what}", numbers[0]), format!("age {expected}"));
        }
    }
    true
}

/// The life table: annual probability of death by age and sex.
pub(super) fn life_table(source: &SourceFile, report: &mut Report) -> Option<LifeTable> {
    let rows = rows(source, "age,sex,annual_death_probability", report)?;
    let mut good = true;
    for (sex, own) in [("female", &rows.female), ("male", &rows.male)] {
        good &= check_ages(source, sex, own, 1.0, report);
        for (line, numbers) in own.iter().filter(|(_, numbers)| !(numbers[1] >= 0.0 && numbers[1] < 1.0)) {
            let place = Place { file: source.name.clone(), line: *line, column: 0 };
            let (found, allowed) = (numbers[1].to_string(), "a probability of death from 0 to below 1");
            report.add(ErrorKind::BadTable, place, "annual_death_probability", found, allowed);
            good = false;
        }
    }
    let annual =
        |rows: &[(usize, Vec<f64>)]| rows.iter().map(|(_, numbers)| numbers[1]).collect::<Vec<f64>>();
    good.then(|| LifeTable::new(&annual(&rows.female), &annual(&rows.male)))
}

/// The growth table: LMS parameters of weight and height by half year.
pub(super) fn growth(source: &SourceFile, report: &mut Report) -> Option<Growth> {
    let header = "age_years,sex,weight_l,weight_m_kg,weight_s,height_l,height_m_cm,height_s";
    let rows = rows(source, header, report)?;
    let mut good = true;
    for (sex, own) in [("female", &rows.female), ("male", &rows.male)] {
        good &= check_ages(source, sex, own, 0.5, report);
        for (line, numbers) in own {
            if [2, 3, 5, 6].into_iter().any(|column| numbers[column] <= 0.0) {
                let place = Place { file: source.name.clone(), line: *line, column: 0 };
                report.add(ErrorKind::BadTable, place, "", "M or S of 0 or less", "M and S above 0");
                good = false;
            }
        }
    }
    let read = |rows: &[(usize, Vec<f64>)]| {
        rows.iter()
            .map(|(_, n)| GrowthRow { weight: [n[1], n[2], n[3]], height: [n[4], n[5], n[6]] })
            .collect()
    };
    good.then(|| Growth { female: read(&rows.female), male: read(&rows.male) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Files, Folder, Origin};

    fn source(text: &str) -> SourceFile {
        SourceFile {
            name: "t.csv".to_owned(),
            short: "data/t.csv".to_owned(),
            origin: Origin::Path,
            text: text.into(),
            sha256: String::new(),
        }
    }

    fn problems(text: &str) -> String {
        let mut report = Report::default();
        let table = life_table(&source(text), &mut report);
        assert!(table.is_none());
        report.finish::<()>(None).expect_err("problems").to_string()
    }

    #[test]
    fn a_life_table_with_gaps_repeats_or_bad_rows_is_refused_with_its_line() {
        let head = "age,sex,annual_death_probability\n";
        let male = "0,male,0.1\n1,male,0.1\n";
        let gap = format!("{head}{male}0,female,0.1\n2,female,0.1\n");
        assert_eq!(problems(&gap), "t.csv:5: found age 2 of female after a gap, allowed age 1");
        let again = format!("{head}{male}0,female,0.1\n0,female,0.1\n");
        assert!(problems(&again).contains("t.csv:5: found age 0 of female again"));
        let range = format!("{head}{male}0,female,0.1\n1,female,1.5\n");
        assert!(problems(&range).contains("t.csv:5: annual_death_probability: found 1.5"));
        assert!(problems(&format!("{head}0,female,x\n")).contains("t.csv:2"));
        assert!(problems("age,sex\n0,male\n").contains("t.csv:1: found the header"));
        assert!(problems(head).contains("found 0 rows of female"));
    }

    #[test]
    fn shipped_tables_are_whole() {
        let files = Files::default();
        let mut report = Report::default();
        let life = files.named(Folder::Data, "us-life-table-2014").expect("file");
        assert!(life_table(&life, &mut report).is_some());
        let table = files.named(Folder::Data, "cdc-2000-weight-height-for-age").expect("file");
        let growth = growth(&table, &mut report).expect("table");
        assert!(report.is_empty());
        assert_eq!((growth.female.len(), growth.male.len()), (41, 41));
    }
}
