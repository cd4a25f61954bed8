"""Parameters from tasks."""
