//! The JSON Schema of scenario, regimen and evidence files, made from the table of keys.

use super::keys::{ASSUMED, CURVE, Kind, READING_SET, RECORD, REGIMEN, SCENARIO, Table};
use crate::quantity::Domain;
use serde_json::{Map, Value, json};

const NAME: &str = "^[a-z][a-z0-9_]*$";

/// The JSON Schema (draft 2020-12) of all files of the scenario language.
///
/// The kind of file is told by its keys: a scenario has `title` or `strategies`, a regimen `failure` or `group`,
/// a set of readings `default`; the rest are records. Each kind stands in `$defs` too.
#[must_use]
pub fn schema() -> Value {
    let mut defs = Map::new();
    for domain in Domain::ALL {
        defs.insert(domain.name().to_owned(), value(domain));
    }
    defs.insert("assumption".to_owned(), table(&ASSUMED));
    defs.insert("curve".to_owned(), table(&CURVE));
    defs.insert("scenario".to_owned(), table(&SCENARIO));
    defs.insert("regimen".to_owned(), table(&REGIMEN));
    defs.insert("record".to_owned(), table(&RECORD));
    let records = json!({
        "type": "object",
        "additionalProperties": { "$ref": "#/$defs/record" },
    });
    defs.insert("evidence".to_owned(), records);
    let mut set = table(&READING_SET);
    set["additionalProperties"] = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let sets = json!({ "type": "object", "additionalProperties": set });
    defs.insert("readings".to_owned(), sets);
    let has = |keys: &[&str]| {
        let any: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
        json!({ "anyOf": any })
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "remisim.schema.json",
        "title": "remisim scenario, regimen or evidence file",
        "if": has(&["title", "question", "settings", "strategies", "population"]),
        "then": { "$ref": "#/$defs/scenario" },
        "else": {
            "if": has(&["label", "group", "failure", "response", "remission"]),
            "then": { "$ref": "#/$defs/regimen" },
            "else": {
                "anyOf": [{ "$ref": "#/$defs/evidence" }, { "$ref": "#/$defs/readings" }],
            },
        },
        "$defs": defs,
    })
}

fn table(table: &Table) -> Value {
    let mut properties = Map::new();
    for key in table.keys {
        let mut own = kind(&key.kind);
        let doc = if key.default.is_empty() {
            key.doc.to_owned()
        } else {
            format!("{} (default: {})", key.doc, key.default)
        };
        if let Some(own) = own.as_object_mut() {
            own.insert("description".to_owned(), Value::String(doc));
        }
        properties.insert(key.name.to_owned(), own);
    }
    let mut out = json!({
        "type": "object",
        "description": table.doc,
        "properties": properties,
        "additionalProperties": false,
    });
    if table.key("extends").is_some() {
        // A file that extends another need not repeat what is required.
        out["if"] = json!({ "not": { "required": ["extends"] } });
        out["then"] = required(table);
    } else if table.whole {
        out["required"] = json!(required_keys(table));
    }
    out
}

fn required_keys(table: &Table) -> Vec<&'static str> {
    table.keys.iter().filter(|key| key.required).map(|key| key.name).collect()
}

/// What is required of a table and of the tables in it, and nothing else.
fn required(table: &Table) -> Value {
    let mut properties = Map::new();
    for key in table.keys {
        let inner = match &key.kind {
            Kind::Table(own) if !own.whole && own.key("extends").is_none() => required(own),
            Kind::OrFalse(own) => json!({ "if": { "type": "object" }, "then": required(own) }),
            Kind::List(own) | Kind::ListOrNone(own) if !own.whole => json!({ "items": required(own) }),
            _ => continue,
        };
        properties.insert(key.name.to_owned(), inner);
    }
    json!({ "required": required_keys(table), "properties": properties })
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string", "minLength": 1 }),
        Kind::Name => json!({ "type": "string", "pattern": NAME }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Integer(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Kind::Number(low, _, _) if *low == f64::MIN => json!({ "type": "number" }),
        Kind::Number(low, high, true) => {
            json!({ "type": "number", "exclusiveMinimum": low, "maximum": high })
        }
        Kind::Number(low, high, false) => json!({ "type": "number", "minimum": low, "maximum": high }),
        Kind::Choice(names) => json!({ "enum": names }),
        Kind::Choices(names) => json!({ "type": "array", "items": { "enum": names }, "uniqueItems": true }),
        Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Numbers(least) => {
            json!({ "type": "array", "minItems": least, "items": { "type": "number", "minimum": 0 } })
        }
        Kind::Reals => json!({ "type": "array", "minItems": 2, "items": { "type": "number" } }),
        Kind::Values(domain) => {
            json!({ "type": "array", "items": { "$ref": format!("#/$defs/{}", domain.name()) } })
        }
        Kind::Weekdays(most) => json!({
            "type": "array", "minItems": 7, "maxItems": 7,
            "items": { "type": "integer", "minimum": 0, "maximum": most },
        }),
        Kind::Integers(low, high) => json!({
            "type": "array", "minItems": 1, "items": { "type": "integer", "minimum": low, "maximum": high },
        }),
        Kind::Counts(low, high) => {
            let one = json!({ "type": "integer", "minimum": low, "maximum": high });
            json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] })
        }
        Kind::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Kind::Cycles => json!({
            "type": "array", "minItems": 2, "maxItems": 2,
            "items": { "type": "integer", "minimum": 1, "maximum": 60 },
        }),
        Kind::Value(domain) => json!({ "$ref": format!("#/$defs/{}", domain.name()) }),
        Kind::Doses => json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "minItems": 4, "maxItems": 4, "items": { "$ref": "#/$defs/probability" } },
        ] }),
        Kind::Curve(_) => json!({ "$ref": "#/$defs/curve" }),
        Kind::Table(own) if std::ptr::eq(*own, &raw const REGIMEN) => json!({ "$ref": "#/$defs/regimen" }),
        Kind::Table(own) => table(own),
        Kind::OrFalse(own) => json!({ "anyOf": [{ "const": false }, table(own)] }),
        Kind::List(own) => json!({ "type": "array", "minItems": 1, "items": item(own) }),
        Kind::ListOrNone(own) => json!({ "type": "array", "items": item(own) }),
        Kind::OneOrList(own) => {
            json!({ "anyOf": [item(own), { "type": "array", "minItems": 1, "items": item(own) }] })
        }
        Kind::Map(inner) => json!({ "type": "object", "additionalProperties": self::kind(inner) }),
        Kind::Each(names, inner) => {
            let properties: Map<String, Value> =
                names.iter().map(|name| ((*name).to_owned(), self::kind(inner))).collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false })
        }
    }
}

/// An item of a list, which is replaced as a whole, so that each is complete.
fn item(own: &Table) -> Value {
    let mut item = table(own);
    item["allOf"] = json!([required(own)]);
    item
}

/// A value of a domain: evidence, a bare number, or one of the tables.
fn value(domain: Domain) -> Value {
    let (low, high) = domain.range();
    let number = if domain == Domain::Real {
        json!({ "type": "number" })
    } else if domain.open_at_low() {
        json!({ "type": "number", "exclusiveMinimum": low, "maximum": high })
    } else {
        json!({ "type": "number", "minimum": low, "maximum": high })
    };
    let own = json!({ "$ref": format!("#/$defs/{}", domain.name()) });
    let probability = json!({ "$ref": "#/$defs/probability" });
    let closed = |properties: Value, required: &[&str]| {
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    };
    let mut assumption = table(&ASSUMED);
    assumption["properties"]["assume"] = number.clone();
    json!({
        "description": domain.allowed(),
        "anyOf": [
            { "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]*(\\.[a-z][a-z0-9_]*(\\.[1-9][0-9]*)?)?$" },
            number,
            assumption,
            { "type": "object", "properties": { "by": { "type": "string" } }, "required": ["by"],
              "additionalProperties": own },
            closed(json!({ "switch": { "type": "string" }, "on": own, "off": own }), &["switch", "on", "off"]),
            closed(json!({ "product": { "type": "array", "minItems": 1, "items": { "anyOf": [
                { "type": "string" }, { "type": "number" }, { "type": "object" } ] } } }), &["product"]),
            closed(json!({ "sum": { "type": "array", "minItems": 1, "items": own } }), &["sum"]),
            closed(json!({ "complement": probability }), &["complement"]),
            closed(json!({ "odds": probability, "ratio": { "$ref": "#/$defs/ratio" } }), &["odds", "ratio"]),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` below a value.
    fn references(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                out.extend(map.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
                map.values().for_each(|inner| references(inner, out));
            }
            Value::Array(items) => items.iter().for_each(|inner| references(inner, out)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_of_the_schema_leads_somewhere() {
        let schema = schema();
        let mut found = Vec::new();
        references(&schema, &mut found);
        assert!(found.len() > 50);
        for reference in found {
            let pointer = reference.trim_start_matches('#');
            assert!(schema.pointer(pointer).is_some(), "{reference}");
        }
    }
}
