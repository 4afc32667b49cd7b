"""Search for MkDocs sites that understands questions and runs in the visitor's browser."""
