//! The tables of every study: what a row is, and its columns.

pub mod reference;
pub mod sweep;

use crate::table::Described;

/// Every kind of table, for the documentation and for tests; design tables of a sweep have further columns, one for every
/// input and outcome.
pub static SCHEMAS: &[&dyn Described] = &[
    &reference::LEVER_KINDS,
    &reference::LEVER_DEFAULTS,
    &reference::MATRIX,
    &reference::AUDIT,
    &reference::HISTORY,
    &sweep::INDICES,
    &sweep::CONVERGENCE,
    &sweep::DESIGN,
    &sweep::BOXES,
];
