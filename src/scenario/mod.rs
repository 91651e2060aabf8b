//! What a scenario file may say, resolved into plain data (docs/scenario.md).

mod admit;
mod budget;
mod choice;
mod condition;
mod correlation;
pub mod defaults;
mod equations;
mod explain;
mod finish;
mod gap;
mod input;
mod kinds;
mod levers;
mod load;
mod number;
mod options;
mod parameters;
mod plausible;
mod reader;
mod rules;
mod schema;
mod scores;
mod shipped;
mod sweep;
mod template;
mod tension;
mod together;
mod trade;
mod types;

pub use choice::are_scales;
pub use condition::{Condition, Threshold};
pub use equations::{equation, equations};
pub use explain::{Topic, TopicGroup, explain, names_of_term, plain, starred, terms, topics};
pub use input::{Grade, Input, InputFile, Origin};
pub use kinds::{CatalogueEntry, CreationMode, LeverKind, ScaleBasis, TradeBasis, catalogue};
pub use levers::LEVER_LIMIT;
pub use load::{SCENARIO_LIMIT, load, load_from};
pub use number::{FORMS, written};
pub use options::{folded, name_fault};
pub use parameters::{
    Bounds, DefaultIn, Drawn, Equation, Names, PARAMETERS, Parameter, ParameterRow, Phase,
    find as find_parameter,
};
pub use schema::schema;
pub use shipped::{SHIPPED, Shipped};
pub use sweep::{read_range, read_vary};
pub use template::{Template, template};
pub use together::{as_one, comparable, nothing_to_compare, told_apart};
pub use trade::{Trade, known_trade, trade_of};
pub use types::*;
