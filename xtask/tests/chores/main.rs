//! Every rule, shown by the mistake it finds: a small house in good order, one mistake planted, what is printed.

mod api;
mod cases;
mod ci;
mod codegen;
mod exposes;
mod fixtures;
mod golden;
mod house;
mod layers;
mod planted;
mod purity;
mod tidy;
mod versions;
mod wasm;
