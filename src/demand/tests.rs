//! A centre made in code.

use super::*;
use crate::model::*;
use crate::scenario::{Request, load};
use crate::simulate::Unobserved;

fn spec(shape: Shape, timing: Timing, form: f64) -> CurveSpec {
    let number = Value::Constant;
    CurveSpec {
        shape,
        form: number(form),
        q: number(0.0),
        timing,
        time_ratio: number(1.0),
        share: number(1.0),
        mixture: true,
        ratio: number(1.0),
        alive_at: number(0.0),
        delay: number(0.0),
        tail: Vec::new(),
    }
}

fn days(shape: Shape, at: f64) -> CurveSpec {
    spec(shape, Timing::Scale(Value::Constant(at)), 1.0)
}

fn exponential(mean: f64) -> CurveSpec {
    days(Shape::Exponential, 1.0 / mean)
}

fn centre() -> Demand {
    Demand {
        years: 5,
        warm_up_days: 365.0,
        replications: 20,
        search_replications: 5,
        first_weekday: 0,
        products: vec![Product {
            id: "tisagenlecleucel".into(),
            model: None,
            strategy: 1,
            counted: Counted::Infused,
            funnel: Vec::new(),
            arrivals: Arrivals::Poisson,
            season: None,
            growth: None,
        }],
        centres: vec![Centre {
            id: "centre".into(),
            volumes: vec![Volume::Yearly(Value::Constant(40.0))],
            slots: None,
            icu_beds: Some(2),
            icu_full: WhenFull::Queue,
            ward_beds: Some(4),
        }],
        first_dose: Some(exponential(4.0)),
        between_doses: Some(exponential(0.5)),
        icu_after_onset: Some(exponential(3.0)),
        ward: Some(Ward { days: exponential(19.0), outpatient: Some(Value::Constant(0.3)) }),
        vials: [(80.0, 3), (200.0, 1), (400.0, 2)]
            .map(|(mg, order_up_to)| Vial {
                mg,
                order_up_to,
                reorder_point: order_up_to - 1,
                quantity: None,
                candidates: vec![order_up_to, order_up_to + 1],
                price: Some(Value::Constant(mg * 6.0)),
            })
            .into(),
        stock: Some(Stock {
            review_days: None,
            lead_time: exponential(5.0),
            shelf_life_days: Some(Value::Constant(200.0)),
            when_short: WhenShort::Emergency { days: Value::Constant(0.25), price: None },
            transfer_days: None,
            pooled: false,
            sharing_days: None,
            site_rule: Some(SiteRule { doses: 1, days: Value::Constant(14.0) }),
            order_cost: Some(Value::Constant(50.0)),
            holding_cost: Some(Value::Constant(20.0)),
        }),
        background: vec![BackgroundUser {
            id: "others".into(),
            a_year: Value::Constant(12.0),
            tocilizumab_mg: Some(Value::Constant(400.0)),
            icu_days: Some(exponential(3.0)),
        }],
        observed: Vec::new(),
        target: Some(DemandTarget::ServiceLevel(0.9)),
        switches: Vec::new(),
    }
}

#[test]
fn smoke() {
    let mut model = load(&Request::new("eliana")).unwrap().model;
    model.settings.draws = 20;
    let demand = centre();
    let start = std::time::Instant::now();
    let results = run(&model, &demand, &Unobserved).unwrap();
    eprintln!("{:?}", start.elapsed());
    for measure in Measure::ALL {
        let own = results.amount(0, measure);
        eprintln!(
            "{:24} {:10.3?} {:8.4?} {:8.3?}",
            measure.name(),
            own.band.mean,
            own.band.mc_se,
            own.chance_sd
        );
    }
    for resource in &results.resources {
        let p = results.peak(0, *resource);
        eprintln!("{resource:?} {:.2} {:?} {:?}", p.mean, p.enough, results.days(*resource)[1000]);
    }
    let start = std::time::Instant::now();
    let found = search(&model, &demand, DemandTarget::ServiceLevel(0.9), &Unobserved).unwrap();
    eprintln!("{:?} {:?} {:?}", start.elapsed(), found.cheapest, found.candidates[0]);
    let trace = follow(&model, &demand, 0).unwrap();
    for (row, counted) in trace.stock.iter().zip(&trace.counted) {
        assert_eq!(row[4], *counted);
    }
    eprintln!("{} {:?}", trace.doses.len(), &trace.stock[3000..3003]);
}
