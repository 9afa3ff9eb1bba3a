"""Where articles come from: what is read before anything is understood of it."""
