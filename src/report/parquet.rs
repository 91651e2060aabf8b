//! Results as Apache Parquet: the tables of a run, and every path's outcomes (docs/outputs.md).
//!
//! Format: Apache Parquet 2.x as written by the `parquet` crate, columns compressed with Snappy. The files hold neither
//! date nor machine, so the same numbers give the same bytes.

use std::{
    fmt,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        properties::{WriterProperties, WriterVersion},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

use crate::{
    base::{Metric, Place, Year},
    engine::{Accumulator, Halt, Progress, Settings, run},
    model::{BlockView, Lanes, Needs, Plan, YearView},
    outcomes::{PRESENT_VALUES, present_values},
    random::BLOCK,
};

/// The columns of the tables of a run that hold words; `year` holds whole numbers, every other column numbers.
const WORDS: [&str; 9] = [
    "option",
    "comparison",
    "economy",
    "metric",
    "unit",
    "reference",
    "status",
    "entry",
    "of",
];

/// A column under construction.
#[derive(Clone, Debug)]
enum Values {
    /// Words; always there.
    Words(Vec<ByteArray>),
    /// Years; always there.
    Years(Vec<i32>),
    /// Paths; always there.
    Paths(Vec<i64>),
    /// Numbers that are there, and for each row whether it has one (1) or not (0).
    Numbers(Vec<f64>, Vec<i16>),
}

impl Values {
    /// The empty column of a name.
    fn of(name: &str) -> Self {
        match name {
            "year" => Self::Years(Vec::new()),
            "path" => Self::Paths(Vec::new()),
            name if WORDS.contains(&name) => Self::Words(Vec::new()),
            _ => Self::Numbers(Vec::new(), Vec::new()),
        }
    }

    /// The declaration of the column in a schema.
    fn declaration(&self, name: &str) -> String {
        match self {
            Self::Words(_) => format!("REQUIRED BYTE_ARRAY {name} (STRING);"),
            Self::Years(_) => format!("REQUIRED INT32 {name};"),
            Self::Paths(_) => format!("REQUIRED INT64 {name};"),
            Self::Numbers(..) => format!("OPTIONAL DOUBLE {name};"),
        }
    }

    fn number(&mut self, value: Option<f64>) {
        if let Self::Numbers(values, present) = self {
            present.push(i16::from(value.is_some()));
            values.extend(value);
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Words(values) => values.clear(),
            Self::Years(values) => values.clear(),
            Self::Paths(values) => values.clear(),
            Self::Numbers(values, present) => {
                values.clear();
                present.clear();
            }
        }
    }
}

/// Named columns of the same length.
struct Columns(Vec<(String, Values)>);

impl Columns {
    fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(
            names
                .into_iter()
                .map(|name| (name.to_owned(), Values::of(name)))
                .collect(),
        )
    }

    /// A file of these columns.
    fn file<W: Write + Send>(&self, out: W) -> Result<SerializedFileWriter<W>, ParquetError> {
        let declarations: Vec<String> = self
            .0
            .iter()
            .map(|(name, values)| values.declaration(name))
            .collect();
        let schema = parse_message_type(&format!("message jointly {{ {} }}", declarations.join(" ")))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_created_by(format!("jointly {}", env!("CARGO_PKG_VERSION")))
            .build();
        SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))
    }

    /// Writes the rows as one group.
    fn write<W: Write + Send>(&self, mut group: SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        for (_, values) in &self.0 {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            match values {
                Values::Words(values) => column.typed::<ByteArrayType>().write_batch(values, None, None)?,
                Values::Years(values) => column.typed::<Int32Type>().write_batch(values, None, None)?,
                Values::Paths(values) => column.typed::<Int64Type>().write_batch(values, None, None)?,
                Values::Numbers(values, present) => {
                    column
                        .typed::<DoubleType>()
                        .write_batch(values, Some(present), None)?
                }
            };
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}

/// A table of a run, given as the text of its CSV file, as Parquet: the same columns, rows and numbers; an empty number
/// is null.
///
/// # Errors
/// If the text is not a CSV table of numbers and the known columns of words, which no table of this program is.
pub fn table_parquet(csv_text: &str) -> Result<Vec<u8>, ParquetError> {
    let broken = |what: String| ParquetError::General(what);
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let headings = reader.headers().map_err(|error| broken(error.to_string()))?;
    let mut columns = Columns::new(headings);
    for record in reader.records() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        for (field, (name, values)) in record.iter().zip(&mut columns.0) {
            let wrong = || broken(format!("`{field}` is no number in column {name}"));
            match values {
                Values::Words(words) => words.push(field.into()),
                Values::Years(years) => years.push(field.parse().map_err(|_| wrong())?),
                Values::Paths(paths) => paths.push(field.parse().map_err(|_| wrong())?),
                numbers if field.is_empty() => numbers.number(None),
                numbers => numbers.number(Some(field.parse().map_err(|_| wrong())?)),
            }
        }
    }
    let mut file = columns.file(Vec::new())?;
    columns.write(file.next_row_group()?)?;
    file.into_inner()
}

/// Why the outcomes of the paths could not be written.
#[derive(Debug)]
pub enum PathsError {
    /// The run was stopped or could not start.
    Halted(Halt),
    /// The file could not be written.
    Writing(ParquetError),
}

impl fmt::Display for PathsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Halted(Halt::Interrupted) => formatter.write_str("the run was stopped"),
            Self::Halted(Halt::NoThreads) => formatter.write_str("the operating system gave no threads"),
            Self::Writing(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for PathsError {}

/// A row group is written when this many rows are ready, so that memory stays bounded however many paths there are.
const GROUP_ROWS: usize = 1 << 17;

/// The file that blocks are written into, in block order.
struct Sink<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Columns,
    rows: usize,
    next_path: i64,
    /// Words of the rows of a path: option, economy and year.
    keys: Vec<(ByteArray, ByteArray, Year)>,
    error: Option<ParquetError>,
}

impl<W: Write + Send> Sink<W> {
    /// Takes a block: by key and column, one number per lane, or nothing where there is none.
    fn block(&mut self, values: &[Row], lanes: usize) {
        if self.error.is_some() {
            return;
        }
        for lane in 0..lanes {
            for ((option, place, year), row) in self.keys.iter().zip(values) {
                for (position, (_, column)) in self.columns.0.iter_mut().enumerate() {
                    match column {
                        Values::Paths(paths) => paths.push(self.next_path),
                        Values::Years(years) => years.push(*year),
                        Values::Words(words) => words.push(if position == 1 {
                            option.clone()
                        } else {
                            place.clone()
                        }),
                        numbers => {
                            let number = &row[position - KEY_COLUMNS];
                            numbers.number(number.as_ref().map(|lanes| lanes[lane]));
                        }
                    }
                }
                self.rows += 1;
            }
            self.next_path += 1;
        }
        if self.rows >= GROUP_ROWS {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let written = self
            .file
            .next_row_group()
            .and_then(|group| self.columns.write(group));
        self.error = self.error.take().or(written.err());
        self.rows = 0;
        for (_, values) in &mut self.columns.0 {
            values.clear();
        }
    }
}

/// Columns before those of numbers: path, option, economy, year.
const KEY_COLUMNS: usize = 4;

/// The numbers of a row: the metrics, then the present values.
type Row = [Option<Box<Lanes>>; Metric::COUNT + PRESENT_VALUES.len()];

/// Collects the outcomes of a block.
struct PathRecorder<'a, W: Write + Send> {
    plan: &'a Plan,
    /// The years that are kept, as steps from t0, ascending.
    steps: &'a [usize],
    sink: &'a Mutex<Sink<W>>,
    places: usize,
    /// By option, place and kept year; the order of rows.
    values: Vec<Row>,
    lanes: usize,
}

/// The outcomes of a block on their way into the file.
struct PathBlock<'a, W: Write + Send> {
    sink: &'a Mutex<Sink<W>>,
    values: Vec<Row>,
    lanes: usize,
}

impl<W: Write + Send> PathBlock<'_, W> {
    fn write(self) {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        sink.block(&self.values, self.lanes);
    }
}

impl<'a, W: Write + Send> Accumulator for PathRecorder<'a, W> {
    type Block = Option<PathBlock<'a, W>>;

    fn needs(&self) -> Needs {
        Needs::ALL
    }

    fn year(&mut self, _: usize, view: YearView<'_>, lanes: usize) {
        let Some(kept) = self.steps.iter().position(|step| *step == view.step) else {
            return;
        };
        self.lanes = lanes;
        let options = self.plan.options().len();
        self.values
            .resize_with(options * self.places * self.steps.len(), Default::default);
        for option in 0..options {
            for place in 0..self.places {
                let row = (option * self.places + place) * self.steps.len() + kept;
                for metric in Metric::ALL {
                    if !self.plan.has(place, metric, view.step) {
                        continue;
                    }
                    let mut values = Box::new(*view.metric(option, place, metric));
                    if let (true, Some(persons)) =
                        (metric.is_per_head(), self.plan.population(place, view.step))
                    {
                        let factor = 1.0 / persons;
                        for lane in 0..BLOCK {
                            values[lane] *= factor;
                        }
                    }
                    self.values[row][metric.index()] = Some(values);
                }
            }
        }
    }

    /// Present values belong to a path, not to a year: they stand in every kept year's row.
    fn paths(&mut self, _: usize, view: BlockView<'_>, _: usize) {
        let economies = self.plan.economies().len();
        let years = self.steps.len();
        // The baseline has no levers, and so nothing to count.
        for option in 1..self.plan.options().len() {
            for (position, place) in self.plan.places().enumerate() {
                let economy = (place != Place::Group).then_some(position);
                let values = present_values(&view, option, economy, economies);
                let first = (option * self.places + position) * years;
                for row in &mut self.values[first..first + years] {
                    for (cell, value) in row[Metric::COUNT..].iter_mut().zip(&values) {
                        *cell = Some(value.clone());
                    }
                }
            }
        }
    }

    fn end(&mut self) -> Self::Block {
        Some(PathBlock {
            sink: self.sink,
            values: std::mem::take(&mut self.values),
            lanes: self.lanes,
        })
    }

    fn fold(total: &mut Option<Self::Block>, mut block: Self::Block) {
        if let Some(block) = block.take() {
            block.write();
        }
        *total = Some(None);
    }

    fn merge(&mut self, _: Self) {}
}

/// Writes every path's outcomes in the chosen years: a row per path, option, place and year (in this order), a column
/// per metric, null where the metric does not exist, and the present values of the whole path, null for the baseline. The same futures as the run of the same settings, the same bytes at
/// any number of threads; memory does not grow with the number of paths.
///
/// # Errors
/// If the run was stopped or the file cannot be written.
pub fn paths_parquet<W: Write + Send>(
    plan: &Plan,
    years: &[Year],
    settings: Settings,
    progress: &Progress,
    out: W,
) -> Result<(), PathsError> {
    let steps: Vec<usize> = plan
        .years()
        .enumerate()
        .filter(|(_, year)| years.contains(year))
        .map(|(step, _)| step)
        .collect();
    let places: Vec<Place> = plan.places().collect();
    let mut keys = Vec::new();
    for option in plan.options() {
        for place in &places {
            for step in &steps {
                keys.push((
                    ByteArray::from(option),
                    ByteArray::from(place.code()),
                    plan.base_year() + *step as Year,
                ));
            }
        }
    }
    let names = ["path", "option", "economy", "year"]
        .into_iter()
        .chain(Metric::ALL.map(Metric::key))
        .chain(PRESENT_VALUES);
    let columns = Columns::new(names);
    let sink = Mutex::new(Sink {
        file: columns.file(out).map_err(PathsError::Writing)?,
        columns,
        rows: 0,
        next_path: 0,
        keys,
        error: None,
    });
    run(plan, settings, progress, || PathRecorder {
        plan,
        steps: &steps,
        sink: &sink,
        places: places.len(),
        values: Vec::new(),
        lanes: 0,
    })
    .map_err(PathsError::Halted)?;
    let mut sink = sink.into_inner().unwrap_or_else(PoisonError::into_inner);
    if sink.rows > 0 {
        sink.flush();
    }
    if let Some(error) = sink.error {
        return Err(PathsError::Writing(error));
    }
    sink.file.close().map_err(PathsError::Writing)?;
    Ok(())
}
