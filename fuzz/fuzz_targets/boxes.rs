//! The box walk over any bytes: no panic, no read past the end, and what is proved whole adds up.

#![no_main]

use std::io::{Cursor, Read, Seek, SeekFrom};

use libfuzzer_sys::fuzz_target;
use video_download::{Container, Proof};

/// A file that nobody may read past its end.
struct Watched<'a>(Cursor<&'a [u8]>);

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = (self.0.get_ref().len() as u64).saturating_sub(self.0.position());
        assert!(buffer.len() as u64 <= left, "reads {} bytes where {left} are left", buffer.len());
        self.0.read(buffer)
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

fn walk(bytes: &[u8]) -> Option<Container> {
    Container::read(Watched(Cursor::new(bytes))).ok()
}

fuzz_target!(|bytes: &[u8]| {
    // the first box is right, so that more than every thousandth input gets past it
    let film = [b"\0\0\0\x18ftypisom\0\0\x02\0isommp41", bytes].concat();
    for bytes in [bytes, &film] {
        if walk(bytes).is_some_and(|container| container.proof == Proof::Boxes) {
            assert!(walk(&bytes[..bytes.len() - 1]).is_none(), "a byte less is whole too");
            assert!(walk(&[bytes, &[0]].concat()).is_none(), "a byte more is whole too");
        }
    }
});
