//! The same gateway without a socket, for simulations.

use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::state::{self, State};
use super::{Account, GatewayOptions};
use crate::{Delivery, Reply};

/// A [`SimulatedGateway`](crate::SimulatedGateway) that is handed its requests. Clones are the same gateway.
///
/// Needs no runtime until a [`Reply`] is waited for.
#[derive(Debug, Clone)]
pub struct LocalGateway {
    state: Arc<Mutex<State>>,
    options: Arc<GatewayOptions>,
}

impl LocalGateway {
    /// A gateway without a task.
    pub fn new(options: GatewayOptions) -> Self {
        Self { state: Arc::default(), options: Arc::new(options) }
    }

    /// Takes a request that has arrived. What it does is done when this returns; the answer is still on its way.
    pub fn take(&self, request: &http::Request<Bytes>) -> Reply {
        let delivery = Delivery {
            method: request.method().to_string(),
            target: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            version: request.version(),
            headers: request.headers().clone(),
            body: request.body().to_vec(),
            whole: true,
            ..Delivery::default()
        };
        state::answer(&self.state, &self.options, &delivery)
    }

    /// What was ordered and handed out so far.
    pub fn account(&self) -> Account {
        state::lock(&self.state).account.clone()
    }
}
