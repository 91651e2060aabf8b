//! What documents of several kinds of results share.

pub(super) mod brakes;
pub(super) mod money;
pub(super) mod provenance;
pub(super) mod show;
