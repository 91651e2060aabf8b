//! Writes a page with every kind of chart, and the charts as SVG and PNG: `cargo run --example sample_page -- FOLDER`.

#[path = "../tests/it/common/sample_page.rs"]
mod sample_page;

use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: sample_page FOLDER")?);
    fs::create_dir_all(&folder)?;
    let page = sample_page::page();
    let html = page.html();
    let credit = page.credit();
    fs::write(folder.join("page.html"), &html)?;
    fs::write(folder.join("edge.html"), sample_page::edge_cases().html())?;
    for (name, chart) in sample_page::every_kind() {
        let name = name.replace(' ', "-");
        fs::write(folder.join(format!("{name}.svg")), chart.svg_with(&credit))?;
        fs::write(folder.join(format!("{name}.png")), chart.png(&credit, 2.0)?.bytes)?;
    }
    println!("page.html: {} bytes", html.len());
    Ok(())
}
