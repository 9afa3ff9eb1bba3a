"""How good the answers are: exact match, F1, recall, abstention, latency."""
