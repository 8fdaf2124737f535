//! The command line as a person meets it: what is typed, what is printed, and the exit code.

mod batches;
mod browser;
mod catalogue;
mod checking;
mod clients;
mod configuring;
mod conforming;
mod crashing;
mod doctoring;
mod downloading;
mod dying;
mod faults;
mod formats;
mod helping;
mod interrupting;
mod journaling;
mod main_job;
mod openai_packages;
mod refusals;
mod run;
mod seed_pages;
mod serving;
mod steps;
