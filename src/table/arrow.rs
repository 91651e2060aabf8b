//! A table as an Apache Arrow record batch, for programs that take tables without copying them through text.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Metadata, Schema};

use super::{Data, Table};

impl Table {
    /// The table as a record batch: words are strings that are always there, everything else may be null; unit and meaning
    /// stand in the metadata of each field, what the numbers belong to in that of the schema.
    ///
    /// # Errors
    /// If the columns do not have one length, which those of a table have.
    pub fn record_batch(&self, metadata: &[(String, String)]) -> Result<RecordBatch, ArrowError> {
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = self
            .columns
            .iter()
            .map(|(about, data)| {
                let (kind, nullable, array): (DataType, bool, ArrayRef) = match data {
                    Data::Words(words) => (
                        DataType::Utf8,
                        false,
                        Arc::new(StringArray::from_iter_values(words.iter())),
                    ),
                    Data::Whole(values) => {
                        (DataType::Int64, true, Arc::new(Int64Array::from(values.clone())))
                    }
                    Data::Numbers(values) => (
                        DataType::Float64,
                        true,
                        Arc::new(Float64Array::from(values.clone())),
                    ),
                    Data::Truths(values) => (
                        DataType::Boolean,
                        true,
                        Arc::new(BooleanArray::from(values.clone())),
                    ),
                };
                let told = [("unit", &about.unit), ("meaning", &about.meaning)]
                    .map(|(key, text)| (key.to_owned(), text.to_string()));
                (
                    Field::new(about.name.as_ref(), kind, nullable).with_metadata(told),
                    array,
                )
            })
            .unzip();
        let schema = Schema::new(fields).with_metadata(metadata.iter().cloned().collect::<Metadata>());
        RecordBatch::try_new(Arc::new(schema), arrays)
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;

    use crate::table::{Column, Schema};

    #[test]
    fn values_nulls_and_meanings_come_through() {
        static SCHEMA: Schema<(&str, Option<f64>)> = Schema {
            name: "sample",
            meaning: "One row per sample.",
            columns: &[
                Column::word("name", "name", |row| row.0.to_owned()),
                Column::number("value", "share", "a value", |row| row.1),
                Column::whole("letters", "letters", |row| Some(row.0.len() as i64)),
                Column::truth("known", "whether there is a value", |row| Some(row.1.is_some())),
            ],
        };
        let table = SCHEMA.table([("a", Some(0.5)), ("bc", None)]);
        let batch = table
            .record_batch(&[("seed".to_owned(), "1".to_owned())])
            .unwrap();
        assert_eq!((batch.num_rows(), batch.num_columns()), (2, 4));
        assert!(batch.column(1).is_null(1) && !batch.column(1).is_null(0));
        let schema = batch.schema();
        assert_eq!(schema.field(1).metadata()["unit"], "share");
        assert_eq!(schema.metadata()["seed"], "1");
    }
}
