package shellkit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/ignore"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Settings say how one script is read and what is said about it.
type Settings struct {
	Dialect source.Dialect // source.Other: the one that the script asks for
	Least   diag.Level     // what weighs less is left out
	Include []*rules.Rule  // none: every rule that is not off
	Exclude []*rules.Rule
	Confirm Confirmation // how far findings are confirmed

	// ExcludePath says which files of folders are not looked at.
	ExcludePath   []ignore.Pattern
	excludesPaths bool // it was set, if only to nothing

	traces bool          // findings carry the schedules that confirm them
	bounds prove.Options // within which findings are confirmed, beside the budget
}

// Confirmation says how many steps confirming what is found in one script may cost.
type Confirmation int

const (
	// ConfirmWithinBudget stops after a fixed number of steps. What is left over is
	// said to be not confirmed.
	ConfirmWithinBudget Confirmation = iota
	// ConfirmInFull takes as many as prove does.
	ConfirmInFull
)

// budget is what confirming the findings of one script costs at most, in steps; about
// a tenth of a second.
const budget = 40_000

// explores returns how far a script is explored to confirm what is found in it.
func (s *Settings) explores() prove.Options {
	opt := s.bounds
	if s.Confirm == ConfirmWithinBudget && opt.Budget == 0 {
		opt.Budget = budget
	}
	return opt
}

// DefaultSettings leave nothing out but the rules that are off.
func DefaultSettings() Settings { return Settings{Least: diag.Style} }

// A Setting is one line of a .lockkitrc, or one option: a key and what it is set
// to. The keys are the long options of lint that speak of one script: shell,
// severity, include, exclude, confirm, exclude-path. A later setting takes the place of an
// earlier one.
type Setting struct{ Key, Value string }

// SettingError says what is wrong with a setting, and what could be done.
type SettingError struct{ Text, Hint string }

func (e *SettingError) Error() string { return e.Text }

// Apply changes the settings. The error is a [*SettingError].
func (s *Settings) Apply(list ...Setting) error {
	for _, x := range list {
		if err := s.apply(x); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settings) apply(x Setting) error {
	switch x.Key {
	case "shell":
		d, ok := source.ParseDialect(x.Value)
		if !ok {
			return &SettingError{Text: fmt.Sprintf("unknown shell %q", x.Value), Hint: "known are bash, sh, dash, ash, ksh, mksh, zsh, yash, bats"}
		}
		s.Dialect = d
	case "severity":
		level, err := diag.ParseLevel(x.Value)
		if err != nil {
			return &SettingError{Text: err.Error()}
		}
		s.Least = level
	case "include", "exclude":
		list, err := ruleList(x.Value)
		if err != nil {
			return err
		}
		if x.Key == "include" {
			s.Include = list
		} else {
			s.Exclude = list
		}
	case "confirm":
		switch x.Value {
		case "budget":
			s.Confirm = ConfirmWithinBudget
		case "full":
			s.Confirm = ConfirmInFull
		default:
			return &SettingError{Text: fmt.Sprintf("unknown confirmation %q", x.Value), Hint: "known are budget, full"}
		}
	case "exclude-path":
		for pattern := range strings.SplitSeq(x.Value, ",") {
			if list := ignore.Parse([]byte(pattern)); len(list) > 0 && !list[0].Matches() {
				return &SettingError{Text: fmt.Sprintf("pattern %q fits nothing", strings.TrimSpace(pattern)), Hint: "a pattern is one of .gitignore; a bracket has to end, and nothing ends with a backslash"}
			}
		}
		s.ExcludePath = ignore.Parse([]byte(strings.ReplaceAll(x.Value, ",", "\n")))
		s.excludesPaths = true
	default:
		return &SettingError{Text: fmt.Sprintf("unknown key %q", x.Key), Hint: "known are shell, severity, include, exclude, confirm, exclude-path"}
	}
	return nil
}

// ruleList reads codes and slugs with commas between them.
func ruleList(text string) ([]*rules.Rule, error) {
	var out []*rules.Rule
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		r := rules.ByName(name)
		if r == nil {
			return nil, &SettingError{Text: fmt.Sprintf("unknown rule %q", name), Hint: "lockkit explain --list lists the rules"}
		}
		out = append(out, r)
	}
	return out, nil
}

// asks tells whether the rule with that code is looked for.
func (s *Settings) asks(code string) bool {
	is := func(r *rules.Rule) bool { return r.Code == code }
	if slices.ContainsFunc(s.Exclude, is) {
		return false
	}
	if len(s.Include) > 0 {
		return slices.ContainsFunc(s.Include, is)
	}
	return true
}

// shows tells whether a finding is said.
func (s *Settings) shows(f *diag.Finding) bool { return f.Level <= s.Least && s.asks(f.Rule.Code) }
