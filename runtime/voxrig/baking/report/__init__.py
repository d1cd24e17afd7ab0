"""What a person sees of a bake: faces, curves, a page to look through, and the same for machines."""
