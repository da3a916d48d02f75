"""Forms made from the declarations of kinds. Law: what people typed is never lost, and nobody types JSON."""
