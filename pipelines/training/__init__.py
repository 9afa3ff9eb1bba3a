"""How the models were made. The only place that imports torch."""
