//! Reading the body of a submit, within bounds.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use bytes::BytesMut;
use futures_util::StreamExt as _;
use http::{HeaderMap, header};
use tokio::time::timeout;

use crate::body_memory::{BodyMemory, Share};
use crate::refusal::Refusal;

/// Longest time without a byte of the body.
const IDLE: Duration = Duration::from_secs(30);
/// Most JSON values in one body. A video takes some dozens; a body made of commas would take memory many times its size.
const MOST_VALUES: usize = 100_000;

/// A body, and what it holds of the budget.
#[derive(Debug)]
pub(crate) struct RequestBody {
    pub(crate) bytes: Bytes,
    pub(crate) share: Share,
}

/// Reads a body of at most `limit` bytes.
///
/// What is refused by its headers alone is refused before a byte is read, and no more than `limit` bytes and one piece
/// are ever held.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    memory: &BodyMemory,
) -> Result<RequestBody, Refusal> {
    if let Some(coding) = foreign_coding(headers) {
        return Err(Refusal::encoded_body(&coding));
    }
    let declared = declared_length(headers);
    if declared.is_some_and(|length| length > limit) {
        return Err(Refusal::too_large(limit));
    }
    let mut share = memory.share();
    if !share.grow(declared.unwrap_or(0)) {
        return Err(Refusal::no_memory());
    }
    let mut pieces: BodyDataStream = body.into_data_stream();
    let mut bytes = BytesMut::with_capacity(declared.unwrap_or(0));
    loop {
        let piece = timeout(IDLE, pieces.next()).await.map_err(|_| Refusal::slow_body(IDLE))?;
        let Some(piece) = piece.transpose().map_err(|_| Refusal::broken_body())? else { break };
        if piece.len() > limit - bytes.len() {
            return Err(Refusal::too_large(limit));
        }
        if !share.grow(bytes.len() + piece.len()) {
            return Err(Refusal::no_memory());
        }
        bytes.extend_from_slice(&piece);
    }
    if has_too_many_values(&bytes, MOST_VALUES) {
        return Err(Refusal::too_many_values(MOST_VALUES));
    }
    Ok(RequestBody { bytes: bytes.freeze(), share })
}

/// The first coding of the body that would have to be undone.
fn foreign_coding(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::CONTENT_ENCODING).into_iter();
    let text = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect::<Vec<_>>().join(",");
    let codings = text.split(',').map(str::trim).filter(|coding| !coding.is_empty());
    codings.map(str::to_owned).find(|coding| !coding.eq_ignore_ascii_case("identity"))
}

/// `Content-Length`; hyper has refused one that cannot be read. More than fits is more than any limit.
fn declared_length(headers: &HeaderMap) -> Option<usize> {
    let text = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    Some(text.trim().parse().unwrap_or(usize::MAX))
}

/// Whether JSON text has more than `most` values, without decoding it: each but the first follows a `,`, `:`, `[` or `{`.
fn has_too_many_values(json: &[u8], most: usize) -> bool {
    let mut values = 0;
    let mut rest = json.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => {
                while let Some(byte) = rest.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => drop(rest.next()),
                        _ => {}
                    }
                }
            }
            b',' | b':' | b'[' | b'{' => {
                values += 1;
                if values > most {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_texts() {
        let rows = [
            (r#"{"a":[1,2,{"b":3}],"c":"x"}"#, 9),
            (r#"{"prompt":"a, b: [c] {d} \" , \\"}"#, 2),
            (r#""unfinished , , ,"#, 0),
            ("", 0),
            ("[[[[", 4),
        ];
        for (json, values) in rows {
            assert!(!has_too_many_values(json.as_bytes(), values), "{json}");
            assert!(values == 0 || has_too_many_values(json.as_bytes(), values - 1), "{json}");
        }
    }

    #[test]
    fn only_identity_is_no_coding() {
        let rows = [&["gzip"][..], &["identity"], &["identity, br"], &["", "ZSTD"], &[]];
        let table: Vec<String> = rows
            .into_iter()
            .map(|lines| {
                let mut headers = HeaderMap::new();
                for line in lines {
                    headers.append(header::CONTENT_ENCODING, line.parse().unwrap());
                }
                format!("{lines:?} {:?}", foreign_coding(&headers))
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
