"""The steps of the pipelines, one Haystack component a file."""
