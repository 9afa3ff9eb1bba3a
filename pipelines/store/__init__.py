"""The embedded document store: an SQLite record with a keyword and a vector index derived from it."""
