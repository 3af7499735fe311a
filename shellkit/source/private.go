package source

import "slices"

// private lists the parameters, but for $$ and PPID, in which every process finds another
// value. Elsewhere such a name is an ordinary variable, and mostly empty: ${RANDOM} in dash.
// Each was asked of the real shell, and the tests ask again; of bash it is version 5.2. In
// zsh the clock's parameters are there once a module is loaded.
var private = map[Dialect][]string{
	Bash: {"RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME", "BASHPID"},
	Bats: {"RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME", "BASHPID"},
	Ash:  {"RANDOM", "EPOCHSECONDS", "EPOCHREALTIME"},
	Ksh:  {"RANDOM", "SECONDS"},
	Mksh: {"RANDOM", "SECONDS", "EPOCHREALTIME", "BASHPID"},
	Zsh:  {"RANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME"},
	Yash: {"RANDOM"},
}

// IsPrivate tells whether every process finds another value in a parameter.
func (d Dialect) IsPrivate(name string) bool {
	return name == "$" || name == "PPID" || slices.Contains(private[d], name)
}
