//! The encoder in use: `rusty_h264`, pure Rust.

use rusty_h264_common::YuvPlanes;
use rusty_h264_encoder::{Encoder, EncoderConfig, Preset};

use super::super::frame::Frame;
use super::annex_b;
use super::level::level;
use super::{CodedFrame, Effort, EncoderError, GroupEncoder, Settings};

/// One group of pictures in H.264 Constrained Baseline.
#[derive(Debug)]
pub(in super::super) struct RustyH264(Encoder);

impl GroupEncoder for RustyH264 {
    fn start(settings: Settings) -> Result<Self, EncoderError> {
        // `baseline` and not `new`, which reads an environment variable.
        let mut config = EncoderConfig::baseline(settings.width, settings.height);
        config.level_idc = level(settings.width, settings.height, settings.fps);
        config.qp = settings.quantizer;
        config.preset = match settings.effort {
            Effort::Low => Preset::Fast,
            Effort::High => Preset::Balanced,
        };
        // One encoder, one group: it must not open another one by itself.
        config.gop_size = u32::MAX;
        // Seen in 0.17.0 on 2026-11-21: `baseline` leaves weighted prediction on, which Constrained Baseline forbids.
        config.weightp = false;
        Ok(Self(Encoder::new(config)?))
    }

    fn encode(&mut self, frame: &Frame) -> Result<CodedFrame, EncoderError> {
        let planes = YuvPlanes::tight(frame.width, frame.height, &frame.luma, &frame.cb, &frame.cr)
            .ok_or("the planes of a frame do not match its size")?;
        annex_b::coded_frame(&self.0.encode_planes(&planes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first byte of the picture parameters after their header: both ids 0, no CABAC, one slice group, one
    /// reference frame a list (`1 1 0 0 1 1 1`), and as its last bit `weighted_pred_flag`, which must be 0.
    const PLAIN_PREDICTION: u8 = 0b1100_1110;

    #[test]
    fn the_parameter_sets_keep_to_constrained_baseline() {
        for quantizer in [0, 20, 51] {
            for effort in [Effort::Low, Effort::High] {
                let settings = Settings { width: 64, height: 64, fps: 24, quantizer, effort };
                let mut encoder = RustyH264::start(settings).expect("a size it takes");
                let coded = encoder.encode(&Frame::new(64, 64)).expect("a frame it takes");
                let sets = coded.parameter_sets.expect("a key frame");
                assert_eq!(sets.sequence[..4], [0x67, 66, 0x40, 30]);
                assert_eq!(sets.picture[..2], [0x68, PLAIN_PREDICTION]);
                let next = encoder.encode(&Frame::new(64, 64)).expect("a frame it takes");
                assert_eq!(next.parameter_sets, None);
            }
        }
    }
}
