//! The plan: which faults, how often, and the pure decision which of them a request gets.

use std::fmt;
use std::str::FromStr;

use video_protocol::Route;

use super::error::{BadFaultPlan, Why};
use super::kind::Kind;
use super::rate::{ONE, Rate};

/// What a gateway gets wrong on purpose, and how often: for trying clients, never over an upstream that costs money.
///
/// Written as `ROUTE:KIND=RATE`, with commas between several. ROUTE is `submit`, `poll`, `content` or `list`. RATE is from 0
/// to 1 with at most six decimals; the rates of one route add up to at most 1.
///
/// | KIND | the client gets | the order of a submit is carried out |
/// |---|---|---|
/// | `400` … `599` | that status, with an error in the format of the route; 429 and 503 with `Retry-After: 1` | no |
/// | `drop` | no answer: the connection is closed | no |
/// | `lost` | no answer: the connection is closed; `submit` only | yes |
/// | `lost-500` … `lost-599` | that status, with an error in the format of the route; `submit` only | yes |
/// | `html`, `html-400` … `html-599` | an HTML page with status 200, or that status | no |
/// | `empty` | status 200 without a body | no |
/// | `json` | status 200 with an error in the format of the route | no |
/// | `late`, `late-10s` | the true answer, 3 s late, or as late as that (`ms` or `s`, 1ms to 3600s) | yes |
/// | `cut` | the true answer; in the middle of its body the connection breaks | yes |
/// | `short` | the true answer with half its body, whose length it says: JSON that cannot be read, a video that only a look into the file finds incomplete | yes |
/// | `stall`, `stall-10s` | the true answer; in the middle of its body nothing for 3 s, or so long, then the rest | yes |
///
/// Every `GET` and `POST` that is recognised as one of its route is counted, refused ones too, from 1 on, each route for
/// itself; `HEAD` gets no faults. Which fault the n-th request gets depends on the seed, the route and n alone: with
/// `mix` the output function of `SplitMix64` (of its argument plus 0x9e3779b97f4a7c15) and R 1 for submit, 2 for poll, 3 for
/// content, 4 for list, the number `mix(mix(mix(seed) ^ R) ^ n) * 1000000 / 2^64`, rounded down, is looked up among the
/// rates of the route in millionths, laid end to end in the order in which they are written. The seed is
/// [`DEFAULT_SEED`](Self::DEFAULT_SEED) if nothing else is said.
///
/// ```
/// use video_gateway::{FaultPlan, FaultRoute};
///
/// let plan: FaultPlan = "submit:500=0.1,poll:429=0.2,content:cut=0.1".parse()?;
/// let wrong: Vec<u64> = (1..=20).filter(|number| plan.decide(FaultRoute::Poll, *number).is_some()).collect();
/// assert_eq!(wrong, [5, 14, 15, 17, 19, 20]);
/// assert_eq!(plan.decide(FaultRoute::Poll, 5).map(|fault| fault.to_string()).as_deref(), Some("poll:429"));
/// # Ok::<(), video_gateway::BadFaultPlan>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPlan {
    /// In the order in which they were written; at least one.
    faults: Vec<(Fault, Rate)>,
    seed: u64,
}

/// A route that can have faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultRoute {
    /// Orders.
    Submit,
    /// Questions how a task is.
    Poll,
    /// The video.
    Content,
    /// Lists of tasks.
    List,
}

/// One fault on one route; its text is that of the plan without the rate, such as `submit:500`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    route: FaultRoute,
    pub(super) kind: Kind,
}

impl FaultPlan {
    /// The seed of a plan that was given none.
    pub const DEFAULT_SEED: u64 = 0;

    /// The same faults in another sequence.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The seed in force.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The fault that the `number`-th request on a route gets, if any; the first has the number 1.
    pub fn decide(&self, route: FaultRoute, number: u64) -> Option<Fault> {
        let draw = draw(self.seed, route, number);
        let mut end = 0;
        let mut own = self.faults.iter().filter(|(fault, _)| fault.route == route);
        let found = own.find(|(_, Rate(rate))| {
            end += rate;
            draw < end
        });
        found.map(|(fault, _)| *fault)
    }
}

impl FaultRoute {
    const ALL: [Self; 4] = [Self::Submit, Self::Poll, Self::Content, Self::List];

    /// The route of a request, if it is one that can have faults.
    pub(crate) fn of(route: &Route) -> Option<Self> {
        match route {
            Route::Submit => Some(Self::Submit),
            Route::Poll(_) => Some(Self::Poll),
            Route::Content(_) => Some(Self::Content),
            Route::List => Some(Self::List),
            _ => None,
        }
    }

    /// The word of the grammar: `submit`, `poll`, `content` or `list`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Poll => "poll",
            Self::Content => "content",
            Self::List => "list",
        }
    }
}

/// A number from 0 up to, and not including, a million.
fn draw(seed: u64, route: FaultRoute, number: u64) -> u32 {
    let route: u64 = match route {
        FaultRoute::Submit => 1,
        FaultRoute::Poll => 2,
        FaultRoute::Content => 3,
        FaultRoute::List => 4,
    };
    let mixed = mix(mix(mix(seed) ^ route) ^ number);
    u32::try_from((u128::from(mixed) * u128::from(ONE)) >> 64).unwrap_or(0)
}

/// The output function of `SplitMix64`.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Reads a plan; white space around its parts is cut.
impl FromStr for FaultPlan {
    type Err = BadFaultPlan;

    fn from_str(text: &str) -> Result<Self, BadFaultPlan> {
        let mut faults: Vec<(Fault, Rate)> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let bad = |why| BadFaultPlan::new(part, why);
            let (fault, rate) = read(part).map_err(bad)?;
            if faults.iter().any(|(known, _)| *known == fault) {
                return Err(bad(Why::Twice));
            }
            let own = faults.iter().filter(|(known, _)| known.route == fault.route);
            if own.map(|(_, rate)| rate.0).sum::<u32>() + rate.0 > ONE {
                return Err(bad(Why::TooMuch));
            }
            faults.push((fault, rate));
        }
        Ok(Self { faults, seed: Self::DEFAULT_SEED })
    }
}

/// Reads `ROUTE:KIND=RATE`.
fn read(part: &str) -> Result<(Fault, Rate), Why> {
    let (fault, rate) = part.split_once('=').ok_or(Why::Form)?;
    let (route, kind) = fault.split_once(':').ok_or(Why::Form)?;
    let route = FaultRoute::ALL.into_iter().find(|known| known.as_str() == route.trim()).ok_or(Why::Route)?;
    let kind = Kind::read(kind.trim())?;
    if matches!(kind, Kind::Lost(_)) && route != FaultRoute::Submit {
        return Err(Why::LostElsewhere);
    }
    Ok((Fault { route, kind }, Rate::read(rate.trim())?))
}

/// The text that gives the plan again, but for its seed.
impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (fault, rate)) in self.faults.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma}{fault}={rate}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.route.as_str(), self.kind)
    }
}

#[cfg(test)]
mod tests;
