//! What each frame of a clip shows.

mod badge;
mod caption;
mod card;
mod clock;
mod placeholder;
mod prompt;

use super::aurora::Aurora;
use super::chance::Chance;
use super::clip::{Clip, FirstFrame, Format};
use super::colour::{Rgb, YCbCr};
use super::error::RenderError;
use super::frame::Frame;
use super::layer::{Layer, OPAQUE};
use super::number::real;
use super::picture;
use super::text::Fonts;
use super::zoom::Zoom;
use clock::Clock;

/// How much a picture grows in a second, in 65,536ths.
const ZOOM_A_SECOND: usize = 1_300;
/// How much a picture grows at most.
const ZOOM_AT_MOST: usize = 13_000;

/// Everything a clip shows, ready to be drawn frame by frame in any order.
#[derive(Debug)]
pub(super) struct Scene {
    format: Format,
    backdrop: Backdrop,
    /// The word SANDBOX, and in a clip without a picture all other text; on every frame.
    sign: Layer,
    /// The prompt over a picture: faded in, so that the first frame is the picture.
    caption: Option<Layer>,
    clock: Option<Clock>,
    bar: YCbCr,
}

#[derive(Debug)]
enum Backdrop {
    Aurora(Box<Aurora>),
    Picture(Zoom),
}

impl Scene {
    pub(super) fn new(clip: &Clip, format: Format) -> Result<Self, RenderError> {
        let fonts = Fonts::bundled();
        let mut chance = Chance::new(clip.seed, &clip.prompt);
        let aurora = Aurora::new(&mut chance);
        let clock = Clock::new(&fonts, format);
        let Some(first_frame) = &clip.first_frame else {
            let sign = card::draw(&fonts, clip, format, &aurora);
            let bar = aurora.accent().ycbcr();
            return Ok(Self { format, backdrop: Backdrop::Aurora(Box::new(aurora)), sign, caption: None, clock, bar });
        };
        let picture = match first_frame {
            FirstFrame::Picture(bytes) => picture::load(bytes, format.width, format.height)?,
            FirstFrame::Placeholder(text) => placeholder::draw(&fonts, text, format, &aurora),
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..=255 by its bounds")]
        let focus = (chance.between(70.0, 186.0) as u8, chance.between(70.0, 186.0) as u8);
        Ok(Self {
            format,
            backdrop: Backdrop::Picture(Zoom { picture, focus }),
            sign: badge::over_picture(&fonts, format),
            caption: Some(caption::draw(&fonts, &clip.prompt, format)),
            clock,
            bar: Rgb::WHITE.ycbcr(),
        })
    }

    /// Whether what is drawn comes from outside, so that nothing is known about how hard it is to encode.
    pub(super) fn shows_picture(&self) -> bool {
        matches!(self.backdrop, Backdrop::Picture(_))
    }

    /// Draws frame `index` over whatever `frame` held.
    pub(super) fn draw(&self, index: u32, frame: &mut Frame) {
        let Format { fps, .. } = self.format;
        let strength = match &self.backdrop {
            Backdrop::Aurora(aurora) => {
                aurora.paint(real(index as usize) / real(fps as usize), frame);
                OPAQUE
            }
            Backdrop::Picture(zoom) => {
                let grown = index as usize * ZOOM_A_SECOND / fps as usize;
                let all = self.format.frames as usize * ZOOM_A_SECOND / fps as usize;
                // A long clip zooms slower, and ends no larger.
                let grown = if all > ZOOM_AT_MOST { grown * ZOOM_AT_MOST / all } else { grown };
                zoom.paint((1 << 16) + grown, frame);
                // Faded in over half a second.
                u16::try_from(index * 2 * u32::from(OPAQUE) / fps).map_or(OPAQUE, |strength| strength.min(OPAQUE))
            }
        };
        if let Some(caption) = &self.caption {
            caption.lay_over(frame, 0, 0, strength);
        }
        self.sign.lay_over(frame, 0, 0, OPAQUE);
        if let Some(clock) = &self.clock {
            clock.lay_over(frame, index, fps, strength);
        }
        self.draw_bar(index, frame, strength);
    }

    /// The share of the clip that is over, along the lower edge.
    fn draw_bar(&self, index: u32, frame: &mut Frame, strength: u16) {
        let (width, height) = (frame.width, frame.height);
        let thick = (width.min(height) / 150).max(2).next_multiple_of(2);
        let filled = width as u64 * u64::from(index + 1) / u64::from(self.format.frames);
        let filled = usize::try_from(filled).unwrap_or(width);
        frame.fill(0..filled, height - thick..height, self.bar, strength);
    }
}
