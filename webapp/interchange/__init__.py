"""Other people's formats to documents and back: pure, no database; nothing here decides what is stored."""
