//! The H.264 level a clip needs: what it promises a decoder about frame size and speed.

/// `level_idc`, most macroblocks in a frame, most macroblocks in a second (ITU-T H.264, table A-1), from level 3 on:
/// below that the bit rates are tighter than the renderer promises to keep.
const LEVELS: [(u8, usize, usize); 9] = [
    (30, 1_620, 40_500),
    (31, 3_600, 108_000),
    (32, 5_120, 216_000),
    (40, 8_192, 245_760),
    (42, 8_704, 522_240),
    (50, 22_080, 589_824),
    (51, 36_864, 983_040),
    (52, 36_864, 2_073_600),
    (60, 139_264, 4_177_920),
];

/// The lowest level that admits frames of this size at this rate, as `level_idc` (31 is level 3.1).
pub(super) fn level(width: usize, height: usize, fps: u32) -> u8 {
    let (across, down) = (width.div_ceil(16), height.div_ceil(16));
    let (blocks, longest) = (across * down, across.max(down));
    LEVELS
        .iter()
        .find(|&&(_, in_frame, in_second)| {
            // No side may be longer than the root of eight times the frame's macroblocks.
            blocks <= in_frame && longest * longest <= 8 * in_frame && blocks * fps as usize <= in_second
        })
        .map_or(60, |&(level, ..)| level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_grow_with_size_rate_and_length_of_a_side() {
        let clips = [(64, 64, 60), (854, 480, 24), (1280, 720, 24), (1280, 720, 60), (1920, 1080, 24)];
        let larger = [(1920, 1080, 60), (3840, 2160, 24), (3840, 2160, 60), (4096, 64, 24), (2160, 3840, 30)];
        let table = clips.into_iter().chain(larger);
        let lines: Vec<String> = table.map(|(w, h, fps)| format!("{w}x{h} {fps}: {}", level(w, h, fps))).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
