//! Reproducible chance: the numbers that a seed decides, with a prompt or with a number.

/// A stream of numbers (splitmix64) that depends on nothing but where it started.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of one seed and prompt; another prompt with the same seed looks different too.
    pub(super) fn new(seed: u64, prompt: &str) -> Self {
        // FNV-1a
        let hash = prompt
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(hash.rotate_left(17) ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// One number for a seed and a number, the same for ever.
    pub(crate) fn of(seed: u64, number: u64) -> u64 {
        Self(Self(seed).next() ^ number).next()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` up to, and not including, `high`.
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit a float exactly")]
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.next() >> 40) as f32 / 16_777_216.0;
        low + (high - low) * unit
    }

    /// One of `choices`, which must not be empty.
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is smaller than a length")]
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[(self.next() % choices.len() as u64) as usize]
    }
}
