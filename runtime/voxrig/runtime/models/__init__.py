"""Networks as bundles, and the contract every one of them keeps."""
