//! The size and lines of a prompt: as large as fits, smaller when it is long, cut when it is very long.

use super::super::number::real;
use super::super::text::wrap::{Wrapped, tidy, wrap};
use super::super::text::{Fonts, LEADING, Style};

/// A prompt laid out: how large, and its lines.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Prompt {
    pub(super) size: f32,
    pub(super) lines: Vec<String>,
}

/// The room a prompt has, in pixels, and the text sizes to choose from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) largest: f32,
    pub(super) smallest: f32,
    pub(super) most_lines: usize,
}

impl Prompt {
    /// Picks the largest size at which the whole prompt fits, else the smallest size with as many lines as fit.
    pub(super) fn fit(text: &str, fonts: &Fonts, room: Room) -> Self {
        let text = tidy(text);
        let mut size = room.largest;
        loop {
            let last = size <= room.smallest;
            let style = Style::regular(size.max(room.smallest));
            let by_height = (1..room.most_lines).take_while(|&lines| height(lines + 1, style.size) <= room.height);
            let most = by_height.count() + 1;
            let Wrapped { lines, cut } = wrap(&text, room.width, most, &|character| fonts.advance(character, style));
            if !cut || last {
                return Self { size: style.size, lines };
            }
            size *= 0.9;
        }
    }

    pub(super) fn height(&self) -> f32 {
        height(self.lines.len(), self.size)
    }

    /// The width of the widest line.
    pub(super) fn width(&self, fonts: &Fonts) -> f32 {
        let widths = self.lines.iter().map(|line| fonts.width(line, Style::regular(self.size)));
        widths.fold(0.0, f32::max)
    }
}

fn height(lines: usize, size: f32) -> f32 {
    real(lines) * LEADING * size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(text: &str, width: f32, height: f32) -> String {
        let room = Room { width, height, largest: height / 5.0, smallest: 8.0, most_lines: 6 };
        let Prompt { size, lines } = Prompt::fit(text, &Fonts::bundled(), room);
        format!("{width}x{height}: {size:.1} px\n{}\n", lines.join("\n"))
    }

    const LONG: &str = "A slow aerial shot over a misty mountain valley at sunrise: golden light spills across pine \
        forests, a winding river glitters below, and a lone eagle glides through the frame. \
        清晨的薄雾在山谷间缓缓流动，金色的阳光穿过松林，蜿蜒的河流闪闪发光，一只孤独的雄鹰从画面中滑过。";

    #[test]
    fn a_short_prompt_is_large_and_a_long_one_small() {
        insta::assert_snapshot!([fitted("A red fox", 1000.0, 400.0), fitted(LONG, 1000.0, 400.0)].join("\n"));
    }

    #[test]
    fn a_prompt_too_long_for_six_lines_is_cut() {
        insta::assert_snapshot!(fitted(&LONG.repeat(30), 500.0, 300.0));
    }

    #[test]
    fn a_tiny_frame_shows_what_fits() {
        insta::assert_snapshot!(fitted(LONG, 52.0, 30.0));
    }
}
