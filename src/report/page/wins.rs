//! Who lives longest and who is worth most, each with what it is set against and how sure that is.

use super::super::rounded::{grouped, month, percent};
use super::super::told::{SheetRow, Told};
use super::gain::{gain, unsure};
use super::known::{Known, table};
use super::links::Links;
use super::ratios::{close_to, ratios};
use super::said::Said;
use super::shares::{alike, of_draws, share};
use super::winning::{Clause, Ranked, Winning, signed};
use maud::{Markup, html};

/// Strategies that are all told in one sentence.
const MANY: usize = 5;

/// The first two sentences: who wins, and how sure that is.
pub(super) fn wins(told: &Told, links: &Links, known: &Known) -> Option<[Said; 2]> {
    let winning = Winning { told, links, known };
    let lived = winning.ranked(|id| mean(told, id, "life_years"), 2)?;
    let worth = told.threshold().and_then(|threshold| {
        let worth = |id: &str| Some(mean(told, id, "qalys")? * threshold - mean(told, id, "costs")?);
        Some((threshold, winning.ranked(worth, 0)?))
    });
    let close = worth.as_ref().filter(|(_, ranked)| ranked.best.len() == 1);
    let close =
        close.and_then(|(threshold, ranked)| close_to(told, *threshold, ranked.best[0], ranked.next?.0));
    let who = html! {
        (winning.longest(&lived))
        @if let Some((threshold, ranked)) = &worth {
            "; at " a href="#again" { (grouped(*threshold, 0)) " " (told.currency()) " a QALY" } " " (winning.all(&ranked.best))
            @if ranked.best.len() > 1 { " are worth the same" } @else { " is worth most" }
            @if close.is_some() { ", which these draws do not settle" }
        }
    };
    let money = worth.is_some().then(|| ratios(told, known)).flatten();
    let who =
        Said::of(who).with([winning.alive(&lived), winning.within(), close, money].into_iter().flatten());
    let gain = gain(&winning, &lived);
    let choice = worth.as_ref().and_then(|(threshold, ranked)| winning.choice(ranked, *threshold));
    let (gained, over_next) = gain.map_or((None, None), |own| (Some(own.over_first), own.over_next));
    Some([who, Said::of(winning.sure([gained, choice])).with(over_next)])
}

fn mean(told: &Told, strategy: &str, outcome: &str) -> Option<f64> {
    told.outcome(strategy, outcome)?.number("mean")
}

impl<'a> Winning<'a> {
    fn longest(&self, lived: &Ranked<'a>) -> Markup {
        let years = self.number(lived.best[0], &format!("{:.2}", lived.most));
        let open = unsure(self, lived);
        let next = lived.next.map(|(id, less)| (self.called(id), self.number(id, &format!("{less:.2}"))));
        html! {
            @match (lived.best.len(), next) {
                (1, Some((id, less))) => {
                    "Patients live longest under " (self.called(lived.best[0])) ", " (years) " years in the mean against " (less)
                    " under " (id) ", the next"
                    @if open.iter().any(|own| lived.next.is_some_and(|next| *own == next.0)) { ", an order that is not sure" }
                    @else if !open.is_empty() { ", though not surely longer than under " (self.all(&open)) }
                },
                (1, None) => { "Under " (self.called(lived.best[0])) " patients live " (years) " years in the mean" },
                (_, next) => {
                    "Patients live equally long, to two decimals, under " (self.all(&lived.best)) ", " (years) " years in the mean"
                    @if let Some((id, less)) = next { ", against " (less) " under " (id) ", the next" }
                },
            }
        }
    }

    /// Over how long lives are told.
    fn within(&self) -> Option<Markup> {
        let months = self.told.manifest["settings"]["horizon_months"].as_f64()?;
        let (length, unit) = if months % 12.0 == 0.0 { (months / 12.0, "year") } else { (months, "month") };
        let ending = if length == 1.0 { "" } else { "s" };
        Some(html! { "Lives are followed for " (month(length)) " " (unit) (ending) })
    }

    /// How many live at 12 months: under all, where they are few; under the best, what it is set against and the next.
    fn alive(&self, lived: &Ranked<'a>) -> Option<Markup> {
        let most = self.known.most();
        let share = |id: &'a str| {
            let row = self.told.outcome(id, "os_12_months")?;
            let ends = row.number("lower_95").zip(row.number("upper_95")).filter(|_| most.is_some());
            let ends = ends.map_or_else(String::new, |(low, high)| {
                format!(" ({} to {})", grouped(low * 100.0, 0), percent(high))
            });
            Some((id, percent(row.number("mean")?) + &ends))
        };
        let best = lived.best[0];
        let told = &self.told.strategies;
        let others: Vec<&str> = if told.len() <= MANY {
            told.iter().map(|own| own.0.as_str()).collect()
        } else {
            self.against(lived).into_iter().chain(lived.next.map(|own| own.0)).collect()
        };
        let mut all = vec![best];
        for id in others {
            if !all.contains(&id) {
                all.push(id);
            }
        }
        let all: Vec<(&str, String)> = all.into_iter().filter_map(share).collect();
        (!all.is_empty()).then(|| {
            html! {
                @for (at, (id, share)) in all.iter().enumerate() {
                    @if at > 0 { ", " }
                    (self.number(id, share))
                    @if at == 0 { " of patients live at 12 months" }
                    " under " (self.called(id))
                }
                @if let Some(most) = most { "; in brackets what they are " (most) }
            }
        })
    }

    /// In how many draws the strategy of the highest mean net benefit is the best choice; with one draw, how well its
    /// net benefit is simulated.
    fn choice(&self, worth: &Ranked<'a>, threshold: f64) -> Option<Clause> {
        let told = self.told;
        if self.known.single() {
            let rows = told.rows("increments.csv");
            let mut rows = rows.filter(|row| row.text("outcome") == "net_monetary_benefit");
            let (choice, first) = (worth.best[0], told.strategies.first()?.0.as_str());
            // The first strategy has no row: its own gain is told by that of the best of the others.
            let other = worth.best.get(1).copied().or(worth.next.map(|own| own.0));
            let wanted = if choice == first { other? } else { choice };
            let row = rows.find(|row| row.text("strategy") == wanted)?;
            let (of, from) = (self.called(wanted), self.called(row.text("comparator")));
            let words = table(told, "increments.csv", "net benefit");
            let (spread, plus) = self.spread(&row, |value| signed(value, 0), false)?;
            let text = html! { "the " (words) " of " (of) " less that of " (from) " is " (spread) " " (told.currency()) " a person" };
            return Some((text, plus));
        }
        if matches!(self.known, Known::Noisy) {
            return None;
        }
        let far = |row: &SheetRow<'_>| (row.number("WTP").unwrap_or(f64::INFINITY) - threshold).abs();
        let nearest =
            told.rows("ceac.csv").min_by(|one, other| far(one).total_cmp(&far(other)))?.number("WTP")?;
        let at = told.rows("ceac.csv").filter(|row| row.number("WTP") == Some(nearest));
        let share_of = |row: SheetRow<'a>| {
            Some((row.text("Strategy"), row.number("Proportion")?, row.number("Proportion_Corrected")))
        };
        let shares: Vec<(&str, f64, Option<f64>)> = at.filter_map(share_of).collect();
        // A threshold between two of the tables is not theirs.
        let there = if nearest == threshold {
            "at that threshold".to_owned()
        } else {
            format!("at {}, the nearest that the tables have,", grouped(nearest, 0))
        };
        let draws = told.count("draws")?;
        let chosen = shares.iter().find(|own| own.0 == worth.best[0])?;
        let tied = shares.iter().filter(|own| alike(own.1, chosen.1)).map(|own| own.0);
        let tied: Vec<&str> = tied.collect();
        // What noise alone makes more frequent is not.
        let told_at = |own: &(&str, f64, Option<f64>)| own.2.unwrap_or(own.1);
        let more = shares.iter().filter(|own| own.1 > chosen.1 && !alike(own.1, chosen.1));
        let more = more
            .filter(|own| share(told_at(own)) != share(told_at(chosen)) && told_at(own) > told_at(chosen));
        let more = more.max_by(|one, other| told_at(one).total_cmp(&told_at(other)));
        let words = table(told, "ceac.csv", "best choice");
        let text = html! {
            @if tied.len() > 1 {
                (self.all(&tied)) " are the " (words) " " (there) " equally often, each in " (self.number(chosen.0, &of_draws(chosen.1, chosen.2, draws)))
            } @else {
                (self.called(chosen.0)) " is the " (words) " " (there) " in " (self.number(chosen.0, &of_draws(chosen.1, chosen.2, draws)))
                @if let Some((id, share, corrected)) = more { ", " (self.called(id)) " in more, " (self.number(id, &of_draws(*share, *corrected, draws))) }
            }
        };
        Some((text, None))
    }

    /// Clauses as one sentence, with why there is no more where there is none.
    fn sure(&self, clauses: [Option<Clause>; 2]) -> Markup {
        let clauses: Vec<Clause> = clauses.into_iter().flatten().collect();
        let plus = clauses.iter().find_map(|(_, plus)| *plus);
        let open = self.known.most().is_none() || clauses.is_empty();
        html! {
            @for (at, (text, _)) in clauses.iter().enumerate() { @if at > 0 { "; " } (text) }
            @if let Some(words) = plus { ", " (words) }
            @if open {
                @if clauses.is_empty() { "How" } @else { "; how" }
                " sure this is stays open: " (self.known.why())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const HEADING: &str = "strategy,outcome,mean,mc_se,lower_95,upper_95\n";

    /// Both sentences of a run of so many draws of strategies a, b and so on, from its tables, each with what stands below it.
    fn said(strategies: usize, draws: u32, tables: &[(&str, &str)]) -> [Vec<String>; 2] {
        let told = Told::of_tables(strategies, json!({ "draws": draws }), tables);
        let both = wins(&told, &Links::of(&told), &Known::of(&told)).unwrap();
        both.map(|Said { sentence, more }| {
            let text = |own: Markup| -> String {
                scraper::Html::parse_fragment(&own.into_string()).root_element().text().collect()
            };
            std::iter::once(sentence).chain(more).map(text).collect()
        })
    }

    #[test]
    fn what_is_told_of_a_difference_is_told_of_its_own_comparison() {
        let rows = "a,life_years,2,0,1,3\nb,life_years,3,0,2,4\nc,life_years,5,0,3,7\n\
                    b,life_years_minus_a,1,0,-1,3\nc,life_years_minus_a,3,0,1,5\nc,life_years_minus_b,2,0,-1,4\n\
                    a,os_12_months,0.4,0,0.3,0.5\nb,os_12_months,0.45,0,0.4,0.5\nc,os_12_months,0.6,0,0.5,0.7\n";
        let [who, sure] = said(3, 60, &[("summary.csv", &[HEADING, rows].concat())]);
        assert_eq!(
            who,
            [
                "Patients live longest under C, 5.00 years in the mean against 3.00 under B, the next, an order that is not sure",
                "60 % (50 to 70 %) of patients live at 12 months under C, 40 % (30 to 50 %) under A, 45 % (40 to 50 %) under B; in \
                 brackets what they are in 95 % of 60 draws"
            ]
        );
        assert_eq!(
            sure,
            [
                "The difference of C from A in life years is +3.00, between +1.00 and +5.00 in 95 % of 60 draws",
                "The difference of C from B, the next, in life years is +2.00, between -1.00 and +4.00 in 95 % of 60 draws, so its sign is \
                 not sure"
            ]
        );
        // The first strategy lives longest: the interval of the other over it is turned round.
        let rows = "a,life_years,3,0,1,3\nb,life_years,2,0,2,4\nb,life_years_minus_a,-1,0,-3,0.5\n";
        let [_, sure] = said(2, 60, &[("summary.csv", &[HEADING, rows].concat())]);
        assert_eq!(
            sure,
            [
                "The difference of A from B in life years is +1.00, between -0.50 and +3.00 in 95 % of 60 draws, so its sign is not sure"
            ]
        );
        // Sure over the next, but not over one that lives shorter in the mean and scatters more.
        let rows = "a,life_years,1,0,,\nb,life_years,3,0,,\nc,life_years,5,0,,\nb,life_years_minus_a,2,0,-1,3\n\
                    c,life_years_minus_a,4,0,-1,9\nc,life_years_minus_b,2,0,1,3\n";
        let [who, _] = said(3, 60, &[("summary.csv", &[HEADING, rows].concat())]);
        assert_eq!(
            who[0],
            "Patients live longest under C, 5.00 years in the mean against 3.00 under B, the next, though not surely longer than \
             under A"
        );
        // One draw: only the error of the simulation tells.
        let one = |error: f64| {
            let rows = format!("a,life_years,1,0,,\nb,life_years,2,0,,\nb,life_years_minus_a,1,{error},,\n");
            said(2, 1, &[("summary.csv", &[HEADING, &rows].concat())])[0][0]
                .ends_with("an order that is not sure")
        };
        assert!(one(0.6) && !one(0.4));
        let [who, sure] = said(1, 60, &[("summary.csv", &[HEADING, "a,life_years,2.5,0,1,3\n"].concat())]);
        assert_eq!(who, ["Under A patients live 2.50 years in the mean"]);
        assert_eq!(sure, ["The life years under A are 2.50, between 1.00 and 3.00 in 95 % of 60 draws"]);
    }

    #[test]
    fn of_equals_none_wins() {
        let summary = [
            HEADING,
            "a,life_years,2.99,0,1,3\nb,life_years,2.99,0,1,3\nb,life_years_minus_a,0,0,0,0\n\
             a,qalys,2,0,1,3\nb,qalys,2,0,1,3\na,costs,10,0,1,3\nb,costs,10,0,1,3\n",
        ]
        .concat();
        let tables = [
            ("summary.csv", summary.as_str()),
            ("increments.csv", "strategy,comparator,outcome,wtp,mean\nb,a,net_monetary_benefit,1000,0\n"),
            ("ceac.csv", "WTP,Strategy,Proportion\n1000,a,0.5\n1000,b,0.5\n"),
        ];
        let [who, sure] = said(2, 60, &tables);
        assert_eq!(
            who,
            [
                "Patients live equally long, to two decimals, under A and B, 2.99 years in the mean; at 1,000  a QALY A and B are worth \
                 the same"
            ]
        );
        assert_eq!(
            sure,
            [
                "The difference of A from B in life years is none in any draw; A and B are the best choice at that threshold equally \
                 often, each in 30 of 60 draws"
            ]
        );
    }

    #[test]
    fn what_is_more_frequent_by_noise_alone_is_not_more_frequent() {
        let summary = "a,life_years,3,0,1,3\nb,life_years,2,0,2,4\n\
                       a,qalys,2,0,1,3\nb,qalys,1,0,1,3\na,costs,10,0,1,3\nb,costs,10,0,1,3\n";
        let summary = [HEADING, summary].concat();
        let increments = "strategy,comparator,outcome,wtp,mean\nb,a,net_monetary_benefit,1000,-1000\n";
        let chosen = |corrected: [f64; 2]| {
            let [a, b] = corrected;
            let ceac =
                format!("WTP,Strategy,Proportion,Proportion_Corrected\n1000,a,0.49,{a}\n1000,b,0.51,{b}\n");
            let tables =
                [("summary.csv", summary.as_str()), ("increments.csv", increments), ("ceac.csv", &ceac)];
            said(2, 400, &tables)[1][0].clone()
        };
        assert!(chosen([0.48, 0.52]).ends_with(
            "A is the best choice at that threshold in 48 % of 400 draws, B in more, 52 % of 400 draws"
        ));
        let ceac = "WTP,Strategy,Proportion\n0,a,0.9\n0,b,0.1\n1250,a,0.48\n1250,b,0.52\n";
        let tables = [("summary.csv", summary.as_str()), ("increments.csv", increments), ("ceac.csv", ceac)];
        assert!(said(2, 400, &tables)[1][0].ends_with(
            "A is the best choice at 1,250, the nearest that the tables have, in 48 % of 400 draws, B in more, 52 % of 400 draws"
        ));
        assert!(chosen([0.5, 0.5]).ends_with("A is the best choice at that threshold in 50 % of 400 draws"));
    }
}
