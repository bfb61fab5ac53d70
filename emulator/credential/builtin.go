package credential

// BuiltInKey is the environment key that exists while neither a seed nor the configuration has one, as in the WorkOS emulator. It is
// public, so it is valid for emulated endpoints only and is never exchanged for the real key.
const BuiltInKey = "sk_test_default"
