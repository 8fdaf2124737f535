//! The seam behind which a video encoder sits, and what comes out of it.

pub(super) mod annex_b;
pub(super) mod level;
pub(super) mod rusty;

use std::error::Error;

use super::frame::Frame;

/// Whatever an encoder says went wrong.
pub(super) type EncoderError = Box<dyn Error + Send + Sync>;

/// What an encoder is told before the first frame of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) fps: u32,
    /// H.264 quantizer, 0 (best) to 51; the same for every group of a clip, since it is part of the parameter sets.
    pub(super) quantizer: u8,
    pub(super) effort: Effort,
}

/// How hard an encoder looks for movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// Whole pixels: enough for soft light.
    Low,
    /// Fractions of a pixel: for the fine detail of a picture that is zoomed into.
    High,
}

/// Encodes one group of pictures: a key frame and the frames that follow from it.
///
/// A group must not depend on another one: groups are encoded on different threads, and their bytes must be the same
/// however many threads there are.
pub(super) trait GroupEncoder: Sized {
    /// Starts a group.
    fn start(settings: Settings) -> Result<Self, EncoderError>;

    /// Encodes the next frame; the first one is a key frame. Frames come out in the order they go in, none is held.
    fn encode(&mut self, frame: &Frame) -> Result<CodedFrame, EncoderError>;
}

/// One encoded frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CodedFrame {
    /// Sequence and picture parameter sets, which come with each key frame.
    pub(super) parameter_sets: Option<ParameterSets>,
    /// NAL units, each after its length in four bytes, without parameter sets: what an MP4 sample holds.
    pub(super) data: Vec<u8>,
}

/// What a decoder must know before the first frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ParameterSets {
    pub(super) sequence: Vec<u8>,
    pub(super) picture: Vec<u8>,
}
