//! A first-frame picture: its limits, decoding, and scaling to the clip's frame.

use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgba, RgbaImage};

use super::colour;
use super::error::RenderError;
use super::frame::Frame;
use super::number::byte;

/// Most pixels a picture may have.
const PIXELS: u64 = 64_000_000;
/// Most bytes a decoder may hold: 16 bits for each of four channels, and room for its own tables.
const MEMORY: u64 = PIXELS * 8 + (16 << 20);

/// Reads the header only: an unknown format and too many pixels are refused here.
pub(super) fn check_header(bytes: &[u8]) -> Result<(), RenderError> {
    decoder(bytes).map(|_| ())
}

/// The picture cropped to the shape of the frame around its centre, scaled to fill it.
pub(super) fn load(bytes: &[u8], width: usize, height: usize) -> Result<Frame, RenderError> {
    let mut decoder = decoder(bytes)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(RenderError::picture)?;
    let transparent = picture.color().has_alpha();
    let mut picture = picture.into_rgba8();
    if transparent {
        picture.pixels_mut().for_each(lay_on_white);
    }
    // Turned after scaling, when it is small.
    let on_its_side = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (across, down) = if on_its_side { (height, width) } else { (width, height) };
    let mut picture = DynamicImage::from(fill(picture, side(across), side(down)));
    picture.apply_orientation(orientation);
    Ok(to_frame(&picture.into_rgba8()))
}

fn decoder(bytes: &[u8]) -> Result<impl ImageDecoder + '_, RenderError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(RenderError::picture)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(RenderError::picture)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(RenderError::PictureTooLarge { width, height });
    }
    Ok(decoder)
}

/// Crops before scaling: scaling a 1x60000 picture to a frame's width first would take gigabytes.
fn fill(picture: RgbaImage, width: u32, height: u32) -> RgbaImage {
    let (from_width, from_height) = picture.dimensions();
    if (from_width, from_height) == (width, height) {
        return picture;
    }
    // The largest part of the clip's shape, at least one pixel a side.
    let scaled = |side: u32, by: u32, of: u32| {
        let scaled = (u64::from(side) * u64::from(by) + u64::from(of) / 2) / u64::from(of);
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    };
    let part_width = from_width.min(scaled(from_height, width, height));
    let part_height = from_height.min(scaled(from_width, height, width));
    let (left, top) = ((from_width - part_width) / 2, (from_height - part_height) / 2);
    let part = imageops::crop_imm(&picture, left, top, part_width, part_height);
    imageops::resize(&*part, width, height, FilterType::CatmullRom)
}

fn to_frame(picture: &RgbaImage) -> Frame {
    let pixels: Vec<[i32; 3]> = picture
        .pixels()
        .map(|pixel| {
            let [red, green, blue, _] = pixel.0.map(i32::from);
            [red, green, blue]
        })
        .collect();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut frame = Frame::new(width, height);
    for (sample, &pixel) in frame.luma.iter_mut().zip(&pixels) {
        *sample = byte(16 + colour::luma(pixel));
    }
    let cells = (0..height / 2).flat_map(|row| (0..width / 2).map(move |column| row * 2 * width + column * 2));
    for ((cb, cr), start) in frame.cb.iter_mut().zip(&mut frame.cr).zip(cells) {
        let cell = [start, start + 1, start + width, start + width + 1].map(|place| pixels[place]);
        let mean = std::array::from_fn(|part| (cell.iter().map(|pixel| pixel[part]).sum::<i32>() + 2) / 4);
        (*cb, *cr) = (byte(128 + colour::cb(mean)), byte(128 + colour::cr(mean)));
    }
    frame
}

/// Done before scaling, so that the hidden colour of transparent pixels does not bleed into their neighbours.
fn lay_on_white(pixel: &mut Rgba<u8>) {
    let alpha = i32::from(pixel.0[3]);
    let on_white = |part: u8| byte((i32::from(part) * alpha + 255 * (255 - alpha) + 127) / 255);
    let [red, green, blue, _] = pixel.0.map(on_white);
    pixel.0 = [red, green, blue, 255];
}

fn side(pixels: usize) -> u32 {
    u32::try_from(pixels).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use image::codecs::png::PngEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    use super::*;

    /// A 64x128 picture: black above, white below; 64 pixels of transparent red in the middle.
    fn png(orientation: u8) -> Vec<u8> {
        let picture = RgbaImage::from_fn(64, 128, |x, y| match (x, y) {
            (28..36, 60..68) => Rgba([255, 0, 0, 0]),
            (_, 0..64) => Rgba([0, 0, 0, 255]),
            _ => Rgba([255, 255, 255, 255]),
        });
        let mut png = Vec::new();
        let mut encoder = PngEncoder::new(&mut png);
        // TIFF, little endian, one tag: orientation (0x112) as one short.
        let exif = [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]];
        encoder.set_exif_metadata(exif.concat()).expect("png takes exif");
        encoder.write_image(&picture, 64, 128, ExtendedColorType::Rgba8).expect("a picture in memory");
        png
    }

    fn corners(frame: &Frame) -> String {
        let (right, bottom) = (frame.width - 1, frame.height - 1);
        let luma = |x: usize, y: usize| frame.luma[y * frame.width + x];
        let (middle, chroma) = (luma(right / 2, bottom / 2), frame.cr[frame.cr.len() / 2 + frame.width / 4]);
        let corners = [luma(0, 0), luma(right, 0), luma(0, bottom), luma(right, bottom)];
        format!("{}x{} corners {corners:?}, middle {middle} cr {chroma}", frame.width, frame.height)
    }

    #[test]
    fn pictures_are_turned_cropped_and_laid_on_white() {
        let cases = [(1, 64, 128), (1, 128, 64), (1, 100, 100), (3, 64, 128), (6, 128, 64), (6, 64, 64), (8, 128, 64)];
        let lines = cases.map(|(orientation, width, height)| {
            let frame = load(&png(orientation), width, height).expect("a sound picture");
            format!("orientation {orientation}: {}", corners(&frame))
        });
        insta::assert_snapshot!(lines.join("\n"));
    }
}
