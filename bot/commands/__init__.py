"""The commands of `verbatim`, one file each."""
