"""Which model the data prefer: held-out and left-out choices, selection, a ceiling."""
