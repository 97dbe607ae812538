//! The result as one JSON object (docs/bench.md).

use serde_json::{Map, Value, json};

use super::{
    figures::{Figures, Load, Ratio, Report},
    path::wait,
    windows::{of_all, of_calmest},
};
use crate::latency::Latency;

/// Quantiles that are told, and their keys.
pub(super) const QUANTILES: [(&str, f64); 5] =
    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)];

/// The object.
#[must_use]
pub fn object(report: &Report) -> Value {
    let paths: Vec<Value> = report.figures.iter().map(|figures| path(report, figures)).collect();
    let alone = latency(&report.alone.iter().flatten());
    json!({
        "messages_per_packet": report.messages,
        "packet_bytes": report.frame,
        "clock_alone_ns": alone,
        "cpus": report.cpus,
        "paths": paths,
    })
}

fn path(report: &Report, figures: &Figures) -> Value {
    let way = figures.way;
    let mut object = Map::new();
    object.insert("name".into(), way.path.name().into());
    object.insert("wait".into(), wait(way.wait).into());
    if let Some(reason) = &figures.unavailable {
        object.insert("unavailable".into(), reason.as_str().into());
        return object.into();
    }
    let messages = |packets: f64| (packets * report.messages as f64).round();
    let lossless = figures.lossless();
    object.insert("packets_per_second_lossless".into(), json!(lossless.map(f64::round)));
    object.insert("messages_per_second".into(), json!(lossless.map(messages)));
    object.insert("trials_with_loss".into(), json!(lossless.map(|_| figures.held.disturbed())));
    if lossless.is_none() {
        let loss = figures
            .held
            .least_loss()
            .map(|(rate, share)| json!({ "packets_per_second": rate.round(), "share": share }));
        object.insert("loss".into(), json!(loss));
    }
    let top = json!({
        "packets_per_second": figures.top_speed().map(f64::round),
        "messages_per_second": figures.top_speed().map(messages),
        "loss": figures.top_loss(),
    });
    object.insert("top_speed".into(), top);
    if way.path.delivers() {
        let loads = Load::ALL.map(|load| (load.name().to_owned(), latency(&figures.windows(load))));
        object.insert("latency_ns".into(), Value::Object(loads.into_iter().collect()));
    }
    let cpu = json!({
        "user": figures.held.median(|held| held.user_ns),
        "softirq": figures.held.median(|held| held.softirq_ns),
        "packets_per_batch": figures.held.median(|held| held.batch),
    });
    object.insert("cpu_ns_per_packet".into(), cpu);
    object.insert("preempted".into(), figures.preempted.0.into());
    object.insert("ratio".into(), ratios(report, figures));
    object.into()
}

fn latency<'a>(windows: &(impl Iterator<Item = &'a Latency> + Clone)) -> Value {
    let object = |of: &dyn Fn(f64) -> Option<u64>| -> Map<String, Value> {
        QUANTILES.iter().map(|&(name, at)| (name.to_owned(), json!(of(at)))).collect()
    };
    let mut all = object(&|at| of_all(windows.clone(), at));
    let calmest = object(&|at| of_calmest(windows.clone(), at));
    all.insert("calmest".into(), calmest.into());
    all.into()
}

/// To the baseline, each with its spread.
fn ratios(report: &Report, figures: &Figures) -> Value {
    let Some(baseline) = report.baseline() else { return Value::Null };
    let mut object = Map::new();
    let mut put = |name: String, ratio: Option<Ratio>| object.insert(name, json!(ratio));
    put("packets_per_second_lossless".into(), figures.held.lossless_ratio(&baseline.held));
    put("top_speed".into(), figures.top_speed_ratio(baseline));
    put("user".into(), figures.held.median_ratio(&baseline.held, |held| held.user_ns));
    put("softirq".into(), figures.held.median_ratio(&baseline.held, |held| held.softirq_ns));
    for load in Load::ALL.into_iter().filter(|_| figures.way.path.delivers()) {
        for (name, at) in QUANTILES {
            let ratio = Ratio::of(&figures.by_round(load, at), &baseline.by_round(load, at));
            put(format!("{} {name}", load.name()), ratio);
            put(format!("{} calmest {name}", load.name()), figures.calmest_ratio(load, at, baseline));
        }
    }
    object.into()
}
