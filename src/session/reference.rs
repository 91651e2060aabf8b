//! What is built in: the digitalization matrix and the kinds of cooperation levers.

use serde_json::{Value, json};

use crate::{
    base::{Diagnostic, Diagnostics, Economy, Element, Year},
    history::{MATRIX_YEARS, Matrix},
    report::{
        Findings,
        document::Document,
        escape, lever_document, levers_document, matrix_document,
        tables::reference::{lever_defaults, lever_kinds, matrix},
    },
    scenario::{CatalogueEntry, LeverKind, catalogue},
    table::Table,
};

/// Some economies in the digitalization matrix.
#[derive(Clone, Debug)]
pub struct MatrixResult {
    /// The matrix.
    pub matrix: &'static Matrix,
    /// The economies: two that are compared, or all.
    pub economies: Vec<Economy>,
}

impl MatrixResult {
    /// The matrix of a year, of two economies by their codes, or of all without one.
    ///
    /// # Errors
    /// Everything that is wrong with the year or the codes.
    pub fn of(year: Year, codes: &[String]) -> Result<Self, Diagnostics> {
        if !MATRIX_YEARS.contains(&year) {
            let years: Vec<String> = MATRIX_YEARS.iter().map(ToString::to_string).collect();
            return Err(Diagnostic::new(format!("there is no matrix of {year}"))
                .help(format!("expected {}", years.join(" or ")))
                .into());
        }
        let matrix = Matrix::embedded(year)?;
        let all: Vec<Economy> = matrix.scores.iter().map(|(economy, _)| *economy).collect();
        let mut errors = Diagnostics::new();
        let mut chosen: Vec<Economy> = Vec::new();
        for code in codes {
            match all.iter().find(|economy| economy.code() == code) {
                Some(economy) if chosen.contains(economy) => errors.push(
                    Diagnostic::new(format!("{code} stands twice")).help("name two different economies"),
                ),
                Some(economy) => chosen.push(*economy),
                None => errors.push(
                    Diagnostic::new(format!("the matrix of {year} has no economy `{}`", escape(code)))
                        .suggest(code, all.iter().map(Economy::code)),
                ),
            }
        }
        if codes.len() == 1 {
            errors.push(
                Diagnostic::new("one economy alone cannot be compared")
                    .help("name two economies, or none for all"),
            );
        }
        errors.into_result(())?;
        Ok(Self {
            economies: if chosen.is_empty() { all } else { chosen },
            matrix,
        })
    }
}

impl Findings for MatrixResult {
    fn tables(&self) -> Vec<Table> {
        vec![matrix(self.matrix, &self.economies)]
    }

    fn document(&self) -> Document {
        matrix_document(self.matrix, &self.economies)
    }

    /// Scores, of two economies their gaps, and every figure behind.
    fn json(&self) -> Value {
        let scores: Vec<Value> = self
            .economies
            .iter()
            .filter_map(|economy| Some((economy, self.matrix.economy(*economy)?)))
            .flat_map(|(economy, scores)| {
                Element::ALL.map(|element| {
                    json!({ "economy": economy, "element": element.key(), "score": scores[element.index()] })
                })
            })
            .collect();
        let gaps = match self.economies.as_slice() {
            [first, second] => self.matrix.complementarity(*first, *second).unwrap_or_default(),
            _ => Vec::new(),
        };
        let gaps: Vec<Value> = gaps
            .iter()
            .map(|gap| json!({ "element": Element::ALL[gap.element].key(), "relative_gap": gap.relative }))
            .collect();
        let figures = matrix(self.matrix, &self.economies).json();
        json!({ "year": self.matrix.year, "scores": scores, "complementarity": gaps, "figures": figures })
    }
}

/// Every kind of cooperation lever, or one of them.
#[derive(Clone, Debug)]
pub struct LeversResult {
    kind: Option<&'static LeverKind>,
    all: &'static [LeverKind],
    entries: Vec<CatalogueEntry>,
}

impl LeversResult {
    /// The kind of a name; all without one.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn of(name: Option<&str>) -> Result<Self, Diagnostics> {
        let find = |name: &str| {
            LeverKind::named(name)?.ok_or_else(|| {
                Diagnostics::from(
                    Diagnostic::new(format!("there is no lever kind `{}`", escape(name)))
                        .help("`jointly levers` lists every kind")
                        .suggest(name, LeverKind::names()),
                )
            })
        };
        Ok(Self {
            kind: name.map(find).transpose()?,
            all: LeverKind::all()?,
            entries: catalogue()?,
        })
    }

    fn kind_json(&self, kind: &'static LeverKind) -> Value {
        let covers: Vec<Value> = self
            .entries
            .iter()
            .filter(|entry| entry.kind == kind.name)
            .map(|entry| {
                json!({ "id": entry.id, "name": entry.name, "economies": entry.economies, "mechanism": entry.mechanism,
                        "source": entry.source, "locator": entry.locator })
            })
            .collect();
        json!({
            "kind": kind.name,
            "title": kind.title,
            "meaning": kind.meaning,
            "unit": kind.unit,
            "scale_basis": kind.scale_basis.key(),
            "creation_mode": kind.creation_mode.key(),
            "example_scale": kind.example_scale,
            "channels": kind.channels(),
            "defaults": lever_defaults(kind).json(),
            "covers": covers,
        })
    }
}

impl Findings for LeversResult {
    fn tables(&self) -> Vec<Table> {
        vec![match self.kind {
            Some(kind) => lever_defaults(kind),
            None => lever_kinds(self.all, &self.entries),
        }]
    }

    fn document(&self) -> Document {
        match self.kind {
            Some(kind) => lever_document(kind, &self.entries),
            None => levers_document(self.all, &self.entries),
        }
    }

    fn json(&self) -> Value {
        match self.kind {
            Some(kind) => self.kind_json(kind),
            None => self.all.iter().map(|kind| self.kind_json(kind)).collect(),
        }
    }
}
