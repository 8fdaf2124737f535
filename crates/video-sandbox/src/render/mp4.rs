//! Writing an MP4 file: one H.264 track, index before data (fast start).

use super::clip::Format;
use super::encoder::{CodedFrame, EncoderError, ParameterSets};

/// Units of time a frame lasts; the time scale is this many for each frame of a second, so every rate is exact.
const TICKS: u32 = 1000;
/// Longest title that is written, in characters.
const LONGEST_TITLE: usize = 4096;
const IDENTITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
/// Written for the language that is not said ("und", three letters of five bits).
const UNDETERMINED: u16 = 0x55c4;

/// The whole file. Times of creation are left at zero: the same clip gives the same bytes.
pub(super) fn write(format: Format, title: &str, frames: &[CodedFrame]) -> Result<Vec<u8>, EncoderError> {
    let sets = frames.first().and_then(|frame| frame.parameter_sets.as_ref());
    let sets = sets.ok_or("the first frame is no key frame")?;
    if frames.iter().filter_map(|frame| frame.parameter_sets.as_ref()).any(|other| other != sets) {
        return Err("the parameter sets change inside the clip".into());
    }
    let track = Track::new(format, title, sets, frames)?;
    let data: usize = frames.iter().map(|frame| frame.data.len()).sum();

    let mut file = Writer::default();
    file.boxed(*b"ftyp", |ftyp| {
        ftyp.bytes(b"isom").u32(0x200).bytes(b"isomiso2avc1mp41");
    });
    // The index says where the data starts, and stands before it: its length is measured with a start of zero.
    let index_length = track.index(0).0.len();
    let start = file.0.len() + index_length + 8;
    u32::try_from(start + data)?;
    file.bytes(&track.index(u32::try_from(start)?).0);
    file.0.reserve(data + 8);
    file.boxed(*b"mdat", |mdat| {
        for frame in frames {
            mdat.bytes(&frame.data);
        }
    });
    Ok(file.0)
}

/// Everything the index tells about the one track.
struct Track<'a> {
    width: u16,
    height: u16,
    scale: u32,
    duration: u32,
    frames: u32,
    sizes: Vec<u32>,
    key_frames: Vec<u32>,
    avc_configuration: Vec<u8>,
    title: &'a str,
}

impl<'a> Track<'a> {
    fn new(format: Format, title: &'a str, sets: &ParameterSets, frames: &[CodedFrame]) -> Result<Self, EncoderError> {
        let count = u32::try_from(frames.len())?;
        let numbered = (1..=count).zip(frames);
        Ok(Self {
            width: u16::try_from(format.width)?,
            height: u16::try_from(format.height)?,
            scale: format.fps * TICKS,
            duration: count * TICKS,
            frames: count,
            sizes: frames.iter().map(|frame| u32::try_from(frame.data.len())).collect::<Result<_, _>>()?,
            key_frames: numbered
                .filter(|(_, frame)| frame.parameter_sets.is_some())
                .map(|(number, _)| number)
                .collect(),
            avc_configuration: avc_configuration(sets)?,
            title: title.char_indices().nth(LONGEST_TITLE).map_or(title, |(end, _)| &title[..end]),
        })
    }

    /// The `moov` box, for data that starts at `start`.
    fn index(&self, start: u32) -> Writer {
        let mut writer = Writer::default();
        writer.boxed(*b"moov", |moov| {
            moov.boxed(*b"mvhd", |mvhd| {
                mvhd.zeros(12).u32(self.scale).u32(self.duration);
                mvhd.u32(0x1_0000).u16(0x100).zeros(10); // rate and volume of 1
                mvhd.all_u32(&IDENTITY).zeros(24).u32(2); // next free track number
            });
            moov.boxed(*b"trak", |trak| {
                trak.boxed(*b"tkhd", |tkhd| {
                    tkhd.u32(3).zeros(8).u32(1).zeros(4).u32(self.duration).zeros(16); // enabled, in the movie
                    tkhd.all_u32(&IDENTITY).u32(u32::from(self.width) << 16).u32(u32::from(self.height) << 16);
                });
                trak.boxed(*b"mdia", |mdia| {
                    mdia.boxed(*b"mdhd", |mdhd| {
                        mdhd.zeros(12).u32(self.scale).u32(self.duration).u16(UNDETERMINED).zeros(2);
                    });
                    mdia.boxed(*b"hdlr", |hdlr| {
                        hdlr.zeros(8).bytes(b"vide").zeros(12).bytes(b"video\0");
                    });
                    mdia.boxed(*b"minf", |minf| self.media(minf, start));
                });
            });
            moov.boxed(*b"udta", |udta| udta.boxed(*b"meta", |meta| self.tags(meta)));
        });
        writer
    }

    fn media(&self, minf: &mut Writer, start: u32) {
        minf.boxed(*b"vmhd", |vmhd| {
            vmhd.u32(1).zeros(8);
        });
        minf.boxed(*b"dinf", |dinf| {
            dinf.boxed(*b"dref", |dref| {
                dref.zeros(4).u32(1);
                dref.boxed(*b"url ", |url| {
                    url.u32(1); // in this file
                });
            });
        });
        minf.boxed(*b"stbl", |stbl| {
            stbl.boxed(*b"stsd", |stsd| {
                stsd.zeros(4).u32(1);
                stsd.boxed(*b"avc1", |avc1| self.sample_entry(avc1));
            });
            stbl.boxed(*b"stts", |stts| {
                stts.zeros(4).u32(1).u32(self.frames).u32(TICKS);
            });
            stbl.boxed(*b"stss", |stss| {
                stss.zeros(4).count(&self.key_frames).all_u32(&self.key_frames);
            });
            stbl.boxed(*b"stsc", |stsc| {
                stsc.zeros(4).u32(1).u32(1).u32(self.frames).u32(1); // all samples in one chunk
            });
            stbl.boxed(*b"stsz", |stsz| {
                stsz.zeros(8).count(&self.sizes).all_u32(&self.sizes);
            });
            stbl.boxed(*b"stco", |stco| {
                stco.zeros(4).u32(1).u32(start);
            });
        });
    }

    fn sample_entry(&self, avc1: &mut Writer) {
        avc1.zeros(6).u16(1).zeros(16).u16(self.width).u16(self.height);
        avc1.u32(0x48_0000).u32(0x48_0000).zeros(4).u16(1).zeros(32).u16(24).u16(u16::MAX); // 72 dpi, 24 bits
        avc1.boxed(*b"avcC", |avcc| {
            avcc.bytes(&self.avc_configuration);
        });
        avc1.boxed(*b"colr", |colr| {
            colr.bytes(b"nclx").u16(1).u16(1).u16(1).u8(0); // BT.709 primaries, transfer, matrix; limited range
        });
    }

    /// Title and tool, in the form that players read.
    fn tags(&self, meta: &mut Writer) {
        meta.zeros(4);
        meta.boxed(*b"hdlr", |hdlr| {
            hdlr.zeros(8).bytes(b"mdirappl").zeros(9);
        });
        meta.boxed(*b"ilst", |ilst| {
            for (name, text) in [(*b"\xa9nam", self.title), (*b"\xa9too", "video-sandbox")] {
                ilst.boxed(name, |tag| {
                    tag.boxed(*b"data", |data| {
                        data.u32(1).u32(0).bytes(text.as_bytes()); // UTF-8, any language
                    });
                });
            }
        });
    }
}

/// The content of `avcC`: profile and level as in the sequence parameters, and both parameter sets.
fn avc_configuration(sets: &ParameterSets) -> Result<Vec<u8>, EncoderError> {
    let [_, profile, compatibility, level, ..] = sets.sequence[..] else {
        return Err("the sequence parameters are too short".into());
    };
    let mut writer = Writer::default();
    writer.u8(1).u8(profile).u8(compatibility).u8(level).u8(0xff); // lengths of four bytes
    writer.u8(0xe1).u16(u16::try_from(sets.sequence.len())?).bytes(&sets.sequence);
    writer.u8(1).u16(u16::try_from(sets.picture.len())?).bytes(&sets.picture);
    Ok(writer.0)
}

/// Bytes in the order of the network, and boxes that know their own length.
#[derive(Debug, Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    fn all_u32(&mut self, values: &[u32]) -> &mut Self {
        values.iter().fold(self, |writer, &value| writer.u32(value))
    }

    /// How many values follow; a clip has at most 3600.
    fn count(&mut self, values: &[u32]) -> &mut Self {
        self.u32(u32::try_from(values.len()).unwrap_or(u32::MAX))
    }

    fn zeros(&mut self, count: usize) -> &mut Self {
        self.0.resize(self.0.len() + count, 0);
        self
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn boxed(&mut self, name: [u8; 4], content: impl FnOnce(&mut Self)) {
        let start = self.0.len();
        self.zeros(4).bytes(&name);
        content(self);
        // The length of the whole file is checked to fit before anything is written.
        let length = u32::try_from(self.0.len() - start).unwrap_or(u32::MAX);
        self.0[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
}
