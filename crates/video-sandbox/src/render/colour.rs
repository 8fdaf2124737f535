//! Colours: RGB as a person names them, and BT.709 limited-range YCbCr as the encoder takes them.

use super::number::byte;

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    pub(super) const BLACK: Self = Self(0, 0, 0);
    pub(super) const WHITE: Self = Self(255, 255, 255);

    /// The colour `share` of 256 on the way from `self` to `other`.
    pub(super) fn towards(self, other: Self, share: i32) -> Self {
        let mix = |from: u8, to: u8| byte(i32::from(from) + (i32::from(to) - i32::from(from)) * share / 256);
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    pub(super) fn ycbcr(self) -> YCbCr {
        let sums = [i32::from(self.0), i32::from(self.1), i32::from(self.2)];
        YCbCr { luma: byte(16 + luma(sums)), cb: byte(128 + cb(sums)), cr: byte(128 + cr(sums)) }
    }
}

/// A BT.709 limited-range colour: luma 16 to 235, chroma 16 to 240 around 128.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct YCbCr {
    pub(super) luma: u8,
    pub(super) cb: u8,
    pub(super) cr: u8,
}

// The BT.709 matrix in 16 fractional bits; each takes red, green and blue of 0 to 255 and leaves the offset out.

pub(super) fn luma([red, green, blue]: [i32; 3]) -> i32 {
    (11_966 * red + 40_254 * green + 4_064 * blue + 32_768) >> 16
}

pub(super) fn cb([red, green, blue]: [i32; 3]) -> i32 {
    (-6_596 * red - 22_189 * green + 28_785 * blue + 32_768) >> 16
}

pub(super) fn cr([red, green, blue]: [i32; 3]) -> i32 {
    (28_784 * red - 26_145 * green - 2_639 * blue + 32_768) >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_follow_bt709_limited_range() {
        let colours = [Rgb::BLACK, Rgb::WHITE, Rgb(255, 0, 0), Rgb(0, 255, 0), Rgb(0, 0, 255), Rgb(128, 128, 128)];
        let lines: Vec<String> = colours.iter().map(|rgb| format!("{rgb:?} {:?}", rgb.ycbcr())).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
