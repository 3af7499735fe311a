// Package changes asks git which lines of which files have changed. It runs git, which
// reads the repository of the working folder, and nothing that the repository itself could
// name to be run.
package changes
