//! What a flow orders.

use video_types::Generation;

use crate::{Dialect, Error, HttpRequest, HttpResponse, Task, TaskRef};

/// What a flow orders: both ways spend money and answer alike.
#[derive(Debug)]
pub(super) enum Wanted {
    New(Box<Generation>),
    Remix { of: TaskRef, prompt: String },
}

impl Wanted {
    pub(super) fn encode(&self, dialect: &dyn Dialect) -> Result<HttpRequest, Error> {
        match self {
            Self::New(generation) => dialect.encode_submit(generation),
            Self::Remix { of, prompt } => dialect.encode_remix(of, prompt),
        }
    }

    pub(super) fn decode(&self, dialect: &dyn Dialect, response: &HttpResponse) -> Result<Task, Error> {
        match self {
            Self::New(generation) => dialect.decode_submit(generation, response),
            Self::Remix { of, .. } => dialect.decode_remix(of, response),
        }
    }
}
