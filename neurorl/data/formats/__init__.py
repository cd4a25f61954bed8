"""Formats of trial data, one module a format; each exports FORMAT. What begins with _ is their tools."""
