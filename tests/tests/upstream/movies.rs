//! Upstream's movies, three of them, and reviews of one, for conditions on related rows.

use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;

use crate::{moment, open};

#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "movies", bind_key = "upstream_movies")]
pub(crate) struct Movie {
    pub(crate) id: i64,
    #[alchemy(max_length = 100, search, sort, filter)]
    pub(crate) title: String,
    #[alchemy(sort, filter)]
    pub(crate) release_date: DateTime<Utc>,
    #[alchemy(max_length = 50, search, filter)]
    pub(crate) genre: String,
    #[alchemy(max_length = 100, filter)]
    pub(crate) tagline: Option<String>,
}

#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "reviews", bind_key = "upstream_movies")]
pub(crate) struct Review {
    id: i64,
    #[alchemy(filter, foreign_key(Movie))]
    pub(crate) movie_id: i64,
    #[alchemy(filter)]
    pub(crate) stars: i32,
}

pub(crate) const MATRIX: &str = "The Matrix";
pub(crate) const HANGOVER: &str = "The Hangover";
pub(crate) const SHAWSHANK: &str = "Shawshank Redemption";

/// The movies; the drama has no tagline. The comedy was reviewed.
pub(crate) fn movies(db: &TestDatabase) -> MovieService {
    let session = open(db, "upstream_movies").session();
    let movies = MovieService::new(session.clone());
    let rows = [
        (MATRIX, "1999-03-31T00:00:00Z", "Action", Some("Free your mind")),
        (HANGOVER, "2009-06-01T00:00:00Z", "Comedy", Some("Some guys just can't handle Vegas")),
        (SHAWSHANK, "1994-10-14T00:00:00Z", "Drama", None),
    ];
    let created = movies.create_many(rows.map(|(title, release_date, genre, tagline)| NewMovie {
        id: None,
        title: title.into(),
        release_date: moment(release_date),
        genre: genre.into(),
        tagline: tagline.map(str::to_owned),
    }));
    let movie_id = created.unwrap()[1].id;
    ReviewService::new(session).create(NewReview { id: None, movie_id, stars: 3 }).unwrap();
    movies
}

/// The titles of the rows that match, by the alphabet.
pub(crate) fn titles(movies: &MovieService, filters: impl IntoFilters<Movie>) -> Vec<String> {
    let mut titles: Vec<_> = movies.list(filters).unwrap().into_iter().map(|movie| movie.title).collect();
    titles.sort_unstable();
    titles
}

/// The titles of the rows that match, in the order asked for.
pub(crate) fn in_order(movies: &MovieService, filters: impl IntoFilters<Movie>) -> Vec<String> {
    movies.list(filters).unwrap().into_iter().map(|movie| movie.title).collect()
}
