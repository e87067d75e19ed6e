use alchemy_core::prelude::*;

#[derive(DefaultBase, Service)]
struct Reading {
    #[alchemy(primary_key)]
    place: i32,
    #[alchemy(primary_key)]
    degrees: f64,
}

fn find(readings: &ReadingService, new: NewReading) {
    let _ = readings.create(new);
    let _ = readings.get(ReadingId { place: 1, degrees: 2.0 });
}

fn main() {}
