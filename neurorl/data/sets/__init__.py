"""Shipped data sets, one module a set; each exports DATASET. Files, licences and sources are in `files/`."""
