"""One task a file; each exports TASK."""
