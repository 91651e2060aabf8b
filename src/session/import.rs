//! An import as findings: its table, what became of every figure, all of it as data.

use serde_json::{Value, json};

use crate::{
    import::{Imported, LeftOut},
    report::{Findings, document::Document, import_document, tables::reference::HISTORY},
    table::Table,
};

impl Findings for Imported {
    fn tables(&self) -> Vec<Table> {
        vec![HISTORY.table(self.rows.iter().cloned())]
    }

    fn document(&self) -> Document {
        import_document(self)
    }

    fn json(&self) -> Value {
        json!({
            "figures": self.rows.len(),
            "files": self.files,
            "series": self.series,
            "left_out": left_out(&self.left_out),
        })
    }
}

fn left_out(left_out: &LeftOut) -> Vec<Value> {
    let entries = left_out.reasons().into_iter().flat_map(|why| {
        let of_reason = left_out.of(why).into_iter();
        of_reason.map(move |(what, count)| json!({ "why": why, "what": what, "figures": count }))
    });
    entries.collect()
}
