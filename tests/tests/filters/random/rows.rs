//! The rows that conditions are tried on, with values of small pools, so that many of them are equal.

use alchemy_core::prelude::*;
use chrono::Days;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

/// A row with a column of each kind that conditions compare. `number` tells rows apart for who reads a failure.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "items", bind_key = "random")]
pub(super) struct Item {
    pub(super) id: Uuid,
    pub(super) number: i32,
    pub(super) name: String,
    pub(super) title: Option<String>,
    /// Lower-case letters only: their order is the same in every collation.
    pub(super) code: Option<String>,
    pub(super) colour: Colour,
    pub(super) shade: Option<Colour>,
    pub(super) sure: bool,
    pub(super) flag: Option<bool>,
    pub(super) small: i16,
    pub(super) size: Option<i32>,
    pub(super) large: Option<i64>,
    pub(super) single: Option<f32>,
    pub(super) ratio: Option<f64>,
    pub(super) amount: Option<BigDecimal>,
    pub(super) link: Option<Uuid>,
    pub(super) day: Option<NaiveDate>,
    pub(super) clock: Option<NaiveTime>,
    pub(super) local: Option<NaiveDateTime>,
    pub(super) moment: Option<DateTime<Utc>>,
    pub(super) opened: DateTime<Utc>,
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) document: Option<serde_json::Value>,
}

/// What belongs to an item; some items have several, some none.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "item_notes", bind_key = "random")]
pub(super) struct ItemNote {
    pub(super) id: Uuid,
    #[alchemy(foreign_key(Item))]
    pub(super) item: Option<Uuid>,
    pub(super) stars: i32,
    pub(super) body: Option<String>,
}

diesel::allow_tables_to_appear_in_same_query!(items, item_notes);

/// In the order of the texts that databases keep of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TextEnum)]
pub(super) enum Colour {
    Amber,
    DarkBlue,
    Red,
}

impl Colour {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Amber => "amber",
            Self::DarkBlue => "dark_blue",
            Self::Red => "red",
        }
    }
}

/// Items, and notes on some of them and on nothing.
pub(super) fn tables(items: usize, notes: usize) -> impl Strategy<Value = (Vec<Item>, Vec<ItemNote>)> {
    (vec(item(), items), vec(note(items), notes)).prop_map(|(mut items, notes)| {
        for (number, item) in (1..).zip(&mut items) {
            item.number = number;
        }
        let owned = notes.into_iter().map(|(note, owner)| {
            let item = owner.map(|owner| items[owner].id);
            ItemNote { item, ..note }
        });
        let notes = owned.collect();
        (items, notes)
    })
}

fn item() -> impl Strategy<Value = Item> {
    let texts = (text(), maybe(text()), maybe(word()), colour(), maybe(colour()));
    let numbers = (small(), maybe(size()), maybe(large()), maybe(single()), maybe(ratio()), maybe(amount()));
    let times = (maybe(day()), maybe(clock()), maybe(local()), maybe(moment()), moment());
    let others =
        (id(), any::<bool>(), maybe(any::<bool>()), maybe(link()), maybe(bytes()), maybe(document()));
    (texts, numbers, times, others).prop_map(|(texts, numbers, times, others)| {
        let (name, title, code, colour, shade) = texts;
        let (small, size, large, single, ratio, amount) = numbers;
        let (day, clock, local, moment, opened) = times;
        let (id, sure, flag, link, bytes, document) = others;
        Item {
            id,
            number: 0,
            name,
            title,
            code,
            colour,
            shade,
            sure,
            flag,
            small,
            size,
            large,
            single,
            ratio,
            amount,
            link,
            day,
            clock,
            local,
            moment,
            opened,
            bytes,
            document,
        }
    })
}

/// A note, and the place of the item it is on.
fn note(items: usize) -> impl Strategy<Value = (ItemNote, Option<usize>)> {
    (id(), maybe(0..items), stars(), maybe(text()))
        .prop_map(|(id, owner, stars, body)| (ItemNote { id, item: None, stars, body }, owner))
}

/// Sometimes nothing.
pub(super) fn maybe<T: Strategy>(values: T) -> impl Strategy<Value = Option<T::Value>> {
    option::weighted(0.8, values)
}

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// Texts that some database or operator could take for something else: blanks, wildcards and escapes of each of their
/// languages, quotes, and beyond ASCII letters with and without a second case, marks that combine, and emoji.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "a ",
    " a",
    "ab",
    "aB",
    "50%",
    "a_b",
    "axb",
    r"a\b",
    r"a\%b",
    r"\",
    "a!b",
    "[a]",
    "[a-z]*",
    "a?",
    "]",
    "O'Brien",
    "\"a\"",
    "`a`; --",
    "a\nb",
    "a\tb",
    "ß",
    "ss",
    "É",
    "é",
    "e",
    "e\u{301}",
    "E\u{301}",
    "İ",
    "i",
    "I",
    "ı",
    "i\u{307}",
    "Я",
    "я",
    "Σ",
    "σ",
    "ς",
    "漢字",
    "\u{FB01}",
    "\u{1F600}",
    "\u{1F469}\u{200D}\u{1F467}",
    "a\u{1F600}b",
];

/// A text of the pool, or a few of its characters.
pub(super) fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![3 => select(TEXTS).prop_map(str::to_owned), 1 => characters()]
}

/// Up to three characters of the pool's texts.
pub(super) fn characters() -> impl Strategy<Value = String> + Clone {
    let all: Vec<char> = TEXTS.iter().flat_map(|text| text.chars()).collect();
    vec(select(all), 0..=3).prop_map(String::from_iter)
}

/// Lower-case letters.
pub(super) fn word() -> impl Strategy<Value = String> + Clone {
    vec(select(vec!['a', 'b', 'c']), 0..3).prop_map(String::from_iter)
}

pub(super) fn colour() -> impl Strategy<Value = Colour> + Clone {
    select(vec![Colour::Amber, Colour::DarkBlue, Colour::Red])
}

pub(super) fn stars() -> impl Strategy<Value = i32> + Clone {
    0..5_i32
}

pub(super) fn small() -> impl Strategy<Value = i16> + Clone {
    prop_oneof![3 => -2..3_i16, 1 => select(vec![i16::MIN, i16::MAX])]
}

pub(super) fn size() -> impl Strategy<Value = i32> + Clone {
    prop_oneof![3 => -3..4_i32, 1 => select(vec![i32::MIN, i32::MAX])]
}

/// The third and fourth are the same to a database that takes them for doubles.
pub(super) fn large() -> impl Strategy<Value = i64> + Clone {
    select(vec![i64::MIN, -1, 0, 9_007_199_254_740_992, 9_007_199_254_740_993, i64::MAX])
}

pub(super) fn single() -> impl Strategy<Value = f32> + Clone {
    select(vec![-1.5, -0.1, 0.0, 0.1, 0.3, 16_777_216.0])
}

pub(super) fn ratio() -> impl Strategy<Value = f64> + Clone {
    select(vec![-0.1, 0.0, 0.1, 0.2, 0.1 + 0.2, 0.3, 1e300, f64::MIN_POSITIVE])
}

/// Some of them are the same number, written differently.
pub(super) fn amount() -> impl Strategy<Value = BigDecimal> + Clone {
    let amounts = ["-0.5", "-0.50", "0", "0.1", "0.10", "0.3", "1.5", "100", "1E+2", "123456.789"];
    select(amounts.map(|amount| amount.parse().expect("a decimal")).to_vec())
}

/// The first and the last byte decide; some have a high bit.
pub(super) fn link() -> impl Strategy<Value = Uuid> + Clone {
    select(vec![0, 1, u128::MAX, 0x7fff << 112, 0x8000 << 112, 0xff]).prop_map(Uuid::from_u128)
}

/// Around a leap day.
pub(super) fn day() -> impl Strategy<Value = NaiveDate> + Clone {
    let first = NaiveDate::from_ymd_opt(2024, 2, 28).expect("a date");
    (0..4_u64).prop_map(move |days| first + Days::new(days))
}

pub(super) fn clock() -> impl Strategy<Value = NaiveTime> + Clone {
    let times = ["00:00:00", "00:00:00.000001", "12:00:00", "12:00:00.5", "23:59:59.999999"];
    select(times.map(|time| time.parse().expect("a time")).to_vec())
}

pub(super) fn local() -> impl Strategy<Value = NaiveDateTime> + Clone {
    (day(), clock()).prop_map(|(day, clock)| day.and_time(clock))
}

pub(super) fn moment() -> impl Strategy<Value = DateTime<Utc>> + Clone {
    local().prop_map(|local| local.and_utc())
}

pub(super) fn bytes() -> impl Strategy<Value = Vec<u8>> + Clone {
    select(vec![vec![], vec![0], vec![0, 1], vec![0x7f], vec![0x80], vec![0xff, 0], b"a%".to_vec()])
}

/// Documents that are the same by value only where they are by text.
pub(super) fn document() -> impl Strategy<Value = serde_json::Value> + Clone {
    select(vec![json!(1), json!("a"), json!("A"), json!([]), json!({"a": [1, "b"]}), json!({"a": "漢"})])
}
