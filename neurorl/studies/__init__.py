"""One study a file; each exports STUDY."""
