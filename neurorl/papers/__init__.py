"""One paper a file; each exports PAPER: the studies that together reproduce it, in the paper's order."""
