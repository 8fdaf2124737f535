//! Writing a form: the same parts give the same bytes.

use bytes::Bytes;

/// A form to be written, in the order its parts are added.
#[derive(Debug, Default)]
pub(crate) struct Form {
    parts: Vec<(String, Bytes)>,
}

impl Form {
    pub(crate) fn text(&mut self, name: &str, value: impl Into<String>) {
        self.part(&format!("name=\"{}\"", quoted(name)), value.into().into());
    }

    /// `media_type` must be fit for a header.
    pub(crate) fn file(&mut self, name: &str, filename: &str, media_type: &str, bytes: Bytes) {
        let (name, filename) = (quoted(name), quoted(filename));
        self.part(&format!("name=\"{name}\"; filename=\"{filename}\"\r\nContent-Type: {media_type}"), bytes);
    }

    fn part(&mut self, rest_of_head: &str, body: Bytes) {
        self.parts.push((format!("Content-Disposition: form-data; {rest_of_head}\r\n\r\n"), body));
    }

    /// The value of `Content-Type`, and the body.
    ///
    /// The boundary is not quoted and comes last: New API up to about 0.10 takes all that follows `boundary=` for it
    /// (seen 2026-08).
    pub(crate) fn finish(self) -> (String, Bytes) {
        let boundary = free_boundary(&self.parts, hash(&self.parts));
        let around = boundary.len() + "--\r\n\r\n".len();
        let length: usize = self.parts.iter().map(|(head, body)| around + head.len() + body.len()).sum();
        let mut out = Vec::with_capacity(length + around);
        for (head, body) in &self.parts {
            out.extend_from_slice(format!("--{boundary}\r\n{head}").as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={boundary}"), out.into())
    }
}

/// A boundary that stands in none of the parts; the first to be tried is made of `salt`.
pub(super) fn free_boundary(parts: &[(String, Bytes)], mut salt: u64) -> String {
    loop {
        let boundary = format!("video-{salt:016x}");
        let holds = |bytes: &[u8]| {
            let begins = bytes.iter().enumerate().filter(|(_, byte)| **byte == boundary.as_bytes()[0]);
            begins.map(|(at, _)| &bytes[at..]).any(|rest| rest.starts_with(boundary.as_bytes()))
        };
        if !parts.iter().any(|(head, body)| holds(head.as_bytes()) || holds(body)) {
            return boundary;
        }
        salt = mix(salt, 1);
    }
}

/// FNV-1a over words of eight bytes: quick, the same everywhere, and a collision only means another salt.
fn hash(parts: &[(String, Bytes)]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for bytes in parts.iter().flat_map(|(head, body)| [head.as_bytes(), body]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = mix(hash, u64::from_le_bytes(word));
        }
    }
    hash
}

const fn mix(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x0100_0000_01b3)
}

/// Text between quotation marks: what would end it is escaped, line ends as browsers do it.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c => out.push(c),
        }
    }
    out
}
