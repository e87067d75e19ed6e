//! Where a verb's rows go.

use std::collections::{HashMap, HashSet};

use diesel::QueryResult;

use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::model::{Model, RowReader, Writable};
use crate::statement::MatchKey;

/// Takes rows as they come, whatever is made of them; so that verbs are compiled once and not for each model.
pub(crate) trait Sink: Send {
    /// Reads a row.
    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()>;

    /// How many rows were read.
    fn len(&self) -> usize;

    /// Forgets the rows, and who waits for them: the verb that read them was undone, and is run again.
    fn clear(&mut self);
}

/// Rows read as a type.
pub(crate) struct Rows<T> {
    rows: Vec<T>,
    read: fn(&mut RowReader<'_>) -> QueryResult<T>,
}

impl<T> Rows<T> {
    pub(crate) fn new(read: fn(&mut RowReader<'_>) -> QueryResult<T>) -> Self {
        Self { rows: Vec::new(), read }
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.rows
    }

    /// The last row, where there is one.
    pub(crate) fn last(mut self) -> Option<T> {
        self.rows.pop()
    }
}

impl<M: Model> Rows<M> {
    /// The last row.
    pub(crate) fn one(self) -> Result<M> {
        match self.last() {
            Some(row) => Ok(row),
            None => Err(Error::not_found(M::META.name)),
        }
    }
}

impl<T: Send> Sink for Rows<T> {
    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()> {
        self.rows.push((self.read)(row)?);
        Ok(())
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn clear(&mut self) {
        self.rows.clear();
    }
}

/// Counts rows without reading them.
pub(super) struct Counted(pub(super) usize);

impl Sink for Counted {
    fn read(&mut self, _: &mut RowReader<'_>) -> QueryResult<()> {
        self.0 += 1;
        Ok(())
    }

    fn len(&self) -> usize {
        self.0
    }

    fn clear(&mut self) {
        self.0 = 0;
    }
}

/// A sink in which each row goes to the places that wait for its values in some columns.
pub(crate) trait Places: Sink {
    /// Has the rows with these values in some columns, as [`MatchKey::probe`] gives them, go to a place too.
    fn expect(&mut self, place: usize, columns: &[usize], values: Vec<u8>);

    /// The places for which no row has come.
    fn missing(&self) -> Vec<usize>;

    /// Has the next row go to a place, whatever its values.
    fn next_at(&mut self, place: usize);
}

/// Rows in the order of what they were made of; one row may be in several places.
pub(crate) struct Placed<M> {
    slots: Vec<Option<M>>,
    expected: Vec<Expected>,
    /// Rows that nobody waited for by their values, though the database took them for equal.
    strays: Vec<M>,
    backend: Option<AnyBackend>,
    next: Option<usize>,
    read: usize,
}

/// The places that wait for values in some columns.
struct Expected {
    columns: Vec<usize>,
    places: HashMap<Vec<u8>, Vec<usize>>,
}

impl<M: Writable> Placed<M> {
    /// For so many places.
    pub(crate) fn new(count: usize, dialect: Dialect) -> Self {
        let mut slots = Vec::with_capacity(count);
        slots.resize_with(count, || None);
        let backend = AnyBackend::for_dialect(dialect);
        Self { slots, expected: Vec::new(), strays: Vec::new(), backend, next: None, read: 0 }
    }

    /// The rows; every place must have one.
    pub(crate) fn into_vec(self) -> Result<Vec<M>> {
        let rows: Option<Vec<M>> = self.slots.into_iter().collect();
        rows.ok_or_else(|| Error::not_found(M::META.name))
    }

    /// The rows of the places that have one; each once, however many keys meant it.
    pub(crate) fn into_found(self) -> Vec<M> {
        let mut seen = HashSet::new();
        let mut rows = Vec::with_capacity(self.slots.len());
        rows.extend(self.slots.into_iter().flatten());
        rows.extend(self.strays);
        if self.expected.len() > 1 {
            rows.retain(|row: &M| seen.insert(row.id()));
        }
        rows
    }

    /// Puts a row in a place.
    pub(crate) fn put(&mut self, place: usize, row: M) {
        self.slots[place] = Some(row);
    }
}

impl<M: Writable> Sink for Placed<M> {
    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()> {
        self.read += 1;
        let mut model = Some(M::read(row)?);
        if let Some(place) = self.next.take() {
            self.slots[place] = model;
            return Ok(());
        }
        let mut places = Vec::new();
        for Expected { columns, places: expected } in &self.expected {
            let key = model.as_ref().map(|model| MatchKey { columns, row: model });
            let values = key.zip(self.backend).and_then(|(key, backend)| key.probe(backend).ok());
            places.extend(values.and_then(|values| expected.get(&values)).into_iter().flatten().copied());
        }
        if places.is_empty() {
            self.strays.extend(model);
            return Ok(());
        }
        for place in places {
            self.slots[place] = Some(match model.take() {
                Some(model) => model,
                None => M::read(&mut row.again())?,
            });
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.read
    }

    fn clear(&mut self) {
        self.slots.fill_with(|| None);
        self.expected.clear();
        self.strays.clear();
        self.next = None;
        self.read = 0;
    }
}

impl<M: Writable> Places for Placed<M> {
    fn expect(&mut self, place: usize, columns: &[usize], values: Vec<u8>) {
        let expected = match self.expected.iter_mut().position(|expected| expected.columns == columns) {
            Some(at) => &mut self.expected[at],
            None => {
                self.expected.push(Expected { columns: columns.to_vec(), places: HashMap::new() });
                let last = self.expected.len() - 1;
                &mut self.expected[last]
            }
        };
        expected.places.entry(values).or_default().push(place);
    }

    fn missing(&self) -> Vec<usize> {
        (0..self.slots.len()).filter(|&place| self.slots[place].is_none()).collect()
    }

    fn next_at(&mut self, place: usize) {
        self.next = Some(place);
    }
}
