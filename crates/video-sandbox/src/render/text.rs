//! Text on a canvas: the bundled fonts, one line at a time. Where lines end is decided in [`wrap`].

pub(super) mod wrap;

use ab_glyph::{Font, FontRef, Glyph, PxScale, point};

use super::canvas::{Area, Canvas, Paint};
use super::number::pixel;

const LATIN: &[u8] = include_bytes!("../../assets/noto-latin.ttf");
const CHINESE: &[u8] = include_bytes!("../../assets/droid-gb2312.ttf");

/// Height of a capital letter, as a share of the text size.
pub(super) const CAPITAL: f32 = 0.714;
/// Distance from one base line to the next, as a share of the text size.
pub(super) const LEADING: f32 = 1.36;

/// The bundled fonts; a character is drawn from the first that has it, else as an empty box.
pub(super) struct Fonts([FontRef<'static>; 2]);

/// How a line of text is drawn: size in pixels to the em, and the extra space after each character, in ems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) spacing: f32,
    /// Draws every stroke twice, this many ems apart; 0.0 is regular.
    pub(super) weight: f32,
}

impl Style {
    pub(super) const fn regular(size: f32) -> Self {
        Self { size, spacing: 0.0, weight: 0.0 }
    }
}

impl Fonts {
    pub(super) fn bundled() -> Self {
        let font = |bytes| FontRef::try_from_slice(bytes).expect("the bundled fonts are sound: a test loads them");
        Self([font(LATIN), font(CHINESE)])
    }

    fn font_of(&self, character: char) -> Option<&FontRef<'static>> {
        self.0.iter().find(|font| font.glyph_id(character).0 != 0)
    }

    /// The width of one character in pixels.
    pub(super) fn advance(&self, character: char, style: Style) -> f32 {
        let ems = match self.font_of(character) {
            Some(font) => font.h_advance_unscaled(font.glyph_id(character)) / font.units_per_em().unwrap_or(1000.0),
            None => missing_width(character),
        };
        (ems + style.spacing) * style.size
    }

    /// The width of a line in pixels.
    pub(super) fn width(&self, line: &str, style: Style) -> f32 {
        line.chars().map(|character| self.advance(character, style)).sum()
    }

    /// Draws a line that starts at `left` and stands on `base`; returns where it ends.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        line: &str,
        (left, base): (f32, f32),
        style: Style,
        paint: Paint,
    ) -> f32 {
        line.chars().fold(left, |left, character| {
            match self.font_of(character) {
                Some(font) => draw_glyph(canvas, font, character, (left, base), style, paint),
                None if character.is_whitespace() => {}
                None => draw_missing(canvas, character, (left, base), style, paint),
            }
            left + self.advance(character, style)
        })
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fonts(Noto Sans, Droid Sans Fallback)")
    }
}

fn draw_glyph(
    canvas: &mut Canvas,
    font: &FontRef<'static>,
    character: char,
    (left, base): (f32, f32),
    style: Style,
    paint: Paint,
) {
    // `PxScale` counts from the ascender to the descender; a style counts ems, so that both fonts look the same size.
    let height = font.height_unscaled() / font.units_per_em().unwrap_or(1000.0);
    let strokes: &[f32] = if style.weight > 0.0 { &[0.0, 1.0] } else { &[0.0] };
    for stroke in strokes {
        let glyph = Glyph {
            id: font.glyph_id(character),
            scale: PxScale::from(style.size * height),
            position: point(left + stroke * style.weight * style.size, base),
        };
        let Some(outline) = font.outline_glyph(glyph) else { return };
        let (corner_x, corner_y) = (pixel(outline.px_bounds().min.x), pixel(outline.px_bounds().min.y));
        outline.draw(|x, y, coverage| {
            let offset = |start: i32, step: u32| start.saturating_add_unsigned(step);
            canvas.blend(offset(corner_x, x), offset(corner_y, y), paint, coverage);
        });
    }
}

/// An empty box, so that a character no font has is seen and not silently lost.
fn draw_missing(canvas: &mut Canvas, character: char, (left, base): (f32, f32), style: Style, paint: Paint) {
    let gap = 0.08 * style.size;
    let area = Area {
        left: left + gap,
        top: base - 0.76 * style.size,
        width: missing_width(character) * style.size - 2.0 * gap,
        height: 0.82 * style.size,
    };
    let faint = Paint { opacity: paint.opacity * 0.6, ..paint };
    canvas.outline_rounded(area, 0.12 * style.size, (0.05 * style.size).max(1.0), faint);
}

/// The width in ems of a character no font has: East Asian scripts and pictographs are square.
fn missing_width(character: char) -> f32 {
    if ('\u{1100}'..='\u{115f}').contains(&character) || character >= '\u{2e80}' { 1.0 } else { 0.6 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A canvas as text: one character for each pixel, darker for more coverage.
    fn picture(canvas: &Canvas) -> String {
        let ink = |alpha: u8| b" .:+#"[usize::from(alpha) * 4 / 255] as char;
        let rows = canvas.pixels.chunks(canvas.width);
        rows.map(|row| row.iter().map(|pixel| ink(pixel[3])).collect::<String>().trim_end().to_owned() + "\n").collect()
    }

    #[test]
    fn latin_chinese_and_missing_characters_stand_on_one_line() {
        let mut canvas = Canvas::new(76, 22);
        let paint = Paint::solid(super::super::colour::Rgb::WHITE);
        Fonts::bundled().draw(&mut canvas, "Ag 狐\u{1f98a}", (1.0, 17.0), Style::regular(18.0), paint);
        insta::assert_snapshot!(picture(&canvas));
    }

    #[test]
    fn widths_count_characters_of_every_kind() {
        let fonts = Fonts::bundled();
        let width = |line: &str| format!("{line:?} {:.1}", fonts.width(line, Style::regular(10.0)));
        let lines = [" ", "iW", "狐狸", "，。", "한글", "ابت", "\u{1f98a}", "…"].map(width);
        insta::assert_snapshot!(lines.join("\n"));
    }
}
