//! The inputs of a scenario, looked up by parameter while it is compiled.

use std::{cell::RefCell, collections::BTreeMap};

use super::draw::{Draw, Ties, ties_of};
use crate::{
    base::{Diagnostic, Diagnostics, Element},
    scenario::{Names, Parameter, Scenario},
    stats::{Distribution, QuantileTables, Sampler},
};

/// The inputs of a scenario by path, and the quantile tables of all that is compiled together.
pub(super) struct Inputs<'s> {
    values: BTreeMap<&'s str, &'s Distribution>,
    pub(super) tables: &'s RefCell<QuantileTables>,
    ties: Ties,
}

impl<'s> Inputs<'s> {
    pub(super) fn of(scenario: &'s Scenario, tables: &'s RefCell<QuantileTables>) -> Self {
        let values = scenario
            .inputs
            .iter()
            .map(|input| (input.path.as_str(), &input.value))
            .collect();
        Self {
            values,
            tables,
            ties: ties_of(scenario),
        }
    }

    /// The quantile function of a distribution.
    pub(super) fn sampler(&self, distribution: &Distribution) -> Sampler {
        distribution.sampler_in(&mut self.tables.borrow_mut())
    }

    /// The inputs of several scenarios that agree in what they share, levers apart: those of the first, and the tension of pairs that
    /// only the others hold.
    pub(super) fn of_all(
        scenario: &'s Scenario,
        others: &'s [Scenario],
        tables: &'s RefCell<QuantileTables>,
    ) -> Self {
        let mut inputs = Self::of(scenario, tables);
        for input in others.iter().flat_map(|other| &other.inputs) {
            if input.path.starts_with("tension.") {
                inputs.values.entry(&input.path).or_insert(&input.value);
            }
        }
        inputs
    }

    /// The value of a parameter, if the scenario holds one.
    pub(super) fn value<'a>(
        &self,
        parameter: Parameter,
        names: impl Into<Names<'a>>,
    ) -> Option<&'s Distribution> {
        self.values.get(parameter.path(names).as_str()).copied()
    }

    /// The number of a parameter that the scenario must hold.
    pub(super) fn constant<'a>(
        &self,
        parameter: Parameter,
        names: impl Into<Names<'a>>,
    ) -> Result<f64, Diagnostics> {
        let path = parameter.path(names);
        let value = self
            .values
            .get(path.as_str())
            .and_then(|value| value.as_constant());
        value.ok_or_else(|| Diagnostic::new(format!("the scenario has no number `{path}`")).into())
    }

    /// The draw of a parameter, if the scenario holds one. The stream of an input is its path, so that a draw does not
    /// depend on what else is drawn.
    pub(super) fn optional<'a>(&self, parameter: Parameter, names: impl Into<Names<'a>>) -> Option<Draw> {
        let path = parameter.path(names);
        let value = self.values.get(path.as_str())?;
        Some(Draw::tied(&path, self.sampler(value), &self.ties))
    }

    /// The draw of a parameter that the scenario must hold.
    pub(super) fn draw<'a>(
        &self,
        parameter: Parameter,
        names: impl Into<Names<'a>>,
    ) -> Result<Draw, Diagnostics> {
        let names = names.into();
        self.optional(parameter, names)
            .ok_or_else(|| Diagnostic::new(format!("the scenario has no `{}`", parameter.path(names))).into())
    }

    /// A parameter of the six elements, divided by their sum.
    pub(super) fn weights(&self, parameter: Parameter) -> Result<[f64; Element::COUNT], Diagnostics> {
        let mut weights = [0.0; Element::COUNT];
        for element in Element::ALL {
            weights[element.index()] = self.constant(parameter, element)?;
        }
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            let table = parameter.row().path.trim_end_matches(".{element}");
            return Err(Diagnostic::new(format!("the six weights of `{table}` are all 0"))
                .help("give at least one element a weight above 0")
                .about(table)
                .into());
        }
        Ok(weights.map(|weight| weight / total))
    }
}
