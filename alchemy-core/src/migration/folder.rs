//! The folder of migrations, as Diesel has it.
