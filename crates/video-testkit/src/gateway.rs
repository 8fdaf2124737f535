//! A gateway of both public formats that is played, with a book of everything paid for and faults by seed.

mod account;
mod answers;
mod clock;
mod faults;
mod local;
mod options;
mod order;
mod route;
mod spoil;
mod state;
mod video;

use std::io;
use std::sync::{Arc, Mutex};

pub use account::{Account, HandedOut, Judgement, PaidTask};
pub use clock::GatewayClock;
pub use faults::{Fault, Faults, Hit};
pub use local::LocalGateway;
pub use options::GatewayOptions;
pub use route::Route;

use crate::{FarEnd, Ledger};
use state::State;

/// A gateway on 127.0.0.1 that takes paid orders, runs them for a while, hands out their videos, and keeps the book.
///
/// It speaks New API (`/v1/video/generations`) and OpenAI (`/v1/videos`), the content with `Range` and `If-Range`. Any key
/// will do, but there must be one. What its [`Account`] says is what happened; what a client says it did is compared with it.
///
/// ```
/// use video_testkit::{Fault, Faults, GatewayOptions, SimulatedGateway};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
/// # runtime.block_on(async {
/// let faults = Faults::once(Fault::ServerError);
/// let gateway = SimulatedGateway::start(GatewayOptions { faults, ..GatewayOptions::default() })?;
/// let base_url = gateway.url("");
/// // … a client does its jobs at `base_url` and says which files it finished …
/// let files: Vec<(&str, Vec<u8>)> = Vec::new();
/// let judgement = gateway.account().judge(files);
/// assert_eq!(judgement.to_string(), "0 good, 0 bad, 0 paid, 0 ordered twice, 0 paid without a good file");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct SimulatedGateway {
    far: FarEnd,
    state: Arc<Mutex<State>>,
}

impl SimulatedGateway {
    /// Opens it on a free port; it closes when it is dropped. Needs a running tokio runtime with time.
    pub fn start(options: GatewayOptions) -> io::Result<Self> {
        let state = Arc::new(Mutex::new(State::default()));
        let kept = Arc::clone(&state);
        let far = FarEnd::start(move |delivery| state::answer(&kept, &options, delivery))?;
        Ok(Self { far, state })
    }

    /// The URL of a path here.
    pub fn url(&self, path: &str) -> String {
        self.far.url(path)
    }

    /// Every request as it arrived, down to the byte.
    pub fn ledger(&self) -> &Ledger {
        self.far.ledger()
    }

    /// What was ordered and handed out so far.
    pub fn account(&self) -> Account {
        state::lock(&self.state).account.clone()
    }
}
