//! Every path's outcomes, and what was drawn for it, as Apache Parquet (docs/outputs.md), written while a run goes on.
//!
//! Format: Apache Parquet as written by the `parquet` crate, columns compressed with Snappy. The files hold neither date nor
//! machine, so the same numbers give the same bytes.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{WriterProperties, WriterVersion},
        writer::SerializedFileWriter,
    },
    schema::parser::parse_message_type,
};

use serde_json::{Value, json};

use crate::{
    base::{Metric, Place, Year},
    engine::{Accumulator, Progress, Settings},
    model::{BlockView, Lanes, Needs, PathDraw, Plan, YearView},
    outcomes::PresentValue,
    random::BLOCK,
};

/// A row group is written when this many rows are ready, so that memory stays bounded however many paths there are.
const GROUP_ROWS: usize = 1 << 17;

/// Columns before those of numbers.
const KEYS: [&str; 4] = ["path", "option", "economy", "year"];

/// The numbers of a row that belong to an outcome: the metrics, then the present values.
const OUTCOMES: usize = Metric::COUNT + PresentValue::ALL.len();

/// The numbers of a row on the paths of a block; nothing where there is none.
type Row = [Option<Box<Lanes>>; OUTCOMES];

/// What is written of every path.
#[derive(Clone, Debug)]
pub struct PathColumns {
    /// The years that are kept, as steps from t0, ascending.
    steps: Vec<usize>,
    /// The key of each row of a path: option, place, year.
    keys: Vec<(String, Place, Year)>,
    /// What was drawn for a path, and the name of its column.
    inputs: Vec<(String, PathDraw)>,
}

impl PathColumns {
    /// The outcomes of a plan in the chosen years, and some of what is drawn for each path.
    pub fn new(plan: &Plan, years: &[Year], inputs: Vec<PathDraw>) -> Self {
        let steps: Vec<usize> = plan
            .years()
            .enumerate()
            .filter(|(_, year)| years.contains(year))
            .map(|(step, _)| step)
            .collect();
        let mut keys = Vec::new();
        for option in plan.options() {
            for place in plan.places() {
                for step in &steps {
                    keys.push((option.to_owned(), place, plan.base_year() + *step as Year));
                }
            }
        }
        let mut names = Self::outcomes();
        let inputs = inputs
            .into_iter()
            .map(|draw| {
                let name = column_name(&draw.name, &names);
                names.push(name.clone());
                (name, draw)
            })
            .collect();
        Self { steps, keys, inputs }
    }

    /// Names of the columns of keys and outcomes.
    fn outcomes() -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let metrics = Metric::ALL.into_iter().map(Metric::column);
        words(&KEYS)
            .into_iter()
            .chain(metrics)
            .chain(words(&PresentValue::ALL.map(PresentValue::key)))
            .collect()
    }

    /// The columns of inputs: name, and what is drawn.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &PathDraw)> {
        self.inputs.iter().map(|(name, draw)| (name.as_str(), draw))
    }

    /// What the columns of inputs are, as JSON.
    fn described(&self) -> String {
        let about = self.inputs.iter().map(|(name, draw)| {
            json!({ "column": name, "parameter": draw.name, "kind": draw.kind, "unit": draw.unit })
        });
        Value::Array(about.collect()).to_string()
    }

    /// The declaration of every column.
    fn schema(&self) -> String {
        let mut text = String::from(
            "message jointly { REQUIRED INT64 path; REQUIRED BYTE_ARRAY option (STRING); \
             REQUIRED BYTE_ARRAY economy (STRING); REQUIRED INT32 year; ",
        );
        for name in &Self::outcomes()[KEYS.len()..] {
            text.push_str(&format!("OPTIONAL DOUBLE {name}; "));
        }
        for (name, _) in &self.inputs {
            text.push_str(&format!("REQUIRED DOUBLE {name}; "));
        }
        text.push('}');
        text
    }
}

/// A name of a column, fit for SQL without quotes, that is not taken: letters, digits and underscores of the path of a parameter.
fn column_name(path: &str, taken: &[String]) -> String {
    let plain: String = path
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character
            } else {
                '_'
            }
        })
        .collect();
    // `a-b` and `a_b` are two parameters, and SQL does not tell upper from lower case.
    let is_free = |name: &String| !taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    (1..)
        .map(|number| match number {
            1 => plain.clone(),
            _ => format!("{plain}_{number}"),
        })
        .find(is_free)
        .unwrap_or(plain)
}

/// What a block holds.
struct PathBlock {
    /// By option, place and kept year: the order of rows.
    rows: Vec<Row>,
    inputs: Vec<Lanes>,
    lanes: usize,
}

/// The file, and what waits for its turn to be written.
struct Sink<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// The block that is written next.
    next: u64,
    /// Blocks that came before their turn.
    waiting: BTreeMap<u64, PathBlock>,
    /// The blocks of the row group under way, in order.
    group: Vec<PathBlock>,
    /// The first path of the row group under way.
    first_path: u64,
    error: Option<ParquetError>,
}

/// Writes a file of paths while a run goes on: its [recorders](Self::recorder) ride along with the run and hand over block after
/// block, which are written in the order of their numbers. The same bytes at any number of threads; memory does not grow
/// with the number of paths.
pub struct PathWriter<'a, W: Write + Send> {
    plan: &'a Plan,
    columns: PathColumns,
    seed: u64,
    progress: &'a Progress,
    /// How many blocks a worker may be ahead of the one that is written next.
    ahead: u64,
    sink: Mutex<Sink<W>>,
    /// Rung when blocks have been written.
    turn: Condvar,
}

impl<'a, W: Write + Send> PathWriter<'a, W> {
    /// Begins a file for a run with these settings, whose metadata holds these pairs of key and value, and under `inputs` what
    /// the columns of inputs are.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn new(
        plan: &'a Plan,
        columns: PathColumns,
        settings: Settings,
        progress: &'a Progress,
        metadata: &[(String, String)],
        out: W,
    ) -> Result<Self, ParquetError> {
        let schema = parse_message_type(&columns.schema())?;
        let mut pairs: Vec<KeyValue> = metadata
            .iter()
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
            .collect();
        if !columns.inputs.is_empty() {
            pairs.push(KeyValue::new("inputs".to_owned(), columns.described()));
        }
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_created_by(format!("jointly {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata((!pairs.is_empty()).then_some(pairs))
            .build();
        let first = settings.shard.blocks(settings.paths).first;
        let threads = match settings.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        Ok(Self {
            plan,
            columns,
            seed: settings.seed,
            progress,
            ahead: 2 * threads as u64,
            sink: Mutex::new(Sink {
                file: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?,
                next: first,
                waiting: BTreeMap::new(),
                group: Vec::new(),
                first_path: first * BLOCK as u64,
                error: None,
            }),
            turn: Condvar::new(),
        })
    }

    /// What looks at the run for one worker.
    pub fn recorder(&self) -> PathRecorder<'_, 'a, W> {
        PathRecorder {
            writer: self,
            block: 0,
            rows: Vec::new(),
            lanes: 0,
        }
    }

    fn sink(&self) -> MutexGuard<'_, Sink<W>> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a block; waits if it is far ahead of its turn, so that few blocks are held.
    fn hand_over(&self, number: u64, block: PathBlock) {
        let mut sink = self.sink();
        while number >= sink.next + self.ahead && !self.progress.is_stopped() {
            // The time limit is for a stop, which rings no bell.
            let wait = self.turn.wait_timeout(sink, Duration::from_millis(50));
            sink = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
        sink.waiting.insert(number, block);
        let mut written = false;
        loop {
            let turn = sink.next;
            let Some(block) = sink.waiting.remove(&turn) else {
                break;
            };
            sink.next += 1;
            written = true;
            sink.take(&self.columns, block);
        }
        if sink.error.is_some() {
            // Nobody needs the rest of the run.
            self.progress.stop();
        }
        if written {
            self.turn.notify_all();
        }
    }

    /// Completes the file, after the run, and gives back what it was written into.
    ///
    /// # Errors
    /// If it could not be written; the run has then been stopped.
    pub fn finish(self) -> Result<W, ParquetError> {
        let mut sink = self.sink.into_inner().unwrap_or_else(PoisonError::into_inner);
        sink.flush(&self.columns);
        match sink.error {
            Some(error) => Err(error),
            None => sink.file.into_inner(),
        }
    }
}

impl<W: Write + Send> Sink<W> {
    fn take(&mut self, columns: &PathColumns, block: PathBlock) {
        if self.error.is_some() {
            return;
        }
        self.group.push(block);
        let paths: usize = self.group.iter().map(|block| block.lanes).sum();
        if paths * columns.keys.len() >= GROUP_ROWS {
            self.flush(columns);
        }
    }

    /// Writes the row group under way.
    fn flush(&mut self, columns: &PathColumns) {
        let blocks = std::mem::take(&mut self.group);
        if blocks.is_empty() || self.error.is_some() {
            return;
        }
        self.error = write_group(&mut self.file, columns, &blocks, self.first_path).err();
        self.first_path += blocks.iter().map(|block| block.lanes as u64).sum::<u64>();
    }
}

/// Writes blocks as a row group, column by column: a row per path and key.
fn write_group<W: Write + Send>(
    file: &mut SerializedFileWriter<W>,
    columns: &PathColumns,
    blocks: &[PathBlock],
    first_path: u64,
) -> Result<(), ParquetError> {
    let keys = columns.keys.len();
    let paths: usize = blocks.iter().map(|block| block.lanes).sum();
    let options: Vec<ByteArray> = columns.keys.iter().map(|key| key.0.as_str().into()).collect();
    let places: Vec<ByteArray> = columns.keys.iter().map(|key| key.1.code().into()).collect();
    let years: Vec<i32> = columns.keys.iter().map(|key| key.2).collect();
    let mut group = file.next_row_group()?;
    let mut position = 0;
    while let Some(mut column) = group.next_column()? {
        match position {
            0 => {
                let numbers: Vec<i64> = (first_path..)
                    .take(paths)
                    .flat_map(|path| std::iter::repeat_n(path as i64, keys))
                    .collect();
                column.typed::<Int64Type>().write_batch(&numbers, None, None)?;
            }
            1 | 2 => {
                let words = if position == 1 { &options } else { &places };
                let words: Vec<ByteArray> = words.iter().cloned().cycle().take(paths * keys).collect();
                column.typed::<ByteArrayType>().write_batch(&words, None, None)?;
            }
            3 => {
                let years: Vec<i32> = years.iter().copied().cycle().take(paths * keys).collect();
                column.typed::<Int32Type>().write_batch(&years, None, None)?;
            }
            outcome if outcome < KEYS.len() + OUTCOMES => {
                let (values, present) = outcome_column(blocks, outcome - KEYS.len());
                let column = column.typed::<DoubleType>();
                column.write_batch(&values, Some(&present), None)?;
            }
            input => {
                let input = input - KEYS.len() - OUTCOMES;
                let values: Vec<f64> = blocks
                    .iter()
                    .flat_map(|block| &block.inputs[input][..block.lanes])
                    .flat_map(|value| std::iter::repeat_n(*value, keys))
                    .collect();
                column.typed::<DoubleType>().write_batch(&values, None, None)?;
            }
        }
        column.close()?;
        position += 1;
    }
    group.close()?;
    Ok(())
}

/// The numbers of an outcome that are there, and for each row whether it has one (1) or not (0).
fn outcome_column(blocks: &[PathBlock], outcome: usize) -> (Vec<f64>, Vec<i16>) {
    let (mut values, mut present) = (Vec::new(), Vec::new());
    for block in blocks {
        for lane in 0..block.lanes {
            for row in &block.rows {
                let value = row[outcome].as_ref().map(|lanes| lanes[lane]);
                present.push(i16::from(value.is_some()));
                values.extend(value);
            }
        }
    }
    (values, present)
}

/// Rides along with a run for one worker and hands every block to its [`PathWriter`].
pub struct PathRecorder<'writer, 'a, W: Write + Send> {
    writer: &'writer PathWriter<'a, W>,
    block: u64,
    rows: Vec<Row>,
    lanes: usize,
}

impl<W: Write + Send> Accumulator for PathRecorder<'_, '_, W> {
    type Block = ();

    fn needs(&self) -> Needs {
        Needs::ALL
    }

    fn begin(&mut self, block: u64) {
        self.block = block;
        self.rows.clear();
        self.rows
            .resize_with(self.writer.columns.keys.len(), Default::default);
    }

    fn year(&mut self, _: usize, view: YearView<'_>, lanes: usize) {
        let (plan, steps) = (self.writer.plan, &self.writer.columns.steps);
        self.lanes = lanes;
        let Some(kept) = steps.iter().position(|step| *step == view.step) else {
            return;
        };
        let places = plan.places().count();
        for option in 0..plan.options().len() {
            for place in 0..places {
                let row = (option * places + place) * steps.len() + kept;
                for metric in Metric::ALL {
                    if !plan.has(place, metric, view.step) {
                        continue;
                    }
                    let mut values = Box::new(*view.metric(option, place, metric));
                    if let (true, Some(persons)) = (metric.is_per_head(), plan.population(place, view.step)) {
                        let factor = 1.0 / persons;
                        for lane in 0..BLOCK {
                            values[lane] *= factor;
                        }
                    }
                    self.rows[row][metric.index()] = Some(values);
                }
            }
        }
    }

    /// Present values belong to a path, not to a year: they stand in every kept year's row.
    fn paths(&mut self, _: usize, view: BlockView<'_>, _: usize) {
        let plan = self.writer.plan;
        let years = self.writer.columns.steps.len();
        let (economies, places) = (plan.economies().len(), plan.places().count());
        // The baseline has no levers, and so nothing to count.
        for option in 1..plan.options().len() {
            for (position, place) in plan.places().enumerate() {
                let economy = (place != Place::Group).then_some(position);
                let values = PresentValue::ALL.map(|value| {
                    let mut out = Box::new([0.0; BLOCK]);
                    value.fill(&view, option, economy, economies, &mut out);
                    out
                });
                let first = (option * places + position) * years;
                for row in &mut self.rows[first..first + years] {
                    for (cell, value) in row[Metric::COUNT..].iter_mut().zip(&values) {
                        *cell = Some(value.clone());
                    }
                }
            }
        }
    }

    fn end(&mut self) {
        let mut inputs = Vec::with_capacity(self.writer.columns.inputs.len());
        for (_, draw) in &self.writer.columns.inputs {
            let mut lanes = [0.0; BLOCK];
            draw.fill(self.writer.seed, self.block, &mut lanes);
            inputs.push(lanes);
        }
        let block = PathBlock {
            rows: std::mem::take(&mut self.rows),
            inputs,
            lanes: self.lanes,
        };
        self.writer.hand_over(self.block, block);
    }

    fn fold((): &mut (), (): ()) {}

    fn merge(&mut self, _: Self) {}
}

impl<W: Write + Send> Drop for PathRecorder<'_, '_, W> {
    /// A worker that fails never hands over its block; the others must not wait for it.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.writer.progress.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_need_no_quotes_and_differ() {
        let mut names = PathColumns::outcomes();
        for (path, expected) in [
            ("model.persistence", "model_persistence"),
            ("levers.a-b.scale.CHN", "levers_a_b_scale_CHN"),
            ("levers.a_b.scale.CHN", "levers_a_b_scale_CHN_2"),
            ("levers.A-B.scale.chn", "levers_A_B_scale_chn_3"),
            ("gdp", "gdp_2"),
        ] {
            let name = column_name(path, &names);
            assert_eq!(name, expected);
            names.push(name);
        }
    }
}
