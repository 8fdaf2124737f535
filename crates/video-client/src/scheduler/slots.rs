//! How many jobs may run at once: half after a crowd, one more after a run of good ends.

/// How many jobs may run at once, by what the ends of jobs say.
///
/// A gateway's limit of tasks at once is not told, it is met. So the number falls by half when it is met, never below
/// one, and rises by one after as many good ends in a row as there are slots.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    most: usize,
    now: usize,
    good_in_a_row: usize,
    /// How often it fell: jobs that began before the last fall say nothing about the number it fell to.
    era: u64,
}

impl Slots {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, now: most, good_in_a_row: 0, era: 0 }
    }

    pub(super) const fn now(&self) -> usize {
        self.now
    }

    pub(super) const fn era(&self) -> u64 {
        self.era
    }

    /// Notes that a job admitted in `era` met the limit; gives how many slots are gone.
    pub(super) const fn crowded(&mut self, era: u64) -> usize {
        self.good_in_a_row = 0;
        if era < self.era {
            return 0;
        }
        let half = self.now / 2;
        let fallen = if half == 0 { 0 } else { self.now - half };
        self.now -= fallen;
        self.era += 1;
        fallen
    }

    /// Notes a good end; gives whether there is one slot more.
    pub(super) const fn good(&mut self) -> bool {
        self.good_in_a_row += 1;
        let rises = self.good_in_a_row >= self.now && self.now < self.most;
        if rises {
            self.now += 1;
            self.good_in_a_row = 0;
        }
        rises
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn slots_fall_by_half_and_rise_one_by_one() {
        let mut slots = Slots::new(8);
        let first = slots.era();
        let mut said = Vec::new();
        for _ in 0..3 {
            slots.crowded(first);
        }
        said.push(format!("three of one time: {}", slots.now()));
        for _ in 0..6 {
            slots.crowded(slots.era());
        }
        said.push(format!("again and again: {}", slots.now()));
        let mut ends = 0;
        while slots.now() < 8 {
            slots.good();
            ends += 1;
        }
        said.push(format!("back at {} after {ends} good ends", slots.now()));
        for _ in 0..100 {
            slots.good();
        }
        said.push(format!("never above {}", slots.now()));
        insta::assert_snapshot!(said.join("\n"), @r"
        three of one time: 4
        again and again: 1
        back at 8 after 28 good ends
        never above 8
        ");
    }
}
