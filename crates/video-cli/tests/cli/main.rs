//! The command line as a person meets it: what is typed, what is printed, and the exit code.

mod browser;
mod clients;
mod configuring;
mod conforming;
mod doctoring;
mod faults;
mod formats;
mod helping;
mod interrupting;
mod main_job;
mod openai_packages;
mod refusals;
mod run;
mod seed_pages;
mod serving;
mod steps;
