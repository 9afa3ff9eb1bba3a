"""The answering pipeline: from a question to an answer."""
