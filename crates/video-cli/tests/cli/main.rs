//! The command line as a person meets it: what is typed, what is printed, and the exit code.

mod configuring;
mod downloading;
mod formats;
mod helping;
mod interrupting;
mod main_job;
mod refusals;
mod run;
mod seed_pages;
mod serving;
mod steps;
