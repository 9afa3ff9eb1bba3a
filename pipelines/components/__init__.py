"""The steps of the pipelines, one Haystack component a file."""

from haystack.core.serialization import allow_deserialization_module

# Haystack makes no object of a package it was not told of: a described retriever could not get its store back.
allow_deserialization_module("pipelines")
