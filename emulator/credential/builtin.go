package credential

// BuiltInKey is the environment key that exists while neither a seed nor the configuration gives any, as in the WorkOS
// emulator. As everybody knows it, it opens what is emulated and stands for no other key, wherever it is given.
const BuiltInKey = "sk_test_default"
