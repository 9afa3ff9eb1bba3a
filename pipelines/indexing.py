"""The indexing pipeline: from article files to the store."""
