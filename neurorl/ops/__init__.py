"""Pure maths for a single stream, one idea a file."""
