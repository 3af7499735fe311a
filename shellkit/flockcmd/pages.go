package flockcmd

// Help returns what --help of the command called name prints, for man pages, or
// "" when there is no such command here.
func Help(name string) string {
	return map[string]string{"flock": flockHelp, "run": runHelp}[name]
}
