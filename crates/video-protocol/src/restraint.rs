//! What the jobs of one origin and key share, so that together they do not press a server that is in trouble: values that
//! a driver keeps, told the time like everything here.

pub(crate) mod breaker;
pub(crate) mod pace;
pub(crate) mod retry_budget;
pub(crate) mod throttle;
