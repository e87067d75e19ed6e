//! MariaDB's client/server protocol, version 10.

use super::{Stream, read, send, split_at_nul};

const OK: u8 = 0x00;
const SWITCH_METHOD: u8 = 0xfe;
const ERROR: u8 = 0xff;

/// Reads the greeting that a server sends first; returns its version.
pub(super) fn greeting(stream: &mut dyn Stream) -> Result<String, String> {
    let (_, packet) = read_packet(stream)?;
    match packet.split_first() {
        Some((10, rest)) => {
            let (version, _) = split_at_nul(rest).ok_or("something else listens there")?;
            let version = String::from_utf8_lossy(version).into_owned();
            if version.contains("MariaDB") {
                Ok(version)
            } else {
                Err(format!("it is MySQL {version}, and MariaDB is needed"))
            }
        }
        Some((&ERROR, rest)) => Err(error_text(rest)),
        _ => Err("something else listens there".to_owned()),
    }
}

/// Logs in with an empty password.
pub(super) fn lets_in(stream: &mut dyn Stream, user: &str) -> Result<(), String> {
    const LONG_PASSWORD: u32 = 0x0001;
    const PROTOCOL_41: u32 = 0x0200;
    const SECURE_CONNECTION: u32 = 0x8000;
    const PLUGIN_AUTH: u32 = 0x0008_0000;
    const LONGEST_PACKET: u32 = 1 << 24;
    const UTF8MB4: u8 = 45;

    greeting(stream)?;
    let mut login = Vec::new();
    login.extend((LONG_PASSWORD | PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH).to_le_bytes());
    login.extend(LONGEST_PACKET.to_le_bytes());
    login.push(UTF8MB4);
    login.extend([0; 23]);
    login.extend(user.as_bytes());
    login.push(0);
    login.push(0); // the length of the answer to the password challenge
    login.extend(b"mysql_native_password\0");
    send_packet(stream, 1, &login)?;

    // The server may ask for other methods in turn, the Unix socket's among them, which wants an empty packet and
    // looks at who is at the other end.
    for _ in 0..4 {
        let (sequence, packet) = read_packet(stream)?;
        match packet.split_first() {
            Some((&OK, _)) => return Ok(()),
            Some((&SWITCH_METHOD, _)) => send_packet(stream, sequence.wrapping_add(1), &[])?,
            Some((&ERROR, rest)) => return Err(error_text(rest)),
            _ => break,
        }
    }
    Err("it asks for a password".to_owned())
}

/// A packet's sequence number and body.
fn read_packet(stream: &mut dyn Stream) -> Result<(u8, Vec<u8>), String> {
    let head = read(stream, 4)?;
    let length = u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize;
    Ok((head[3], read(stream, length)?))
}

fn send_packet(stream: &mut dyn Stream, sequence: u8, body: &[u8]) -> Result<(), String> {
    let length = u32::try_from(body.len()).map_err(|error| error.to_string())?.to_le_bytes();
    let mut packet = vec![length[0], length[1], length[2], sequence];
    packet.extend_from_slice(body);
    send(stream, &packet)
}

/// The text of an error packet: two bytes of code, perhaps `#` and five characters of SQLSTATE, and the text.
fn error_text(packet: &[u8]) -> String {
    let text = packet.get(2..).unwrap_or_default();
    let text = match text.split_first() {
        Some((b'#', rest)) => rest.get(5..).unwrap_or_default(),
        _ => text,
    };
    String::from_utf8_lossy(text).into_owned()
}
