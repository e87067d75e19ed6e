//! Snapshots of what the derives write.
