//! Parameters of a header: `form-data; name="a"; filename*=UTF-8''b.png`.

use percent_encoding::percent_decode_str;

/// The parameters after the first `;`, names in lower case, an extended one (`name*`) before the plain one.
pub(super) fn parameters(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some(at) = rest.find(['=', ';']) {
        let (name, after) = (rest[..at].trim().to_ascii_lowercase(), &rest[at + 1..]);
        if rest[at..].starts_with(';') {
            // A parameter without a value says nothing.
            rest = after;
            continue;
        }
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => after
                .split_once(';')
                .map_or((after.trim_end().to_owned(), ""), |(value, next)| (value.trim_end().to_owned(), next)),
        };
        match name.strip_suffix('*') {
            Some(name) => found.insert(0, (name.to_owned(), extended(&value))),
            None => found.push((name, value)),
        }
        rest = next;
    }
    found
}

/// The first value of a parameter.
pub(super) fn parameter(header: &str, name: &str) -> Option<String> {
    parameters(header).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// The text up to the closing quotation mark, and what follows the next `;`.
///
/// A backslash escapes a quotation mark or itself and is plain elsewhere: old browsers send paths of Windows. The
/// escapes of browsers for quotation marks and line ends are undone.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                end = at + 1;
                break;
            }
            '\\' => value.push(chars.next_if(|(_, next)| matches!(next, '"' | '\\')).map_or('\\', |(_, next)| next)),
            '%' => match text.get(at + 1..at + 3).and_then(browser_escape) {
                Some(c) => {
                    value.push(c);
                    chars.nth(1);
                }
                None => value.push('%'),
            },
            c => value.push(c),
        }
    }
    let rest = &text[end..];
    (value, rest.split_once(';').map_or("", |(_, next)| next))
}

fn browser_escape(digits: &str) -> Option<char> {
    match digits.to_ascii_uppercase().as_str() {
        "22" => Some('"'),
        "0D" => Some('\r'),
        "0A" => Some('\n'),
        _ => None,
    }
}

/// `UTF-8''b%20c.png`; in another charset than these two, what can be read of it.
fn extended(value: &str) -> String {
    let mut parts = value.splitn(3, '\'');
    let (Some(charset), Some(_language), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
        return value.to_owned();
    };
    let bytes = percent_decode_str(text);
    if charset.eq_ignore_ascii_case("iso-8859-1") {
        bytes.map(char::from).collect()
    } else {
        bytes.decode_utf8_lossy().into_owned()
    }
}
