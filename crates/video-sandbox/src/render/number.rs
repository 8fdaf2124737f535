//! The lossy number conversions that drawing needs, in one place, and a sine that is the same on every machine.

/// `value` as a sample of eight bits, clamped.
#[expect(clippy::cast_sign_loss, reason = "clamped to a byte")]
pub(super) fn byte(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

/// A count of pixels or frames as a real number; exact, since counts stay far below 2^24.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^24")]
pub(super) fn real(count: usize) -> f32 {
    count as f32
}

/// The whole pixel that holds `position`, which may lie outside the frame.
#[expect(clippy::cast_possible_truncation, reason = "floored, and a float cast saturates")]
pub(super) fn pixel(position: f32) -> i32 {
    position.floor() as i32
}

/// A length of zero or more rounded to whole pixels.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and a float cast saturates")]
pub(super) fn whole(length: f32) -> usize {
    length.round() as usize
}

/// The sine of `turns` full turns, within 0.002 of the real one.
///
/// Only adds and multiplies, which IEEE 754 fixes to the last bit: `f32::sin` comes from the platform's own library
/// and would make the same clip differ between machines.
pub(super) fn sine(turns: f32) -> f32 {
    let turn = turns - (turns + 0.5).floor(); // -0.5..0.5
    let parabola = 8.0 * turn - 16.0 * turn * turn.abs();
    parabola + 0.225 * (parabola * parabola.abs() - parabola)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_stays_close_to_the_real_one() {
        let worst = (-2000_i16..2000)
            .map(|step| f32::from(step) / 900.0)
            .map(|turns| (sine(turns) - (turns * std::f32::consts::TAU).sin()).abs())
            .fold(0.0, f32::max);
        assert!(worst < 0.002, "{worst}");
    }
}
