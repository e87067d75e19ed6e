//! `stream`: any number of rows, a batch at a time.

use super::Sink;
use super::page::{Window, read_sorted};
use super::read::Reading;
use crate::error::Result;
use crate::filter::{Criteria, FilterError, OrderTerm, Place, check_sorted, total_order};
use crate::model::ModelMeta;
use crate::session::Executor;

/// How far a stream has come. Between two batches nothing is kept of it but the place of the last row, in the database
/// nothing at all.
#[derive(Debug, Clone)]
pub(crate) struct StreamState {
    criteria: Criteria,
    reading: Reading,
    columns: Option<&'static [usize]>,
    order: Vec<OrderTerm>,
    place: Option<Place>,
    batch: i64,
    /// How many rows may still come; `None` for all there are.
    left: Option<i64>,
    done: bool,
}

impl StreamState {
    /// The rows of a batch, unless another number is asked for.
    pub(crate) const BATCH: i64 = 1000;

    /// The rows that match, in the order asked for and that of the primary key, at most as many as the page has that
    /// is asked for; `batch` of them with one statement.
    ///
    /// # Errors
    /// [`FilterError`] for a page other than the first, for an order in which a row could not be found again, and for a
    /// batch of no rows.
    pub(crate) fn new(
        meta: &'static ModelMeta,
        criteria: &Criteria,
        reading: Reading,
        columns: Option<&'static [usize]>,
        batch: i64,
    ) -> Result<Self> {
        if batch < 1 {
            let field = "batch".to_owned();
            return Err(FilterError::InvalidValue { field, expected: "at least 1".into() }.into());
        }
        let left = criteria.most()?;
        let order = total_order(meta, &criteria.order)?;
        Ok(Self {
            criteria: criteria.clone(),
            reading,
            columns,
            order,
            place: None,
            batch,
            left,
            done: left == Some(0),
        })
    }

    /// Whether all rows were read.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// Reads nothing more.
    pub(crate) fn stop(&mut self) {
        self.done = true;
    }

    /// Reads the next rows, which are fewer than a batch only at the end: 1 statement; none once it is
    /// [done](Self::is_done). After an error nothing follows.
    pub(crate) async fn next_batch<E: Executor>(
        &mut self,
        executor: &mut E,
        meta: &'static ModelMeta,
        rows: &mut dyn Sink,
    ) -> Result<()> {
        if self.done {
            return Ok(());
        }
        self.done = true;
        let limit = self.left.map_or(self.batch, |left| left.min(self.batch));
        let beyond = self.criteria.beyond(meta, &self.order, self.place.as_ref(), false);
        let mut window = Window::new(rows, limit);
        read_sorted(executor, meta, &beyond, self.reading, self.columns, limit, &mut window).await?;

        let read = i64::try_from(window.len()).unwrap_or(i64::MAX);
        self.left = self.left.map(|left| left - read);
        // A batch that is not full is the last.
        let Some(values) = window.last.filter(|_| self.left != Some(0)) else { return Ok(()) };
        check_sorted(meta, &self.order, &values, executor.dialect())?;
        self.place = Some(Place { values, backwards: false, inclusive: false });
        self.done = false;
        Ok(())
    }
}
