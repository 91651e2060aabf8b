//! A table as Apache Parquet.
//!
//! Format: Apache Parquet as written by the `parquet` crate, columns compressed with Snappy, what the numbers belong to in
//! the metadata of the file. The file holds neither date nor machine, so the same numbers give the same bytes.

use std::sync::Arc;

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as PhysicalType},
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{WriterProperties, WriterVersion},
        writer::SerializedFileWriter,
    },
    schema::types::Type,
};

use super::{Data, Table};

/// Values that are there, and for each row whether it has one (1) or not (0).
fn split<T: Clone>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
    let present = values.iter().map(|value| i16::from(value.is_some())).collect();
    (values.iter().flatten().cloned().collect(), present)
}

impl Table {
    /// The table as a Parquet file whose metadata holds these pairs of key and value.
    ///
    /// # Errors
    /// If the `parquet` crate refuses, which it does for no table of this program.
    pub fn parquet(&self, metadata: &[(String, String)]) -> Result<Vec<u8>, ParquetError> {
        let fields = self
            .columns
            .iter()
            .map(|(about, data)| {
                let (physical, repetition, logical) = match data {
                    Data::Words(_) => (
                        PhysicalType::BYTE_ARRAY,
                        Repetition::REQUIRED,
                        Some(LogicalType::String),
                    ),
                    Data::Whole(_) => (PhysicalType::INT64, Repetition::OPTIONAL, None),
                    Data::Numbers(_) => (PhysicalType::DOUBLE, Repetition::OPTIONAL, None),
                    Data::Truths(_) => (PhysicalType::BOOLEAN, Repetition::OPTIONAL, None),
                };
                Type::primitive_type_builder(&about.name, physical)
                    .with_repetition(repetition)
                    .with_logical_type(logical)
                    .build()
                    .map(Arc::new)
            })
            .collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("jointly").with_fields(fields).build()?;
        let pairs = metadata
            .iter()
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
            .collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_created_by(format!("jointly {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(pairs))
            .build();
        let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        let mut group = file.next_row_group()?;
        for (_, data) in &self.columns {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            match data {
                Data::Words(words) => {
                    let words: Vec<ByteArray> = words.iter().map(Into::into).collect();
                    column.typed::<ByteArrayType>().write_batch(&words, None, None)?
                }
                Data::Whole(values) => {
                    let (values, present) = split(values);
                    column
                        .typed::<Int64Type>()
                        .write_batch(&values, Some(&present), None)?
                }
                Data::Numbers(values) => {
                    let (values, present) = split(values);
                    column
                        .typed::<DoubleType>()
                        .write_batch(&values, Some(&present), None)?
                }
                Data::Truths(values) => {
                    let (values, present) = split(values);
                    column
                        .typed::<BoolType>()
                        .write_batch(&values, Some(&present), None)?
                }
            };
            column.close()?;
        }
        group.close()?;
        file.into_inner()
    }
}
