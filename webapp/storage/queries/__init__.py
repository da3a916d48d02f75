"""The read side: one module a screen, frozen rows, no lazy loading. No query runs from a template."""
