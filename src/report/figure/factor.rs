//! What a figure within a value of a file is, which its key alone does not say: of which patients, and what it multiplies.

use toml::{Table, Value};

/// A key in plainer parts, and the figure of the evidence that it is a ratio to, where it multiplies one alone.
pub(super) fn plainer(table: &Table, key: &str) -> (String, Option<String>) {
    let parts: Vec<&str> = key.split('.').collect();
    let mut value = Some(Value::Table(table.clone()));
    let mut plain: Vec<String> = Vec::new();
    let (mut multiplied, mut at) = (None, 0);
    while let Some(part) = parts.get(at) {
        let table = value.as_ref().and_then(Value::as_table);
        let by = table.and_then(|own| own.get("by")?.as_str());
        let inner = table.and_then(|own| own.get(*part)).cloned();
        let number = parts.get(at + 1).and_then(|next| next.parse::<usize>().ok());
        // What follows the last piece are switches at most, and no other product holds it.
        let whole = !plain.iter().any(|own| own == "product");
        let last = || whole && parts.iter().skip(at + 2).all(|own| *own == "on");
        match (inner.as_ref().and_then(Value::as_array), number) {
            (Some(all), Some(number)) if matches!(*part, "product" | "sum") => {
                multiplied =
                    multiplied.or_else(|| alone(all, number).filter(|_| *part == "product" && last()));
                plain.extend([(*part).to_owned(), number.to_string()]);
                value = all.get(number.wrapping_sub(1)).cloned();
                at += 2;
                continue;
            }
            _ => {}
        }
        plain.push(match by {
            Some(by) if *part != "by" => format!("{by}_{part}"),
            _ => (*part).to_owned(),
        });
        let numbered = value.as_ref().and_then(Value::as_array).zip(part.parse::<usize>().ok());
        let element = numbered.and_then(|(all, number)| all.get(number.wrapping_sub(1)).cloned());
        value = inner.or(element);
        at += 1;
    }
    if multiplied.is_some() {
        // Which of several parts it is follows from what it is a ratio to.
        let cut = plain.iter().position(|own| matches!(own.as_str(), "sum" | "product"));
        plain.truncate(cut.unwrap_or(plain.len()));
        plain.push("ratio".to_owned());
    }
    (plain.join("."), multiplied)
}

/// The other factor of two, where it is a figure of the evidence.
fn alone(all: &[Value], number: usize) -> Option<String> {
    let [one, two] = all else { return None };
    let other = if number == 1 { two } else { one };
    other.as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_say_what_they_multiply_and_of_which_patients() {
        let text = "cost.sum = [{ product = [\"C1.product\", { assume = 1 }] }, \"C2.b\"]\n\
                    cr.product = [\"T1.cr\", { switch = \"T5\", on = { assume = 1 } }]\n\
                    pr.product = [{ complement = \"T1.cr\" }, { assume = 1 }]\n\
                    both.product = [\"T1.cr\", { product = [{ assume = 1 }, \"T1.cr\"] }]\n\
                    relapse.ratio.product = [{ by = \"risk\", high = { assume = 2 } }, \"T1.ratio\"]\n\
                    costs = [{ from_months = 1 }, { from_months = { by = \"sex\", male = { assume = 2 } } }]";
        let table: Table = text.parse().unwrap();
        for (key, plain, multiplied) in [
            ("cost.sum.1.product.2", "cost.ratio", Some("C1.product")),
            ("cr.product.2.on", "cr.ratio", Some("T1.cr")),
            ("pr.product.2", "pr.product.2", None),
            ("relapse.ratio.product.1.high", "relapse.ratio.product.1.risk_high", None),
            ("costs.2.from_months.male", "costs.2.from_months.sex_male", None),
            ("both.product.2.product.1", "both.product.2.product.1", None),
            ("nowhere.product.3", "nowhere.product.3", None),
        ] {
            assert_eq!(plainer(&table, key), (plain.to_owned(), multiplied.map(ToOwned::to_owned)));
        }
    }
}
