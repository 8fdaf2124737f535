//! Looks at the head of a request while it arrives; pure.

/// Names that matter, in lower case.
const LENGTH: &[u8] = b"content-length";
const CODING: &[u8] = b"transfer-encoding";
/// Room for the longest of them and one more, so that a longer name is none of them.
const ROOM: usize = CODING.len() + 1;

/// Where a head ends, and whether it says its length in two ways.
///
/// The parser behind it does the parsing; it takes `Transfer-Encoding` alone when both headers are there, silently. That
/// is safe here, but a proxy in front may have believed the other one (RFC 9112, 6.1), so we want to refuse it.
#[derive(Debug, Default)]
pub(super) struct HeadWatch {
    place: Place,
    /// The name at hand, in lower case.
    name: Vec<u8>,
    length: bool,
    coding: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing but empty lines so far, which the parser skips too.
    #[default]
    Before,
    RequestLine,
    /// At the beginning of a header line.
    LineStart,
    Name,
    Value,
}

impl HeadWatch {
    /// Whether a byte of the head has arrived.
    pub(super) fn begun(&self) -> bool {
        self.place != Place::Before
    }

    /// Takes bytes as they arrive. At the end of the head, says whether it has both headers; what follows is left alone.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Option<bool> {
        for byte in bytes {
            self.place = match (self.place, byte) {
                (Place::LineStart, b'\n') => return Some(self.length && self.coding),
                (Place::Before, b'\n') => Place::Before,
                (_, b'\n') => {
                    self.name.clear();
                    Place::LineStart
                }
                (place, b'\r') => place,
                (Place::Name, b':') => {
                    self.length |= self.name == LENGTH;
                    self.coding |= self.name == CODING;
                    Place::Value
                }
                (Place::LineStart | Place::Name, byte) => {
                    if self.name.len() < ROOM {
                        self.name.push(byte.to_ascii_lowercase());
                    }
                    Place::Name
                }
                (Place::Before | Place::RequestLine, _) => Place::RequestLine,
                (Place::Value, _) => Place::Value,
            };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_with_two_lengths_is_found_however_it_is_cut() {
        let rows = [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Some(false)),
            ("\r\n\r\nGET / HTTP/1.1\r\n\r\n", Some(false)),
            ("GET / HTTP/1.1\nHost: a\n\n", Some(false)),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", Some(true)),
            ("POST / HTTP/1.1\r\ntransfer-ENCODING:chunked\r\nX: y\r\ncontent-LENGTH:1\r\n\r\n", Some(true)),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encodings: x\r\n\r\n", Some(false)),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nX: Transfer-Encoding: chunked\r\n\r\n", Some(false)),
            ("POST /Transfer-Encoding: HTTP/1.1\r\nContent-Length: 1\r\n\r\n", Some(false)),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\n", None),
        ];
        for (head, expected) in rows {
            assert_eq!(HeadWatch::default().feed(head.as_bytes()), expected, "{head}");
            let mut watch = HeadWatch::default();
            let by_byte = head.bytes().find_map(|byte| watch.feed(&[byte]));
            assert_eq!(by_byte, expected, "{head}");
        }
    }

    #[test]
    fn a_head_has_begun_with_its_first_byte_that_is_no_empty_line() {
        let mut watch = HeadWatch::default();
        assert!(watch.feed(b"\r\n").is_none() && !watch.begun());
        assert!(watch.feed(b"G").is_none() && watch.begun());
    }
}
