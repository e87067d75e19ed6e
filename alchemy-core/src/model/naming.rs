//! How tables and constraints are named where a model does not say.
//!
//! The rules are those of SQLAlchemy with Advanced Alchemy's naming convention, so that both open the same database.

/// The table of a struct: its name in snake case, not made plural.
///
/// An upper-case letter starts a word where it follows a lower-case letter or a digit, or comes before a lower-case
/// letter.
///
/// ```
/// use alchemy_core::model::table_name;
///
/// assert_eq!(table_name("UserRole"), "user_role");
/// assert_eq!(table_name("HTTPServer"), "http_server");
/// ```
#[must_use]
pub fn table_name(struct_name: &str) -> String {
    let mut name = String::with_capacity(struct_name.len() + 4);
    let mut letters = struct_name.chars().peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        if let Some(before) = before
            && letter.is_ascii_uppercase()
            && (is_lower_or_digit(before) || letters.peek().is_some_and(char::is_ascii_lowercase))
        {
            name.push('_');
        }
        name.push(letter);
        before = Some(letter);
    }
    name.to_lowercase()
}

fn is_lower_or_digit(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit()
}

/// The names of constraints and indexes, before they are cut to a database's limit.
///
/// Constraints over several columns are named after the first one.
pub mod constraint {
    use super::md5;

    /// The primary key of a table: `pk_author`.
    #[must_use]
    pub fn primary_key(table: &str) -> String {
        format!("pk_{table}")
    }

    /// A unique constraint: `uq_author_name`.
    #[must_use]
    pub fn unique(table: &str, first_column: &str) -> String {
        format!("uq_{table}_{first_column}")
    }

    /// An index: `ix_author_name`.
    #[must_use]
    pub fn index(table: &str, first_column: &str) -> String {
        format!("ix_{table}_{first_column}")
    }

    /// A foreign key: `fk_book_author_id_author`.
    #[must_use]
    pub fn foreign_key(table: &str, first_column: &str, referred_table: &str) -> String {
        format!("fk_{table}_{first_column}_{referred_table}")
    }

    /// A check constraint: `ck_author_adult` where `name` is `adult`.
    #[must_use]
    pub fn check(table: &str, name: &str) -> String {
        format!("ck_{table}_{name}")
    }

    /// A name of at most `limit` characters: one that is longer keeps its first `limit - 8` and ends in an underscore
    /// and the last four hexadecimal digits of the whole name's MD5, as SQLAlchemy does it.
    ///
    /// The same name always gives the same short one. Two long names may give the same one, if rarely.
    #[must_use]
    pub fn shorten(name: String, limit: usize) -> String {
        if name.chars().count() <= limit {
            return name;
        }
        let [.., a, b] = md5::digest(name.as_bytes());
        let kept: String = name.chars().take(limit.saturating_sub(8)).collect();
        format!("{kept}_{a:02x}{b:02x}")
    }
}

/// MD5 (RFC 1321), for names that match SQLAlchemy's. Nothing here depends on its being hard to break.
mod md5 {
    const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

    /// `floor(2^32 * |sin(i + 1)|)`, as the RFC lists them.
    #[rustfmt::skip]
    const SINES: [u32; 64] = [
        0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
        0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
        0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
        0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
        0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
        0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
        0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
        0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
    ];

    pub(super) fn digest(message: &[u8]) -> [u8; 16] {
        let mut padded = message.to_vec();
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(64), 0);
        if padded.len() - message.len() < 9 {
            padded.resize(padded.len() + 64, 0);
        }
        let bits = (message.len() as u64).wrapping_mul(8);
        let end = padded.len();
        padded[end - 8..].copy_from_slice(&bits.to_le_bytes());

        let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        for block in padded.chunks_exact(64) {
            state = add(state, rounds(state, block));
        }
        let mut digest = [0; 16];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        digest
    }

    fn rounds([mut a, mut b, mut c, mut d]: [u32; 4], block: &[u8]) -> [u32; 4] {
        let word = |index: usize| {
            let [w, x, y, z] = [0, 1, 2, 3].map(|byte| block[index * 4 + byte]);
            u32::from_le_bytes([w, x, y, z])
        };
        for step in 0..64 {
            let round = step / 16;
            let (mixed, index) = match round {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), (7 * step) % 16),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(SINES[step]).wrapping_add(word(index));
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[round][step % 4]));
        }
        [a, b, c, d]
    }

    fn add(left: [u32; 4], right: [u32; 4]) -> [u32; 4] {
        std::array::from_fn(|index| left[index].wrapping_add(right[index]))
    }
}

#[cfg(test)]
mod tests {
    use super::{constraint, md5, table_name};

    #[test]
    fn a_table_is_named_after_its_struct_as_advanced_alchemy_names_it() {
        // Each pair was made by Advanced Alchemy's own expression.
        for (name, table) in [
            ("HTTPServer", "http_server"),
            ("UserRole", "user_role"),
            ("XMLHttpRequest2", "xml_http_request2"),
            ("User2Role", "user2_role"),
            ("ABC", "abc"),
            ("MyABCThing", "my_abc_thing"),
            ("userID", "user_id"),
            ("A", "a"),
            ("aB", "a_b"),
            ("ABc", "a_bc"),
            ("User_Role", "user__role"),
            ("_Foo", "__foo"),
            ("Foo_BarBAZ", "foo__bar_baz"),
            ("UUIDModel2D", "uuid_model2_d"),
            ("OAuth2Client", "o_auth2_client"),
            ("HTTP2Server", "http2_server"),
            ("ÉtatCivil", "état_civil"),
            ("Über_Wert", "über__wert"),
            ("AéB", "aéb"),
            ("user", "user"),
        ] {
            assert_eq!(table_name(name), table, "{name}");
        }
    }

    #[test]
    fn constraints_follow_the_naming_convention() {
        assert_eq!(constraint::primary_key("book"), "pk_book");
        assert_eq!(constraint::unique("book", "isbn"), "uq_book_isbn");
        assert_eq!(constraint::index("book", "title"), "ix_book_title");
        assert_eq!(constraint::foreign_key("book", "author_id", "author"), "fk_book_author_id_author");
        assert_eq!(constraint::check("book", "has_pages"), "ck_book_has_pages");
    }

    #[test]
    fn long_names_are_cut_as_sqlalchemy_cuts_them() {
        // SQLAlchemy 2.0 compiled these for PostgreSQL (63) and MySQL (64).
        let table = "organization_membership_role_assignment";
        let unique = constraint::unique(table, "external_identity_provider_subject");
        assert_eq!(
            constraint::shorten(unique.clone(), 63),
            "uq_organization_membership_role_assignment_external_ide_0285"
        );
        assert_eq!(
            constraint::shorten(unique, 64),
            "uq_organization_membership_role_assignment_external_iden_0285"
        );
        let check = constraint::check(table, "identifier_is_greater_than_zero");
        assert_eq!(
            constraint::shorten(check, 63),
            "ck_organization_membership_role_assignment_identifier_i_5ee4"
        );
        let column = "organization_membership_invitation_id";
        let foreign_key = constraint::foreign_key(table, column, "organization_membership_invitation");
        assert_eq!(
            constraint::shorten(foreign_key, 64),
            "fk_organization_membership_role_assignment_organization__6155"
        );
        let accented = constraint::unique(table, "naïve_ümläut_column_with_a_long_name");
        assert_eq!(
            constraint::shorten(accented, 63),
            "uq_organization_membership_role_assignment_naïve_ümläut_ef9f"
        );
    }

    #[test]
    fn a_name_as_long_as_the_limit_stays_as_it_is() {
        let name = "x".repeat(63);
        assert_eq!(constraint::shorten(name.clone(), 63), name);
        assert_eq!(constraint::shorten(name.clone() + "y", 63).len(), 60);
    }

    #[test]
    fn md5_gives_the_digests_of_the_rfc() {
        let hex = |text: &str| md5::digest(text.as_bytes()).map(|byte| format!("{byte:02x}")).concat();
        let digits = "1234567890".repeat(8);
        for (text, digest) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (digits.as_str(), "57edf4a22be3c955ac49da2e2107b67a"),
        ] {
            assert_eq!(hex(text), digest, "{text}");
        }
        // Around the lengths at which the padding takes another block.
        for (length, digest) in [
            (55, "04364420e25c512fd958a70738aa8f72"),
            (56, "668a72d5ba17f08e62dabcafad6db14b"),
            (63, "7dc2ca208106a2f703567bdff99d8981"),
            (64, "c1bb4f81d892b2d57947682aeb252456"),
        ] {
            assert_eq!(hex(&"x".repeat(length)), digest, "{length}");
        }
    }
}
