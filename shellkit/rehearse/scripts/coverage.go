package scripts

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Codes are the rules that can be had from a script.
func Codes() []string {
	var out []string
	for i := range recipes {
		out = append(out, recipes[i].codes...)
	}
	out = append(out, "LK101", "LK102", "LK103", "LK104", "LK109", "LK208", "LK901", "LK305", "LK701", "LK702", "LK703", "LK704", "LK705")
	slices.Sort(out)
	return slices.Compact(out)
}

// Shells are those that scripts are made for.
func Shells() []string {
	var out []string
	for _, s := range everyShell {
		out = append(out, string(s))
	}
	return out
}

// Kinds are the recipes.
func Kinds() []string {
	var out []string
	for i := range recipes {
		out = append(out, recipes[i].name)
	}
	return out
}

// codes are the rules that the script was made for.
func (p *plan) codes() []string {
	if p.told != nil {
		return p.told.codes
	}
	out := slices.Clone(recipeOf(p.recipe).codes)
	for _, also := range []struct {
		code string
		says bool
	}{
		{"LK901", p.idle != ""},
		{"LK101", p.numbered},
		{"LK102", p.input == "tmp"},
		{"LK103", p.way == byExistence && p.unquoted && p.fromOutside()},
		{"LK104", p.input == "itself"},
		{"LK109", p.openFails && failingExecEnds.has(p.shell)},
		{"LK402", p.child == "left-both"},
		{"LK208", p.heed == "retry" && p.shell != source.Ash},
	} {
		if also.says {
			out = append(out, also.code)
		}
	}
	if p.way == byExistence {
		out = append(out, p.trapCode())
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(code string) bool { return code == "" })
}

// trapCode is the rule about the traps of a lock whose existence is the lock.
func (p *plan) trapCode() string {
	switch p.traps {
	case "none", "error":
		return "LK604"
	case "exit-only":
		if p.shell == source.Bash || p.shell == source.Ksh {
			return "LK705"
		}
		return "LK703"
	case "late":
		return "LK701"
	case "overwritten":
		return "LK702"
	case "goes-on":
		return "LK704"
	case "twice", "combined":
		return "LK305"
	case "before":
		return "LK603"
	}
	return ""
}
