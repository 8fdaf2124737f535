//! A small video for every task, no two alike.

use bytes::Bytes;

/// Head and content of everything but the frames: `ftyp`, `moov` with `mvhd`, and the head of `mdat`.
const FRAME_START: usize = 24 + 8 + 108 + 8;

/// The video of the `number`-th task: an MP4 whose boxes add up to `length`, and whose bytes are those of no other task.
///
/// Not less than 156 bytes. The frames are noise: what proves a download looks at boxes, and here also at every byte.
pub(super) fn video(number: usize, length: usize) -> Bytes {
    let length = length.max(FRAME_START + 8);
    let mut bytes = Vec::with_capacity(length);
    head(&mut bytes, 24, *b"ftyp");
    bytes.extend_from_slice(b"isom\0\0\x02\0isommp41");
    head(&mut bytes, 116, *b"moov");
    head(&mut bytes, 108, *b"mvhd");
    bytes.extend_from_slice(&[0; 12]);
    // 2.5 seconds: 1500 units of 1/600 s.
    bytes.extend_from_slice(&600_u32.to_be_bytes());
    bytes.extend_from_slice(&1500_u32.to_be_bytes());
    bytes.extend_from_slice(&[0; 80]);
    head(&mut bytes, length - FRAME_START + 8, *b"mdat");
    // The number itself comes first, so that two videos differ even if there is room for nothing else.
    bytes.extend_from_slice(&(number as u64).to_be_bytes());
    let mut state = number as u64 + 1;
    while bytes.len() < length {
        // xorshift64*
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let frame = state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_be_bytes();
        bytes.extend_from_slice(&frame[..frame.len().min(length - bytes.len())]);
    }
    bytes.into()
}

fn head(bytes: &mut Vec<u8>, size: usize, kind: [u8; 4]) {
    bytes.extend_from_slice(&u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(&kind);
}
