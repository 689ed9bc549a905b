"""Ground floor: errors, settings, messages, downloads, progress. Imports nothing from the floors above."""
