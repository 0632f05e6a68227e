//! The ratio of a guarded frame to a bare one, over the number of ports.

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::frame::FrameCost;

const SIZE: (u32, u32) = (720, 400);
/// Dark enough on white, and told apart by those who do not see colours by the marks' order.
const COLOURS: [RGBColor; 4] = [
    RGBColor(0, 90, 160),
    RGBColor(190, 80, 0),
    RGBColor(0, 130, 90),
    RGBColor(130, 60, 140),
];

pub(crate) fn ratios(costs: &[FrameCost]) -> Result<String> {
    let mut svg = String::new();
    draw(&mut svg, costs).map_err(|error| anyhow!("cannot draw the plot: {error}"))?;
    Ok(svg)
}

fn draw(svg: &mut String, costs: &[FrameCost]) -> Result<(), Box<dyn std::error::Error>> {
    let most_ports = costs.iter().map(|cost| cost.ports).max().unwrap_or(1);
    let highest = costs.iter().map(|cost| cost.ratio).fold(1.3, f64::max) + 0.1;
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .caption("A guarded frame against a bare one", ("sans-serif", 18))
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d((1..most_ports.max(2)).log_scale(), 1.0..highest)?;
    chart
        .configure_mesh()
        .x_desc("ports")
        .y_desc("median of the ratios, pair by pair")
        .y_label_formatter(&|ratio| format!("×{ratio:.2}"))
        .draw()?;
    let mut lines: Vec<(&str, &str)> = costs.iter().map(|c| (c.path, c.family)).collect();
    lines.sort_unstable();
    lines.dedup();
    for ((path, family), colour) in lines.into_iter().zip(COLOURS.into_iter().cycle()) {
        let of_line = costs
            .iter()
            .filter(|c| (c.path, c.family) == (path, family));
        let points: Vec<(usize, f64)> = of_line.map(|c| (c.ports, c.ratio)).collect();
        chart
            .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?
            .label(format!("{path}, {family}"))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        chart.draw_series(
            points
                .into_iter()
                .map(|point| Circle::new(point, 3, colour.filled())),
        )?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()?;
    area.present()?;
    Ok(())
}
