"""Training algorithms, one a file; each exports ALGORITHM. The file names are the names of the catalogue."""
