//! Reading an access unit in H.264 Annex B form (start codes) into the form an MP4 file holds (lengths).

use super::{CodedFrame, EncoderError, ParameterSets};

const SEQUENCE_PARAMETERS: u8 = 7;
const PICTURE_PARAMETERS: u8 = 8;
const DELIMITER: u8 = 9;

/// Splits an access unit; delimiters are dropped and parameter sets are kept apart.
pub(in super::super) fn coded_frame(access_unit: &[u8]) -> Result<CodedFrame, EncoderError> {
    let (mut sequence, mut picture, mut data) = (None, None, Vec::with_capacity(access_unit.len()));
    for unit in units(access_unit) {
        match unit.first().map(|header| header & 31) {
            Some(SEQUENCE_PARAMETERS) => sequence = Some(unit.to_vec()),
            Some(PICTURE_PARAMETERS) => picture = Some(unit.to_vec()),
            Some(DELIMITER) | None => {}
            Some(_) => {
                data.extend(u32::try_from(unit.len())?.to_be_bytes());
                data.extend_from_slice(unit);
            }
        }
    }
    if data.is_empty() {
        return Err("an access unit without a picture".into());
    }
    let parameter_sets = sequence.zip(picture).map(|(sequence, picture)| ParameterSets { sequence, picture });
    Ok(CodedFrame { parameter_sets, data })
}

/// The NAL units between start codes (`00 00 01`), without the zero bytes that may stand before the next one.
fn units(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = after_start_code(bytes).map(|(_, after)| after);
    std::iter::from_fn(move || {
        let unit = rest?;
        let (unit, next) = after_start_code(unit).map_or((unit, None), |(before, after)| (before, Some(after)));
        rest = next;
        Some(&unit[..unit.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)])
    })
}

fn after_start_code(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = bytes.windows(3).position(|window| window == [0, 0, 1])?;
    Some((&bytes[..start], &bytes[start + 3..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_sets_are_kept_apart_and_lengths_replace_start_codes() {
        let key = [0, 0, 0, 1, 9, 16, 0, 0, 0, 1, 0x67, 66, 1, 0, 0, 1, 0x68, 2, 0, 0, 0, 0, 1, 0x65, 5, 0, 3, 0x80];
        let next = [0, 0, 0, 1, 0x61, 1, 2, 0, 0, 1, 0x61, 3];
        let table = [&key[..], &next, &[], &[1, 2, 3], &[0, 0, 1], &[0, 0, 1, 0x67, 1]]
            .map(|bytes| format!("{bytes:02x?}\n  {:02x?}\n", coded_frame(bytes).map_err(|error| error.to_string())));
        insta::assert_snapshot!(table.concat());
    }
}
