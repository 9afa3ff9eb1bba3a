"""How fast Verbatim is and how much memory it takes, measured on text that it makes itself."""
