//! Broken files and what is said of each: file, line, key, what was found, what is allowed, the nearest name.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;

/// File, what is replaced in it, by what, and all that must be said of it.
type Case = (&'static str, &'static str, &'static str, &'static str);

const S: &str = "test.toml";
const R: &str = "regimens/standard.toml";
const C: &str = "regimens/cells.toml";
const E: &str = "evidence/test.toml";
const READINGS: &str = "evidence/readings.toml";

const CASES: &[Case] = &[
    (
        S,
        "patients = 100",
        "patiens = 100",
        "test.toml:5:1: settings.patiens: found \"patiens\", allowed a key of settings; did you mean \"patients\"?",
    ),
    (
        S,
        "[settings]",
        "across_populations = \"\"\ncaveats = [\"one\", \" \"]\npublished_models = \"one\"\n[settings]",
        "test.toml:4:22: across_populations: found \"\", allowed text that is not empty\n\
         test.toml:5:19: caveats: found \" \", allowed a list of text that is not empty\n\
         test.toml:6:20: published_models: found \"one\", allowed a list of text that is not empty",
    ),
    (
        S,
        "[settings]",
        "[setings]",
        "test.toml:1:1: settings: found nothing, allowed a table (sizes and method)\n\
         test.toml:4:2: setings: found \"setings\", allowed a key of scenario; did you mean \"settings\"?",
    ),
    (
        S,
        "light_kg = {",
        "light_kgs = {",
        "test.toml:53:1: tocilizumab.light_kg: found nothing, allowed a value: kilograms above 0 (weight of the step)\n\
         test.toml:56:1: tocilizumab.light_kgs: found \"light_kgs\", allowed a key of tocilizumab; did you mean \"light_kg\"?",
    ),
    (
        S,
        "[tocilizumab]\nmg_per_kg = { assume = 8, reason = \"a dose\" }\nlight_mg_per_kg = { assume = 12, reason = \"a dose\" }\nlight_kg = { assume = 30, reason = \"a weight\" }\ncap_mg = { assume = 800, reason = \"a dose\" }\n",
        "",
        "test.toml:50:18: tocilizumab: found a price per mg alone, allowed a table [tocilizumab] that says how many mg a dose has",
    ),
    (
        S,
        "regimen = \"cells\"",
        "regimen = \"cels\"",
        "test.toml:33:11: strategies.standard.lines.2.regimen: found \"cels\", allowed a regimen of this file or of the library; did you mean \"cells\"?",
    ),
    (
        S,
        "assume = 0.5, n = 40",
        "assume = 1.2, n = 40",
        "test.toml:35:8: strategies.standard.lines.2.able: found 1.2, allowed a probability from 0 to 1",
    ),
    (
        S,
        "horizon_months = 120",
        "horizon_months = -3",
        "test.toml:7:18: settings.horizon_months: found -3, allowed a number above 0, at most 1200",
    ),
    (
        S,
        "horizon_months = 120",
        "horizon_months = 0",
        "test.toml:7:18: settings.horizon_months: found 0, allowed a number above 0, at most 1200",
    ),
    (
        S,
        "horizon_months = 120",
        "horizon_months = nan",
        "test.toml:7:18: settings.horizon_months: found NaN, allowed a number above 0, at most 1200",
    ),
    (
        S,
        "horizon_months = 120\n",
        "",
        "test.toml:4:1: settings.horizon_months: found nothing, allowed a number above 0, at most 1200 (nothing is counted after it)",
    ),
    (
        S,
        "draws = 10",
        "draws = 0",
        "test.toml:6:9: settings.draws: found 0, allowed a whole number from 1 to 1000000",
    ),
    (
        S,
        "draws = 10",
        "draws = \"ten\"",
        "test.toml:6:9: settings.draws: found \"ten\", allowed a whole number from 1 to 1000000",
    ),
    (
        S,
        "draws = 10",
        "draws = 1.5",
        "test.toml:6:9: settings.draws: found 1.5, allowed a whole number from 1 to 1000000",
    ),
    (
        S,
        "\"us_2014\"",
        "\"us_2015\"",
        "test.toml:8:24: settings.background_mortality: found \"us_2015\", allowed one of us_2014, none; did you mean \"us_2014\"?",
    ),
    (
        S,
        "draws = 10",
        "draws = 10\ndiscount = { costs = 3 }",
        "test.toml:7:22: settings.discount.costs: found 3, allowed a number from 0 to 1",
    ),
    (
        S,
        "draws = 10",
        "draws = 10\ncurrency = \"dollars\"",
        "test.toml:7:12: settings.currency: found \"dollars\", allowed three capitals, such as USD",
    ),
    (
        S,
        "draws = 10",
        "draws = 10\ncurves = [\"os\", \"oss\"]",
        "test.toml:7:17: settings.curves: found \"oss\", allowed one of os, efs, rfs, cir, os_infused, efs_infused; did you mean \"os\"?",
    ),
    (
        S,
        "id = \"cells\"",
        "id = \"standard\"",
        "test.toml:38:6: strategies.standard.id: found \"standard\", allowed each id once",
    ),
    (
        S,
        "id = \"cells\"",
        "id = \"Cells\"",
        "test.toml:38:6: strategies.2.id: found \"Cells\", allowed a name of small letters, digits and _ that starts with a letter",
    ),
    (
        S,
        "after = [\"not_infused\"]\n",
        "",
        "test.toml:42:1: strategies.cells.lines.2.after: found nothing, allowed causes that lead to this line, required on every line but the first",
    ),
    (
        S,
        "after = [\"refractory\", \"relapse\"]",
        "after = [\"refractory\", \"relaps\"]",
        "test.toml:34:24: strategies.standard.lines.2.after: found \"relaps\", allowed one of not_infused, refractory, mrd_persistent, molecular_relapse, relapse, antigen_lost; did you mean \"relapse\"?",
    ),
    (
        S,
        "after = [\"not_infused\"]",
        "after = []",
        "test.toml:44:9: strategies.cells.lines.2.after: found an empty list, allowed at least one cause",
    ),
    (
        S,
        "only = { burden = [\"low\"] }",
        "only = { burdn = [\"low\"] }",
        "test.toml:45:18: strategies.cells.lines.2.only.burdn: found \"burdn\", allowed an attribute of the population: burden; did you mean \"burden\"?",
    ),
    (
        S,
        "only = { burden = [\"low\"] }",
        "only = { burden = [\"lo\"] }",
        "test.toml:45:20: strategies.cells.lines.2.only.burden: found \"lo\", allowed a level of burden: low, high; did you mean \"low\"?",
    ),
    (
        S,
        "regimen = \"cells\"\n[[strategies.lines]]\nregimen = \"inline\"",
        "regimen = \"cells\"\nafter = [\"relapse\"]\n[[strategies.lines]]\nregimen = \"inline\"",
        "test.toml:42:9: strategies.cells.lines.1.after: found a list, allowed no causes: the first line begins at month 0",
    ),
    (
        S,
        "regimen = \"standard\"",
        "regimen = \"standard\"\nonly = { burden = [\"low\"] }",
        "test.toml:32:8: strategies.standard.lines.1.only: found a table, allowed no condition on a first line: everyone begins it, since no line before it has a survival for the others; patients of one kind only are another population",
    ),
    (
        S,
        "regimen = \"standard\"",
        "regimen = \"standard\"\nable = { assume = 0.5, reason = \"x\" }",
        "test.toml:32:8: strategies.standard.lines.1.able: found a table, allowed no condition on a first line: everyone begins it, since no line before it has a survival for the others; patients of one kind only are another population",
    ),
    (
        S,
        "assume = 0.5, n = 40",
        "assume = 0.5, n = 0",
        "test.toml:35:28: strategies.standard.lines.2.able.n: found 0 patients, allowed a number of patients above 0",
    ),
    (
        S,
        "title = \"Two",
        "title = \"\\u001b[31mTwo",
        "test.toml:1:9: found text with the control character U+001B, allowed text that can be read, line breaks and tabs",
    ),
    (
        S,
        "title = \"Two",
        "title = \"\u{202e}Two",
        "test.toml:1:9: found text with the control character U+202E, allowed text that can be read, line breaks and tabs",
    ),
    (
        S,
        "id = \"cells\"",
        "id = \"cells\"\n\"a\\u0007b\" = 1",
        "test.toml:39:1: found text with the control character U+0007, allowed text that can be read, line breaks and tabs\n\
         test.toml:39:1: strategies.cells.a�b: found \"a\\u{7}b\", allowed a key of strategies",
    ),
    (
        S,
        "[\"not_infused\"]",
        "[\"mrd_persistent\"]\nmonitoring = false\ntransplant = { regimen = \"graft\", share = { assume = 0.1, reason = \"x\" }, months = { family = \"never\" }, after_persistence = true }",
        "test.toml:46:126: strategies.cells.lines.2.transplant.after_persistence: found after_persistence of a regimen without remission.persistence, allowed a regimen that says with remission.persistence how long its CAR-T cells last",
    ),
    (
        R,
        "transplant = { regimen",
        "transplant = { lost_car_t_ratio = { assume = 2, reason = \"x\" }, regimen",
        "regimens/standard.toml:12:35: remission.transplant.lost_car_t_ratio: found lost_car_t_ratio of a regimen without remission.persistence, allowed a regimen that says with remission.persistence how long its CAR-T cells last",
    ),
    (
        R,
        "relapse = { family = \"weibull\"",
        "relapse_mrd_positive = { family = \"never\" }\nrelapse = { family = \"weibull\"",
        "regimens/standard.toml:10:24: remission.relapse_mrd_positive: found a key that does nothing without mrd.negative, allowed mrd.negative beside it, or neither",
    ),
    (
        R,
        "\n[failure]",
        "\n[mortality_ratio]\nremision = { assume = 2, reason = \"x\" }\ntransplanted = { assume = -2, reason = \"x\" }\n[failure]",
        "regimens/standard.toml:15:1: mortality_ratio.remision: found \"remision\", allowed one of waiting, induction, remission, mrd_positive, transplanted, refractory, relapsed; did you mean \"remission\"?\n\
         regimens/standard.toml:16:16: mortality_ratio.transplanted: found -2, allowed a factor from 0 to 1000",
    ),
    (
        R,
        "\n[failure]",
        "\n[mortality_ratio]\nrelapsed = { product = [{ assume = 40, reason = \"x\" }, { assume = 50, reason = \"x\" }] }\n[failure]",
        "regimens/standard.toml:15:12: mortality_ratio.relapsed: found a product of 2000, allowed a factor from 0 to 1000",
    ),
    (
        R,
        "\n[failure]",
        "\n[tail]\nrelapse = [{ from_months = { assume = 48, reason = \"x\" }, rate = { assume = -1, reason = \"x\" } }, { from_months = { assume = 48, reason = \"x\" } }]\ndeath_relapse = [{ from_months = { assume = 48, reason = \"x\" } }]\n[failure]",
        "regimens/standard.toml:15:66: tail.relapse.1.rate: found -1, allowed a rate per month, 0 or more\n\
         regimens/standard.toml:15:99: tail.relapse.2.from_months: found a month that is not after that of the piece before, allowed pieces in the order of their months\n\
         regimens/standard.toml:16:1: tail.death_relapse: found \"death_relapse\", allowed a key of tail; did you mean \"death_relapsed\"?",
    ),
    (
        R,
        "\n[failure]",
        "\n[tail]\nrelapse = [{ from_months = { assume = 0, reason = \"x\" } }]\n[failure]",
        "regimens/standard.toml:15:11: tail.relapse: found numbers that make no curve: rate of a tail must be 0 or above and finite, allowed numbers that such a curve can have",
    ),
    (
        S,
        "cap_mg = { assume = 800, reason = \"a dose\" }",
        "cap_mg = { assume = 800, reason = \"a dose\" }\nvials_mg = [{ assume = 400, reason = \"x\" }, { assume = 1, reason = \"x\" }, { by = \"burden\", low = { assume = 80, reason = \"x\" }, high = { assume = 90, reason = \"x\" } }]",
        "test.toml:58:45: tocilizumab.vials_mg.2: found a vial of 1 mg, allowed a vial of at least 8 mg, a hundredth of the largest dose\n\
         test.toml:58:75: tocilizumab.vials_mg.3: found a number by level, allowed one number for all levels",
    ),
    (
        S,
        "cap_mg = { assume = 800, reason = \"a dose\" }",
        "cap_mg = { assume = 800, reason = \"a dose\" }\nvials_mg = 80",
        "test.toml:58:12: tocilizumab.vials_mg: found 80, allowed a list of 1 to 3 sizes",
    ),
    (
        S,
        "[costs.state]",
        "[costs.since_entry]\nremision = []\nremission = [{ from_months = { assume = 12, reason = \"x\" }, per_month = { assume = -1, reason = \"x\" } }, { from_months = { assume = 12, reason = \"x\" }, monthly = 2 }]\n[costs.state]",
        "test.toml:48:1: costs.since_entry.remision: found \"remision\", allowed one of waiting, induction, remission, mrd_positive, transplanted, refractory, relapsed; did you mean \"remission\"?\n\
         test.toml:49:73: costs.since_entry.remission.1.per_month: found -1, allowed money, 0 or more\n\
         test.toml:49:106: costs.since_entry.remission.2.per_month: found nothing, allowed a value: money, 0 or more (money per month)\n\
         test.toml:49:153: costs.since_entry.remission.2.monthly: found \"monthly\", allowed a key of costs.since_entry piece",
    ),
    (
        S,
        "[costs.state]",
        "[costs]\nlast_months = [{ months = { assume = 1, reason = \"x\" } }]\n[costs.state]",
        "test.toml:48:16: costs.last_months.1.per_month: found nothing, allowed a value: money, 0 or more (money per month)",
    ),
    (
        R,
        "\n[failure]",
        "\n[cost_since_entry]\nrelapsed = [{ from_months = { assume = 2, reason = \"x\" }, per_month = { assume = 3, reason = \"x\" } }, { from_months = { assume = 1, reason = \"x\" }, per_month = { assume = 3, reason = \"x\" } }]\n[failure]",
        "regimens/standard.toml:15:103: cost_since_entry.relapsed.2.from_months: found a month that is not after that of the piece before, allowed pieces in the order of their months",
    ),
    (
        S,
        "[utilities.state]",
        "[utilities.since_entry]\nremission = [{ from_months = { assume = 12, reason = \"x\" }, utility = { assume = 2, reason = \"x\" } }, { from_months = { assume = 12, reason = \"x\" }, per_month = 2 }]\n[utilities.state]",
        "test.toml:52:71: utilities.since_entry.remission.1.utility: found 2, allowed a utility from -1 to 1\n\
         test.toml:52:103: utilities.since_entry.remission.2.utility: found nothing, allowed a value: a utility from -1 to 1 (utility from then on)\n\
         test.toml:52:150: utilities.since_entry.remission.2.per_month: found \"per_month\", allowed a key of utilities.since_entry piece",
    ),
    (
        S,
        "[utilities.state]",
        "[utilities]\nfloor = { assume = -2, reason = \"x\" }\n[utilities.state]",
        "test.toml:52:9: utilities.floor: found -2, allowed a utility from -1 to 1",
    ),
    (
        S,
        "[utilities.state]",
        "[utilities]\npopulation = { constant = { assume = 1.25, reason = \"x\" }, male = { assume = 0, reason = \"x\" }, age = { assume = -0.001, reason = \"x\" }, age_squared = { assume = 0, reason = \"x\" } }\n[utilities.state]",
        "test.toml:52:14: utilities.population: found a utility of 1.25 at age 0, allowed numbers that give a utility above 0 and at most 1 at every age to 130",
    ),
    (
        C,
        "tocilizumab = \"X1.tocilizumab\"\n",
        "",
        "regimens/cells.toml:15:21: toxicity.crs.tocilizumab_doses: found a key that does nothing without toxicity.crs.tocilizumab, allowed toxicity.crs.tocilizumab beside it, or neither",
    ),
    (
        C,
        "scale = \"penn\"",
        "scale = \"penn\"\nicu_days = { family = \"never\" }",
        "regimens/cells.toml:13:12: toxicity.crs.icu_days: found a key that does nothing without toxicity.crs.icu, allowed toxicity.crs.icu beside it, or neither",
    ),
    (
        "regimens/graft.toml",
        "[failure]",
        "[toxicity]\nearly_death = { assume = 0.1, reason = \"x\" }\n[failure]",
        "regimens/graft.toml:5:15: toxicity.early_death: found a key that does nothing without response, allowed response beside it, or neither",
    ),
    (
        E,
        "value = 0.3, n_from = \"X6.patients\", n_share = 0.5",
        "value = 0.3, n = 0",
        "evidence/test.toml:10:61: X1.values.infection.n: found 0 patients, allowed a number of patients above 0",
    ),
    (
        E,
        "events = 58, n = 75",
        "events = 0, n = 0",
        "evidence/test.toml:9:47: X1.values.crs: found 0 events of 0, allowed events from 0 to n, n above 0",
    ),
    (
        S,
        "regimen = \"cells\"\nafter = [\"refractory\", \"relapse\"]",
        "regimen = \"graft\"\nafter = [\"molecular_relapse\"]\nmonitoring = { every_months = { assume = 1, reason = \"x\" }, lead_months = { assume = 1, reason = \"x\" }, sensitivity = { assume = 1, reason = \"x\" } }",
        "test.toml:34:10: strategies.standard.lines.2.after: found \"molecular_relapse\", in remission, before graft, allowed a regimen with [remission]: without it everyone in remission would be refractory at once\n\
         test.toml:35:14: strategies.standard.lines.2.monitoring: found a rule in remission, which graft never brings, allowed a regimen with [remission]",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remision = \"X2.month\"",
        "test.toml:48:1: costs.state.remision: found \"remision\", allowed one of waiting, induction, remission, mrd_positive, transplanted, refractory, relapsed; did you mean \"remission\"?",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = \"X2.mont\"",
        "test.toml:48:13: costs.state.remission: found \"X2.mont\", allowed a value of X2: X2.cells, X2.month; did you mean \"X2.month\"?",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = \"X22.month\"",
        "test.toml:48:13: costs.state.remission: found \"X22.month\", allowed a record of the evidence; did you mean \"X2.month\"?",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = \"X1.median\"",
        "test.toml:48:13: costs.state.remission: found \"X1.median\", which is of the unit months, allowed money, 0 or more",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = 500",
        "test.toml:48:13: costs.state.remission: found 500, allowed evidence, { assume = …, reason = \"…\" }, or bare_numbers = \"reason\" atop the file",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = { assume = 500 }",
        "test.toml:48:13: costs.state.remission.reason: found nothing, allowed text that is not empty (why this number)",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = { assume = 500, reason = \"\" }",
        "test.toml:48:38: costs.state.remission.reason: found \"\", allowed text that is not empty",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = { asume = 500, reason = \"x\" }",
        "test.toml:48:15: costs.state.remission.asume: found \"asume\", allowed evidence such as \"Q22.tocilizumab\", or a table with assume, by, switch, product, sum, complement or odds; did you mean \"assume\"?",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = { assume = 500, low = 600, high = 700, reason = \"x\" }",
        "test.toml:48:13: costs.state.remission: found value 500, low 600, high 700, numbers without a distribution: interval must have low < high with the value inside, allowed a value inside its interval",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = { assume = 500, unit = \"probability\", reason = \"x\" }",
        "test.toml:48:13: costs.state.remission.unit: found probability, allowed money",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = { assume = 500, n = 20, reason = \"x\" }",
        "test.toml:48:13: costs.state.remission: found n for a value of the unit money, allowed n for a probability only",
    ),
    (
        S,
        "remission = \"X2.month\"",
        "remission = \"X4\"",
        "test.toml:48:13: costs.state.remission: found \"X4\", a switch, which is no number, allowed a number; to choose by it { switch = \"X4\", on = …, off = … }",
    ),
    (
        S,
        "switch = \"X4\"",
        "switch = \"X1\"",
        "test.toml:25:33: regimens.inline.toxicity.infection.switch: found \"X1\", allowed the id of a switch record",
    ),
    (
        S,
        "switch = \"X4\"",
        "switch = \"X44\"",
        "test.toml:25:33: regimens.inline.toxicity.infection.switch: found \"X44\", allowed the id of a switch record; did you mean \"X4\"?",
    ),
    (
        S,
        "off = { assume = 0.1",
        "off = { assume = 1.1",
        "test.toml:25:66: regimens.inline.toxicity.infection.off: found 1.1, allowed a probability from 0 to 1",
    ),
    (
        S,
        "crs = \"published\"",
        "crs = \"literl\"",
        "test.toml:11:7: readings.crs: found \"literl\", allowed a reading of crs; did you mean \"literal\"?",
    ),
    (
        S,
        "crs = \"published\"",
        "cr = \"published\"",
        "test.toml:11:1: readings.cr: found \"cr\", allowed a set of readings.toml; did you mean \"crs\"?",
    ),
    (
        S,
        "high = { assume = 70",
        "high = { assume = 7",
        "test.toml:16:13: population.age_years: found low, high, allowed fixed; or low and high; or low, mode and high; in rising order",
    ),
    (
        S,
        "high = { assume = 70",
        "high = { assume = 170",
        "test.toml:16:64: population.age_years.high: found 170, allowed years, 0 to 120",
    ),
    (
        S,
        "body = \"reference\"\n",
        "",
        "test.toml:13:1: population.body: found tocilizumab by weight in cells, allowed body = \"reference\" where a dose goes by weight or surface",
    ),
    (
        S,
        "body = \"reference\"",
        "body = \"reference\"\nbody = \"reference\"",
        "test.toml:18:1: found body again, allowed each key once",
    ),
    (
        S,
        "title = \"Two regimens\"",
        "title = \"Two regimens",
        "test.toml:1:22: found invalid basic string, expected `\"`, allowed TOML (https://toml.io)",
    ),
    (
        S,
        "[readings]",
        "[regimens.cells]\nextends = \"inline\"\n[regimens.inline2]\n[readings]",
        "test.toml:12:1: regimens.inline2.failure: found nothing, allowed a table (survival after failure and relapse)\n\
         test.toml:12:1: regimens.inline2.group: found nothing, allowed text that is not empty (trial or group that the figures come from)\n\
         test.toml:12:1: regimens.inline2.label: found nothing, allowed text that is not empty (name in tables)",
    ),
    (
        R,
        "low = \"X1.cr\"",
        "lo = \"X1.cr\"",
        "regimens/standard.toml:5:6: response.cr.low: found nothing, allowed a value for every level of burden, or otherwise\n\
         regimens/standard.toml:5:23: response.cr.lo: found \"lo\", allowed a level of burden: low, high; or otherwise; did you mean \"low\"?",
    ),
    (
        R,
        "low = \"X1.cr\", ",
        "",
        "regimens/standard.toml:5:6: response.cr.low: found nothing, allowed a value for every level of burden, or otherwise",
    ),
    (
        R,
        "by = \"burden\"",
        "by = \"sex\"",
        "regimens/standard.toml:5:13: response.cr.by: found \"sex\", allowed an attribute of the population: burden",
    ),
    (
        R,
        "pr = { assume = 0.1",
        "pr = { assume = 0.6",
        "regimens/standard.toml:4:1: response: found response.cr + response.pr = 1.1 (burden low), allowed probabilities that add to at most one",
    ),
    (
        R,
        "rate = { assume = 0.004",
        "rate = { assume = -0.004",
        "regimens/standard.toml:11:54: remission.non_relapse_death.rate: found -0.004, allowed a rate per month, 0 or more",
    ),
    (
        R,
        "family = \"weibull\"",
        "family = \"weibul\"",
        "regimens/standard.toml:10:22: remission.relapse.family: found \"weibul\", allowed one of never, fixed, exponential, weibull, weibull_ph, gompertz, gamma, generalised_gamma, log_normal, log_logistic, piecewise_exponential, spline, kaplan_meier; did you mean \"weibull\"?",
    ),
    (
        R,
        "shape = { assume = 0.9, reason = \"falls off\" }, ",
        "",
        "regimens/standard.toml:10:11: remission.relapse.shape: found nothing, allowed shape or shape_through for a Weibull",
    ),
    (
        R,
        "survival = \"X3.rfs\" }",
        "survival = \"X3.rfs\", median = \"X1.median\" }",
        "regimens/standard.toml:10:11: remission.relapse: found median and at_months to place the curve, allowed one of scale, median, at_months for this family",
    ),
    (
        R,
        "at_months = { assume = 12, reason = \"a year\" }, survival = \"X3.rfs\" }",
        "anchored = true }",
        "regimens/standard.toml:10:11: remission.relapse: found nothing to place the curve, allowed one of scale, median, at_months for this family\n\
         regimens/standard.toml:10:81: remission.relapse.anchored: found \"anchored\", which is no more, allowed median, with its prior, and the published point among the [[targets]] of a calibrated regimen",
    ),
    (
        R,
        "[response]",
        "[anchors]\nrelapse = { endpoint = \"rfs\", median = \"X1.median\" }\n[response]",
        "regimens/standard.toml:4:2: anchors: found \"anchors\", which is no more, allowed calibrated, with the published points as [[targets]] of what it names, and medians with priors",
    ),
    (
        R,
        "survival = { assume = 0.2",
        "survival = { assume = 1",
        "regimens/standard.toml:16:11: failure.relapse.at_months: found survival 1 at 12 months after the delay, 0 never having it, allowed a time above the delay, survival above the share who never have the event and below 1",
    ),
    (
        R,
        ", survival = { assume = 0.2, reason = \"few\" }",
        "",
        "regimens/standard.toml:16:11: failure.relapse: found at_months with 0 of survival and risk, allowed at_months with either survival or risk",
    ),
    (
        R,
        "regimen = \"graft\"",
        "regimen = \"cells\"",
        "regimens/standard.toml:12:26: remission.transplant.regimen: found \"cells\", which has no [transplant], allowed a regimen with a [transplant] section",
    ),
    (
        R,
        "[response]",
        "[respons]",
        "regimens/standard.toml:4:2: respons: found \"respons\", allowed a key of regimen; did you mean \"response\"?\n\
         regimens/standard.toml:9:1: remission: found a remission that nobody reaches, allowed a regimen with [response] or starts_in = \"remission\"",
    ),
    (
        R,
        "group = \"trial\"",
        "group = \"trial\"\nextends = \"standard\"",
        "regimens/standard.toml:3:11: extends: found the circle inline (in the scenario) -> standard -> standard, allowed files that extend each other in a line\n\
         regimens/standard.toml:3:11: extends: found the circle standard -> standard, allowed files that extend each other in a line",
    ),
    (
        R,
        "[failure]\nrefractory = { family = \"exponential\", median = \"X1.median\" }\n",
        "[failure]\n",
        "regimens/standard.toml:14:1: failure.refractory: found nothing, allowed a curve in months (from failure to death)",
    ),
    (
        C,
        "waiting_death = { assume = 0.1",
        "waiting_progression = { assume = 0.95, reason = \"x\" }\nwaiting_death = { assume = 0.1",
        "regimens/cells.toml:6:1: access: found access.waiting_death + access.waiting_progression = 1.05 (burden low), allowed probabilities that add to at most one",
    ),
    (
        C,
        "grade3 = { assume = 0.4",
        "grade3 = { assume = 0.9",
        "regimens/cells.toml:11:1: toxicity.crs: found grade3 = 0.9 above any = 0.7733333333333333 (burden low), allowed grade3 among all patients, so at most any",
    ),
    (
        C,
        "scale = \"penn\"",
        "scale = \"pen\"",
        "regimens/cells.toml:12:9: regimens.cells.toxicity.crs.scale: found \"pen\", allowed one of penn, lee, ctcae, astct; did you mean \"penn\"?",
    ),
    (
        C,
        "scale = \"penn\"\n",
        "",
        "regimens/cells.toml:11:1: toxicity.crs.scale: found nothing, allowed one of penn, lee, ctcae, astct (scale of the grades)",
    ),
    (
        C,
        "\"X5.doses\"",
        "\"X1.crs\"",
        "regimens/cells.toml:16:21: toxicity.crs.tocilizumab_doses: found a part of \"X1.crs\", allowed the value, which has no parts",
    ),
    (
        C,
        "\"X5.doses\"",
        "[0.5, 0.5]",
        "regimens/cells.toml:16:21: toxicity.crs.tocilizumab_doses: found a list, allowed a Dirichlet of four, or a list of four values",
    ),
    (
        C,
        "[response]",
        "[treatment]\nadministration = { assume = 5, reason = \"x\" }\n[response]",
        "regimens/cells.toml:18:1: treatment.max_cycles: found no cycles, allowed a whole number from 1 to 60 where cycles are paid",
    ),
    (
        E,
        "events = 58",
        "events = 88",
        "evidence/test.toml:9:47: X1.values.crs: found 88 events of 75, allowed events from 0 to n, n above 0",
    ),
    (
        E,
        "unit = \"months\", value = 4",
        "value = 4",
        "evidence/test.toml:11:17: X1.values.median.unit: found nothing, allowed one of probability, months, days, years, per_month, ratio, factor, real, money, utility, qalys, count, kg, mg (unit)",
    ),
    (
        E,
        "unit = \"months\"",
        "unit = \"month\"",
        "evidence/test.toml:11:26: X1.values.median.unit: found \"month\", allowed one of probability, months, days, years, per_month, ratio, factor, real, money, utility, qalys, count, kg, mg; did you mean \"months\"?",
    ),
    (
        E,
        "value = 0.5, low = 0.4",
        "value = 0.5, low = 0.55",
        "evidence/test.toml:8:13: X1.values.cr: found numbers without a distribution: interval must have low < high with the value inside, allowed numbers that such a distribution can have",
    ),
    (
        E,
        "value = 0.5, low",
        "value = 1.5, low",
        "evidence/test.toml:8:45: X1.values.cr.value: found 1.5, allowed a probability from 0 to 1",
    ),
    (
        E,
        "se = 100",
        "se = 100, n = 4",
        "evidence/test.toml:24:16: X2.values.month: found n + value + se, allowed one of events + n; value + n; value + n_from (+ n_share); value + low + high; value + se; low + high; low + mode + high; counts; value + fixed",
    ),
    (
        E,
        "n_from = \"X6.patients\"",
        "n_from = \"X6.patient\"",
        "evidence/test.toml:10:20: X1.values.infection.n_from: found \"X6.patient\", allowed a value of the evidence; did you mean \"X6.patients\"?",
    ),
    (
        E,
        "[X6]",
        "[X5]",
        "evidence/test.toml:51:2: found X5 again, allowed each key once\n\
         evidence/test.toml:52:1: found document again, allowed each key once\n\
         evidence/test.toml:53:1: found place again, allowed each key once\n\
         evidence/test.toml:54:1: found meaning again, allowed each key once\n\
         evidence/test.toml:55:1: found role again, allowed each key once\n\
         evidence/test.toml:56:1: found grade again, allowed each key once",
    ),
    (
        E,
        "on = true\n",
        "",
        "evidence/test.toml:35:2: X4.on: found nothing, allowed true or false for a switch",
    ),
    (
        E,
        "role = \"switch\"",
        "role = \"swich\"",
        "evidence/test.toml:39:8: X4.role: found \"swich\", allowed one of parameter, target, switch, label, unused; did you mean \"switch\"?",
    ),
    (
        E,
        "counts = [16, 7, 3, 1]",
        "counts = [16, 7, 3]",
        "regimens/cells.toml:16:21: toxicity.crs.tocilizumab_doses: found \"X5.doses\", which is a whole of parts, allowed one of its parts, X5.doses.1 to X5.doses.3",
    ),
    (
        E,
        "[X1]\n",
        "[X1]\nsource = \"x\"\n",
        "evidence/test.toml:2:1: X1.source: found \"source\", allowed a key of record",
    ),
    (
        READINGS,
        "[crs.literal]\n\"X1.tocilizumab\" = \"literal\"\n",
        "[crs.literal]\n",
        "evidence/readings.toml:7:6: crs.literal: found no reading of X1.tocilizumab, allowed a reading of every value that other readings of the set name",
    ),
    (
        READINGS,
        "= \"literal\"",
        "= \"litteral\"",
        "evidence/readings.toml:8:20: crs.literal.X1.tocilizumab: found \"litteral\", allowed default, or a reading of X1.tocilizumab; did you mean \"literal\"?",
    ),
    (
        READINGS,
        "default = \"published\"",
        "default = \"publishd\"",
        "evidence/readings.toml:2:11: crs.default: found \"publishd\", allowed a reading of crs; did you mean \"published\"?",
    ),
    (
        READINGS,
        "\"X1.tocilizumab\" = \"default\"",
        "\"X1.tocilizumb\" = \"default\"",
        "evidence/readings.toml:4:6: crs.published: found no reading of X1.tocilizumab, allowed a reading of every value that other readings of the set name\n\
         evidence/readings.toml:5:1: crs.published.X1.tocilizumb: found \"X1.tocilizumb\", allowed a value of that record; did you mean \"X1.tocilizumab\"?",
    ),
];

#[test]
fn the_good_scenario_is_good() {
    let loaded = Fixture::new().load().unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.model.strategies.len(), 2);
}

#[test]
fn every_broken_file_is_told_with_its_place() {
    let mut wrong = Vec::new();
    for (file, from, to, expected) in CASES {
        let found =
            Fixture::new().edit(file, from, to).load().map_or_else(|text| text, |_| "good".to_owned());
        if found != *expected {
            wrong.push(format!("{file}: {from:?} -> {to:?}\n{found}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
