//! `integration/test_filters.py`: each filter over three movies.

use alchemy_core::filter::{
    BeforeAfter, ChoicesFilter, CollectionFilter, ComparisonFilter, FilterError, FilterGroup,
    NotInCollectionFilter, NotInSearchFilter, NotNullFilter, NullFilter, OnBeforeAfter, all,
};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;

use crate::moment;
use crate::movies::{HANGOVER, MATRIX, Movie, MovieService, Review, SHAWSHANK, in_order, movies, titles};

database_tests! {
    before_after_leaves_out_its_bounds,
    on_before_after_includes_its_bounds,
    a_collection_matches_its_members,
    a_collection_of_nothing_matches_nothing,
    not_in_a_collection_matches_the_others,
    null_and_not_null_part_the_rows,
    exists_asks_for_the_row_itself,
    exists_with_several_conditions,
    not_exists_is_the_rest,
    not_exists_with_several_conditions,
    exists_asks_for_related_rows,
    limit_offset_cuts_a_page,
    order_by_a_field,
    order_by_an_expression_is_a_query_of_diesel,
    order_by_a_column,
    search_finds_a_part,
    groups_combine_by_and_and_or,
    comparisons_by_name,
    an_unknown_operator_is_an_error,
    choices_match_one_of_them,
    filters_of_several_kinds_hold_together,
}

/// `integration/test_filters.py` 221
fn before_after_leaves_out_its_bounds(db: TestDatabase) {
    let movies = movies(&db);
    let matrix = moment("1999-03-31T00:00:00Z");
    assert_eq!(titles(&movies, BeforeAfter::new("release_date").before(matrix)), [SHAWSHANK]);
    assert_eq!(titles(&movies, BeforeAfter::new("release_date").after(matrix)), [HANGOVER]);
    assert_eq!(titles(&movies, Movie::RELEASE_DATE.lt(matrix)), [SHAWSHANK]);
}

/// `integration/test_filters.py` 242
fn on_before_after_includes_its_bounds(db: TestDatabase) {
    let movies = movies(&db);
    let matrix = moment("1999-03-31T00:00:00Z");
    let after = OnBeforeAfter::new("release_date").on_or_after(matrix);
    assert_eq!(titles(&movies, after), [HANGOVER, MATRIX]);
    let before = OnBeforeAfter::new("release_date").on_or_before(matrix);
    assert_eq!(titles(&movies, before), [SHAWSHANK, MATRIX]);
    let both = OnBeforeAfter::new("release_date").on_or_after(matrix).on_or_before(matrix);
    assert_eq!(titles(&movies, both), [MATRIX]);
}

/// `integration/test_filters.py` 263, 1134
fn a_collection_matches_its_members(db: TestDatabase) {
    let movies = movies(&db);
    let filter = CollectionFilter::new("title", [MATRIX, SHAWSHANK]);
    assert_eq!(titles(&movies, filter), [SHAWSHANK, MATRIX]);
    assert_eq!(titles(&movies, Movie::TITLE.is_in([MATRIX, SHAWSHANK])), [SHAWSHANK, MATRIX]);
}

/// `integration/test_filters.py` 1134. Upstream's `None` for no filter is a filter left out here.
fn a_collection_of_nothing_matches_nothing(db: TestDatabase) {
    let movies = movies(&db);
    let none: [&str; 0] = [];
    assert_eq!(titles(&movies, CollectionFilter::new("title", none)), none);
    assert_eq!(titles(&movies, all()).len(), 3);
}

/// `integration/test_filters.py` 281, 1183
fn not_in_a_collection_matches_the_others(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(titles(&movies, NotInCollectionFilter::new("title", [HANGOVER])), [SHAWSHANK, MATRIX]);
    // Several values: `<> ANY` would let all three through.
    assert_eq!(titles(&movies, NotInCollectionFilter::new("title", [HANGOVER, MATRIX])), [SHAWSHANK]);
    let none: [&str; 0] = [];
    assert_eq!(titles(&movies, NotInCollectionFilter::new("title", none)).len(), 3);
}

/// `integration/test_filters.py` 296, 319
fn null_and_not_null_part_the_rows(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(titles(&movies, NullFilter::new("tagline")), [SHAWSHANK]);
    assert_eq!(titles(&movies, NotNullFilter::new("tagline")), [HANGOVER, MATRIX]);
    assert_eq!(titles(&movies, NullFilter::new("genre")), Vec::<String>::new());
    assert_eq!(titles(&movies, NotNullFilter::new("genre")).len(), 3);
}

/// A row of the table itself that is this row.
fn itself(condition: Filter<Movie>) -> Filter<Movie> {
    Movie::ID.exists(Movie::ID, condition)
}

/// `integration/test_filters.py` 337
fn exists_asks_for_the_row_itself(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(titles(&movies, itself(Movie::GENRE.eq("Action"))), [MATRIX]);
    let none = Vec::<String>::new();
    assert_eq!(titles(&movies, itself(Movie::GENRE.eq("Action") & Movie::GENRE.eq("Drama"))), none);
    assert_eq!(titles(&movies, itself(Movie::GENRE.eq("SciFi"))), none);
}

/// `integration/test_filters.py` 378
fn exists_with_several_conditions(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(titles(&movies, itself(Movie::GENRE.eq("Action") | Movie::GENRE.eq("SciFi"))), [MATRIX]);
    let either = Movie::GENRE.eq("Action") | Movie::GENRE.eq("Drama");
    assert_eq!(titles(&movies, itself(either)), [SHAWSHANK, MATRIX]);
    let both = Movie::TITLE.starts_with(MATRIX) & Movie::TITLE.starts_with("Shawshank");
    assert_eq!(titles(&movies, itself(both)), Vec::<String>::new());
}

/// `integration/test_filters.py` 417
fn not_exists_is_the_rest(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(titles(&movies, !itself(Movie::TITLE.contains("Hangover"))), [SHAWSHANK, MATRIX]);
    assert_eq!(titles(&movies, !itself(Movie::TITLE.eq("NonExistentMovie"))).len(), 3);
}

/// `integration/test_filters.py` 450
fn not_exists_with_several_conditions(db: TestDatabase) {
    let movies = movies(&db);
    let either = Movie::GENRE.eq("Comedy") | Movie::GENRE.eq("SciFi");
    assert_eq!(titles(&movies, !itself(either)), [SHAWSHANK, MATRIX]);
    let both = Movie::TITLE.starts_with(MATRIX) & Movie::TITLE.starts_with("Shawshank");
    assert_eq!(titles(&movies, !itself(both)).len(), 3);
}

/// `integration/test_filters.py` 337, for the rows of another table, where upstream wants the join written out.
fn exists_asks_for_related_rows(db: TestDatabase) {
    let movies = movies(&db);
    let reviewed = || Movie::ID.exists(Review::MOVIE_ID, Review::STARS.ge(3));
    assert_eq!(titles(&movies, reviewed()), [HANGOVER]);
    assert_eq!(titles(&movies, !reviewed()), [SHAWSHANK, MATRIX]);
    assert_eq!(titles(&movies, Movie::ID.exists(Review::MOVIE_ID, Review::STARS.gt(3))), [""; 0]);
    assert_eq!(titles(&movies, Movie::ID.not_exists(Review::MOVIE_ID, all())), [SHAWSHANK, MATRIX]);
}

/// `integration/test_filters.py` 483
fn limit_offset_cuts_a_page(db: TestDatabase) {
    let movies = movies(&db);
    let page = Filters::new().order_by(Movie::ID.asc()).limit_offset(LimitOffset::new(2, 1));
    assert_eq!(in_order(&movies, page), [HANGOVER, SHAWSHANK]);
}

/// `integration/test_filters.py` 503
fn order_by_a_field(db: TestDatabase) {
    let movies = movies(&db);
    let by_date = |order| OrderBy::<Movie>::field("release_date", order).unwrap();
    assert_eq!(in_order(&movies, by_date(SortOrder::Asc)), [SHAWSHANK, MATRIX, HANGOVER]);
    assert_eq!(in_order(&movies, by_date(SortOrder::Desc)), [HANGOVER, MATRIX, SHAWSHANK]);
}

diesel::define_sql_function! { fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text; }

/// `integration/test_filters.py` 525, 552. An ordering is by columns here, so that pages can be told apart by keys; an
/// expression takes Diesel's own query, with the same condition.
fn order_by_an_expression_is_a_query_of_diesel(db: TestDatabase) {
    use crate::movies::movies as table;
    let movies = movies(&db);
    let old = || Movie::RELEASE_DATE.lt(moment("2005-01-01T00:00:00Z"));
    let found: Vec<String> = movies
        .session()
        .read(|connection| {
            let query = table::table.filter(old()).order(lower(table::title).desc());
            query.select(table::title).load(connection)
        })
        .unwrap();
    assert_eq!(found, [MATRIX, SHAWSHANK]);
}

/// `integration/test_filters.py` 576
fn order_by_a_column(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(in_order(&movies, Movie::RELEASE_DATE.asc()), [SHAWSHANK, MATRIX, HANGOVER]);
}

/// `integration/test_filters.py` 597
fn search_finds_a_part(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(titles(&movies, SearchFilter::new("title", "Hangover")), [HANGOVER]);
    let several = SearchFilter::in_fields(["title", "genre"], "dra").ignore_case(true);
    assert_eq!(titles(&movies, several), [SHAWSHANK]);
    let others = NotInSearchFilter::new("title", "hangover").ignore_case(true);
    assert_eq!(titles(&movies, others), [SHAWSHANK, MATRIX]);
}

/// `integration/test_filters.py` 615
fn groups_combine_by_and_and_or(db: TestDatabase) {
    let movies = movies(&db);
    let before_2000 = || BeforeAfter::new("release_date").before(moment("2000-01-01T00:00:00Z"));
    let the = SearchFilter::new("title", "The").ignore_case(true);
    assert_eq!(titles(&movies, FilterGroup::and_().with(before_2000()).with(the)), [MATRIX]);
    let drama = SearchFilter::new("genre", "Drama").ignore_case(true);
    assert_eq!(titles(&movies, FilterGroup::or_().with(before_2000()).with(drama)), [SHAWSHANK, MATRIX]);
}

/// `integration/test_filters.py` 1049
fn comparisons_by_name(db: TestDatabase) {
    let movies = movies(&db);
    let matrix = moment("1999-03-31T00:00:00Z");
    let millennium = moment("2000-01-01T00:00:00Z");
    let by_genre = |operator: &'static str, genre: &str| ComparisonFilter::new("genre", operator, genre);
    let by_date =
        |operator: &'static str, date: DateTime<Utc>| ComparisonFilter::new("release_date", operator, date);
    assert_eq!(titles(&movies, by_genre("eq", "Action")), [MATRIX]);
    assert_eq!(titles(&movies, by_genre("ne", "Action")), [SHAWSHANK, HANGOVER]);
    assert_eq!(titles(&movies, by_date("gt", millennium)), [HANGOVER]);
    assert_eq!(titles(&movies, by_date("lt", millennium)), [SHAWSHANK, MATRIX]);
    assert_eq!(titles(&movies, by_date("ge", matrix)), [HANGOVER, MATRIX]);
    assert_eq!(titles(&movies, by_date("le", matrix)), [SHAWSHANK, MATRIX]);
    // The rest of the operators, of which upstream tests none.
    assert_eq!(titles(&movies, by_genre("like", "%c%")), [MATRIX]);
    assert_eq!(titles(&movies, by_genre("ilike", "%C%")), [HANGOVER, MATRIX]);
    assert_eq!(titles(&movies, by_genre("startswith", "Co")), [HANGOVER]);
    assert_eq!(titles(&movies, by_genre("istartswith", "co")), [HANGOVER]);
    assert_eq!(titles(&movies, by_genre("endswith", "ma")), [SHAWSHANK]);
    assert_eq!(titles(&movies, by_genre("iendswith", "MA")), [SHAWSHANK]);
    let genres = vec!["Action", "Drama"];
    assert_eq!(titles(&movies, ComparisonFilter::new("genre", "in", genres.clone())), [SHAWSHANK, MATRIX]);
    assert_eq!(titles(&movies, ComparisonFilter::new("genre", "notin", genres)), [HANGOVER]);
    let between = vec![moment("1994-10-14T00:00:00Z"), matrix];
    let between = ComparisonFilter::new("release_date", "between", between);
    assert_eq!(titles(&movies, between), [SHAWSHANK, MATRIX]);
    assert_eq!(titles(&movies, ComparisonFilter::new("tagline", "eq", None::<&str>)), [SHAWSHANK]);
}

/// `integration/test_filters.py` 1049
fn an_unknown_operator_is_an_error(db: TestDatabase) {
    let movies = movies(&db);
    let sent = movies.session().stats().statements;
    for operator in ["invalid", "=", ""] {
        let error = movies.list(ComparisonFilter::new("genre", operator, "Action")).unwrap_err();
        let message = format!("unknown operator `{operator}`: expected one of `eq`, `ne`, ");
        assert!(error.to_string().starts_with(&message), "{error}");
        assert!(matches!(error.filter_error(), Some(FilterError::UnknownOperator { .. })), "{error:?}");
    }
    assert_eq!(movies.session().stats().statements, sent);
}

/// `integration/test_filters.py` 1232 to 1395
fn choices_match_one_of_them(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(titles(&movies, ChoicesFilter::new("genre", ["Comedy", "Drama"])), [SHAWSHANK, HANGOVER]);
    assert_eq!(titles(&movies, ChoicesFilter::new("genre", ["SciFi"])), [""; 0]);
    let none: [&str; 0] = [];
    assert_eq!(titles(&movies, ChoicesFilter::new("genre", none)), none);
}

/// `integration/test_filters.py` 1232 to 1395: filters given together hold together, Diesel's own among them.
fn filters_of_several_kinds_hold_together(db: TestDatabase) {
    let movies: MovieService = movies(&db);
    let filters = Filters::new()
        .filter(crate::movies::movies::title.like("The %"))
        .filter(Movie::TAGLINE.is_not_null())
        .order_by(Movie::RELEASE_DATE.desc());
    assert_eq!(in_order(&movies, &filters), [HANGOVER, MATRIX]);
    assert_eq!(movies.count(&filters).unwrap(), 2);
    assert!(movies.exists(&filters).unwrap());
}
