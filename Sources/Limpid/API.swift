// Filled by the public API.
