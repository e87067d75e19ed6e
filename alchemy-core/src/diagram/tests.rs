use super::*;
use crate::model::{ColumnKind, ColumnMeta, ForeignKeyMeta, UniqueMeta};

const fn column(name: &'static str, kind: ColumnKind) -> ColumnMeta {
    ColumnMeta::new(name, name, kind)
}

static AUTHORS: ModelMeta = ModelMeta {
    uniques: &[UniqueMeta::new(&[1])],
    ..ModelMeta::new(
        "Author",
        "authors",
        &[
            column("id", ColumnKind::Uuid),
            ColumnMeta { max_length: Some(100), ..column("name", ColumnKind::Text) },
            ColumnMeta { nullable: true, ..column("dob", ColumnKind::Date) },
        ],
    )
};

static BOOKS: ModelMeta = ModelMeta {
    foreign_keys: &[ForeignKeyMeta::new(&[1], || &AUTHORS), ForeignKeyMeta::new(&[2], || &BOOKS)],
    ..ModelMeta::new(
        "Book",
        "books",
        &[
            column("id", ColumnKind::BigInt),
            column("author_id", ColumnKind::Uuid),
            ColumnMeta { nullable: true, ..column("sequel_id", ColumnKind::BigInt) },
            ColumnMeta { precision: Some((10, 2)), ..column("price \"net\"", ColumnKind::Decimal) },
        ],
    )
};

static COVERS: ModelMeta = ModelMeta {
    foreign_keys: &[ForeignKeyMeta::new(&[0], || &BOOKS)],
    ..ModelMeta::new("Cover", "class", &[column("book_id", ColumnKind::BigInt)])
};

static ODD: ModelMeta = ModelMeta::new("Odd", "<a & \"b\">", &[column("1st", ColumnKind::Bool)]);

#[test]
fn mermaid_shows_types_keys_and_how_many_refer_to_how_many() {
    let expected = r#"erDiagram
    "<a & _b_>" {
        bool n1st PK "1st"
    }
    "authors" {
        uuid id PK
        text(100) name UK
        date dob "null"
    }
    "books" {
        bigint id PK
        uuid author_id FK
        bigint sequel_id FK "null"
        decimal price__net_ "price _net_"
    }
    "class" {
        bigint book_id PK, FK
    }
    "authors" ||--o{ "books" : "author_id"
    "books" |o--o{ "books" : "sequel_id"
    "books" ||--o| "class" : "book_id"
"#;
    for models in [[&BOOKS, &COVERS, &AUTHORS, &ODD], [&ODD, &AUTHORS, &COVERS, &BOOKS]] {
        // ODD's key is its first column, as where nothing else is said.
        assert_eq!(mermaid(&models), expected);
    }
}

#[test]
fn mermaid_tells_names_from_its_own_words() {
    static TO: ModelMeta = ModelMeta {
        foreign_keys: &[ForeignKeyMeta::new(&[4], || &STYLE)],
        ..ModelMeta::new(
            "To",
            "to",
            &[
                column("pk", ColumnKind::Uuid),
                column("Fk", ColumnKind::Uuid),
                column("UK", ColumnKind::Uuid),
                column("end", ColumnKind::Uuid),
                column("a ~b~ direction TB", ColumnKind::Uuid),
            ],
        )
    };
    static STYLE: ModelMeta = ModelMeta::new("Style", "Style", &[column("id", ColumnKind::Uuid)]);
    let expected = r#"erDiagram
    "Style" {
        uuid id PK
    }
    "to" {
        uuid pk_ PK "pk"
        uuid Fk_ "Fk"
        uuid UK_ "UK"
        uuid end
        uuid a__b__direction_TB FK "a__b__direction_TB"
    }
    "Style" ||--o{ "to" : "a__b__direction_TB"
"#;
    assert_eq!(mermaid(&[&TO, &STYLE]), expected);
}

#[test]
fn tables_of_one_name_are_told_apart_by_their_databases() {
    static OTHER: ModelMeta = ModelMeta {
        bind_key: Some("other"),
        ..ModelMeta::new("Author", "authors", &[column("id", ColumnKind::Uuid)])
    };
    let text = mermaid(&[&OTHER, &AUTHORS, &BOOKS]);
    assert!(text.contains("    \"other.authors\" {\n"), "{text}");
    assert!(text.contains("    \"default.authors\" ||--o{ \"books\" : \"author_id\"\n"), "{text}");
}

#[test]
fn a_picture_of_nothing_is_one() {
    assert_eq!(mermaid(&[]), "erDiagram\n");
    assert!(svg(&[]).ends_with("</svg>\n"));
}

#[test]
fn svg_has_a_box_for_each_table_and_an_arrow_for_each_foreign_key() {
    let text = svg(&[&COVERS, &AUTHORS, &BOOKS]);
    assert_eq!(text, svg(&[&BOOKS, &AUTHORS, &COVERS]));
    let boxes = "<rect class=\"b\" x=\"24\" y=\"24\" width=\"152\" height=\"80\"/>\n\
                 <rect class=\"h\" x=\"24\" y=\"24\" width=\"152\" height=\"20\"/>\n\
                 <text class=\"n\" x=\"32\" y=\"39\">authors</text>\n\
                 <text x=\"32\" y=\"59\">id PK</text><text class=\"k\" x=\"168\" y=\"59\" text-anchor=\"end\">uuid</text>\n";
    assert!(text.contains(boxes), "{text}");
    assert_eq!(text.matches("<polyline ").count(), 3, "{text}");
    assert_eq!(text.matches("<rect class=\"b\"").count(), 3, "{text}");
    // Out of the row of `author_id`, along a lane, to the row of `id`.
    let line = "<polyline class=\"l\" points=\"236,74 208,74 208,54 176,54\" marker-end=\"url(#arrow)\">\
                <title>books (author_id) to authors</title></polyline>\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("<polyline class=\"l o\" "), "{text}");
}

#[test]
fn svg_writes_names_as_xml_has_them() {
    let text = svg(&[&ODD]);
    assert!(text.contains(">&lt;a &amp; &quot;b&quot;&gt;</text>"), "{text}");
}

/// Whether two boxes have a point in common.
fn overlap(one: layout::Rect, other: layout::Rect) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

#[test]
fn nothing_is_drawn_over_anything_or_outside() {
    static A: ModelMeta = ModelMeta {
        foreign_keys: &[ForeignKeyMeta::new(&[1], || &B)],
        ..ModelMeta::new("A", "a", &[column("id", ColumnKind::Uuid), column("b_id", ColumnKind::Uuid)])
    };
    static B: ModelMeta = ModelMeta {
        foreign_keys: &[ForeignKeyMeta::new(&[1], || &A)],
        ..ModelMeta::new("B", "b", &[column("id", ColumnKind::Uuid), column("a_id", ColumnKind::Uuid)])
    };
    let graph = graph::of(&[&A, &B, &AUTHORS, &BOOKS, &COVERS, &ODD]);
    let layout = layout::of(&graph);
    for (place, &one) in layout.boxes.iter().enumerate() {
        assert!(one.x + one.width <= layout.width && one.y + one.height <= layout.height, "{one:?}");
        for &other in &layout.boxes[place + 1..] {
            assert!(!overlap(one, other), "{one:?} {other:?}");
        }
    }
    for &(x, y) in layout.lines.iter().flatten() {
        assert!(x <= layout.width && y <= layout.height, "{x} {y}");
    }
    for line in &layout.lines {
        // The lane runs past no box.
        let (x, low, high) = (line[1].0, line[1].1.min(line[2].1), line[1].1.max(line[2].1));
        let lane = layout::Rect { x, y: low, width: 1, height: high - low + 1 };
        assert!(!layout.boxes.iter().any(|&other| overlap(lane, other)), "{line:?}");
    }
}
