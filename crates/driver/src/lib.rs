//! What every driver must be able to do, and the one that does nothing.
