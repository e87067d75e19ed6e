//! Models as a picture.
