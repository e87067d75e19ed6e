//! PostgreSQL's frontend/backend protocol, version 3.

use super::{Stream, read, send, split_at_nul};

/// Asks for TLS, the one question that a server answers before it knows the user.
pub(super) fn answers(stream: &mut dyn Stream) -> Result<(), String> {
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    send(stream, &SSL_REQUEST)?;
    match read(stream, 1)?[0] {
        b'S' | b'N' => Ok(()),
        _ => Err("something else listens there".to_owned()),
    }
}

/// Logs in, and asks whether the user may create databases.
pub(super) fn lets_in(stream: &mut dyn Stream, user: &str) -> Result<(), String> {
    let mut startup = vec![0, 3, 0, 0];
    for word in ["user", user, "database", "postgres"] {
        startup.extend_from_slice(word.as_bytes());
        startup.push(0);
    }
    startup.push(0);
    send(stream, &framed(&startup)?)?;
    until_ready(stream)?;

    let mut query = b"SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user".to_vec();
    query.push(0);
    let mut message = vec![b'Q'];
    message.extend(framed(&query)?);
    send(stream, &message)?;
    let row = until_ready(stream)?.ok_or("it does not know its own user")?;
    // A DataRow: the number of columns, then each one's length and text.
    match row.last() {
        Some(b't') => Ok(()),
        _ => Err(format!("user {user} may not create databases there")),
    }
}

/// A message's body behind its length, which counts itself.
fn framed(body: &[u8]) -> Result<Vec<u8>, String> {
    let length = u32::try_from(body.len() + 4).map_err(|error| error.to_string())?;
    let mut message = length.to_be_bytes().to_vec();
    message.extend_from_slice(body);
    Ok(message)
}

/// Reads up to the next ReadyForQuery; returns the last row that came on the way.
fn until_ready(stream: &mut dyn Stream) -> Result<Option<Vec<u8>>, String> {
    let mut row = None;
    loop {
        let head = read(stream, 5)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let body = read(stream, length.saturating_sub(4))?;
        match head[0] {
            // Authentication: zero is "you are in", everything else asks for a password or a ticket.
            b'R' if body != [0, 0, 0, 0] => return Err("it asks for a password".to_owned()),
            b'E' => return Err(error_text(&body)),
            b'D' => row = Some(body),
            b'Z' => return Ok(row),
            _ => {}
        }
    }
}

/// The human-readable field of an ErrorResponse, whose fields are a letter and a text that ends with NUL.
fn error_text(mut fields: &[u8]) -> String {
    while let Some((field, rest)) = split_at_nul(fields) {
        if let Some((b'M', text)) = field.split_first() {
            return String::from_utf8_lossy(text).into_owned();
        }
        fields = rest;
    }
    "it refused without a reason".to_owned()
}
