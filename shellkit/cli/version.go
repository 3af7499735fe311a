package cli

// version is what --version prints; CHANGELOG.md says what is in it.
const version = "0.1.0-dev"
