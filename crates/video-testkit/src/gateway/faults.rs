//! What goes wrong, decided by a seed or by a plan.

use std::collections::BTreeMap;
use std::fmt;

use super::Route;

/// The ten ways in which an answer goes wrong.
///
/// On a submit each of them also decides whether the order was carried out behind it: a lost answer is a paid task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "tests make a table of all")]
pub enum Fault {
    /// 429 with `Retry-After`. Nothing was ordered.
    RateLimited,
    /// 503 with `Retry-After`. Nothing was ordered.
    Overloaded,
    /// 500 in JSON. Ordered or not, by the seed.
    ServerError,
    /// 502 with a proxy's page. Ordered or not, by the seed.
    BadGateway,
    /// The connection is closed before the first byte of an answer. Ordered or not, by the seed.
    HungUp,
    /// The right status and type, but no JSON. Ordered.
    Garbled,
    /// 200 with a page. Ordered or not, by the seed.
    Page,
    /// The whole length is announced, half of the body comes, and the connection breaks. Ordered.
    Broken,
    /// Half of the body comes, and ends as if it were all. Ordered.
    Truncated,
    /// The answer (of a content: its second half) comes late, by
    /// [`GatewayOptions::stall`](crate::GatewayOptions::stall). Ordered.
    Stalled,
}

impl Fault {
    /// All ten.
    pub const ALL: [Self; 10] = [
        Self::RateLimited,
        Self::Overloaded,
        Self::ServerError,
        Self::BadGateway,
        Self::HungUp,
        Self::Garbled,
        Self::Page,
        Self::Broken,
        Self::Truncated,
        Self::Stalled,
    ];

    /// Whether an order goes through behind the fault; `None`: the seed decides.
    pub const fn carries_out(self) -> Option<bool> {
        match self {
            Self::RateLimited | Self::Overloaded => Some(false),
            Self::ServerError | Self::BadGateway | Self::HungUp | Self::Page => None,
            Self::Garbled | Self::Broken | Self::Truncated | Self::Stalled => Some(true),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RateLimited => "429 + Retry-After",
            Self::Overloaded => "503 + Retry-After",
            Self::ServerError => "500",
            Self::BadGateway => "502 page",
            Self::HungUp => "closed without reply",
            Self::Garbled => "garbled JSON",
            Self::Page => "page with 200",
            Self::Broken => "break in the body",
            Self::Truncated => "clean truncation",
            Self::Stalled => "stall",
        })
    }
}

/// Which requests go wrong, and how. None by default.
///
/// What happens to a request depends on the seed, the route, the prompt of the job, and the how-many-eth request of that
/// job on that route it is: not on the order in which jobs arrive. So one seed gives one set of faults, whatever the
/// interleaving.
#[derive(Debug, Clone)]
pub struct Faults {
    seed: u64,
    rate: f64,
    first: Option<Fault>,
    planned: BTreeMap<(Route, u64), Fault>,
    routes: Vec<Route>,
    kinds: Vec<Fault>,
    carried_out: Option<bool>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            seed: 0,
            rate: 0.0,
            first: None,
            planned: BTreeMap::new(),
            routes: Route::ALL.to_vec(),
            kinds: Fault::ALL.to_vec(),
            carried_out: None,
        }
    }
}

impl Faults {
    /// Each request goes wrong with this probability, 0 to 1, in one of the ten ways with equal chance.
    pub fn drawn(seed: u64, rate: f64) -> Self {
        Self { seed, rate, ..Self::default() }
    }

    /// The first request of every job on every route goes wrong in this way; all others go well.
    pub fn once(fault: Fault) -> Self {
        Self { first: Some(fault), ..Self::default() }
    }

    /// The `number`-th request on a route, from 1 and whosever it is, goes wrong in this way. Comes before chance.
    pub fn at(route: Route, number: u64, fault: Fault) -> Self {
        Self::default().and_at(route, number, fault)
    }

    /// One more of those.
    #[must_use]
    pub fn and_at(mut self, route: Route, number: u64, fault: Fault) -> Self {
        self.planned.insert((route, number), fault);
        self
    }

    /// Nothing drawn happens on other routes.
    #[must_use]
    pub fn only_on(self, routes: &[Route]) -> Self {
        Self { routes: routes.to_vec(), ..self }
    }

    /// Nothing else is drawn.
    #[must_use]
    pub fn only(self, kinds: &[Fault]) -> Self {
        Self { kinds: kinds.to_vec(), ..self }
    }

    /// Replaces the seed, which also decides whether a lost order was carried out.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Takes from the seed the decision whether an order goes through behind a fault that leaves it open.
    #[must_use]
    pub fn carrying_out(self, carried_out: bool) -> Self {
        Self { carried_out: Some(carried_out), ..self }
    }

    /// What happens to the `nth` request about `subject` on `route`, which is the `number`-th on that route at all; both
    /// from 1.
    pub fn hit(&self, route: Route, subject: &str, nth: u64, number: u64) -> Option<Hit> {
        let mut chance =
            Chance::new(&[&self.seed.to_be_bytes(), &[route as u8], &nth.to_be_bytes(), subject.as_bytes()]);
        let (struck, kind, coin) = (chance.unit(), chance.next(), chance.next());
        let drawn = || {
            let kinds = self.kinds.len() as u64;
            let may = self.routes.contains(&route) && kinds > 0 && struck < self.rate;
            may.then(|| self.kinds.get(usize::try_from(kind % kinds).ok()?).copied()).flatten()
        };
        let first = || self.first.filter(|_| nth == 1 && self.routes.contains(&route));
        let fault = self.planned.get(&(route, number)).copied().or_else(first).or_else(drawn)?;
        let carried_out = fault.carries_out().or(self.carried_out).unwrap_or(coin & 1 == 0);
        Some(Hit { fault, carried_out })
    }
}

/// One request that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hit {
    /// How.
    pub fault: Fault,
    /// Whether an order goes through behind it; without meaning on other routes.
    pub carried_out: bool,
}

/// Numbers from bytes: FNV-1a, then `SplitMix64`. By hand, so that a seed means the same with every version of everything.
struct Chance(u64);

impl Chance {
    fn new(parts: &[&[u8]]) -> Self {
        let bytes = parts.iter().flat_map(|part| part.iter());
        Self(bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// In 0..1.
    fn unit(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }
}
