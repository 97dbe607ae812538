//! The result to look at: latency by percentile, and what is lost at which rate.

use std::path::Path as File;

use anyhow::{Result, anyhow};
use plotters::{
    coord::{Shift, combinators::IntoLogRange as _},
    prelude::{
        ChartBuilder, Circle, Color as _, DrawingArea, IntoDrawingArea as _, LineSeries, Palette, Palette99,
        PathElement, SVGBackend, WHITE,
    },
};

use super::figures::{Figures, Load, Report};

/// Pixels.
const SIZE: (u32, u32) = (1200, 1400);

/// Share of the packets that are slower: from half of them to one in ten thousand.
const SLOWER: [f64; 9] = [0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001, 0.0001];

/// Draws the report into an SVG file.
///
/// # Errors
/// The file cannot be written.
pub fn draw(report: &Report, file: &File) -> Result<()> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(|error| cannot(file, &error))?;
    let (above, below) = area.split_vertically(SIZE.1 / 2);
    latencies(report, &above).map_err(|error| cannot(file, &error))?;
    losses(report, &below).map_err(|error| cannot(file, &error))?;
    area.present().map_err(|error| cannot(file, &error))
}

fn cannot(file: &File, error: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot draw {}: {error}", file.display())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = Result<(), Box<dyn std::error::Error + 'a>>;

fn drawn(report: &Report) -> impl Iterator<Item = (usize, &Figures)> {
    report
        .figures
        .iter()
        .enumerate()
        .filter(|(_, figures)| figures.way.path.delivers() && figures.unavailable.is_none())
}

fn latencies<'a>(report: &Report, area: &Area<'a>) -> Drawn<'a> {
    let mut chart = ChartBuilder::on(area)
        .caption("Latency at 20,000 packets/s, sender's stamp to consumer", ("sans-serif", 22))
        .margin(15)
        .x_label_area_size(45)
        .y_label_area_size(70)
        .build_cartesian_2d((1.0f64..10_000.0).log_scale(), (0.5f64..20_000.0).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("one packet in so many is slower")
        .y_desc("microseconds")
        .y_label_formatter(&|us| format!("{us}"))
        .x_label_formatter(&|one_in| format!("{one_in}"))
        .draw()?;
    for (number, figures) in drawn(report) {
        let color = Palette99::pick(number).mix(1.0);
        let points = SLOWER.iter().filter_map(|slower| {
            let ns = figures.quantile(Load::Slow, 1.0 - slower)?;
            Some((1.0 / slower, ns as f64 / 1e3))
        });
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(figures.way.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
    }
    chart.configure_series_labels().border_style(WHITE).background_style(WHITE.mix(0.8)).draw()?;
    Ok(())
}

fn losses<'a>(report: &Report, area: &Area<'a>) -> Drawn<'a> {
    let points = report.figures.iter().flat_map(|figures| &figures.points);
    let fastest = points.fold(1.0f64, |fastest, (rate, _)| fastest.max(rate / 1e6));
    let mut chart = ChartBuilder::on(area)
        .caption("Packets lost, by the rate they were sent at", ("sans-serif", 22))
        .margin(15)
        .x_label_area_size(45)
        .y_label_area_size(70)
        .build_cartesian_2d(0.0..fastest * 1.05, 0.0f64..100.0)?;
    chart.configure_mesh().x_desc("million packets/s sent").y_desc("% lost").draw()?;
    for (number, figures) in drawn(report) {
        let color = Palette99::pick(number).mix(1.0);
        let points = figures
            .points
            .iter()
            .map(|(rate, loss)| Circle::new((rate / 1e6, loss * 100.0), 3, color.filled()));
        chart
            .draw_series(points)?
            .label(figures.way.name())
            .legend(move |(x, y)| Circle::new((x + 9, y), 3, color.filled()));
    }
    chart.configure_series_labels().border_style(WHITE).background_style(WHITE.mix(0.8)).draw()?;
    Ok(())
}
