"""NVIDIA's Audio2Face-3D service, as its clients call it: one call is one clip."""
