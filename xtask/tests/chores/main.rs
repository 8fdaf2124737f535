//! Every rule, shown by the mistake it finds: a small house in good order, one mistake planted, what is printed.

mod ci;
mod codegen;
mod fixtures;
mod house;
mod layers;
mod tidy;
