//! The tables of a run as Apache Parquet (docs/outputs.md).
//!
//! Format: Apache Parquet 2.x as written by the `parquet` crate, columns compressed with Snappy. The files hold neither
//! date nor machine, so the same numbers give the same bytes.

use std::{io::Write, sync::Arc};

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
